"""A fetched publication is judged: read, stored with what follows from it, told to the duty desk; one transaction.

The bytes lie in the blob store and a row says `pending` before this begins, so whoever is killed here is followed by
somebody who does it again; the same publication again changes nothing and tells nobody twice.
"""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from alerts import incidents, recording
from alerts.errors import FeedUnreadable, Problem
from alerts.feeds import reserve_margin
from alerts.freshness import freshness_of
from alerts.models import Feed, Notice
from alerts.readings import Determination
from alerts.recording import Recorded
from cases import history
from cases.numbering import lock_series
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.fail_points import fail_point
from helpdesk.feed_troubles import LABELS, end_troubles, note_trouble, open_troubles
from helpdesk.presentation import japan_time
from helpdesk.watch_clock import is_replayed, watch_now, watch_source
from helpdesk.watch_models import FeedTrouble, FetchedPublication
from helpdesk.workflows.incident_cases import case_of, own_case
from helpdesk.workflows.notice_text import TROUBLE, template_of, trouble_values, values_of
from helpdesk.workflows.tell_duty_desk import tell_duty_desk

log = logging.getLogger("helpdesk.watch")
_TRIES = 3
LOCK = "watch"  # rounds write one after the other
_CLOCKS_DIFFER = timedelta(minutes=10)
_PROMPT = timedelta(minutes=2)  # a replayed publication is judged as if it had been fetched this soon


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one fetched file: new, unchanged, unreadable, given_up or superseded (by another replay)."""

    outcome: str
    published_at: datetime | None = None
    transitions: int = 0
    notices: tuple[Notice, ...] = ()
    mails: int = 0
    problem: str = ""


def judge_fetched(desk: Desk, row_id: int) -> Judged:
    """Judge one fetched file. What nobody could foresee in it makes it `given_up`, visible, and is told."""
    with desk.database.read_session() as session:
        row = session.get_one(FetchedPublication, row_id)
    if row.state == "judged" and (judged := _seen_again(desk, row)) is not None:
        return judged
    try:
        try:
            found: Determination | Sequence[Problem] = _read(desk.blobs.get(row.raw_sha256), row)
        except FeedUnreadable as unreadable:
            found = unreadable.problems
        fail_point("watch.parsed")
        return _store_unless_overtaken(desk, row, found)
    except (OperationalError, StaleDataError):  # the database, not the publication: it stays pending
        raise
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("publication %s could not be judged, reference %s", row_id, reference)
        words = f"判定中に想定外の問題が起きました。原本は保存されています。管理者に照会番号 {reference} を伝えてください"
        return _store(desk, row, [Problem("公表データ", words)], state="given_up")


def _seen_again(desk: Desk, row: FetchedPublication) -> Judged | None:
    """The same bytes as before, and all is well: only when they were last seen changes. None: look closely."""
    with desk.database.write_session() as session:
        if open_troubles(session, row.source):
            return None
        publication = recording.seen_again(session, row.source, row.raw_sha256, now=watch_now(desk))
        return Judged("unchanged", publication.published_at) if publication is not None else None


def tell(
    session: Session, desk: Desk, notices: Sequence[Notice], *, moment: datetime, trouble: str = ""
) -> int:
    """Open the incidents' cases and queue the mails of these notices; how many mails."""
    mails = 0
    for notice in notices:
        incident = notice.incident
        assert incident is not None  # what is told has opened one, and an all-clear follows what was told
        case = case_of(session, incident, why=notice.reason, now=desk.clock())
        feed = session.get_one(Feed, notice.publication.source)
        still_low = (
            incidents.still_low(session, incident.day, now=moment) if notice.event == "recovered" else ()
        )
        values = values_of(
            desk,
            notice,
            incident,
            trouble=trouble,
            last_read_at=feed.newest_published_at,
            still_low=len(still_low),
        )
        key = notice.idempotency_key
        queued = tell_duty_desk(
            session, desk, template_of(notice), values, key=key, case=case, now=desk.clock()
        )
        if queued:
            recording.hand_over(notice, now=moment)
        mails += len(queued)
    return mails


def _read(raw: bytes, row: FetchedPublication) -> Determination:
    """The publication, under the name of its source. A day that must be there and is not counts as missing."""
    span = range((row.day_to - row.day_from).days + 1)
    asked = {row.day_from + timedelta(days=count) for count in span}
    required = {date.fromisoformat(day) for day in row.required_days.split(",") if day}
    read = reserve_margin.read(raw)
    found = set(read.days)
    if not required <= found <= asked:
        read = reserve_margin.read(raw, expected_days=(found & asked) | required)
    return _not_from_the_future(replace(read, source=row.source), row.fetched_at)


def _not_from_the_future(read: Determination, fetched_at: datetime) -> Determination:
    """A stamp ahead of the clock would make everything that follows look old: the moment of fetching stands for it."""
    if is_replayed(read.source) or read.published_at <= fetched_at + _CLOCKS_DIFFER:
        return read
    message = (
        f"更新日時 {japan_time(read.published_at)} は取得した時刻より先です。取得した時刻 {japan_time(fetched_at)} の公表として"
        "判定しました。公表元を確かめてください"
    )
    problems = (Problem("更新日時", message), *read.problems)
    return replace(read, published_at=fetched_at, problems=problems)


