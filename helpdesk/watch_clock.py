"""監視の時刻: what time it is for the watch: now, or in a demonstration the simulated time of a day replayed.

A replay (再生) is one small file in the instance folder, read by the jobs, the pages and the demonstration's feed
server alike. Each run has a number, and the publications of each run a source name of their own, so that a day played
again is judged afresh. Nothing here reads the clock: `desk.clock` does.
"""

import json
import os
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from alerts.readings import RESERVE_MARGIN_BLOCK
from calc_core.slots import slot_start
from helpdesk.clock import in_japan
from helpdesk.desk import Desk

SLOWEST, FASTEST = 1, 600
DEFAULT_SPEED = 144  # a day in ten minutes
_FILE = "replay.json"
_MARK = f"{RESERVE_MARGIN_BLOCK}/replay-"


@dataclass(frozen=True, slots=True)
class Replay:
    """再生: a recorded day that runs again: at `anchor_real` it was `anchor_simulated`, and time passes `speed` times as fast."""

    run: int
    day: date
    speed: int
    anchor_real: datetime
    anchor_simulated: datetime
    stopped: bool
    started_by: str

    @property
    def source(self) -> str:
        """The name under which this run's publications are kept."""
        return f"{_MARK}{self.run}"

    @property
    def ends_at(self) -> datetime:
        """Midnight at the end of the day (コマ48 ends at 24:00), in UTC."""
        return slot_start(self.day + timedelta(days=1), 1).astimezone(UTC)

    def moment(self, real: datetime) -> datetime:
        """The simulated time; it stands still when the replay was stopped or the day is over."""
        if self.stopped:
            return self.anchor_simulated
        passed = max(real - self.anchor_real, timedelta()) * self.speed
        return min(self.anchor_simulated + passed, self.ends_at)

    def state(self, real: datetime) -> str:
        """running, stopped or ended."""
        if self.moment(real) >= self.ends_at:
            return "ended"
        return "stopped" if self.stopped else "running"

    def changed(self, real: datetime, *, speed: int | None = None, stopped: bool | None = None) -> "Replay":
        """The same run from this moment on with another speed, or stopped."""
        return replace(
            self,
            anchor_real=real,
            anchor_simulated=self.moment(real),
            speed=self.speed if speed is None else speed,
            stopped=self.stopped if stopped is None else stopped,
        )


def watch_now(desk: Desk) -> datetime:
    """What time it is for the watch, aware. On a replayed day that is over: its last minute, so that it stays in sight."""
    played = replay_of(desk)
    if played is None:
        return desk.clock()
    return min(played.moment(desk.clock()), played.ends_at - timedelta(minutes=1))


def watch_day(desk: Desk) -> date:
    """The Japan date that the watch looks at."""
    return in_japan(watch_now(desk)).date()


def watch_source(desk: Desk) -> str:
    """Whose publications count now: the official feed, or the run that is replayed."""
    played = replay_of(desk)
    return RESERVE_MARGIN_BLOCK if played is None else played.source


def is_replayed(source: str) -> bool:
    """Whether publications of this source are played again, not news."""
    return source.startswith(_MARK)


def replay_of(desk: Desk) -> Replay | None:
    """The replay of a demonstration, running or over; a real instance never has one."""
    return read_replay(desk.settings.instance) if desk.settings.demo else None


def read_replay(instance: Path) -> Replay | None:
    """The replay that is written down in this instance folder."""
    try:
        values = json.loads((instance / _FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Replay(
        run=values["run"],
        day=date.fromisoformat(values["day"]),
        speed=values["speed"],
        anchor_real=datetime.fromisoformat(values["anchor_real"]),
        anchor_simulated=datetime.fromisoformat(values["anchor_simulated"]),
        stopped=values["stopped"],
        started_by=values["started_by"],
    )


def write_replay(instance: Path, played: Replay) -> None:
    """Write it down, whole or not at all."""
    values: dict[str, Any] = {
        "run": played.run,
        "day": played.day.isoformat(),
        "speed": played.speed,
        "anchor_real": played.anchor_real.isoformat(),
        "anchor_simulated": played.anchor_simulated.isoformat(),
        "stopped": played.stopped,
        "started_by": played.started_by,
    }
    made = instance / f".{_FILE}.{secrets.token_hex(4)}"
    with made.open("w", encoding="utf-8") as file:
        json.dump(values, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    made.replace(instance / _FILE)
