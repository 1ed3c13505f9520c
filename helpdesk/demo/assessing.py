"""デモの一括算定: the months are computed and fixed; after the corrections computed again, and one result is corrected."""

from collections.abc import Mapping
from datetime import date, time
from functools import partial

from helpdesk.demo import packaged
from helpdesk.demo.submitted import at
from helpdesk.desk import Desk
from helpdesk.errors import HelpdeskError
from helpdesk.lease import new_holder
from helpdesk.register.month_results import fingerprint, newest
from helpdesk.task_worker import run_next
from helpdesk.users.models import User
from helpdesk.workflows import assess_fleet, settle_results

YEAR = packaged.FISCAL_YEAR
_COMPUTED, _COMPUTED_AGAIN, _CORRECTED = date(2026, 7, 8), date(2026, 9, 28), date(2026, 9, 29)
_FIXED_WHOLE = {4: date(2026, 7, 14), 5: date(2026, 8, 14)}
_FIXED = date(2026, 9, 14)
_LATE = time(16, 0)


def compute(desk: Desk, people: Mapping[str, User], *, again: bool = False) -> None:
    """一括算定 of April to June, as a worker does it."""
    then = at(desk, _COMPUTED_AGAIN if again else _COMPUTED)
    with desk.database.open_session(writes=True) as session:
        task = assess_fleet.request_assessment(
            session,
            then,
            fiscal_year=YEAR,
            last_month=packaged.DELIVERY_MONTHS[-1],
            scope={},
            by=people["payment"],
        )
    worker = at(desk, _COMPUTED_AGAIN if again else _COMPUTED, minutes=1)
    handlers = {assess_fleet.KIND: partial(assess_fleet.run_assessment, worker)}
    run_next(desk.database, handlers, clock=worker.clock, holder=new_holder())
    with desk.database.read_session() as session:
        session.add(task)
        session.refresh(task)
        if task.state != "done":
            raise HelpdeskError(f"デモの一括算定が終わりませんでした: {task.error}")


def fix(desk: Desk, people: Mapping[str, User], businesses: Mapping[str, int]) -> None:
    """Fix April and May, and June of those who are told of it."""
    for issue in packaged.read_toml("notices.toml")["issues"]:
        month, told = issue["delivery_month"], issue["businesses"]
        if month in _FIXED_WHOLE:
            _fix(at(desk, _FIXED_WHOLE[month], _LATE), month, None, people["payment-head"])
        else:
            for code in told:
                _fix(at(desk, _FIXED, _LATE), month, businesses[code], people["payment-head"])


def correct_one(desk: Desk, people: Mapping[str, User], resources: Mapping[str, int]) -> None:
    """One result is corrected by a person, with the reason."""
    story = packaged.read_toml("notices.toml")["corrected_result"]
    with desk.database.open_session(writes=True) as session:
        [result] = newest(
            session,
            YEAR,
            delivery_month=story["delivery_month"],
            resource_id=resources[story["resource"]],
        )
        then = at(desk, _CORRECTED, _LATE)
        settle_results.correct_result(
            session, then, result.id, story["figures"], reason=story["reason"], by=people["payment"]
        )


def _fix(then: Desk, month: int, business_id: int | None, by: User) -> None:
    with then.database.open_session(writes=True) as session:
        waiting = settle_results.results_to_fix(session, YEAR, month, business_id=business_id)
        settle_results.fix_month(
            session,
            then,
            fiscal_year=YEAR,
            delivery_month=month,
            business_id=business_id,
            shown=fingerprint(waiting),
            by=by,
        )
