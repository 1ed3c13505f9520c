"""Lists and the one case: what they show, to whom, page by page, in a fixed number of statements."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, false, true
from sqlalchemy.orm import Session

from cases import queries, search
from cases.answering import draft, submit, withdraw
from cases.history import Actor
from cases.intake import receive
from cases.models import Attachment, Business, Case, Contact, Message
from cases.queries import CaseFilter
from helpdesk.database import Database
from tests.cases.mails import make_mail

Make = Callable[..., Case]
HOUR = timedelta(hours=1)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Collects the statements that run inside."""
    ran: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith("BEGIN"):
            ran.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def listed(session: Session, **filters: object) -> list[int]:
    page = queries.case_list(session, visible=true(), filters=CaseFilter(**filters))
    return [row.id for row in page.rows]


def test_a_row_says_who_and_what(
    session: Session, make_case: Make, kaminari: Business, operator: Actor, now: datetime
) -> None:
    case = make_case(
        session,
        business=kaminari,
        contact=kaminari.contacts[0],
        assignee_id=7,
        assignee_name="佐藤 花子",
        due_at=now + HOUR,
    )
    (row,) = queries.case_list(session, visible=true(), filters=CaseFilter()).rows
    assert (row.id, row.number, row.subject) == (case.id, case.number, "ペナルティの算定について")
    assert (row.business_name, row.contact_name) == ("かみなり発電株式会社", "山田 太郎")
    assert (row.assignee_name, row.status, row.topic, row.channel) == (
        "佐藤 花子",
        "received",
        "penalty",
        "mail",
    )
    assert (row.received_at, row.due_at, row.updated_at, row.closed_at) == (now, now + HOUR, now, None)


def test_filters_find_what_they_say(
    session: Session, make_case: Make, kaminari: Business, now: datetime
) -> None:
    plain = make_case(session, due_at=now - HOUR, updated_at=now + 1 * HOUR)
    mine = make_case(session, assignee_id=7, due_at=now + HOUR, updated_at=now + 2 * HOUR)
    closed = make_case(session, status="closed", due_at=now - HOUR, updated_at=now + 3 * HOUR)
    waiting = make_case(
        session, status="waiting", topic="auction", due_at=now - HOUR, updated_at=now + 4 * HOUR
    )
    theirs = make_case(session, business=kaminari, assignee_id=8, updated_at=now + 5 * HOUR)

    assert listed(session) == [theirs.id, waiting.id, closed.id, mine.id, plain.id]
    assert listed(session, open_only=True) == [theirs.id, waiting.id, mine.id, plain.id]
    assert listed(session, status="closed") == [closed.id]
    assert listed(session, status="closed", open_only=True) == []
    assert listed(session, assignee_id=7) == [mine.id]
    assert listed(session, unassigned=True, open_only=True) == [waiting.id, plain.id]
    assert listed(session, topic="auction") == [waiting.id]
    assert listed(session, business_id=kaminari.id) == [theirs.id]
    assert listed(session, due_before=now) == [plain.id]
    assert listed(session, due_before=now + 2 * HOUR) == [mine.id, plain.id]
    assert listed(session, topic="auction", assignee_id=7) == []


def test_the_text_filter_looks_into_the_messages(session: Session, now: datetime) -> None:
    first = take(session, now, message_id="1@x.example", text="拠出金の督促状")
    second = take(session, now + HOUR, message_id="2@x.example", text="停止計画")
    assert listed(session, text="督促") == [first.id]
    assert listed(session, text="ﾍﾟﾅﾙﾃｨ") == [second.id, first.id]
    assert listed(session, text="督促 停止") == []
    assert listed(session, text=" ") == [second.id, first.id]


def take(session: Session, now: datetime, **values: object) -> Case:
    mail = make_mail(**values)
    return receive(session, mail, automatic=None, signed_case_id=None, attachment_sha256=[], now=now).case


