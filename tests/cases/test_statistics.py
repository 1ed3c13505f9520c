"""The week in figures, from events alone: any past week gives the same figures for ever."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, update
from sqlalchemy.orm import Session

from cases import lifecycle, phone_calls
from cases.answering import AnswerMail, draft, release, submit
from cases.assignment import assign
from cases.business_calendar import seed_holidays
from cases.classification import TOPICS, change_topic
from cases.history import SYSTEM, Actor, erase, read_stream, record
from cases.intake import receive
from cases.memos import add_memo
from cases.models import Case, Message
from cases.statistics import WeeklyInquiries, week_of, weekly_inquiries
from helpdesk.database import Database
from tests.cases.mails import make_mail

OPERATOR, LEADER = Actor(7, "佐藤 花子"), Actor(3, "鈴木 一郎")
MONDAY = date(2026, 6, 29)


def at(day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A time of the week's days, Monday = 0, Japan time."""
    midnight = datetime(2026, 6, 28, 15, 0, tzinfo=UTC)
    return midnight + timedelta(days=day, hours=hour, minutes=minute)


def write_in(
    session: Session, now: datetime, number: int = 1, case: Case | None = None, **values: object
) -> Case:
    values = {"message_id": f"{number}-{now.timestamp()}@x.example", "text": f"質問 {number} {now}"} | values
    return receive(
        session,
        make_mail(**values),
        automatic=None,
        signed_case_id=case.id if case else None,
        attachment_sha256=[],
        now=now,
    ).case


def answer(session: Session, case: Case, now: datetime) -> None:
    written = draft(session, case, template="t", subject="回答", body_text="本文", by=OPERATOR, now=now)
    submit(session, written, by=OPERATOR, now=now)
    mail = AnswerMail(
        message_id=f"answer-{written.id}@desk.example",
        in_reply_to=(),
        reference_ids=(),
        raw_sha256="0" * 64,
        from_address="desk@desk.example",
        to_addresses=("x@x.example",),
        cc_addresses=(),
        subject="回答",
        body_text="本文",
    )
    release(session, written, by=LEADER, now=now, current_run_digest=None, message=mail)


def close(session: Session, case: Case, now: datetime) -> None:
    lifecycle.move(session, case, "closed", by=OPERATOR, now=now, reason="解決")


def test_a_week_is_counted(session: Session) -> None:
    seed_holidays(session, [2026])
    old = write_in(session, at(-6), 1, subject="拠出金の請求書")
    done_before = write_in(session, at(-5), 2)
    close(session, done_before, at(-3))
    first = write_in(session, at(0, 9, 30), 3, subject="ペナルティについて")
    second = write_in(session, at(2, 16, 30), 4, subject="オークションの約定")
    third = write_in(session, at(6, 23, 59), 5, subject="実効性テスト")
    answer(session, first, at(0, 11, 0))
    answer(session, second, at(3, 9, 15))
    close(session, second, at(4))
    close(session, old, at(4, 12))
    write_in(session, at(5), 6, case=old)
    write_in(session, at(7, 0, 0), 7, subject="次の週")

    week = weekly_inquiries(session, monday=MONDAY)
    assert (week.starts_at, week.ends_at) == (at(0, 0), at(7, 0))
    assert (week.carried_over, week.received, week.reopened, week.closed) == (1, 3, 1, 2)
    assert (week.open_at_end, week.overdue_at_end) == (3, 0)
    assert (week.answers, week.answered) == (2, 2)
    assert week.topic_days["penalty"] == (1, 0, 0, 0, 0, 0, 0)
    assert week.topic_days["auction"] == (0, 0, 1, 0, 0, 0, 0)
    assert week.topic_days["effectiveness_test"] == (0, 0, 0, 0, 0, 0, 1)
    assert week.topic_days["contribution"] == (0,) * 7
    assert list(week.topic_days) == list(TOPICS)
    assert week.channels == {"mail": 3, "phone": 0, "form": 0}
    assert (week.response.count, week.response.median_minutes, week.response.longest_minutes) == (2, 67, 90)

    assert [each.case_id for each in week.cases] == [old.id, first.id, second.id, third.id]
    shown = week.cases[1]
    assert (shown.number, shown.subject, shown.topic) == (first.number, "ペナルティについて", "penalty")
    assert (shown.received_at, shown.first_answered_at, shown.response_minutes) == (
        at(0, 9, 30),
        at(0, 11, 0),
        90,
    )
    assert (shown.status, shown.handler) == ("waiting", "鈴木 一郎")
    assert [each.status for each in week.cases] == ["in_progress", "waiting", "closed", "received"]


