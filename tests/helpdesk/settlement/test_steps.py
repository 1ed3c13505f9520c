"""The chain as a table: four steps, each of another role, from computed to fixed without a gap."""

from itertools import pairwise

import pytest

from helpdesk.errors import NotFound
from helpdesk.settlement.models import STATES
from helpdesk.settlement.steps import STEPS, step_by_number
from helpdesk.users.roles import ABILITIES


def test_each_step_begins_where_the_one_before_ends() -> None:
    reached = [STEPS[0].state_from, *(step.state_to for step in STEPS)]
    assert reached == list(STATES)[:5]
    assert all(one.state_to == other.state_from for one, other in pairwise(STEPS))


def test_each_step_is_of_one_role_that_no_other_step_has() -> None:
    assert [step.role_label for step in STEPS] == [
        "部門担当者",
        "部門責任者",
        "部門経理担当者",
        "部門経理責任者",
    ]
    assert [ABILITIES[step.ability] for step in STEPS] == [frozenset({step.role}) for step in STEPS]


def test_a_step_that_is_not_there_is_not_found() -> None:
    assert step_by_number(3).number == 3
    with pytest.raises(NotFound):
        step_by_number(0)
