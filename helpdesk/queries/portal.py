"""事業者ポータルのホーム: what is new for a business and what waits for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cases import queries as case_queries
from cases.case_filter import CaseFilter
from cases.lifecycle import WAITING
from helpdesk.queries.portal_cases import PortalCaseRow, row_of
from helpdesk.queries.portal_notices import NoticeRow, newest_notices
from helpdesk.queries.portal_statements import count_to_confirm
from helpdesk.users.permissions import Person, visible_cases

_CASES, _NOTICES = 6, 4


@dataclass(frozen=True, slots=True)
class Home:
    """ホーム: the newest notices and the cases that go on; `waiting` are those that wait for the business."""

    notices: list[NoticeRow]
    cases: list[PortalCaseRow]
    waiting: list[PortalCaseRow]
    to_confirm: int  # notices of settlement that wait for its answer


def home(session: Session, person: Person, business_id: int, now: datetime) -> Home:
    """What a person of a business sees first, in a fixed number of statements."""
    visible = visible_cases(person)

    def cases(**asked: Any) -> list[PortalCaseRow]:
        filters = CaseFilter(open_only=True, **asked)
        found = case_queries.case_list(session, visible=visible, filters=filters, limit=_CASES)
        return [row_of(row, now) for row in found.rows]

    return Home(
        newest_notices(session, business_id, limit=_NOTICES),
        cases(),
        cases(status=WAITING),
        count_to_confirm(session, business_id),
    )
