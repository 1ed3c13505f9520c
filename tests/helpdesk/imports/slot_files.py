"""Files of 48 columns and of rows by slot, and a desk to import them into, for the tests of the slot kinds."""

import csv
import gzip
import io
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from calc_core.slots import SLOTS, end_label
from helpdesk.errors import Refused
from helpdesk.imports.table_file import read_table

RECORDED = Path(__file__).parents[2] / "recorded" / "generation"
ONE_DAY = RECORDED / "units_2026-04-01.csv.gz"  # all published units
THREE_MONTHS = RECORDED / "four_units_2026-04_06.csv.gz"
LABELS = [end_label(slot) for slot in SLOTS]
TODAY = date(2026, 6, 30)


def rows_of(path: Path) -> list[list[str]]:
    """The rows of a packed file, its header first."""
    return list(csv.reader(io.StringIO(gzip.decompress(path.read_bytes()).decode())))


def as_csv(rows: Iterable[Iterable[object]]) -> bytes:
    """Rows as people send them."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def problems_of(session, kind, content: bytes) -> list[tuple[str, str]]:
    """Everything that is wrong with a file: where it stands in the file, and why."""
    try:
        kind.read(session, read_table("届いた.csv", content), TODAY)
    except Refused as refused:
        return [(problem.where.removeprefix("届いた.csv "), problem.message) for problem in refused.problems]
    return []
