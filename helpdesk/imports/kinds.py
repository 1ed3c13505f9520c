"""取り込みの種類: which kinds of files can be imported, with their columns, and who may."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from sqlalchemy.orm import Session

from cases.history import Person
from helpdesk.desk import Desk
from helpdesk.errors import Problem, Refused
from helpdesk.imports import invoices, receipts
from helpdesk.imports.checked import Checked
from helpdesk.imports.columns import Column
from helpdesk.imports.kept import Kept
from helpdesk.imports.table_file import Table
from helpdesk.register.models import ImportedFile


class Keep(Protocol):
    """Records checked rows: all within the session's transaction, which it never commits. Raises `Refused`."""

    def __call__(
        self,
        session: Session,
        desk: Desk,
        checked: Checked,
        *,
        file: ImportedFile | None,
        by: Person,
        now: datetime,
    ) -> Kept: ...


@dataclass(frozen=True, slots=True)
class ImportKind:
    """種類: its key in commands, its name, the columns of its files, how a table becomes checked rows and is kept.

    `ability`: what a person must be able to do who imports such a file. `about`: what it is for, in one sentence.
    """

    key: str
    label: str
    columns: tuple[Column, ...]
    read: Callable[[Session, Table, date], Checked]
    keep: Keep
    ability: str = "import_inputs"
    about: str = ""


KINDS: Final[dict[str, ImportKind]] = {
    kind.key: kind
    for kind in (
        ImportKind(
            "invoices",
            "請求書",
            invoices.COLUMNS,
            invoices.read_invoices,
            invoices.keep_invoices,
            "record_receipts",
            "事業者あての請求書です。入金と自動で消し込みます。",
        ),
        ImportKind(
            "receipts",
            "入金",
            receipts.COLUMNS,
            receipts.read_receipts,
            receipts.keep_receipts,
            "record_receipts",
            "銀行の入金明細です。請求書に自動で消し込みます。",
        ),
    )
}
LEDGER_KINDS: Final = {key: kind for key, kind in KINDS.items() if kind.ability == "record_receipts"}


def kind_of(key: str) -> ImportKind:
    """The kind of a key. Raises `Refused` naming those there are."""
    if key not in KINDS:
        choices = "・".join(f"{kind.key}（{kind.label}）" for kind in KINDS.values())
        raise Refused([Problem("種類", f"「{key[:40]}」はありません。{choices} から選んでください")])
    return KINDS[key]
