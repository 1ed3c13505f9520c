"""Which months a kind of file touches, told from its rows alone where no version has to be looked up."""

from datetime import date
from types import SimpleNamespace

import pytest

from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.imports.checked import Checked
from helpdesk.imports.kept import Kept
from helpdesk.imports.touched_months import Touched, low_reserve_decides, touched_months
from helpdesk.register.parameter_sets import InForce

pytestmark = pytest.mark.any_database
YEAR = 2026


class Register:
    """A session that knows in which years there are contracts, and nothing else."""

    def scalars(self, asked: object) -> list[int]:
        return [YEAR]


def touched(kind: str, entries: list, *states: str) -> Touched:
    return touched_months(Register(), kind, Checked(entries, [], []), Kept(1, 0, 0, states=states), None)


def test_a_contract_touches_its_year_unless_it_was_known() -> None:
    entries = [SimpleNamespace(contract={"fiscal_year": year}) for year in (YEAR, YEAR + 1)]
    whole = {(YEAR, month) for month in DELIVERY_MONTHS}
    found = touched("contracts", entries, "new", "known")
    assert (found.slots, found.results) == (whole, whole)


def test_limits_touch_slots_and_all_other_cells_results() -> None:
    cells = [
        SimpleNamespace(kind="limit_kw", on=date(2026, 4, 30)),
        SimpleNamespace(kind="planned_kw", on=date(2027, 3, 1)),
        SimpleNamespace(kind="limit_kw", on=date(2027, 4, 1)),
    ]
    found = touched("generation_limits", cells)
    assert (found.slots, found.results) == ({(YEAR, 4)}, {(YEAR, 3)})
    metered = touched("metered", [SimpleNamespace(kind="metered_wh", on=date(2026, 7, 1))])
    assert (metered.slots, metered.results) == (frozenset(), {(YEAR, 7)})


def test_coal_counts_in_march_and_other_files_touch_nothing() -> None:
    found = touched("coal_metering", [{"fiscal_year": YEAR, "delivery_month": 6}])
    assert (found.slots, found.results) == (frozenset(), {(YEAR, 3)})
    for kind in ("invoices", "area_demand", "requirement_states"):
        assert touched(kind, [object()]) == Touched()


def test_low_slots_decide_a_multiplier_only_where_a_condition_asks_for_them() -> None:
    assert not low_reserve_decides(InForce({}, [{"label": "前日", "multiplier": 5}]))
    assert low_reserve_decides(InForce({}, [{"label": "低予備率", "low_reserve": False, "multiplier": 5}]))
