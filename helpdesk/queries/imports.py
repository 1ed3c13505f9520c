"""取込みの画面が読むもの: the imported files, and what a file of a kind must look like."""

import csv
import io
import re
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.errors import NotFound
from helpdesk.imports.import_kind import ImportKind
from helpdesk.register.models import ImportedFile

PAGE = 50
_NUMBER = re.compile(r"（(?:円|kW|kWh|％|円/kW)）$")


def files_imported(
    session: Session, kinds: Collection[str], *, before: str = "", limit: int = PAGE
) -> tuple[list[ImportedFile], int | None]:
    """The files of these kinds, the newest first, and the id before which the page after begins."""
    asked = select(ImportedFile).where(ImportedFile.kind.in_(kinds))
    if before.isascii() and before.isdigit() and len(before) < 10:
        asked = asked.where(ImportedFile.id < int(before))
    rows = list(session.scalars(asked.order_by(ImportedFile.id.desc()).limit(limit + 1)))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def imported_file(session: Session, file_id: int, kinds: Collection[str]) -> ImportedFile:
    """One of the files of these kinds, or `NotFound`."""
    found = session.get(ImportedFile, file_id)
    if found is None or found.kind not in kinds:
        raise NotFound("その取り込んだファイルはありません")
    return found


def columns_of_preview(headings: list[str]) -> list[dict[str, str]]:
    """The preview's columns; figures stand to the right."""
    return [
        {"label": heading, "align": "num" if _NUMBER.search(heading) else "start"} for heading in headings
    ]


def template_csv(kind: ImportKind) -> bytes:
    """雛形: the headings of a kind and one example row, as Excel opens it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([column.label for column in kind.columns])
    writer.writerow([column.example for column in kind.columns])
    return buffer.getvalue().encode("utf-8-sig")
