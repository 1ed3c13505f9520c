"""案件の一覧と画面: the lists and the one case that screens show, each in a fixed number of statements.

Every query takes `visible`, the condition on `Case` that says what the person may see; what is not visible does not
exist. Lists are paged by key, not by offset: a page costs the same wherever it stands and however many cases there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, literal, select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from cases.answer_state import DRAFT, IN_REVIEW, OPEN_STATUSES
from cases.case_filter import OWED, CaseFilter, conditions, is_open, overdue_at
from cases.lifecycle import AWAITING_RELEASE
from cases.models import Answer, Business, Case, Contact, Event, Message
from cases.paging import read_cursor, write_cursor

PAGE = 50


@dataclass(frozen=True, slots=True)
class CaseRow:
    """一覧の一行: what a list shows of a case."""

    id: int
    number: str
    kind: str
    channel: str
    subject: str
    topic: str
    status: str
    business_id: int | None
    business_name: str | None
    contact_name: str | None
    assignee_id: int | None
    assignee_name: str
    received_at: datetime
    due_at: datetime | None
    first_answered_at: datetime | None
    closed_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """一覧の一頁: its rows, and the cursors of the pages beside it where there are any."""

    rows: list[CaseRow]
    newer: str | None
    older: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """件数 of the open cases; `mine` of one person, `overdue` of what this desk still owes."""

    open: int
    by_status: dict[str, int]
    mine: int
    unassigned: int
    awaiting_release: int
    overdue: int


@dataclass(frozen=True, slots=True)
class DraftRow:
    """下書きの一行: an answer that somebody is writing, with the note of whoever sent it back."""

    answer_id: int
    case_number: str
    case_subject: str
    subject: str
    review_note: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class CasePage:
    """案件の画面: messages with attachments and events, oldest first, and the answer that is open, if any."""

    messages: list[Message]
    events: list[Event]
    answer: Answer | None
    answers: list[Answer]


def case_list(
    session: Session,
    *,
    visible: ColumnElement[bool],
    filters: CaseFilter,
    before: str | None = None,
    after: str | None = None,
    limit: int = PAGE,
) -> Page:
    """One page, last changed first. `before`, `after`: cursors of a page; one that is none counts as not given."""
    found = _rows().where(visible, *conditions(session, filters))
    key = tuple_(Case.updated_at, Case.id)
    older_than, newer_than = read_cursor(before), read_cursor(after)
    if newer_than is not None:
        found = found.where(key > newer_than).order_by(Case.updated_at, Case.id)
        rows = _fetch(session, found.limit(limit + 1))
        more, rows = len(rows) > limit, rows[:limit][::-1]
        return Page(
            rows, _cursor_at(rows[0]) if rows and more else None, _cursor_at(rows[-1]) if rows else None
        )
    if older_than is not None:
        found = found.where(key < older_than)
    rows = _fetch(session, found.order_by(Case.updated_at.desc(), Case.id.desc()).limit(limit + 1))
    more, rows = len(rows) > limit, rows[:limit]
    newer = _cursor_at(rows[0]) if rows and older_than is not None else None
    return Page(rows, newer, _cursor_at(rows[-1]) if rows and more else None)


def case_rows(
    session: Session, *, visible: ColumnElement[bool], filters: CaseFilter, limit: int
) -> list[CaseRow]:
    """The same list without pages, up to a limit, for an export."""
    found = _rows().where(visible, *conditions(session, filters))
    return _fetch(session, found.order_by(Case.updated_at.desc(), Case.id.desc()).limit(limit))


def open_counts(session: Session, *, visible: ColumnElement[bool], user_id: int, now: datetime) -> Counts:
    """How many cases are open, and of which sort: one statement over the open cases alone."""

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    moment = literal(now, Case.due_at.type)
    rows = session.execute(
        select(
            Case.status,
            func.count(),
            count(Case.assignee_id == user_id),
            count(Case.assignee_id.is_(None)),
            count(Case.due_at < moment),
        )
        .where(visible, is_open())
        .group_by(Case.status)
    ).all()
    by_status = {row[0]: row[1] for row in rows}
    return Counts(
        open=sum(by_status.values()),
        by_status=by_status,
        mine=sum(row[2] for row in rows),
        unassigned=sum(row[3] for row in rows),
        awaiting_release=by_status.get(AWAITING_RELEASE, 0),
        overdue=sum(row[4] for row in rows if row[0] in OWED),
    )


def my_work(
    session: Session, user_id: int, *, visible: ColumnElement[bool], limit: int = PAGE
) -> list[CaseRow]:
    """A person's open cases, the nearest deadline first."""
    return _by_deadline(session, [visible, is_open(), Case.assignee_id == user_id], limit)


