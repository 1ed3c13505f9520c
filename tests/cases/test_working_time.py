"""対応時間: beats lengthen an interval, silence begins a new one, overlaps count once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from cases.errors import InputRefused
from cases.history import Actor, case_events
from cases.models import Case, WorkInterval
from cases.working_time import beat, covered_seconds, enter, worked_between, worked_on_case

START = datetime(2026, 6, 30, tzinfo=UTC)


def test_beats_of_one_case_make_one_interval_until_a_silence(
    session: Session, make_case: Callable[..., Case], operator: Actor, now: datetime
) -> None:
    case = make_case(session)
    for seconds in (0, 30, 60, 179, 400, 430):
        beat(session, case, by=operator, now=now + timedelta(seconds=seconds))

    (worked,) = worked_on_case(session, case.id)
    assert worked.seconds == 179 + 30
    assert session.query(WorkInterval).count() == 2


def test_another_case_or_another_person_has_an_interval_of_its_own(
    session: Session, make_case: Callable[..., Case], operator: Actor, leader: Actor, now: datetime
) -> None:
    first, second = make_case(session), make_case(session)
    for case, by, seconds in (
        (first, operator, 0),
        (second, operator, 30),
        (first, operator, 60),
        (first, leader, 60),
        (first, operator, 90),
        (first, leader, 120),
    ):
        beat(session, case, by=by, now=now + timedelta(seconds=seconds))
    assert [(each.user_id, each.seconds) for each in worked_on_case(session, first.id)] == [(3, 60), (7, 30)]


def test_a_late_beat_never_shortens(
    session: Session, make_case: Callable[..., Case], operator: Actor, now: datetime
) -> None:
    case = make_case(session)
    beat(session, case, by=operator, now=now)
    beat(session, case, by=operator, now=now + timedelta(seconds=60))
    beat(session, case, by=operator, now=now + timedelta(seconds=30))
    assert worked_on_case(session, case.id)[0].seconds == 60


def test_time_away_from_the_page_is_entered_and_does_not_count_twice(
    session: Session, make_case: Callable[..., Case], operator: Actor, now: datetime
) -> None:
    case = make_case(session)
    for seconds in range(0, 601, 60):
        beat(session, case, by=operator, now=now - timedelta(minutes=10) + timedelta(seconds=seconds))
    enter(session, case, 15, note="資料の確認", by=operator, now=now)

    assert worked_on_case(session, case.id)[0].seconds == 15 * 60
    assert [event.kind for event in case_events(session, case.id)] == ["work_timed"]


@pytest.mark.parametrize("minutes", [0, -5, 481])
def test_an_impossible_time_is_refused(
    session: Session, make_case: Callable[..., Case], operator: Actor, now: datetime, minutes: int
) -> None:
    with pytest.raises(InputRefused, match="1〜480分"):
        enter(session, make_case(session), minutes, by=operator, now=now)


def test_a_period_takes_only_what_lies_in_it(
    session: Session, make_case: Callable[..., Case], operator: Actor, now: datetime
) -> None:
    case = make_case(session)
    enter(session, case, 60, by=operator, now=now)
    middle = now - timedelta(minutes=40)
    assert worked_between(session, middle, now + timedelta(days=1))[0].seconds == 40 * 60
    assert worked_between(session, now - timedelta(days=1), middle)[0].seconds == 20 * 60
    known = worked_between(session, now - timedelta(days=1), now, as_of=now - timedelta(minutes=50))
    assert known[0].seconds == 10 * 60
    assert worked_between(session, now, now + timedelta(days=1)) == []


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 60)), max_size=12))
def test_covered_time_equals_counting_every_second(stretches: list[tuple[int, int]]) -> None:
    seconds = {second for begun, length in stretches for second in range(begun, begun + length)}
    moments = [
        (START + timedelta(seconds=begun), START + timedelta(seconds=begun + length))
        for begun, length in stretches
    ]
    assert covered_seconds(moments) == len(seconds)
