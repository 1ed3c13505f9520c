"""公表の記録: one publication in, everything that follows from it stored in the caller's transaction.

The same publication again changes nothing but when it was last seen; one that is older than what was judged is kept
and shown as out of order; an unreadable one is kept and shown as unreadable. Nothing here commits, sends or reads the
clock: what is to be sent lies in `alerts_notice` until a workflow hands it to the outbox.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from alerts import incidents
from alerts.errors import Problem
from alerts.judging import Judgement, judge
from alerts.models import AreaDay, Feed, Notice, Publication, Transition
from alerts.notices import NoticeDecision
from alerts.readings import Determination, Reading
from alerts.slot_blobs import pack_int32
from alerts.stages.inhibition import STALE_AFTER
from alerts.stages.routing import DUTY_DESK
from alerts.stages.silence import Silence
from alerts.state_store import load_states, save_states
from alerts.words import AREAS
from calc_core.slots import JAPAN, SLOTS

PROBLEMS_KEPT = 100


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a fetched publication came to: its row, whether it is new, and the notices that it gave rise to."""

    publication: Publication
    is_new: bool
    notices: tuple[Notice, ...] = ()
    judgement: Judgement | None = None

    @property
    def to_send(self) -> tuple[Notice, ...]:
        """The notices that were decided to be sent."""
        return tuple(notice for notice in self.notices if notice.decision == "send")


def record_publication(
    session: Session,
    determination: Determination,
    *,
    raw_sha256: str,
    now: datetime,
    silences: Sequence[Silence] = (),
    stale_after: timedelta = STALE_AFTER,
) -> Recorded:
    """Store a readable publication with its values, judge it, store what changed and what is to be told."""
    feed = _held_feed(session, determination.source)
    feed.last_fetched_at = feed.last_readable_at = now
    feed.unreadable_since, feed.last_problem = None, ""
    digest = determination.content_digest()
    known = _known(session, feed, digest, now)
    if known is not None:
        return Recorded(known, is_new=False)
    states = load_states(session, determination.days)
    judgement = judge(states, determination, now=now, silences=silences, stale_after=stale_after)
    publication = _publication_row(determination, judgement, digest, raw_sha256, now)
    session.add(publication)
    session.flush()
    if feed.newest_published_at is None or determination.published_at > feed.newest_published_at:
        feed.newest_published_at = determination.published_at
    session.add_all(_area_days(publication, determination))
    session.add_all(
        Transition(
            publication=publication,
            day=crossing.key[0],
            slot=crossing.key[1],
            area=crossing.key[2],
            from_state=crossing.from_state,
            to_state=crossing.to_state,
            margin_hundredths=crossing.margin // 1,
        )
        for crossing in judgement.crossings
    )
    save_states(session, judgement.changes)
    rows = [
        _notice_row(publication, decided, f"{digest[:32]} {number}", now)
        for number, decided in enumerate(judgement.notices)
    ]
    session.add_all(rows)
    incidents.follow(session, publication, judgement, rows, now=now)
    session.flush()
    return Recorded(publication, True, tuple(rows), judgement)


def seen_again(session: Session, source: str, raw_sha256: str, *, now: datetime) -> Publication | None:
    """The same bytes as before while all is well: only when they were last seen changes, and they are not read again.

    None: they were never judged, are no publication, or the feed could not be read last: look closely.
    """
    feed = _held_feed(session, source)
    same = (Publication.source == source, Publication.raw_sha256 == raw_sha256)
    publication = session.scalars(select(Publication).where(*same).limit(1)).first()
    if publication is None or publication.published_at is None or feed.unreadable_since is not None:
        return None
    feed.last_fetched_at = feed.last_readable_at = publication.last_fetched_at = now
    publication.fetch_count += 1
    return publication


