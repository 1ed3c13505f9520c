"""48コマの列: the 48 columns of a day, labelled by the end of the slot or numbered, and their cells as one array.

Nearly all cells are plain digits: a row of those is read at once, only a row with anything else cell by cell.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from calc_core.slots import SLOTS, SLOTS_PER_DAY, end_label
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.quantities import MOST, read_kw, read_wh
from helpdesk.imports.table_file import Table
from helpdesk.register.models import NO_VALUE

_MIDNIGHT_IN_EXCEL = ("1 day, 0:00:00", "1900-01-01")  # how a cell of 24:00 is read, by its format
SLOT_COLUMNS = tuple(
    Column(
        f"slot_{slot}",
        end_label(slot),
        (
            f"{end_label(slot)}:00",
            end_label(slot).removeprefix("0"),
            f"{slot}",
            f"{slot}コマ",
            f"コマ{slot}",
            f"{slot}コマ目",
            *(_MIDNIGHT_IN_EXCEL if slot == SLOTS_PER_DAY else ()),
        ),
        example="12,345",
        may_be_empty=True,
    )
    for slot in SLOTS
)
_AS_ONE = replace(
    SLOT_COLUMNS[0],
    name="slots",
    label="00:30 … 24:00（コマの終わりの時刻の48列）",
    other_names=("1 … 48", "1コマ … 48コマ"),
)
_NAMES = [column.name for column in SLOT_COLUMNS]
_MOST_KWH = MOST // 1000
_MOST_DIGITS = len(str(_MOST_KWH))
_HEADING_ROWS = 10  # a title may stand above the header
_LABEL = re.compile(
    r"0?([0-9]{1,2}:(?:00|30))(?::00)?(?:[\[(]kwh?[\])])?|([0-9]{1,2})(?:コマ目?)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Energies:
    """48コマの電力量: Wh, `NO_VALUE` where a cell is empty; how many were empty, and how many below zero."""

    values_wh: np.ndarray
    empty: int = 0
    negative: int = 0


def read_energies(reader: TableReader, *, below_zero_is_zero: bool = False) -> Energies | None:
    """The day of the current row, kWh in the file; None after noting every cell that is none.

    With `below_zero_is_zero` a unit that takes energy in counts as delivering nothing.
    """
    cells = [reader.cell(name) for name in _NAMES]
    energies_kwh = _all_digits(cells)
    if energies_kwh is not None and max(energies_kwh) <= _MOST_KWH:
        return Energies(np.array(energies_kwh, dtype=np.int64) * 1000)
    return _one_by_one(reader, cells, below_zero_is_zero)


def read_powers(reader: TableReader) -> np.ndarray | Mapping[int, int] | None:
    """The day of the current row in kW: all 48 slots, or those in which something stands; None after noting a problem."""
    cells = [reader.cell(name) for name in _NAMES]
    powers_kw = _all_digits(cells)
    if powers_kw is not None:
        return np.array(powers_kw, dtype=np.int64)
    before = len(reader.problems)
    given = [(slot, name) for slot, name, cell in zip(SLOTS, _NAMES, cells, strict=True) if cell.strip()]
    found = {slot: reader.value(name, read_kw) for slot, name in given}
    if len(reader.problems) > before:
        return None
    return {slot: power_kw for slot, power_kw in found.items() if power_kw is not None}


def told_as_one(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Columns as a reader is told of them: the 48 of a day in one line."""
    told = (_AS_ONE if column in SLOT_COLUMNS else column for column in columns)
    return tuple(dict.fromkeys(told))


def has_slot_columns(table: Table) -> bool:
    """Whether a day's slots stand beside each other in this table: a row of it heads most of them."""
    for row in (table.header, *table.rows[:_HEADING_ROWS]):
        labels = {found[1] or found[2] for cell in row.cells if (found := _LABEL.fullmatch(_plain(cell)))}
        if len(labels) >= SLOTS_PER_DAY - 3:
            return True
    return False


def _plain(cell: str) -> str:
    return "".join(unicodedata.normalize("NFKC", cell).split())


def _all_digits(cells: list[str]) -> list[int] | None:
    """The numbers of a row of plain digits, none of them longer than any file may hold."""
    text = "".join(cells)
    if text.isascii() and text.isdigit() and all(cells) and max(map(len, cells)) <= _MOST_DIGITS:
        return [int(cell) for cell in cells]
    return None


def _one_by_one(reader: TableReader, cells: list[str], below_zero_is_zero: bool) -> Energies | None:
    before, empty, negative = len(reader.problems), 0, 0
    values_wh = np.full(SLOTS_PER_DAY, NO_VALUE, dtype=np.int64)
    for at, (name, cell) in enumerate(zip(_NAMES, cells, strict=True)):
        if not cell.strip():
            empty += 1
            continue
        energy_wh = reader.value(name, read_wh)
        if energy_wh is None:
            continue
        if energy_wh < 0:
            negative += 1
            if not below_zero_is_zero:
                reader.note(name, f"「{cell.strip()[:30]}」は 0 以上ではありません")
        values_wh[at] = max(energy_wh, 0)
    return Energies(values_wh, empty, negative) if len(reader.problems) == before else None
