"""監視の1回: ask for the publications of today and tomorrow, keep the bytes, judge them, tell the duty desk.

Raw bytes first, then a row that says `pending`, and only then is anything read: a round that is killed is continued by
the next one. What cannot be fetched, cannot be read or stands still is kept, shown and told once, and so is its end.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import recording
from alerts.errors import Problem
from alerts.freshness import freshness_of, tell_if_stale
from alerts.models import Incident
from alerts.recording import Recorded
from cases.numbering import lock_series
from helpdesk import fetch
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.fail_points import fail_point
from helpdesk.feed_troubles import note_trouble, open_troubles
from helpdesk.insert_once import insert_once
from helpdesk.watch_clock import Replay, replay_of, watch_now, watch_source
from helpdesk.watch_models import FetchedPublication
from helpdesk.workflows.incident_cases import close_past
from helpdesk.workflows.judge_publication import LOCK, Judged, judge_fetched, tell_trouble
from helpdesk.workflows.replay_day import begin_run

log = logging.getLogger("helpdesk.watch")

BLOCKS = "02"  # jhSybt: 広域ブロック情報（翌日・当日）
LOOPBACK = "127.0.0.1"
TOLD_FROM_ROUND = 2  # one answer of 503 is tried again before anybody is woken; it is visible from the first
TOMORROW_FROM = time(18, 15)  # 翌日 comes from 17:30, observed 17:35–17:45 (domain.md §4.4)
STILL_CHANGING = timedelta(hours=2)  # values change up to so long after their slot (domain.md §4.4)


@dataclass(frozen=True, slots=True)
class WatchRound:
    """One round: new, unchanged, unreadable, given_up, superseded, failed, waiting (asked to) or idle (nothing to watch)."""

    outcome: str
    source: str
    watched_at: datetime
    judged: tuple[Judged, ...] = ()
    problem: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether the watch saw what there is to see."""
        return self.outcome not in ("unreadable", "given_up", "failed")


def watch_if_enabled(desk: Desk) -> WatchRound | None:
    """What the timetable does: a round where the watch is switched on."""
    return watch(desk) if desk.settings.watch_enabled else None


def watch(desk: Desk) -> WatchRound:
    """One round. Errors of the feed are results, not exceptions."""
    played = replay_of(desk)
    if played is not None:
        begin_run(desk, played)
    source, now = watch_source(desk), watch_now(desk)
    if desk.settings.demo and (played is None or played.state(desk.clock()) != "running"):
        _look_after(desk, source, played)
        return WatchRound("idle", source, now, problem="再生していません")
    if desk.settings.demo and urlsplit(desk.settings.feed_base_url).hostname != LOOPBACK:
        problem = "デモの公表サーバーは `helpdesk up --demo` の中でだけ動きます。本物の公表サイトには取りに行きません"
        return WatchRound("idle", source, now, problem=problem)
    left = [judge_fetched(desk, row_id) for row_id in _pending(desk, source)]
    found, problem = _ask(desk, source, played, now)
    _look_after(desk, source, played)
    done = tuple(left) if isinstance(found, str) else (*left, found)
    outcome = found if isinstance(found, str) else found.outcome
    for each in done:
        if each.outcome != "unchanged":
            log.info("publication %s: %s, %s mails", each.published_at, each.outcome, each.mails)
    return WatchRound(outcome, source, now, done, problem)


def wanted_days(now: datetime, played: Replay | None) -> tuple[date, date, list[date]]:
    """From, to, and the days that must be in the answer at this moment."""
    if played is not None:  # a recording has its own day and nothing else
        return played.day, played.day, [played.day]
    today = in_japan(now).date()
    first = in_japan(now - STILL_CHANGING).date()
    tomorrow = today + timedelta(days=1)
    return first, tomorrow, [today, tomorrow] if in_japan(now).time() >= TOMORROW_FROM else [today]


