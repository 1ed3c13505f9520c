"""Whether an instance works: each check by name, with what is wrong and what to do."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from cases.models import Event
from helpdesk.desk import Desk
from helpdesk.job_runs import find_troubles
from helpdesk.mail.outbox import count_by_state
from helpdesk.migrations import require_current
from helpdesk.queries.admin import count_quarantined

log = logging.getLogger("helpdesk.health")
JOBS_SILENT_AFTER = timedelta(seconds=60)
SEALED_WITHIN = timedelta(minutes=2)


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
