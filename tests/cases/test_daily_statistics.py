"""日次集計: number handled, handling time, calls and checklists of one day, from what had happened by its end."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from cases import lifecycle
from cases.business_calendar import seed_holidays
from cases.checklist_seeding import seed_checklists
from cases.checklists import templates, tick
from cases.daily_statistics import ObjectionsDay, daily_operations
from cases.history import SYSTEM, Actor, record_on_case
from cases.kinds import KINDS
from cases.memos import add_memo
from cases.models import Case
from cases.opening import NewCase, open_case
from cases.phone_calls import begin, discard, end, hang_up
from cases.working_time import enter

OPERATOR, LEADER, BUSINESS = Actor(7, "佐藤 花子"), Actor(3, "鈴木 一郎"), Actor(90, "田中 由紀")
DAY = date(2026, 6, 30)


def at(hour: int, minute: int = 0, *, day: int = 0) -> datetime:
    """A time of the day (Japan), or of one so many days later."""
    return datetime(2026, 6, 29, 15, 0, tzinfo=UTC) + timedelta(days=day, hours=hour, minutes=minute)


@pytest.fixture
def opened(session: Session) -> Callable[..., Case]:
    seed_holidays(session, [2026])

    def opened(when: datetime, kind: str = "inquiry", channel: str = "form", by: Actor = OPERATOR) -> Case:
        return open_case(session, NewCase(kind, channel, "件名", "本文"), by=by, now=when)

    return opened


def call(session: Session, case: Case, when: datetime, minutes: int, **values: object) -> None:
    """A call of so many minutes, written up when it ended."""
    ended_at = when + timedelta(minutes=minutes)
    made = begin(session, direction=values.pop("direction", "in"), case=case, by=OPERATOR, now=when)
    typed = {"outcome": "answered", "content": "話した内容"} | values
    end(session, made, by=OPERATOR, now=ended_at, **typed)


def test_a_day_is_counted_by_kind(session: Session, opened: Callable[..., Case]) -> None:
    old = opened(at(10, day=-3))
    lifecycle.move(session, old, "closed", by=OPERATOR, now=at(9), reason="解決")
    yesterday = opened(at(23, 59, day=-1))
    new = opened(at(0))
    objection = opened(at(11), "objection")
    opened(at(0, day=1))  # belongs to tomorrow
    add_memo(session, new, "確認中", by=OPERATOR, now=at(12))

    found = daily_operations(session, day=DAY)
    inquiries = found.kinds["inquiry"]
    assert (inquiries.carried_over, inquiries.received, inquiries.closed) == (2, 1, 1)
    assert inquiries.open_at_end == 2
    assert inquiries.worked_on == 2
    assert found.kinds["objection"].received == 1
    assert set(found.kinds) == set(KINDS)
    assert [case.case_id for case, _, _ in found.cases] == [old.id, new.id, objection.id]
    assert yesterday.id not in {case.case_id for case, _, _ in found.cases}


def test_an_inquiry_that_turns_out_an_objection_counts_as_one(
    session: Session, opened: Callable[..., Case]
) -> None:
    case = opened(at(9))
    record_on_case(session, case, "objection_received", {"objection": 1}, by=OPERATOR, now=at(10))
    record_on_case(session, case, "objection_decided", {"decision": "accepted"}, by=LEADER, now=at(11))
    found = daily_operations(session, day=DAY)
    assert (found.kinds["inquiry"].received, found.kinds["objection"].received) == (0, 1)
    assert found.objections == ObjectionsDay(1, {"accepted": 1}, 0, 0)
    assert daily_operations(session, day=DAY, as_of=at(10, 30)).objections == ObjectionsDay(1, {}, 0, 1)
    assert daily_operations(session, day=DAY, as_of=at(9, 30)).kinds["inquiry"].received == 1


def test_objections_and_settled_payments_count_whoever_did_them(
    session: Session, opened: Callable[..., Case]
) -> None:
    waiting, withdrawn, paid = opened(at(9, day=-2)), opened(at(9, day=-2)), opened(at(9), "late_payment")
    for case in (waiting, withdrawn):
        record_on_case(session, case, "objection_received", {"objection": 1}, by=BUSINESS, now=at(9, day=-1))
    record_on_case(session, withdrawn, "objection_withdrawn", {"reason": "x"}, by=OPERATOR, now=at(9))
    record_on_case(session, paid, "late_payment_settled", {"number": "KY-1"}, by=SYSTEM, now=at(12))
    record_on_case(session, waiting, "objection_decided", {"decision": "x"}, by=LEADER, now=at(0, day=1))
    found = daily_operations(session, day=DAY, outsiders={BUSINESS.id})
    assert (found.objections, found.late_payments_settled) == (ObjectionsDay(0, {}, 1, 1), 1)
    assert daily_operations(session, day=DAY, as_of=at(8)).objections == ObjectionsDay(0, {}, 0, 2)
    assert daily_operations(session, day=DAY, as_of=at(11)).late_payments_settled == 0


def test_handling_time_and_calls_stand_with_case_and_person(
    session: Session, opened: Callable[..., Case]
) -> None:
    case, other = opened(at(9)), opened(at(9))
    enter(session, case, 30, by=OPERATOR, now=at(10))
    enter(session, other, 15, by=LEADER, now=at(10))
    enter(session, case, 60, by=OPERATOR, now=at(0, 20, day=1))  # 40 minutes before midnight
    call(session, case, at(13), 6)
    call(session, case, at(14), 4, direction="out", outcome="promised", promised_on=DAY, promised_yen=1000)
    call(session, case, at(23, 58), 5)  # ends tomorrow

    found = daily_operations(session, day=DAY)
    assert found.kinds["inquiry"].handling_seconds == (30 + 15 + 40 + 10) * 60
    assert found.handling_seconds == (30 + 15 + 40 + 10) * 60
    assert (found.calls.incoming, found.calls.outgoing, found.calls.seconds) == (1, 1, 600)
    assert found.calls.outcomes == {"answered": 1, "promised": 1}
    assert (found.calls.promises, found.calls.promised_yen) == (1, 1000)
    assert [(person.name, person.seconds, person.calls) for person in found.people] == [
        ("佐藤 花子", 80 * 60, 2),
        ("鈴木 一郎", 15 * 60, 0),
    ]
    assert {case.case_id: seconds for case, _, seconds in found.cases}[other.id] == 15 * 60


def test_a_call_counts_once_and_when_its_record_is_finished(
    session: Session, opened: Callable[..., Case]
) -> None:
    late, none = opened(at(9)), opened(at(9))
    made = begin(session, direction="in", case=late, by=OPERATOR, now=at(23, 50))
    hang_up(session, made, by=OPERATOR, now=at(23, 55))
    before = daily_operations(session, day=DAY)
    assert (before.calls.incoming, before.calls.outcomes) == (0, {})
    end(session, made, outcome="answered", content="回答した", by=OPERATOR, now=at(0, 5, day=1))
    assert daily_operations(session, day=DAY).calls == before.calls
    assert daily_operations(session, day=DAY, as_of=at(23, 56)).calls == before.calls
    mistaken = begin(session, direction="out", case=none, by=OPERATOR, now=at(1, day=1))
    discard(session, mistaken, reason="押し間違い", by=OPERATOR, now=at(1, 1, day=1))
    tomorrow = daily_operations(session, day=DAY + timedelta(days=1))
    assert (tomorrow.calls.incoming, tomorrow.calls.outgoing, tomorrow.calls.seconds) == (1, 0, 300)
    assert tomorrow.calls.outcomes == {"answered": 1}


def test_what_a_business_does_is_no_work_of_the_desk(session: Session, opened: Callable[..., Case]) -> None:
    opened(at(9), by=BUSINESS)
    found = daily_operations(session, day=DAY, outsiders={BUSINESS.id})
    assert found.people == ()
    assert found.kinds["inquiry"].received == 1


def test_ticks_count_from_the_moment_they_were_made(session: Session, opened: Callable[..., Case]) -> None:
    seed_checklists(session, now=at(8))
    daily = next(each for each in templates(session) if each.duty == "operations")
    tick(session, daily.id, 1, subject=DAY, done=True, by=OPERATOR, now=at(9))
    tick(session, daily.id, 2, subject=DAY, done=True, by=OPERATOR, now=at(9, day=1))

    (shown,) = daily_operations(session, day=DAY).duty_lists["operations"]
    assert [item.position for item in shown.items if item.done_at] == [1]
    (shown,) = daily_operations(session, day=DAY, as_of=at(8, 30)).duty_lists["operations"]
    assert shown.done == 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from(["open", "close", "reopen"])), min_size=1, max_size=14
    )
)
def test_carried_over_and_what_came_and_went_give_what_is_left(
    session: Session, opened: Callable[..., Case], steps: list[tuple[int, str]]
) -> None:
    with session.begin_nested() as undo:
        cases: list[Case] = []
        for hour, (day, step) in enumerate(sorted(steps, key=lambda each: each[0])):
            now = at(8, hour, day=day)
            if step == "open":
                cases.append(opened(now, "objection" if len(cases) % 2 else "inquiry"))
            for case in cases[-1:]:
                if step == "close" and case.status != "closed":
                    lifecycle.move(session, case, "closed", by=OPERATOR, now=now, reason="済")
                elif step == "reopen" and case.status == "closed":
                    lifecycle.move(session, case, "in_progress", by=OPERATOR, now=now)
        left = dict.fromkeys(KINDS, 0)
        before = {kind: daily_operations(session, day=DAY).kinds[kind].carried_over for kind in KINDS}
        for day in range(5):
            found = daily_operations(session, day=DAY + timedelta(days=day))
            for kind, counted in found.kinds.items():
                came = counted.received + counted.reopened - counted.closed
                assert counted.open_at_end == counted.carried_over + came
                if day:
                    assert counted.carried_over == left[kind]
                left[kind] = counted.open_at_end
        assert all(count == 0 for count in before.values())
        undo.rollback()