def _store_unless_overtaken(
    desk: Desk, row: FetchedPublication, found: Determination | Sequence[Problem]
) -> Judged:
    """Store it; again where a person changed the incident or its case at the same moment."""
    for _ in range(_TRIES - 1):
        try:
            return _store(desk, row, found)
        except StaleDataError:
            log.info("publication %s is judged again: somebody was faster", row.id)
    return _store(desk, row, found)


def _store(
    desk: Desk, row: FetchedPublication, found: Determination | Sequence[Problem], *, state: str = "judged"
) -> Judged:
    with desk.database.write_session() as session:
        lock_series(session, LOCK)
        row = session.get_one(FetchedPublication, row.id, populate_existing=True)
        if watch_source(desk) != row.source:
            row.state, row.reason = "given_up", "別の再生が始まったため、判定しない"
            return Judged("superseded", problem=row.reason)
        if isinstance(found, Determination):
            judged = _judge(session, desk, row, found)
        else:
            judged = _keep_unreadable(session, desk, row, found, given_up=state == "given_up")
        row.state, row.reason = state, judged.problem
        fail_point("watch.before_commit")
    fail_point("watch.after_commit")
    return judged


def _judge(session: Session, desk: Desk, row: FetchedPublication, found: Determination) -> Judged:
    moment = _moment(desk, row.source, found.published_at)
    recorded = recording.record_publication(
        session, found, raw_sha256=row.raw_sha256, now=moment, stale_after=desk.settings.feed_stale_after
    )
    fail_point("watch.recorded")
    transitions = len(recorded.judgement.crossings) if recorded.judgement else 0
    mails = tell(session, desk, recorded.to_send, moment=moment)
    mails += _tell_what_is_over(session, desk, row.source, moment=moment)
    if recorded.is_new:
        content = {
            "publication": recorded.publication.id,
            "source": row.source,
            "published_at": found.published_at,
            "state": recorded.publication.state,
            "transitions": transitions,
            "notices": [[each.event, each.decision, each.stage] for each in recorded.notices],
        }
        _record(session, "publication_judged", content, desk)
    return Judged(
        "new" if recorded.is_new else "unchanged",
        found.published_at,
        transitions,
        recorded.notices,
        mails,
        "。".join(f"{each['where']}: {each['message']}" for each in recorded.publication.problems[:1]),
    )


def _keep_unreadable(
    session: Session, desk: Desk, row: FetchedPublication, problems: Sequence[Problem], *, given_up: bool
) -> Judged:
    moment = watch_now(desk)
    recorded = recording.record_unreadable(
        session, source=row.source, raw_sha256=row.raw_sha256, problems=problems, now=moment
    )
    fail_point("watch.recorded")
    problem = problems[0].message
    trouble = note_trouble(session, row.source, "unreadable", problem, now=moment)
    mails = tell_trouble(session, desk, recorded, trouble, moment=moment)
    if recorded.is_new:
        content = {"publication": recorded.publication.id, "source": row.source, "problem": problem}
        _record(session, "publication_unreadable", content, desk)
    outcome = "given_up" if given_up else "unreadable"
    return Judged(outcome, notices=recorded.notices, mails=mails, problem=problem)


def tell_trouble(
    session: Session, desk: Desk, recorded: Recorded | None, trouble: FeedTrouble, *, moment: datetime
) -> int:
    """Tell the duty desk of a trouble of the feed, if it was decided to; how many mails."""
    decided = recorded.to_send if recorded else ()
    mails = tell(session, desk, decided, moment=moment, trouble=trouble.kind)
    if mails:
        trouble.told_at = moment
    if trouble.rounds == 1:
        content = {"source": trouble.source, "trouble": trouble.kind, "detail": trouble.detail}
        _record(session, "feed_trouble_began", content, desk)
    return mails


def _tell_what_is_over(session: Session, desk: Desk, source: str, *, moment: datetime) -> int:
    """Something readable has come: end the troubles, and tell of the end whom the beginning was told."""
    fresh = freshness_of(session, source, now=moment, stale_after=desk.settings.feed_stale_after)
    kinds = ("fetch_failed", "unreadable", "stale") if not fresh.is_stale else ("fetch_failed", "unreadable")
    ended = end_troubles(session, source, kinds, now=moment)
    for trouble in ended:
        content = {"source": source, "trouble": trouble.kind, "rounds": trouble.rounds}
        _record(session, "feed_trouble_over", content, desk)
    told = [trouble for trouble in ended if trouble.told_at is not None]
    if not told:
        return 0
    incident = incidents.newest_of_day(session, in_japan(moment).date())
    case = own_case(session, incident) if incident is not None and incident.state != "closed" else None
    facts = [
        f"{LABELS[trouble.kind]}：{japan_time(trouble.began_at)} から {japan_time(moment)} まで（{trouble.rounds}回）"
        for trouble in told
    ]
    values = trouble_values(
        desk,
        "over",
        facts,
        source=source,
        last_read_at=fresh.newest_published_at,
        incident=incident if case is not None else None,
    )
    key = f"trouble {'-'.join(str(trouble.id) for trouble in told)} over"
    return len(tell_duty_desk(session, desk, TROUBLE, values, key=key, case=case, now=desk.clock()))


def _moment(desk: Desk, source: str, published_at: datetime) -> datetime:
    """When it is judged. In a fast replay the desk is not late because a round takes some simulated minutes."""
    moment = watch_now(desk)
    return max(published_at, min(moment, published_at + _PROMPT)) if is_replayed(source) else moment


def _record(session: Session, kind: str, content: dict, desk: Desk) -> None:
    history.record(session, "watch", kind, content, by=history.SYSTEM, now=desk.clock())