def _ask(desk: Desk, source: str, played: Replay | None, now: datetime) -> tuple[Judged | str, str]:
    """Fetch and judge; or a word for why there is nothing to judge, and what happened."""
    with desk.database.read_session() as session:
        asked_to_wait = [
            each for each in open_troubles(session, source) if each.not_before and each.not_before > now
        ]
    if asked_to_wait:
        return "waiting", asked_to_wait[0].detail
    first, last, required = wanted_days(now, played)
    query = {"jhSybt": BLOCKS, "tgtYmdFrom": f"{first:%Y/%m/%d}", "tgtYmdTo": f"{last:%Y/%m/%d}"}
    try:
        url = f"{desk.settings.feed_base_url.rstrip('/')}/download/downloadCsv"
        body = fetch.get(url, query, clock=desk.clock).body
    except fetch.PageInstead as page:
        body = page.body  # kept, and said to be unreadable
    except fetch.FetchFailed as failed:
        _note_failure(desk, source, failed, now)
        return "failed", str(failed)
    fail_point("watch.fetched")
    digest = desk.blobs.put(body)
    fail_point("watch.blob_stored")
    row_id = _enter(desk, source, digest, len(body), first, last, required, now)
    fail_point("watch.entered")
    judged = judge_fetched(desk, row_id)
    return judged, judged.problem


def _enter(
    desk: Desk,
    source: str,
    digest: str,
    size: int,
    first: date,
    last: date,
    required: Sequence[date],
    now: datetime,
) -> int:
    """The row of these bytes: a new one, or the one that they have already."""
    same = select(FetchedPublication.id).where(
        FetchedPublication.source == source, FetchedPublication.raw_sha256 == digest
    )
    with desk.database.read_session() as session:
        known = session.scalar(same)
    if known is not None:
        return known
    with desk.database.write_session() as session:
        insert_once(
            session,
            FetchedPublication,
            source=source,
            raw_sha256=digest,
            size_bytes=size,
            day_from=first,
            day_to=last,
            required_days=",".join(day.isoformat() for day in required),
            fetched_at=now,
            state="pending",
            reason="",
        )
        return session.scalars(same).one()


def _pending(desk: Desk, source: str) -> Sequence[int]:
    """What an earlier, killed round had fetched and not judged, oldest first."""
    waiting = select(FetchedPublication.id).where(
        FetchedPublication.source == source, FetchedPublication.state == "pending"
    )
    with desk.database.read_session() as session:
        return session.scalars(waiting.order_by(FetchedPublication.id)).all()


def _note_failure(desk: Desk, source: str, failed: fetch.FetchFailed, now: datetime) -> None:
    """Nothing came: kept at once, told from the second round on, until something comes."""
    with desk.database.write_session() as session:
        lock_series(session, LOCK)
        wait = now + failed.retry_after if failed.retry_after else None
        trouble = note_trouble(session, source, "fetch_failed", str(failed), now=now, not_before=wait)
        recorded = None
        if trouble.rounds >= TOLD_FROM_ROUND:
            nothing = f"nothing from {source} since {trouble.began_at.isoformat()}".encode()
            recorded = recording.record_unreadable(
                session,
                source=source,
                raw_sha256=desk.blobs.put(nothing),
                problems=[Problem("公表データの取得", str(failed))],
                now=now,
            )
        tell_trouble(session, desk, recorded, trouble, moment=now)
        fail_point("watch.failure_before_commit")
    fail_point("watch.failure_after_commit")


def _look_after(desk: Desk, source: str, played: Replay | None) -> None:
    """What time alone brings about: a feed that stands still, incidents whose day is over."""
    now = watch_now(desk) if played is None else played.moment(desk.clock())
    with desk.database.read_session() as session:
        stale = played is None and _is_stale(session, desk, source, now)
        troubled = stale or bool(open_troubles(session, source))
        today = in_japan(now).date()
        past = select(Incident.id).where(Incident.state != "closed", Incident.day < today).limit(1)
        over = not troubled and session.scalar(past) is not None
    if not stale and not over:
        return
    with desk.database.write_session() as session:
        lock_series(session, LOCK)
        if stale:
            _note_stale(session, desk, source, now)
        if over:
            close_past(session, watch_now=now, now=desk.clock())
        fail_point("watch.looked_after")


def _is_stale(session: Session, desk: Desk, source: str, now: datetime) -> bool:
    fresh = freshness_of(session, source, now=now, stale_after=desk.settings.feed_stale_after)
    return fresh.age is not None and fresh.is_stale and fresh.unreadable_since is None


def _note_stale(session: Session, desk: Desk, source: str, now: datetime) -> None:
    fresh = freshness_of(session, source, now=now)
    minutes = int(fresh.age.total_seconds() // 60) if fresh.age else 0
    detail = f"最後の公表から{minutes}分、新しい公表がありません"
    trouble = note_trouble(session, source, "stale", detail, now=now)
    notice = tell_if_stale(session, source, now=now, stale_after=desk.settings.feed_stale_after)
    recorded = Recorded(notice.publication, is_new=False, notices=(notice,)) if notice else None
    tell_trouble(session, desk, recorded, trouble, moment=now)
