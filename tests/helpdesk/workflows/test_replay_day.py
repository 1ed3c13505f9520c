"""A recorded day is replayed through the live watch: marked, at the user's speed, and afresh each time it is begun."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from alerts.models import AreaState, Incident, Notice, Publication
from cases.history_verification import verify
from cases.models import Case
from helpdesk.demo.feed_server import FeedServer, replayed
from helpdesk.errors import Conflict, NotAllowed, Refused
from helpdesk.mail.models import OutboxMail
from helpdesk.watch_clock import read_replay, watch_now, watch_source
from helpdesk.workflows import replay_day
from helpdesk.workflows.watch_feeds import watch
from tests.alerts.published import japan
from tests.helpdesk.watching import DUTY, Watching

DAY = date(2026, 7, 22)


@pytest.fixture
def drill(desk, clock, people) -> Iterator[Watching]:
    """A demonstration with its feed server."""
    settings = replace(desk.settings, demo=True, watch_enabled=True, duty_addresses=DUTY)
    with FeedServer(replayed(settings, clock)) as server:
        settings = replace(settings, feed_base_url=server.base_url)
        yield Watching(replace(desk, settings=settings), clock, server)


def play(drill: Watching, *, seconds: int, every: int = 2) -> list[str]:
    """Rounds every so many seconds; their outcomes without those that saw nothing new."""
    outcomes = []
    for _ in range(0, seconds, every):
        outcomes.append(watch(drill.desk).outcome)
        drill.clock.pass_by(seconds=every)
    return [outcome for outcome in outcomes if outcome not in ("unchanged", "idle")]


def test_without_a_replay_a_demonstration_watches_nothing(drill) -> None:
    assert watch(drill.desk).outcome == "idle"
    assert drill.server.asked == []
    assert replay_day.state(drill.desk).state == "none"


def test_a_demonstration_never_asks_the_real_site(drill, people) -> None:
    replay_day.start(drill.desk, day=DAY, speed=240, by=people["reserve_margin_leader"])
    real = replace(drill.desk.settings, feed_base_url="https://web-kohyo.occto.or.jp/kks-web-public")
    done = watch(replace(drill.desk, settings=real))
    assert (done.outcome, done.judged) == ("idle", ())
    assert "本物の公表サイトには取りに行きません" in done.problem


def test_the_tight_day_runs_through_the_live_watch_in_ten_minutes(drill, people) -> None:
    replay_day.start(drill.desk, day=DAY, speed=240, by=people["reserve_margin_leader"])
    assert play(drill, seconds=380, every=10) == ["new"] * 4
    assert replay_day.state(drill.desk).state == "ended"
    incident = drill.incident()
    assert (incident.key, incident.state) == ("RM-20260722-1", "closed")
    assert "対象の日が終わった" in incident.closed_comment
    assert [event for event, _ in drill.sent_events()] == [
        "first_low",
        "first_low",
        "worsened",
        "recovered",
        "first_low",
        "worsened",
        "recovered",
    ]
    assert all(subject.startswith("（再生）【広域予備率") for subject in drill.subjects())
    [case] = drill.rows(Case)
    assert case.subject.startswith("（再生）")
    assert drill.troubles() == []  # the gaps are gaps of the recording
    with drill.desk.database.read_session() as session:
        assert verify(session).problems == []


def test_the_same_day_again_is_a_drill_of_its_own(drill, people) -> None:
    leader = people["reserve_margin_leader"]
    replay_day.start(drill.desk, day=DAY, speed=144, by=leader)
    play(drill, seconds=20)
    first = drill.sent_events()
    replay_day.start(drill.desk, day=DAY, speed=144, by=leader)
    play(drill, seconds=20)
    assert drill.sent_events() == first * 2
    one, two = drill.rows(Incident)
    assert (one.state, two.state) == ("closed", "open")
    assert "2回目" in one.closed_comment
    assert [row.source for row in drill.rows(Publication)] == [
        "reserve_margin_block/replay-1",
        "reserve_margin_block/replay-2",
    ]
    assert len(drill.rows(OutboxMail)) == 2 * len(first) * len(DUTY)
    keys = [notice.idempotency_key for notice in drill.rows(Notice)]
    assert len(set(keys)) == len(keys)


def test_another_day_begins_with_an_empty_map(drill, people) -> None:
    leader = people["reserve_margin_leader"]
    replay_day.start(drill.desk, day=DAY, speed=144, by=leader)
    play(drill, seconds=4)
    replay_day.start(drill.desk, day=date(2026, 7, 21), speed=144, by=leader)
    play(drill, seconds=4)
    assert {row.day for row in drill.rows(AreaState)} == {date(2026, 7, 21)}
    assert [row.state for row in drill.rows(Incident)] == ["closed", "open"]


def test_what_was_fetched_for_an_earlier_run_is_never_judged_in_the_next(drill, people, monkeypatch) -> None:
    leader = people["reserve_margin_leader"]
    replay_day.start(drill.desk, day=DAY, speed=144, by=leader)
    from helpdesk.workflows import watch_feeds

    real_judge = watch_feeds.judge_fetched

    def begin_another_meanwhile(desk, row_id):
        replay_day.start(drill.desk, day=DAY, speed=144, by=leader)
        return real_judge(desk, row_id)

    with monkeypatch.context() as patched:
        patched.setattr(watch_feeds, "judge_fetched", begin_another_meanwhile)
        assert watch(drill.desk).outcome == "superseded"
    assert drill.rows(Publication) == []
    assert watch(drill.desk).outcome == "new"
    assert [row.source for row in drill.rows(Publication)] == ["reserve_margin_block/replay-2"]


def test_a_fast_replay_is_not_taken_for_a_late_feed(drill, people) -> None:
    replay_day.start(drill.desk, day=DAY, speed=600, by=people["reserve_margin_leader"])
    play(drill, seconds=160, every=4)
    assert "recovered" in [event for event, _ in drill.sent_events()]
    held = drill.rows(Notice, Notice.decision == "hold")
    assert held == []


def test_stopping_going_on_and_another_speed_keep_the_simulated_moment(drill, people, clock) -> None:
    leader = people["reserve_margin_leader"]
    replay_day.start(drill.desk, day=DAY, speed=60, by=leader)
    clock.pass_by(minutes=2)
    assert watch_now(drill.desk) == japan("2026-07-22 02:28")
    replay_day.stop(drill.desk, by=leader)
    clock.pass_by(minutes=30)
    assert watch_now(drill.desk) == japan("2026-07-22 02:28")
    assert watch(drill.desk).outcome == "idle"
    replay_day.resume(drill.desk, by=leader)
    replay_day.change_speed(drill.desk, speed=1, by=leader)
    clock.pass_by(minutes=2)
    assert watch_now(drill.desk) == japan("2026-07-22 02:30")
    assert replay_day.state(drill.desk).replay.speed == 1
    kinds = ("replay_started", "replay_stopped", "replay_resumed", "replay_speed_changed")
    assert [len(drill.events(kind)) for kind in kinds] == [1, 1, 1, 1]


def test_everything_wrong_with_a_replay_is_said_at_once(drill, people) -> None:
    with pytest.raises(Refused) as refused:
        replay_day.start(drill.desk, day=date(2026, 8, 1), speed=601, by=people["reserve_margin_leader"])
    assert [problem.where for problem in refused.value.problems] == ["速さ", "日付"]
    assert read_replay(drill.desk.settings.instance) is None
    for act in (replay_day.stop, replay_day.resume):
        with pytest.raises(Conflict, match="再生していません"):
            act(drill.desk, by=people["reserve_margin_leader"])


def test_a_real_instance_and_a_stranger_cannot_replay(desk, drill, people) -> None:
    with pytest.raises(Refused, match="デモでのみ"):
        replay_day.start(desk, day=DAY, speed=144, by=people["reserve_margin_leader"])
    with pytest.raises(NotAllowed):
        replay_day.start(drill.desk, day=DAY, speed=144, by=people["operator"])
    assert watch_source(drill.desk) == "reserve_margin_block"


def test_a_run_is_begun_once_however_often_it_is_seen(drill, people) -> None:
    played = replay_day.start(drill.desk, day=DAY, speed=144, by=people["manager"])
    assert replay_day.begin_run(drill.desk, played)
    assert not replay_day.begin_run(drill.desk, played)
    assert len(drill.events("replay_begun")) == 1
    with drill.desk.database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 0
