"""取り込みの種類: what belongs to one kind of file: its columns, how it is read and kept, and who may."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy.orm import Session

from cases.history import Person
from helpdesk.desk import Desk
from helpdesk.imports.checked import Checked
from helpdesk.imports.columns import Column
from helpdesk.imports.kept import Kept
from helpdesk.imports.slot_columns import told_as_one
from helpdesk.imports.table_file import Table
from helpdesk.register.models import ImportedFile

INPUTS = "inputs"  # the stream of files that assessments are computed from


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

    @property
    def told_columns(self) -> tuple[Column, ...]:
        """The columns for a reader; the 48 of a day are one."""
        return told_as_one(self.columns)
