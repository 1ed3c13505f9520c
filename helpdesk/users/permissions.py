"""権限: one function per kind of thing, asked by view, list, search, export and API alike.

`visible_…` gives the SQL condition that every query takes; `may_…` answers for one thing. What a person may not
see is reported as not found, what a person may see but not do as not allowed.
"""

from typing import Protocol

from sqlalchemy import ColumnElement, and_, false, true

from cases.kinds import INQUIRY, OBJECTION
from cases.models import Answer, Case, PhoneCall
from helpdesk.errors import NotAllowed
from helpdesk.users.roles import abilities_of

_ASKED_BY_BUSINESSES = (INQUIRY, OBJECTION)  # a late payment or an incident is the desk's own record


class Person(Protocol):
    """Anybody who acts: a user as the permissions see one."""

    id: int
    display_name: str
    business_id: int | None

    @property
    def role_names(self) -> frozenset[str]: ...


def can(person: Person, ability: str) -> bool:
    """Whether one of the person's roles carries this ability (see `helpdesk.users.roles.ABILITIES`)."""
    return ability in abilities_of(person.role_names)


def require(person: Person, ability: str, what: str) -> None:
    """Raise `NotAllowed` unless the person has the ability; `what` completes 「…権限がありません」."""
    if not can(person, ability):
        raise NotAllowed(f"{what}権限がありません。必要な場合は全体管理者に役割の追加を依頼してください")


def visible_cases(person: Person) -> ColumnElement[bool]:
    """The cases a person may see: the desk sees all, a business what it has asked itself, anybody else none."""
    if can(person, "see_all_cases"):
        return true()
    if can(person, "use_portal") and person.business_id is not None:
        return and_(Case.business_id == person.business_id, Case.kind.in_(_ASKED_BY_BUSINESSES))
    return false()


def may_see_results_of(person: Person, business_id: int) -> bool:
    """Whether the notified results of a business are shown: to the desk, and to that business."""
    own = can(person, "use_portal") and person.business_id == business_id
    return own or can(person, "see_results")


def sees_inside(person: Person) -> bool:
    """Whether the desk's own side of a case is shown: memos, drafts, history, reasons. A business sees what was said."""
    return can(person, "see_all_cases")


def may_work_on(person: Person, case: Case) -> bool:
    """Whether the person may answer, assign and note on this case."""
    return can(person, "work_on_cases")


def visible_calls(person: Person) -> ColumnElement[bool]:
    """The calls a person may see: those of the desk, for the desk; what is noted in them is for colleagues."""
    return true() if can(person, "see_all_cases") else false()


def may_work_on_call(person: Person, call: PhoneCall) -> bool:
    """Whether the person may write in this call: who speaks, or a leader when it was forgotten."""
    own = person.id == call.operator_id and can(person, "work_on_cases")
    return own or can(person, "finish_calls_of_others")


def may_release(person: Person, answer: Answer) -> bool:
    """四眼: a person who may release answers, but never the one who wrote this one."""
    return can(person, "release_answers") and person.id != answer.author_id