def test_what_was_answered_on_the_telephone_was_answered(session: Session) -> None:
    seed_holidays(session, [2026])
    case = write_in(session, at(0, 10, 0), 1, subject="ペナルティについて")
    for minute, outcome in ((5, "no_answer"), (20, "answered"), (50, "answered")):
        call = phone_calls.begin(session, direction="out", case=case, by=OPERATOR, now=at(0, 10, minute))
        phone_calls.end(
            session, call, outcome=outcome, content="説明した", by=OPERATOR, now=at(0, 10, minute + 1)
        )
    week = weekly_inquiries(session, monday=MONDAY)
    assert (week.response.count, week.response.longest_minutes) == (1, 21)
    assert (week.cases[0].status, case.first_answered_at) == ("waiting", at(0, 10, 21))


def test_a_week_without_anything_is_all_zeros(session: Session) -> None:
    week = weekly_inquiries(session, monday=MONDAY)
    assert (week.carried_over, week.received, week.closed, week.open_at_end, week.cases) == (0, 0, 0, 0, ())
    assert (week.response.count, week.response.median_minutes, week.response.longest_minutes) == (
        0,
        None,
        None,
    )


def test_the_present_state_is_never_read(session: Session) -> None:
    case = write_in(session, at(1))
    answer(session, case, at(2))
    before = weekly_inquiries(session, monday=MONDAY)
    session.execute(update(Case).values(status="closed", subject="書き換え", topic="other", business_id=None))
    session.execute(delete(Message).where(Message.direction == "note"))
    session.expire_all()
    assert weekly_inquiries(session, monday=MONDAY) == before


def test_what_was_changed_later_shows_in_the_later_week_only(session: Session) -> None:
    case = write_in(session, at(1), subject="ペナルティ")
    assign(session, case, LEADER, by=OPERATOR, now=at(2))
    before = weekly_inquiries(session, monday=MONDAY)
    change_topic(session, case, "auction", by=OPERATOR, now=at(8))
    assign(session, case, OPERATOR, by=LEADER, now=at(8))
    close(session, case, at(9))
    assert weekly_inquiries(session, monday=MONDAY) == before
    assert (before.cases[0].topic, before.cases[0].handler) == ("penalty", "鈴木 一郎")
    after = weekly_inquiries(session, monday=MONDAY + timedelta(days=7))
    assert (after.carried_over, after.closed, after.open_at_end) == (1, 1, 0)
    assert (after.cases[0].topic, after.cases[0].handler) == ("auction", "佐藤 花子")


def test_a_report_as_of_a_moment_knows_nothing_later(session: Session) -> None:
    case = write_in(session, at(1))
    close(session, case, at(3))
    assert weekly_inquiries(session, monday=MONDAY, as_of=at(2)).closed == 0
    assert weekly_inquiries(session, monday=MONDAY, as_of=at(2)).open_at_end == 1
    assert weekly_inquiries(session, monday=MONDAY, as_of=at(3)).closed == 1
    assert weekly_inquiries(session, monday=MONDAY, as_of=at(0)).received == 0


def test_overdue_is_what_the_desk_owes_at_the_end_of_the_week(session: Session) -> None:
    late, waits = write_in(session, at(-20), 1), write_in(session, at(-20), 2)
    answer(session, waits, at(-1))
    write_in(session, at(1), 3)
    week = weekly_inquiries(session, monday=MONDAY)
    assert (week.carried_over, week.open_at_end, week.overdue_at_end) == (2, 3, 1)
    write_in(session, at(5), 4, case=waits)
    assert weekly_inquiries(session, monday=MONDAY).overdue_at_end == 1
    assert late.due_at < week.ends_at


def test_only_work_makes_a_case_handled(session: Session) -> None:
    seen, noted = write_in(session, at(-3), 1), write_in(session, at(-3), 2)
    for kind in ("viewed", "exported", "mail_sent", "acknowledged", "automatic_mail_received"):
        record(session, f"case:{seen.id}", kind, {}, by=SYSTEM, now=at(1), case_id=seen.id)
    add_memo(session, noted, "電話した", by=OPERATOR, now=at(1))
    week = weekly_inquiries(session, monday=MONDAY)
    assert [(each.case_id, each.handler) for each in week.cases] == [(noted.id, "佐藤 花子")]
    assert week.carried_over == 2


