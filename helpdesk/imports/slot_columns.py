"""48コマの列: the 48 columns of a day, labelled by the end of the slot or numbered, and their cells as one array.

Nearly all cells are plain digits: a row of those is read at once, only a row with anything else cell by cell.
"""

from dataclasses import dataclass

import numpy as np

from calc_core.slots import SLOTS, SLOTS_PER_DAY, end_label
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.quantities import MOST, read_wh
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
    )
    for slot in SLOTS
)
_NAMES = [column.name for column in SLOT_COLUMNS]
_MOST_KWH = MOST // 1000
_MOST_DIGITS = len(str(_MOST_KWH))


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
    text = "".join(cells)
    if text.isascii() and text.isdigit() and all(cells) and max(map(len, cells)) <= _MOST_DIGITS:
        energies_kwh = [int(cell) for cell in cells]
        if max(energies_kwh) <= _MOST_KWH:
            return Energies(np.array(energies_kwh, dtype=np.int64) * 1000)
    return _one_by_one(reader, cells, below_zero_is_zero)


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