def test_pages_go_forth_and_back_without_a_gap_or_a_repeat(
    session: Session, make_case: Make, now: datetime
) -> None:
    cases = [make_case(session, updated_at=now + (number // 3) * HOUR) for number in range(11)]
    expected = [case.id for case in reversed(cases)]

    def page(**cursor: str | None) -> queries.Page:
        return queries.case_list(session, visible=true(), filters=CaseFilter(), limit=4, **cursor)

    first = page()
    second = page(before=first.older)
    third = page(before=second.older)
    pages = [first, second, third]
    assert [[row.id for row in each.rows] for each in pages] == [expected[:4], expected[4:8], expected[8:]]
    assert (first.newer, third.older) == (None, None)

    back = page(after=third.newer)
    assert [row.id for row in back.rows] == expected[4:8]
    assert (back.newer, back.older) == (second.newer, second.older)
    start = page(after=back.newer)
    assert [row.id for row in start.rows] == expected[:4]
    assert (start.newer, start.older) == (None, first.older)


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "-1", "20260101T000000000000-", "20260101T000000000000-x", "20269901T000000000000-1", "１-1"],
)
def test_a_broken_cursor_counts_as_none(session: Session, case: Case, cursor: str) -> None:
    for direction in ("before", "after"):
        page = queries.case_list(session, visible=true(), filters=CaseFilter(), **{direction: cursor})
        assert [row.id for row in page.rows] == [case.id]


def test_what_is_not_visible_does_not_exist(
    session: Session, make_case: Make, kaminari: Business, operator: Actor, leader: Actor, now: datetime
) -> None:
    theirs = make_case(session, business=kaminari, assignee_id=7, due_at=now - HOUR)
    hidden = make_case(session, assignee_id=7, due_at=now - HOUR)
    for case in (theirs, hidden):
        submit(
            session,
            draft(session, case, template="t", subject="件名", body_text="本文", by=operator, now=now),
            by=operator,
            now=now,
        )
    own = Case.business_id == kaminari.id

    assert [row.id for row in queries.case_list(session, visible=own, filters=CaseFilter()).rows] == [
        theirs.id
    ]
    assert [row.id for row in queries.case_rows(session, visible=own, filters=CaseFilter(), limit=9)] == [
        theirs.id
    ]
    assert [row.id for row in queries.my_work(session, 7, visible=own)] == [theirs.id]
    assert [row.id for row in queries.overdue(session, visible=own, now=now)] == [theirs.id]
    assert [row.id for row in queries.awaiting_release(session, visible=own)] == [theirs.id]
    assert queries.open_counts(session, visible=own, user_id=7, now=now).open == 1
    assert queries.open_counts(session, visible=false(), user_id=7, now=now).open == 0
    assert queries.case_by_number(session, hidden.number, visible=own) is None
    assert queries.case_by_number(session, theirs.number, visible=own) is theirs
    assert queries.case_by_number(session, "2026-000000-0", visible=true()) is None


def test_counts_are_of_the_open_cases(session: Session, make_case: Make, now: datetime) -> None:
    late, early = now - HOUR, now + HOUR
    make_case(session, due_at=late)
    make_case(session, due_at=early, assignee_id=7, status="in_progress")
    make_case(session, due_at=late, assignee_id=7, status="awaiting_release")
    make_case(session, due_at=late, assignee_id=8, status="waiting")
    make_case(session, due_at=late, assignee_id=7, status="closed")
    counts = queries.open_counts(session, visible=true(), user_id=7, now=now)
    assert (counts.open, counts.mine, counts.unassigned) == (4, 2, 1)
    assert (counts.awaiting_release, counts.overdue) == (1, 2)
    assert counts.by_status == {"received": 1, "in_progress": 1, "awaiting_release": 1, "waiting": 1}
    assert len(queries.overdue(session, visible=true(), now=now)) == counts.overdue
    assert len(listed(session, due_before=now, open_only=True)) == counts.overdue


def test_work_comes_with_the_nearest_deadline_first(session: Session, make_case: Make, now: datetime) -> None:
    never = make_case(session, assignee_id=7)
    later = make_case(session, assignee_id=7, due_at=now + 2 * HOUR)
    sooner = make_case(session, assignee_id=7, due_at=now + HOUR)
    make_case(session, assignee_id=7, status="closed")
    nobodys = make_case(session)
    assert [row.id for row in queries.my_work(session, 7, visible=true())] == [sooner.id, later.id, never.id]
    assert [row.id for row in queries.unassigned(session, visible=true())] == [nobodys.id]


def test_answers_wait_for_a_second_person_and_drafts_for_their_author(
    session: Session, make_case: Make, operator: Actor, leader: Actor, now: datetime
) -> None:
    in_review, being_written, given_up = (make_case(session) for _ in range(3))

    def begin(case: Case, by: Actor = operator) -> object:
        return draft(session, case, template="t", subject="件名", body_text="本文", by=by, now=now)

    submit(session, begin(in_review), by=operator, now=now)
    answer = begin(being_written)
    withdraw(session, begin(given_up), by=operator, now=now)

    assert [row.id for row in queries.awaiting_release(session, visible=true())] == [in_review.id]
    assert [row.id for row in queries.awaiting_release(session, visible=true(), not_by=3)] == [in_review.id]
    assert queries.awaiting_release(session, visible=true(), not_by=7) == []
    (row,) = queries.my_drafts(session, 7, visible=true())
    assert (row.answer_id, row.case_number, row.subject) == (answer.id, being_written.number, "件名")
    assert queries.my_drafts(session, 3, visible=true()) == []


def fill(session: Session, make_case: Make, business: Business, now: datetime, cases: int) -> Case:
    for number in range(cases):
        case = make_case(session, business=business, contact=business.contacts[number % 2], assignee_id=7)
        for _ in range(2):
            attachment = Attachment(name="a.txt", content_type="text/plain", size_bytes=1, sha256="0" * 64)
            search.store(
                session,
                Message(
                    case_id=case.id,
                    direction="in",
                    channel="mail",
                    subject="件名",
                    author_name="",
                    from_address="",
                    body_text="拠出金",
                    occurred_at=now,
                    attachments=[attachment],
                ),
            )
    return case


@pytest.mark.parametrize("cases", [1, 60])
def test_the_number_of_statements_does_not_grow(
    database: Database, make_case: Make, operator: Actor, now: datetime, cases: int
) -> None:
    with database.write_session() as session:
        contacts = [Contact(name="甲"), Contact(name="乙")]
        business = Business(code="B", name="事業者", kind="retailer", contacts=contacts)
        session.add(business)
        session.flush()
        number = fill(session, make_case, business, now, cases).number

    def counted(ask: Callable[[Session], object]) -> int:
        with database.read_session() as session, statements(database) as ran:
            ask(session)
        return len(ran)

    everything = CaseFilter(open_only=True, assignee_id=7, topic="penalty", due_before=now)
    assert counted(lambda session: queries.case_list(session, visible=true(), filters=everything)) == 1
    searched = CaseFilter(text="拠出金")
    assert counted(lambda session: queries.case_list(session, visible=true(), filters=searched)) == 2
    assert counted(lambda session: queries.open_counts(session, visible=true(), user_id=7, now=now)) == 1
    assert counted(lambda session: queries.my_work(session, 7, visible=true())) == 1
    assert counted(lambda session: queries.awaiting_release(session, visible=true())) == 1

    def look(session: Session) -> None:
        case = queries.case_by_number(session, number, visible=true())
        page = queries.case_page(session, case)
        assert (case.business.name, case.contact.name[:1] in "甲乙") == ("事業者", True)
        assert [each.name for message in page.messages for each in message.attachments] == ["a.txt", "a.txt"]
        assert page.answer is None

    assert counted(look) == 5


def test_the_page_of_a_case_has_all_of_it_in_order(session: Session, operator: Actor, now: datetime) -> None:
    case = take(session, now)
    given_up = draft(session, case, template="t", subject="一", body_text="本文", by=operator, now=now)
    withdraw(session, given_up, by=operator, now=now)
    answer = draft(session, case, template="t", subject="二", body_text="本文", by=operator, now=now)
    page = queries.case_page(session, case)
    assert [message.subject for message in page.messages] == ["5月分のペナルティ額について"]
    assert [each.kind for each in page.events][:2] == ["received", "answer_drafted"]
    assert (page.answer, page.answers) == (answer, [given_up, answer])


def plan(session: Session, filters: CaseFilter, before: str | None = None) -> list[str]:
    """How SQLite walks a page of a list."""
    connection = session.connection()
    seen: list[tuple[str, object]] = []

    def note(conn: object, cursor: object, statement: str, parameters: object, *rest: object) -> None:
        seen.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    queries.case_list(session, visible=true(), filters=filters, before=before)
    event.remove(connection, "before_cursor_execute", note)
    statement, parameters = seen[-1]
    return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        ({}, "ix_cases_case_newest"),
        ({"status": "closed"}, "ix_cases_case_list"),
        ({"business_id": 1}, "ix_cases_case_of_business"),
        ({"assignee_id": 7, "status": "in_progress"}, "ix_cases_case_mine"),
    ],
)
def test_a_page_is_read_from_its_index_without_sorting(
    database: Database, session: Session, case: Case, filters: dict, index: str
) -> None:
    if not database.is_sqlite:
        pytest.skip("the plan of PostgreSQL depends on its statistics")
    for before in (None, "20260630T010000000000-5"):
        steps = plan(session, CaseFilter(**filters), before)
        assert any(index in step for step in steps), steps
        assert not any("TEMP B-TREE" in step for step in steps), steps