def test_an_erased_history_still_counts(session: Session) -> None:
    case = write_in(session, at(1))
    for each in read_stream(session, f"case:{case.id}"):
        erase(session, each, by=LEADER, now=at(10), reason="契約終了")
    week = weekly_inquiries(session, monday=MONDAY)
    assert (week.received, week.open_at_end) == (1, 1)
    assert (week.cases[0].number, week.cases[0].subject) == ("（消去済み）", "（消去済み）")


def test_other_kinds_of_cases_are_counted_elsewhere(session: Session, make_case: Callable[..., Case]) -> None:
    case = make_case(session, kind="late_payment")
    content = {"kind": "late_payment", "number": case.number}
    record(session, f"case:{case.id}", "received", content, by=SYSTEM, now=at(1), case_id=case.id)
    assert weekly_inquiries(session, monday=MONDAY).received == 0


def test_a_week_begins_on_a_monday_of_japan() -> None:
    assert week_of(at(0, 0)) == MONDAY
    assert week_of(at(0, 0) - timedelta(microseconds=1)) == MONDAY - timedelta(days=7)
    assert week_of(at(6, 23, 59)) == MONDAY


def test_another_day_than_a_monday_is_refused(session: Session) -> None:
    with pytest.raises(ValueError, match="月曜日ではありません"):
        weekly_inquiries(session, monday=date(2026, 6, 30))


@pytest.mark.parametrize("cases", [1, 30])
def test_the_figures_take_two_statements_however_much_there_is(database: Database, cases: int) -> None:
    with database.write_session() as session:
        for number in range(cases):
            answer(session, write_in(session, at(number % 7 - 3), number), at(6))
    ran: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith("BEGIN"):
            ran.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    with database.read_session() as session:
        assert weekly_inquiries(session, monday=MONDAY).answers == cases
    assert len(ran) == 2


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "reply", "answer", "close", "reopen", "topic", "assign"]),
        st.integers(0, 5),
        st.integers(1, 2600),
    ),
    max_size=25,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(steps=STEPS)
def test_every_week_stays_as_it_was_when_it_ended_and_adds_up(database: Database, steps: list) -> None:
    with database.open_session(writes=True) as session:
        now, monday, cases = at(0, 0), MONDAY, []
        when_it_ended: dict[date, WeeklyInquiries] = {}
        for number, (step, which, minutes) in enumerate(steps):
            now += timedelta(minutes=minutes)
            while week_of(now) > monday:
                when_it_ended[monday] = weekly_inquiries(session, monday=monday)
                monday += timedelta(days=7)
            take_step(session, step, cases, which, number, now)
        last = weekly_inquiries(session, monday=monday)
        assert last.open_at_end == sum(case.status != "closed" for case in cases)
        carried = 0
        for day, week in [*when_it_ended.items(), (monday, last)]:
            assert weekly_inquiries(session, monday=day) == week
            assert week.carried_over == carried
            carried = week.carried_over + week.received + week.reopened - week.closed
            assert week.open_at_end == carried
            assert sum(map(sum, week.topic_days.values())) == sum(week.channels.values()) == week.received
        session.rollback()


def take_step(session: Session, step: str, cases: list[Case], which: int, number: int, now: datetime) -> None:
    """One thing that can be done to the case at that moment; what cannot is left out."""
    if step == "write" or not cases:
        cases.append(write_in(session, now, number, subject=["ペナルティ", "拠出金", "件名"][which % 3]))
        return
    case = cases[which % len(cases)]
    if step == "reply":
        write_in(session, now, number, case=case)
    elif step == "answer" and case.status != "closed":
        answer(session, case, now)
    elif step == "close" and case.status != "closed":
        close(session, case, now)
    elif step == "reopen" and case.status == "closed":
        lifecycle.move(session, case, "in_progress", by=OPERATOR, now=now, reason="再確認")
    elif step == "topic":
        change_topic(session, case, list(TOPICS)[which], by=OPERATOR, now=now)
    elif step == "assign" and case.status != "closed":
        assign(session, case, [OPERATOR, LEADER, None][which % 3], by=LEADER, now=now)
