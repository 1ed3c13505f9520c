"""A file is imported: read, checked wholly, shown first if wanted, recorded all or not at all, with who did it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cases import history
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.imports.checked import Checked
from helpdesk.imports.kinds import ImportKind, kind_of
from helpdesk.imports.table_file import read_table
from helpdesk.ledger.account_history import LEDGER, Happened
from helpdesk.ledger.invoices import record_invoices
from helpdesk.ledger.matching import match_new_receipts
from helpdesk.ledger.receipts import record_receipts
from helpdesk.users.permissions import Person, require
from helpdesk.workflows.keep_ledger import finish


@dataclass(frozen=True, slots=True)
class Imported:
    """取り込みの結果: what a file did, or would do. `known`: rows that were recorded before and changed nothing."""

    kind: ImportKind
    file: str
    encoding: str
    sha256: str
    checked: Checked
    new: int
    known: int
    matched: int
    settled: int

    @property
    def changes_nothing(self) -> bool:
        """Whether everything in the file was there already."""
        return self.new == 0


def import_file(
    session: Session, desk: Desk, kind_key: str, file: str, content: bytes, *, keep: bool, by: Person
) -> Imported:
    """Import a file, or with `keep=False` do all of it and take it back: what would happen. Raises `Refused`."""
    require(by, "record_receipts", "ファイルを取り込む")
    kind, now = kind_of(kind_key), desk.clock()
    table = read_table(file, content)
    checked = kind.read(session, table, in_japan(now).date())
    if kind.key == "invoices":
        recorded = record_invoices(session, checked.entries, now=now)
    else:
        recorded = record_receipts(session, checked.entries, by=by, now=now)
    matched = match_new_receipts(session, by=by, now=now) if recorded.new else []
    settled = finish(session, [*recorded.happened, *matched], by=by, now=now)
    sha256 = hashlib.sha256(content).hexdigest()
    imported = Imported(
        kind,
        file,
        table.encoding,
        sha256,
        checked,
        new=len(recorded.new),
        known=recorded.known,
        matched=_receipts(matched),
        settled=settled,
    )
    if not keep:
        session.rollback()
        return imported
    told = {"kind": kind.key, "file": file[:200], "sha256": sha256, "matched": imported.matched}
    told |= {"new": imported.new, "known": imported.known}
    history.record(session, LEDGER, "file_imported", told, by=by, now=now)
    session.commit()
    return imported


def _receipts(matched: Sequence[Happened]) -> int:
    return len({each.content["receipt"] for each in matched})
