"""Every family that can be computed is one that statements know."""

from helpdesk.settlement.families import COMPUTE, ON_A_DAY
from helpdesk.settlement.models import FAMILIES


def test_every_computation_is_of_a_known_family() -> None:
    assert "capacity" in COMPUTE
    assert set(COMPUTE) <= set(FAMILIES)
    assert set(COMPUTE) >= ON_A_DAY
