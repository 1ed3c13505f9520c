"""Low-reserve slots are taken from the stored publications of the reserve margin, day by day, as often as one likes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from calc_core.fiscal_year import fiscal_year_of
from cases import history
from cases.numbering import lock_series
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.errors import Problem, Refused
from helpdesk.fail_points import fail_point
from helpdesk.imports.touched_months import low_reserve_decides
from helpdesk.register.input_marks import RESULTS, SLOTS, mark_changed
from helpdesk.register.low_reserve import derive_from_feed, low_reserve_slots
from helpdesk.register.models import LowReserveSlot
from helpdesk.register.parameter_sets import parameters_in_force
from helpdesk.users.permissions import Person, require
from helpdesk.workflows.import_file import INPUTS

LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Derived:
    """導出の結果: the days looked at, the rows that are new, and how many slots are low now."""

    first: date
    last: date
    new: Sequence[LowReserveSlot]
    in_force: int


def derive_low_reserve(desk: Desk, first: date, last: date, *, by: Person) -> Derived:
    """Record the low-reserve slots that the feed decided in these days. Raises `NotAllowed`, `Refused`."""
    require(by, "import_inputs", "低予備率アセスメント対象コマを判定する")
    if last < first:
        raise Refused([Problem("期間", f"終わり（{last}）が始まり（{first}）より前です")])
    if (last - first).days >= LONGEST_DAYS:
        raise Refused([Problem("期間", f"一度に {LONGEST_DAYS} 日までです。期間を分けてください")])
    return _derive(desk, first, last, by=by)


def derive_recent(desk: Desk) -> Derived:
    """By the timetable: yesterday and today."""
    today = in_japan(desk.clock()).date()
    return _derive(desk, today - timedelta(days=1), today, by=history.SYSTEM)


def _derive(desk: Desk, first: date, last: date, *, by: Person | history.Actor) -> Derived:
    now = desk.clock()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    with desk.database.write_session() as session:
        lock_series(session, "import")  # what a file says is not recorded in between
        new = [row for day in days for row in derive_from_feed(session, day, now=now)]
        if new:
            told = {"first": first.isoformat(), "last": last.isoformat(), "new": len(new)}
            told["days"] = sorted({row.date.isoformat() for row in new})
            months = {(fiscal_year_of(row.date), row.date.month) for row in new}
            mark_changed(session, months, RESULTS, cause="low_reserve", now=now)
            if low_reserve_decides(parameters_in_force(session)):
                mark_changed(session, months, SLOTS, cause="low_reserve", now=now)
            history.record(session, INPUTS, "low_reserve_derived", told, by=by, now=now)
        by_area = low_reserve_slots(session, first=first, last=last)
        fail_point("low_reserve.derived")
    count = sum(len(slots) for of_area in by_area.values() for slots in of_area.values())
    return Derived(first, last, new, count)
