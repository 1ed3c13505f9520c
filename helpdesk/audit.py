"""履歴の封印と検証: the sealing step of the timetable, and the checks of a database and of an exported file."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect, select
from sqlalchemy.exc import SQLAlchemyError

from cases.history import seal
from cases.history_export import export_history, verify_export
from cases.history_verification import VerificationReport, verify
from cases.models import Event, EventStream, Seal
from helpdesk.database import Database, make_engine
from helpdesk.errors import InstanceUnusable

_LONGEST_LINE = 64 * 1024 * 1024


def seal_history(database: Database, *, now: datetime) -> int:
    """Seal all events that are not sealed yet (every 10 s); how many seals were made. Commits each seal alone."""
    made = 0
    while _has_unsealed(database):
        with database.write_session() as session:
            made += seal(session, now=now) is not None
    return made


def open_existing(database_url: str) -> Database:
    """The database of an instance that has been set up. Raises `InstanceUnusable`; never makes an empty one."""
    engine = make_engine(database_url)
    advice = "HELPDESK_INSTANCE と HELPDESK_DATABASE_URL を確かめてください"
    path = engine.url.database or ""
    if engine.dialect.name == "sqlite" and not Path(path).is_file():
        raise InstanceUnusable(f"データベース {path} がありません。{advice}")
    try:
        present = set(inspect(engine).get_table_names())
    except SQLAlchemyError as error:
        engine.dispose()
        raise InstanceUnusable(f"データベースを開けません（{error}）。{advice}") from error
    if {table.__tablename__ for table in (Event, EventStream, Seal)} - present:
        engine.dispose()
        raise InstanceUnusable("データベースに履歴の表がありません。helpdesk db upgrade を実行してください")
    return Database(engine)


def verify_database(
    database: Database, *, known_seals: Mapping[int, str] | None = None
) -> VerificationReport:
    """履歴の検証 of everything in the database."""
    with database.read_session() as session:
        return verify(session, known_seals=known_seals)


def verify_file(path: Path, *, known_seals: Mapping[int, str] | None = None) -> VerificationReport:
    """履歴の検証 of an exported file. Raises `OSError`, or `cases.errors.InputRefused` when it is no export."""
    return verify_export(_lines(path), known_seals=known_seals)


def export_file(database: Database, path: Path, *, now: datetime) -> int:
    """履歴の書き出し into a file readable by its owner only; whole or not at all. The number of rows written."""
    descriptor, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            with database.read_session() as session:
                count = export_history(session, file.write, now=now)
            file.flush()
            os.fsync(file.fileno())
        os.replace(made, path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise
    return count


def _has_unsealed(database: Database) -> bool:
    with database.read_session() as session:
        return session.scalar(select(Event.id).where(Event.seal_number.is_(None)).limit(1)) is not None


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        while line := file.readline(_LONGEST_LINE):
            yield line
