"""コマごとの kW: files with a row a slot, or a row a day with the 48 slots beside each other.

The slot of a row is named by its number or by its beginning or end. A year of a whole fleet fits only beside each other.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from helpdesk.imports.checked import Checked
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.quantities import read_kw
from helpdesk.imports.resources import RESOURCE_COLUMN, KnownResources
from helpdesk.imports.slot_columns import SLOT_COLUMNS, has_slot_columns, read_powers
from helpdesk.imports.slot_days import SlotDays
from helpdesk.imports.slot_times import read_end_slot, read_slot, read_start_slot
from helpdesk.imports.table_file import Table
from helpdesk.register.models import ALL_SLOT_KINDS

_DAY_COLUMNS = (
    RESOURCE_COLUMN,
    Column("date", "対象日", ("日付", "年月日", "date"), example="2026-04-01"),
)
_ITEM_COLUMN = Column("item", "項目", ("種別", "item"), example="発電上限")
CELL_COLUMNS = (
    *_DAY_COLUMNS,
    Column("slot", "コマ", ("コマ番号", "slot"), required=False, example="25"),
    Column("slot_start", "開始時刻", ("コマ開始", "start"), required=False),
    Column("slot_end", "終了時刻", ("コマ終了", "slot_end"), required=False),
)
_READERS = {"slot": read_slot, "slot_start": read_start_slot, "slot_end": read_end_slot}


def read_cells(
    session: Session, table: Table, today: date, columns: tuple[Column, ...], kinds: Mapping[str, str]
) -> Checked:
    """A row a resource, day and slot; `kinds`: by column the kind of the slot store. Empty cells leave what stands.

    With 48 columns a row is a day, of several kinds that of its 項目. Raises `Refused` with every problem.
    """
    if has_slot_columns(table):
        return _read_days(session, table, today, list(kinds.values()))
    reader, resources = TableReader(table, columns), KnownResources(session)
    days = SlotDays(reader, resources, today)
    for row in reader.rows():
        reader.at(row)
        resource_id, on, slot = resources.id_of(reader, "resource"), days.day(), _slot(reader)
        values = {kind: reader.value(name, read_kw) for name, kind in kinds.items()}
        if not any(reader.has(name) for name in kinds) and not _is_required(columns, kinds):
            labels = "・".join(column.label for column in columns if column.name in kinds)
            reader.note(next(iter(kinds)), f"{labels} のどれも空です。値を入れるか、行を除いてください")
        if resource_id is None or on is None or slot is None:
            continue
        if days.is_first(row.number, resource_id, on, slot=slot):
            for kind, value in values.items():
                if value is not None:
                    days.add_slot(kind, resource_id, on, slot, value)
    return days.checked(list(kinds.values()))


def _read_days(session: Session, table: Table, today: date, kinds: Sequence[str]) -> Checked:
    columns = (*_DAY_COLUMNS, *((_ITEM_COLUMN,) if len(kinds) > 1 else ()), *SLOT_COLUMNS)
    reader, resources = TableReader(table, columns), KnownResources(session)
    days = SlotDays(reader, resources, today)
    items = {kind: ALL_SLOT_KINDS[kind] for kind in kinds}
    for row in reader.rows():
        reader.at(row)
        kind = reader.choice("item", items) if len(kinds) > 1 else kinds[0]
        resource_id, on, powers_kw = resources.id_of(reader, "resource"), days.day(), read_powers(reader)
        if resource_id is None or on is None or not kind:
            continue
        if days.is_first(row.number, resource_id, on, kind=kind) and powers_kw is not None:
            days.add_day(kind, resource_id, on, powers_kw)
    return days.checked(kinds)


def _is_required(columns: tuple[Column, ...], kinds: Mapping[str, str]) -> bool:
    return any(column.required for column in columns if column.name in kinds)


def _slot(reader: TableReader) -> int | None:
    """The slot of the current row, by number or time; where there are several they have to agree."""
    given = [name for name in _READERS if reader.has(name)]
    if not given:
        reader.note("slot", "コマがありません。コマ番号（1〜48）・開始時刻・終了時刻のどれかを入れてください")
    found = [reader.value(name, _READERS[name]) for name in given]
    slots = {slot for slot in found if slot is not None}
    if len(slots) > 1:
        reader.note(given[-1], f"コマ{'とコマ'.join(map(str, sorted(slots)))} のどちらか分かりません")
    return slots.pop() if len(slots) == 1 else None
