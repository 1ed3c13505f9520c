"""再生: a recorded day runs again in a demonstration, at a speed that the user sets, as a drill of its own each time.

The replay is a file (`watch_clock`), and what a new run changes in the database is done by the first round that sees
it: whoever is killed in between, the next round finds the file and does the rest.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select

from alerts.models import AreaState, Feed, Incident
from cases import history
from cases.numbering import lock_series
from helpdesk.demo.recorded_publications import DAYS, TIGHT_DAY, of_day
from helpdesk.desk import Desk
from helpdesk.errors import Conflict, Problem, Refused
from helpdesk.fail_points import fail_point
from helpdesk.feed_troubles import LABELS, end_troubles
from helpdesk.users.permissions import Person, require
from helpdesk.watch_clock import (
    DEFAULT_SPEED,
    FASTEST,
    SLOWEST,
    Replay,
    is_replayed,
    replay_of,
    write_replay,
)
from helpdesk.workflows.incident_cases import close_with_case

DEFAULT_DAY = TIGHT_DAY
_MAY = "work_on_watch"


@dataclass(frozen=True, slots=True)
class ReplayState:
    """再生の状態 for a page: none, running, stopped or ended; the simulated time; what can be chosen."""

    state: str
    replay: Replay | None
    moment: datetime | None
    days: tuple[date, ...] = DAYS
    speeds: tuple[int, int] = (SLOWEST, FASTEST)


def state(desk: Desk) -> ReplayState:
    """How the replay stands."""
    played = replay_of(desk)
    if played is None:
        return ReplayState("none", None, None)
    real = desk.clock()
    return ReplayState(played.state(real), played, played.moment(real))


def start(desk: Desk, *, day: date, speed: int, by: Person) -> Replay:
    """Begin a day anew, from its first publication on. Raises `Refused` with everything that is wrong."""
    require(by, _MAY, "再生を始める")
    return begin(desk, day=day, speed=speed, by=by)


def begin(
    desk: Desk, *, day: date = DEFAULT_DAY, speed: int = DEFAULT_SPEED, by: Person | history.Actor
) -> Replay:
    """The same for the demonstration itself, which asks nobody's permission."""
    problems = _speed_problems(speed)
    if day not in DAYS:
        choices = "、".join(each.isoformat() for each in DAYS)
        problems.append(Problem("日付", f"{day} の記録はありません。{choices} から選んでください"))
    if not desk.settings.demo:
        problems.append(Problem("再生", "再生はデモでのみ使えます。訓練はデモのインスタンスで行ってください"))
    if problems:
        raise Refused(problems)
    before, now = replay_of(desk), desk.clock()
    made = Replay(
        run=before.run + 1 if before else 1,
        day=day,
        speed=speed,
        anchor_real=now,
        anchor_simulated=of_day(day)[0].published_at,
        stopped=False,
        started_by=by.display_name,
    )
    _write(desk, made, "replay_started", by)
    return made


def change_speed(desk: Desk, *, speed: int, by: Person) -> Replay:
    """Go on from the same simulated moment at another speed."""
    require(by, _MAY, "再生の速さを変える")
    if problems := _speed_problems(speed):
        raise Refused(problems)
    made = _going_on(desk).changed(desk.clock(), speed=speed)
    _write(desk, made, "replay_speed_changed", by)
    return made


def stop(desk: Desk, *, by: Person) -> Replay:
    """Let the simulated time stand still."""
    require(by, _MAY, "再生を止める")
    made = _going_on(desk).changed(desk.clock(), stopped=True)
    _write(desk, made, "replay_stopped", by)
    return made


def resume(desk: Desk, *, by: Person) -> Replay:
    """Go on from where it was stopped."""
    require(by, _MAY, "再生を続ける")
    made = _going_on(desk).changed(desk.clock(), stopped=False)
    _write(desk, made, "replay_resumed", by)
    return made


def begin_run(desk: Desk, played: Replay) -> bool:
    """Clear the field for a run that no round has seen yet: earlier runs' incidents closed, states forgotten.

    What earlier runs published, changed and told stays, under their own source names. False: it was done before.
    """
    with desk.database.read_session() as session:
        if session.get(Feed, played.source) is not None:
            return False
    with desk.database.write_session() as session:
        lock_series(session, "watch")
        if session.get(Feed, played.source) is not None:
            return False
        session.execute(delete(AreaState))
        session.add(Feed(source=played.source, last_problem=""))
        unclosed = select(Incident).where(Incident.state != "closed").order_by(Incident.id)
        for incident in session.scalars(unclosed).all():
            reason = f"新しい再生（{played.run}回目）を始めたため、自動で終了"
            close_with_case(
                session,
                incident,
                reason,
                by=history.SYSTEM,
                watch_now=max(incident.updated_at, played.anchor_simulated),
                now=desk.clock(),
            )
        for source in session.scalars(select(Feed.source)).all():
            if is_replayed(source) and source != played.source:
                end_troubles(session, source, tuple(LABELS), now=played.anchor_simulated)
        content = {"run": played.run, "day": played.day, "source": played.source}
        history.record(session, "watch", "replay_begun", content, by=history.SYSTEM, now=desk.clock())
        fail_point("replay.before_commit")
    return True


def _going_on(desk: Desk) -> Replay:
    played = replay_of(desk)
    if played is None or played.state(desk.clock()) == "ended":
        raise Conflict("再生していません。日付と速さを選んで始めてください")
    return played


def _speed_problems(speed: int) -> list[Problem]:
    if SLOWEST <= speed <= FASTEST:
        return []
    return [Problem("速さ", f"{SLOWEST}〜{FASTEST} 倍の整数にしてください")]


def _write(desk: Desk, played: Replay, kind: str, by: Person | history.Actor) -> None:
    content = {"run": played.run, "day": played.day, "speed": played.speed}
    with desk.database.write_session() as session:
        history.record(session, "watch", kind, content, by=by, now=desk.clock())
    fail_point("replay.recorded")
    write_replay(desk.settings.instance, played)
