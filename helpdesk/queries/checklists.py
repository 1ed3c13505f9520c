"""チェックリストと対応時間: as the case's screen and the page of a desk's day show them."""

from typing import Any

from sqlalchemy.orm import Session

from cases.checklists import DUTIES, lists_of_case
from cases.models import Case
from cases.working_time import worked_on_case
from helpdesk.desk import Desk
from helpdesk.users.permissions import Person, can

_OF_DUTY = {"operations": "work_on_cases", "reserve": "work_on_watch"}


def work_panel(session: Session, desk: Desk, case: Case, person: Person) -> dict[str, Any]:
    """The lists of a case and the time worked on it."""
    worked = worked_on_case(session, case.id)
    return {
        "checklists": lists_of_case(session, case),
        "worked": worked,
        "worked_seconds": sum(each.seconds for each in worked),
    }


def may_tick_duty(person: Person, duty: str) -> bool:
    """Whether the person does this desk's daily work."""
    return duty in _OF_DUTY and can(person, _OF_DUTY[duty])


def seen_duties(person: Person) -> dict[str, str]:
    """The desks whose daily lists the person sees."""
    abilities = {"operations": "see_all_cases", "reserve": "see_watch"}
    return {duty: name for duty, name in DUTIES.items() if can(person, abilities[duty])}