def record_unreadable(
    session: Session, *, source: str, raw_sha256: str, problems: Sequence[Problem], now: datetime
) -> Recorded:
    """Store bytes that are no publication (or, with the digest of nothing, that there were none) and tell the desk.

    It is told once, until something readable comes; every state of every slot stays as it is.
    """
    feed = _held_feed(session, source)
    is_first = feed.unreadable_since is None
    feed.last_fetched_at = now
    feed.unreadable_since = feed.unreadable_since or now
    feed.last_problem = str(problems[0].message) if problems else ""
    publication = _known(session, feed, raw_sha256, now)
    is_new = publication is None
    if publication is None:
        publication = Publication(
            source=source,
            content_digest=raw_sha256,
            raw_sha256=raw_sha256,
            fetched_at=now,
            last_fetched_at=now,
            state="unreadable",
            is_whole=False,
            problems=[problem.to_json() for problem in problems[:PROBLEMS_KEPT]],
            problem_count=len(problems),
        )
        session.add(publication)
        session.flush()
    if not is_first:
        return Recorded(publication, is_new)
    reason = f"公表データを取得または読み取りできないため、当番席へ直ちに知らせる（{feed.last_problem}）"
    decided = NoticeDecision("missing", None, (), "send", "routing", reason, (DUTY_DESK,))
    row = _notice_row(publication, decided, f"{source} unreadable {now.isoformat()}", now)
    session.add(row)
    incidents.attach(session, publication, [row], now=now)
    session.flush()
    return Recorded(publication, is_new, (row,))


def hand_over(notice: Notice, *, now: datetime) -> None:
    """The workflow has put the notice into the outbox, in this transaction."""
    notice.handed_at = now


def _held_feed(session: Session, source: str) -> Feed:
    """The source's row, locked until the transaction ends: publications are judged one after the other."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    made = dialect.insert(Feed).values(source=source, last_problem="").on_conflict_do_nothing()
    session.execute(made)
    return session.execute(
        select(Feed).where(Feed.source == source).with_for_update(),
        execution_options={"populate_existing": True},
    ).scalar_one()


def _known(session: Session, feed: Feed, digest: str, now: datetime) -> Publication | None:
    found = session.scalar(
        select(Publication).where(Publication.source == feed.source, Publication.content_digest == digest)
    )
    if found is not None:
        found.last_fetched_at = now
        found.fetch_count += 1
    return found


def _publication_row(
    determination: Determination, judgement: Judgement, digest: str, raw_sha256: str, now: datetime
) -> Publication:
    problems = list(determination.problems)
    if judgement.late:
        stamp = f"{determination.published_at.astimezone(JAPAN):%Y/%m/%d %H:%M}の公表"
        message = f"より新しい公表を判定済みのため、{len(judgement.late)}コマの値は記録だけして使いません"
        problems.insert(0, Problem(stamp, message))
    return Publication(
        source=determination.source,
        published_at=determination.published_at,
        content_digest=digest,
        raw_sha256=raw_sha256,
        fetched_at=now,
        last_fetched_at=now,
        state="out_of_order" if judgement.late else "judged",
        is_whole=not determination.missing(),
        problems=[problem.to_json() for problem in problems[:PROBLEMS_KEPT]],
        problem_count=len(problems),
        day_from=determination.days[0],
        day_to=determination.days[-1],
    )


def _area_days(publication: Publication, determination: Determination) -> list[AreaDay]:
    readings = {reading.key: reading for reading in determination.readings}
    rows = []
    for day in determination.days:
        for area in AREAS:
            of_day = [readings.get((day, slot, area)) for slot in SLOTS]
            if any(of_day):
                rows.append(
                    AreaDay(
                        publication_id=publication.id,
                        day=day,
                        area=area,
                        margins=_column(of_day, "margin"),
                        usages=_column(of_day, "usage"),
                        area_demands_kw=_column(of_day, "area_demand_kw"),
                        area_supplies_kw=_column(of_day, "area_supply_kw"),
                    )
                )
    return rows


def _column(readings: Sequence[Reading | None], name: str) -> bytes:
    return pack_int32([None if reading is None else getattr(reading, name) for reading in readings])


def _notice_row(publication: Publication, decided: NoticeDecision, key: str, now: datetime) -> Notice:
    return Notice(
        publication=publication,
        idempotency_key=key,
        day=decided.day,
        event=decided.event,
        areas=decided.areas,
        slots=decided.stored_slots(),
        decision=decided.decision,
        stage=decided.stage,
        reason=decided.reason,
        receivers=list(decided.receivers),
        decided_at=now,
    )
