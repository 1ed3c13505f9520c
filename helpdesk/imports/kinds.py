"""取り込みの種類: which kinds of files can be imported, with their columns, and who may."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from helpdesk.errors import Problem, Refused
from helpdesk.imports import invoices, receipts
from helpdesk.imports.checked import Checked
from helpdesk.imports.columns import Column
from helpdesk.imports.table_file import Table


@dataclass(frozen=True, slots=True)
class ImportKind:
    """種類: its key in commands, its name, the columns of its files, and how a table becomes checked rows."""

    key: str
    label: str
    columns: tuple[Column, ...]
    read: Callable[[Session, Table, date], Checked]


KINDS: Final[dict[str, ImportKind]] = {
    kind.key: kind
    for kind in (
        ImportKind("invoices", "請求書", invoices.COLUMNS, invoices.read_invoices),
        ImportKind("receipts", "入金", receipts.COLUMNS, receipts.read_receipts),
    )
}


def kind_of(key: str) -> ImportKind:
    """The kind of a key. Raises `Refused` naming those there are."""
    if key not in KINDS:
        choices = "・".join(f"{kind.key}（{kind.label}）" for kind in KINDS.values())
        raise Refused([Problem("種類", f"「{key[:40]}」はありません。{choices} から選んでください")])
    return KINDS[key]
