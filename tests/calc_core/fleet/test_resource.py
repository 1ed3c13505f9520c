"""A resource of the fleet needs its contract; what the year demanded besides may be nothing."""

from calc_core.contract_period import ContractPeriod
from calc_core.fleet.resource import FleetResource


def test_events_and_coal_are_optional() -> None:
    resource = FleetResource("R1", "B", "東京", "安定電源", (ContractPeriod(1, 1, 1),))
    assert (resource.events, resource.coal) == ((), None)