def my_drafts(
    session: Session, user_id: int, *, visible: ColumnElement[bool], limit: int = PAGE
) -> list[DraftRow]:
    """The answers that a person is writing, those sent back among them, the oldest first."""
    rows = session.execute(
        select(Answer.id, Case.number, Case.subject, Answer.subject, Answer.review_note, Answer.updated_at)
        .join(Case, Case.id == Answer.case_id)
        .where(visible, Answer.status == DRAFT, Answer.author_id == user_id)
        .order_by(Answer.updated_at, Answer.id)
        .limit(limit)
    )
    return [DraftRow(*row) for row in rows]


def unassigned(session: Session, *, visible: ColumnElement[bool], limit: int = PAGE) -> list[CaseRow]:
    """Open cases that nobody has, the nearest deadline first."""
    return _by_deadline(session, [visible, is_open(), Case.assignee_id.is_(None)], limit)


def overdue(
    session: Session, *, visible: ColumnElement[bool], now: datetime, limit: int = PAGE
) -> list[CaseRow]:
    """Cases whose answer this desk owes beyond its deadline, the longest overdue first."""
    return _by_deadline(session, [visible, *overdue_at(now)], limit)


def awaiting_release(
    session: Session, *, visible: ColumnElement[bool], not_by: int | None = None, limit: int = PAGE
) -> list[CaseRow]:
    """承認待ち: cases with an answer in review, the longest waiting first; without those that `not_by` wrote."""
    found = _rows().join(Answer, Answer.case_id == Case.id).where(visible, Answer.status == IN_REVIEW)
    if not_by is not None:
        found = found.where(Answer.author_id != not_by)
    return _fetch(session, found.order_by(Answer.submitted_at, Answer.id).limit(limit))


def case_by_number(session: Session, number: str, *, visible: ColumnElement[bool]) -> Case | None:
    """The case of a number with business and contact, or None: no such number, or not for this person."""
    found = select(Case).where(Case.number == number, visible)
    return session.scalars(found.options(joinedload(Case.business), joinedload(Case.contact))).one_or_none()


def case_page(session: Session, shown: Case) -> CasePage:
    """What the page of a case shows, in four statements; the caller has checked that the person may see it."""
    messages = session.scalars(
        select(Message)
        .where(Message.case_id == shown.id)
        .order_by(Message.id)
        .options(selectinload(Message.attachments))
    ).all()
    events = session.scalars(select(Event).where(Event.case_id == shown.id).order_by(Event.id)).all()
    answers = session.scalars(select(Answer).where(Answer.case_id == shown.id).order_by(Answer.id)).all()
    open_answers = [answer for answer in answers if answer.status in OPEN_STATUSES]
    return CasePage(list(messages), list(events), open_answers[-1] if open_answers else None, list(answers))


def _rows() -> Select:
    columns = {
        "business_name": Business.name.label("business_name"),
        "contact_name": Contact.name.label("contact_name"),
    }
    return (
        select(*(columns.get(name, getattr(Case, name, None)) for name in CaseRow.__slots__))
        .outerjoin(Business, Business.id == Case.business_id)
        .outerjoin(Contact, Contact.id == Case.contact_id)
    )


def _fetch(session: Session, found: Select) -> list[CaseRow]:
    return [CaseRow(*row) for row in session.execute(found)]


def _by_deadline(session: Session, asked: Sequence[ColumnElement[bool]], limit: int) -> list[CaseRow]:
    order = (Case.due_at.is_(None), Case.due_at, Case.id)
    return _fetch(session, _rows().where(*asked).order_by(*order).limit(limit))


def _cursor_at(row: CaseRow) -> str:
    return write_cursor(row.updated_at, row.id)
