"""Thousands of cases at once, written as rows: 3 % open, Japanese text, one mail and one event each."""

from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from alerts.models import Feed, Incident, Publication
from cases import search
from cases.history import SYSTEM
from cases.models import Case, Event, EventStream, LatePayment, Message, Objection, PhoneCall
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.ledger.book_missing import book_missing
from helpdesk.ledger.models import Invoice
from helpdesk.register.models import ImportedFile

_WORDS = ("ペナルティの計算", "容量停止計画の差替", "契約電源の変更", "交付額の内訳", "アセスメント対象容量")
_PORTION = 2_000


def add_cases(desk: Desk, count: int, *, business_ids: list[int], assignee_id: int) -> None:
    """Add `count` cases after those that are there."""
    with desk.database.write_session() as session:
        first = (session.scalar(select(func.max(Case.id))) or 0) + 1
        for start in range(first, first + count, _PORTION):
            _add(session, range(start, min(start + _PORTION, first + count)), desk, business_ids, assignee_id)
    if not desk.database.is_sqlite:  # without it a planner guesses what such a table holds
        with desk.database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")


def add_messages(desk: Desk, case_id: int, count: int) -> None:
    """A long conversation."""
    with desk.database.write_session() as session:
        for number in range(count):
            text = f"{number}通目です。{_WORDS[number % 5]}について。"
            direction = ("in", "out", "note")[number % 3]
            search.store(session, _message(case_id, text, direction=direction, at=desk.clock()))


def add_follow_ups(desk: Desk, ids: range, *, notice_id: int, operator_id: int) -> None:
    """On each of these cases a finished call with a next one, an objection, and an overdue invoice; and an incident a row."""
    now = desk.clock()
    today = in_japan(now).date()
    with desk.database.write_session() as session:
        message_of = dict(
            session.execute(select(Message.case_id, func.min(Message.id)).group_by(Message.case_id)).all()
        )
        business_of = dict(session.execute(select(Case.id, Case.business_id)).all())
        publication = Publication(
            source="bulk",
            content_digest=f"{ids.start:064d}",
            raw_sha256="0" * 64,
            fetched_at=now,
            last_fetched_at=now,
            state="unreadable",
            is_whole=False,
        )
        session.merge(Feed(source="bulk", last_problem=""))
        session.flush()
        session.add(publication)
        for each in ids:
            session.add_all(
                (
                    ImportedFile(
                        kind="contracts",
                        file_name=f"{each}.csv",
                        sha256="0" * 64,
                        size_bytes=1,
                        encoding="UTF-8",
                        rows=1,
                        new=1,
                        corrected=0,
                        known=0,
                        imported_at=now,
                        imported_by_name="担当",
                    ),
                    PhoneCall(
                        case_id=each,
                        direction="out",
                        operator_id=operator_id,
                        operator_name="担当",
                        business_id=business_of[each],
                        started_at=now,
                        ended_at=now,
                        outcome="callback",
                        next_call_at=now,
                        message_id=message_of[each],
                    ),
                    Objection(
                        case_id=each,
                        notice_reference=notice_id,
                        notice_number="第1号",
                        grounds="数え方が違う",
                        received_at=now,
                        status="in_review",
                    ),
                    Invoice(
                        number=f"KY-{each}",
                        business_id=business_of[each],
                        kind="contribution",
                        fiscal_year=2026,
                        delivery_month=4,
                        amount_yen=1_000 + each,
                        issued_on=today - timedelta(days=40),
                        due_on=today - timedelta(days=10),
                        recorded_at=now,
                    ),
                    Incident(
                        key=f"RM-{each}",
                        day=today - timedelta(days=each),
                        number_of_day=1,
                        state="open",
                        areas=["東京"],
                        events=["first_low"],
                        first_publication=publication,
                        last_publication=publication,
                        opened_at=now,
                        updated_at=now,
                    ),
                )
            )
        session.flush()
        for invoice in session.scalars(select(Invoice)).all():
            case_id = int(invoice.number.removeprefix("KY-"))
            if case_id in ids:
                session.add(
                    LatePayment(
                        case_id=case_id,
                        invoice_reference=invoice.id,
                        invoice_number=invoice.number,
                        opened_at=now,
                    )
                )
        session.execute(update(Case).where(Case.id.in_(ids)).values(status="in_progress", closed_at=None))
        book_missing(session, by=SYSTEM, now=now)


def _add(session: Session, ids: range, desk: Desk, business_ids: list[int], assignee_id: int) -> None:
    now = desk.clock()
    session.execute(
        insert(Case), [_case(each, now, business_ids[each % len(business_ids)], assignee_id) for each in ids]
    )
    messages = [_message(each, f"{_WORDS[each % 5]}を教えてください。番号{each}。") for each in ids]
    for message in messages:
        message.occurred_at = now
        message.search_text = search.normalise(message.body_text)
    session.add_all(messages)
    session.flush()
    search.index(session, messages)
    session.execute(
        insert(EventStream),
        [{"name": f"case:{each}", "last_seq": 1, "last_digest": "0" * 64} for each in ids],
    )
    session.execute(insert(Event), [_event(each, now) for each in ids])


def _case(case_id: int, now: datetime, business_id: int, assignee_id: int) -> dict:
    is_open = case_id % 33 == 0
    at = now - timedelta(minutes=10 * case_id)
    return {
        "id": case_id,
        "number": f"bulk-{case_id}",
        "kind": "inquiry",
        "channel": "mail",
        "topic": "penalty",
        "topic_reasons": [],
        "subject": f"{_WORDS[case_id % 5]}について",
        "status": "in_progress" if is_open else "closed",
        "business_id": business_id,
        "business_reason": "",
        "assignee_id": assignee_id if is_open and case_id % 2 else None,
        "assignee_name": "担当" if is_open and case_id % 2 else "",
        "received_at": at,
        "due_at": at + timedelta(days=3),
        "due_reason": [],
        "closed_at": None if is_open else at,
        "updated_at": at,
        "version": 1,
    }


def _message(case_id: int, text: str, *, direction: str = "in", at: datetime | None = None) -> Message:
    return Message(
        case_id=case_id,
        direction=direction,
        channel="memo" if direction == "note" else "mail",
        automatic=False,
        in_reply_to=[],
        reference_ids=[],
        to_addresses=[],
        cc_addresses=[],
        notes=[],
        author_name="田中",
        from_address="tanaka@kitahama.example" if direction == "in" else "",
        subject="照会",
        body_text=text,
        occurred_at=at,
    )


def _event(case_id: int, now: datetime) -> dict:
    return {
        "stream": f"case:{case_id}",
        "seq": 1,
        "case_id": case_id,
        "at": now,
        "actor_id": None,
        "actor_name": "システム",
        "kind": "received",
        "content": "{}",
        "salt": "",
        "previous_digest": "0" * 64,
        "digest": f"{case_id:064d}",
    }
