"""電話の一覧: the calls that are going on, that were made, and that are to be made, each in one statement.

Every list takes `visible`, a condition on `PhoneCall`. The long one is paged by key (begin, id), newest first.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, literal, select, tuple_, union
from sqlalchemy.orm import Session

from cases.business_calendar import JAPAN
from cases.call_state import unfinished
from cases.lifecycle import CLOSED
from cases.models import Business, Case, Contact, LatePayment, PhoneCall
from cases.paging import read_cursor, write_cursor

PAGE = 50
_MOST = 200
_OPEN_FOR = timedelta(days=31)  # older than that nobody writes a call down any more


@dataclass(frozen=True, slots=True)
class CallRow:
    """電話の一行: what a list shows of a call."""

    id: int
    direction: str
    started_at: datetime
    ended_at: datetime | None
    operator_id: int
    operator_name: str
    business_id: int | None
    business_name: str | None
    contact_id: int | None
    contact_name: str | None
    person_name: str
    telephone: str
    subject: str
    content: str
    outcome: str
    message_id: int | None
    case_id: int | None
    case_number: str | None
    case_subject: str | None
    case_kind: str | None
    next_call_at: datetime | None
    next_call_note: str
    next_call_done_at: datetime | None
    promised_on: date | None
    promised_yen: int | None
    talk_script: str


@dataclass(frozen=True, slots=True)
class CallPage:
    """一覧の一頁, with the cursors of the pages beside it."""

    rows: list[CallRow]
    newer: str | None
    older: str | None


@dataclass(frozen=True, slots=True)
class CallFilter:
    """絞り込み; None: not asked. `on`: a day in Japan."""

    operator_id: int | None = None
    business_id: int | None = None
    outcome: str | None = None
    direction: str | None = None
    on: date | None = None


def going_on(session: Session, *, visible: ColumnElement[bool], now: datetime) -> list[CallRow]:
    """通話中・記録中: calls without an end, and those ended but not written down, the longest first."""
    since = PhoneCall.started_at >= literal(now - _OPEN_FOR, PhoneCall.started_at.type)
    ids = union(
        select(PhoneCall.id).where(PhoneCall.ended_at.is_(None)),
        select(PhoneCall.id).where(since, unfinished()),
    )
    found = _rows().where(visible, PhoneCall.id.in_(ids))
    return _fetch(session, found.order_by(PhoneCall.started_at, PhoneCall.id).limit(_MOST))


def next_calls(
    session: Session,
    *,
    visible: ColumnElement[bool],
    until: datetime | None = None,
    of_user: int | None = None,
    limit: int = PAGE,
) -> list[CallRow]:
    """次の電話: the calls to be made on open cases, the longest overdue first; none about an invoice that is paid.

    `until`: only those due before. `of_user`: of whoever has the case, or spoke last where nobody has it.
    """
    found = _rows().where(
        visible,
        PhoneCall.next_call_at.is_not(None),
        PhoneCall.next_call_done_at.is_(None),
        PhoneCall.message_id.is_not(None),
        Case.status != literal(CLOSED, literal_execute=True),
        ~exists().where(LatePayment.case_id == PhoneCall.case_id, LatePayment.settled_at.is_not(None)),
    )
    if until is not None:
        found = found.where(PhoneCall.next_call_at < literal(until, PhoneCall.next_call_at.type))
    if of_user is not None:
        found = found.where(func.coalesce(Case.assignee_id, PhoneCall.operator_id) == of_user)
    return _fetch(session, found.order_by(PhoneCall.next_call_at, PhoneCall.id).limit(limit))


def calls_of_case(session: Session, case_id: int, *, limit: int = _MOST) -> list[CallRow]:
    """The calls of a case, newest first."""
    found = _rows().where(PhoneCall.case_id == case_id)
    return _fetch(session, found.order_by(PhoneCall.id.desc()).limit(limit))


def call_page(
    session: Session,
    *,
    visible: ColumnElement[bool],
    filters: CallFilter,
    before: str | None = None,
    after: str | None = None,
    limit: int = PAGE,
) -> CallPage:
    """One page of all calls, newest first; a cursor that is none counts as not given."""
    found = _rows().where(visible, *_conditions(filters))
    key = tuple_(PhoneCall.started_at, PhoneCall.id)
    older_than, newer_than = read_cursor(before), read_cursor(after)
    if newer_than is not None:
        upwards = found.where(key > newer_than).order_by(PhoneCall.started_at, PhoneCall.id)
        rows = _fetch(session, upwards.limit(limit + 1))
        more, rows = len(rows) > limit, rows[:limit][::-1]
        return CallPage(rows, _at(rows[0]) if rows and more else None, _at(rows[-1]) if rows else None)
    if older_than is not None:
        found = found.where(key < older_than)
    downwards = found.order_by(PhoneCall.started_at.desc(), PhoneCall.id.desc())
    rows = _fetch(session, downwards.limit(limit + 1))
    more, rows = len(rows) > limit, rows[:limit]
    newer = _at(rows[0]) if rows and older_than is not None else None
    return CallPage(rows, newer, _at(rows[-1]) if rows and more else None)


def day_in_japan(day: date) -> tuple[datetime, datetime]:
    """The moments at which a day begins and ends in Japan."""
    begins = datetime.combine(day, time(), tzinfo=JAPAN)
    return begins.astimezone(UTC), (begins + timedelta(days=1)).astimezone(UTC)


def _conditions(filters: CallFilter) -> list[ColumnElement[bool]]:
    found = [
        column == wanted
        for column, wanted in (
            (PhoneCall.operator_id, filters.operator_id),
            (PhoneCall.business_id, filters.business_id),
            (PhoneCall.outcome, filters.outcome),
            (PhoneCall.direction, filters.direction),
        )
        if wanted is not None
    ]
    if filters.on is not None:
        begins, ends = (literal(each, PhoneCall.started_at.type) for each in day_in_japan(filters.on))
        found += [PhoneCall.started_at >= begins, PhoneCall.started_at < ends]
    return found


def _rows() -> Select:
    columns = {
        "business_name": Business.name,
        "contact_name": Contact.name,
        "case_number": Case.number,
        "case_subject": Case.subject,
        "case_kind": Case.kind,
    }
    return (
        select(
            *(
                (columns[name] if name in columns else getattr(PhoneCall, name)).label(name)
                for name in CallRow.__slots__
            )
        )
        .outerjoin(Case, Case.id == PhoneCall.case_id)
        .outerjoin(Business, Business.id == PhoneCall.business_id)
        .outerjoin(Contact, Contact.id == PhoneCall.contact_id)
    )


def _fetch(session: Session, found: Select) -> list[CallRow]:
    return [CallRow(*row) for row in session.execute(found)]


def _at(row: CallRow) -> str:
    return write_cursor(row.started_at, row.id)
