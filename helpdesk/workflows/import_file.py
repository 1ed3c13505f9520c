"""A file is imported: read, checked wholly, shown first if wanted, recorded all or not at all, with who did it.

The bytes are kept as a blob before anything is recorded; the file, its rows, its event and the wish to make the slots
that follow from it are committed at once. A file in which everything was known already leaves no trace besides.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from cases import history
from cases.numbering import lock_series
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.fail_points import fail_point
from helpdesk.imports.checked import Checked
from helpdesk.imports.import_kind import INPUTS as INPUTS
from helpdesk.imports.kept import Kept
from helpdesk.imports.kinds import ImportKind, kind_of
from helpdesk.imports.table_file import Table, read_table
from helpdesk.ledger.account_history import LEDGER
from helpdesk.register.models import ImportedFile
from helpdesk.task_models import Task
from helpdesk.users.permissions import Person, require
from helpdesk.workflows.keep_ledger import finish
from helpdesk.workflows.renew_slots import renew_after_import

_LOCK = "import"


@dataclass(frozen=True, slots=True)
class Imported:
    """取り込みの結果: what a file did, or would do, to what is recorded. `file_id`: as it was kept, if it was.

    `renewals`: the tasks that make the slots which follow from it.
    """

    kind: ImportKind
    file: str
    encoding: str
    sha256: str
    checked: Checked
    kept: Kept
    settled: int
    file_id: int | None
    renewals: tuple[Task, ...] = ()

    @property
    def new(self) -> int:
        """Rows that were not recorded before."""
        return self.kept.new

    @property
    def corrected(self) -> int:
        """Rows that say otherwise than what was recorded."""
        return self.kept.corrected

    @property
    def known(self) -> int:
        """Rows that were recorded before and changed nothing."""
        return self.kept.known

    @property
    def matched(self) -> int:
        """Receipts that paid invoices."""
        return self.kept.told.get("matched", 0)

    @property
    def changes_nothing(self) -> bool:
        """Whether everything in the file was there already."""
        return self.new == self.corrected == 0

    @property
    def why_nothing(self) -> str:
        """Why nothing changes: none of the rows is about anything registered, or all are known."""
        return self.checked.nothing or f"{self.known:,} 件はすべて登録済みです"


def import_file(
    session: Session, desk: Desk, kind_key: str, file: str, content: bytes, *, keep: bool, by: Person
) -> Imported:
    """Import a file, or with `keep=False` do all of it and take it back: what would happen. Raises `Refused`."""
    kind, now = kind_of(kind_key), desk.clock()
    require(by, kind.ability, f"{kind.label}のファイルを取り込む")
    table, sha256 = read_table(file, content), hashlib.sha256(content).hexdigest()
    if keep:
        desk.blobs.put(content)
        fail_point("import_file.blob_kept")
    lock_series(session, _LOCK)  # what the rows are checked against stays as it is until they are recorded
    checked = kind.read(session, table, in_japan(now).date())
    row = _begin(session, kind, table, sha256, len(content), by=by, now=now)
    kept = kind.keep(session, desk, checked, file=row, by=by, now=now)
    settled = finish(session, kept.happened, by=by, now=now)
    is_kept = keep and kept.new + kept.corrected > 0
    file_id = row.id if is_kept else None
    imported = Imported(kind, file, table.encoding, sha256, checked, kept, settled, file_id)
    if not is_kept:
        session.rollback()
        return imported
    renewals = renew_after_import(session, desk, kind.key, checked, kept, row, by=by, now=now)
    imported = replace(imported, renewals=tuple(renewals))
    _end(session, row, imported, by=by, now=now)
    fail_point("import_file.before_commit")
    session.commit()
    return imported


def _begin(
    session: Session, kind: ImportKind, table: Table, sha256: str, size: int, *, by: Person, now: datetime
) -> ImportedFile:
    """The file's row, so that what is recorded can name it; how much of it was new is not known yet."""
    row = ImportedFile(
        kind=kind.key,
        file_name=table.file[:200],
        sha256=sha256,
        size_bytes=size,
        encoding=table.encoding,
        rows=len(table.rows),
        new=0,
        corrected=0,
        known=0,
        imported_at=now,
        imported_by_id=by.id,
        imported_by_name=by.display_name,
    )
    session.add(row)
    session.flush()
    return row


def _end(session: Session, row: ImportedFile, done: Imported, *, by: Person, now: datetime) -> None:
    """Complete the row within the transaction that began it, and say in the history what happened."""
    counts = {"new": done.new, "corrected": done.corrected, "known": done.known}
    table = ImportedFile.__table__
    session.execute(table.update().where(table.c.id == row.id).values(counts))
    session.expire(row)
    told = {"kind": row.kind, "file": row.file_name, "sha256": row.sha256, "imported_file": row.id}
    told |= counts | dict(done.kept.told)
    stream = LEDGER if done.kind.ability == "record_receipts" else INPUTS
    history.record(session, stream, "file_imported", told, by=by, now=now)
