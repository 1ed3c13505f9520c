"""Whether an instance works: each check by name, with what is wrong and what to do."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from alerts.models import Feed
from cases.models import Event
from helpdesk.desk import Desk
from helpdesk.feed_troubles import LABELS, open_troubles
from helpdesk.job_runs import find_troubles
from helpdesk.mail.outbox import count_by_state
from helpdesk.migrations import require_current
from helpdesk.presentation import japan_time
from helpdesk.queries.admin import count_quarantined
from helpdesk.watch_clock import is_replayed, watch_now, watch_source

log = logging.getLogger("helpdesk.health")
JOBS_SILENT_AFTER = timedelta(seconds=60)
SEALED_WITHIN = timedelta(minutes=2)
WATCHED_WITHIN = timedelta(minutes=20)  # four rounds of the timetable


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `is_fine` is false only for what stops the desk's work."""

    name: str
    is_fine: bool
    detail: str


def look(desk: Desk) -> list[Check]:
    """All checks; one that fails does not hide the others."""
    checks = [_attempt("database", lambda: _database(desk)), _attempt("files", lambda: _files(desk))]
    if not checks[0].is_fine:
        return checks
    with desk.database.read_session() as session:
        for name, check in (
            ("jobs", _jobs),
            ("mail", _mail),
            ("history", _history),
            ("knowledge", _knowledge),
            ("feed", _feed),
        ):
            checks.append(_attempt(name, lambda check=check: check(desk, session)))
    return checks


def _attempt(name: str, check: Callable[[], str]) -> Check:
    try:
        return Check(name, True, check())
    except Exception as error:  # noqa: BLE001 - whatever a check runs into is its finding
        log.warning("health check %s: %s", name, error)
        return Check(name, False, str(error))


def _database(desk: Desk) -> str:
    try:
        require_current(desk.database.engine)
    except SQLAlchemyError as error:
        log.warning("health check database: %s", error)
        raise RuntimeError(
            "データベースに接続できません。動いているか、接続先の設定を確かめてください"
        ) from error
    return "接続でき、版が合っています"


def _files(desk: Desk) -> str:
    probe = desk.settings.instance / f".health-{secrets.token_hex(4)}"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise RuntimeError(
            f"フォルダーに書き込めません（{error.strerror}）。空き容量と権限を確かめてください"
        ) from error
    return "書き込めます"


def _jobs(desk: Desk, session: Session) -> str:
    troubles = find_troubles(session, now=desk.clock(), silent_after=JOBS_SILENT_AFTER)
    if troubles:
        raise RuntimeError("。".join(troubles))
    return "動いています"


def _mail(desk: Desk, session: Session) -> str:
    counts = count_by_state(session)
    quarantined = count_quarantined(session)
    return f"送信待ち {counts['queued']}、失敗 {counts['failed']}、未確認 {counts['uncertain']}、隔離 {quarantined}"


def _history(desk: Desk, session: Session) -> str:
    oldest = session.scalar(select(Event.at).where(Event.seal_number.is_(None)).order_by(Event.id).limit(1))
    if oldest is not None and desk.clock() - oldest > SEALED_WITHIN:
        raise RuntimeError("履歴の封印が遅れています。`helpdesk jobs run` を確かめてください")
    return "封印は追い付いています"


def _knowledge(desk: Desk, session: Session) -> str:
    desk.knowledge.follow(session)
    return "検索できます"


def _feed(desk: Desk, session: Session) -> str:
    """The watch sees: somebody looks often enough, and nothing that was told as a trouble is still going on."""
    if not desk.settings.watch_enabled:
        return "広域予備率の監視は、設定で止めてあります（watch_enabled）"
    source, now = watch_source(desk), watch_now(desk)
    troubles = [each for each in open_troubles(session, source) if each.told_at or each.kind == "stale"]
    if troubles:
        raise RuntimeError("。".join(f"公表が{LABELS[each.kind]}（{each.detail}）" for each in troubles))
    if is_replayed(source):
        return "デモの再生を監視しています"
    feed = session.get(Feed, source)
    if feed is None or feed.last_fetched_at is None:
        return "最初の公表を待っています"
    if now - feed.last_fetched_at > WATCHED_WITHIN:
        raise RuntimeError("公表を見に行っていません。`helpdesk jobs run` を確かめてください")
    return f"最後の公表 {japan_time(feed.newest_published_at)}"
