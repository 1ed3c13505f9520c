"""低予備率アセスメント対象コマの取り込み: the slots of an area in which supply was tight, as a file says."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.history import Person
from helpdesk.desk import Desk
from helpdesk.imports.areas import read_area
from helpdesk.imports.cells import NotReadable, plain
from helpdesk.imports.checked import Checked, RowKeys
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.import_kind import ImportKind
from helpdesk.imports.kept import Kept
from helpdesk.imports.slot_times import read_moment
from helpdesk.imports.spans import DAY_COLUMNS, WITHDRAWN_COLUMN, read_slot_at, read_withdrawn, shown_start
from helpdesk.imports.table_file import Table
from helpdesk.imports.versioned import kept_of
from helpdesk.register.low_reserve import LOW_BELOW_HUNDREDTHS
from helpdesk.register.models import ImportedFile, LowReserveSlot
from helpdesk.register.versions import record_versions

COLUMNS = (
    Column("area", "エリア", ("エリア名", "供給区域", "area"), example="関西"),
    DAY_COLUMNS[0],
    Column("slot", "コマ", ("コマ番号", "slot"), required=False, example="35"),
    Column("start_time", "開始時刻", ("start_time",), required=False, example="17:00"),
    Column("end_time", "終了時刻", ("end_time",), required=False, example="17:30"),
    Column("margin", "広域予備率", ("予備率", "margin_percent"), required=False, example="7.53"),
    Column("decided_at", "公表日時", ("判定日時", "decided_at"), required=False, example="2026-08-02 18:05"),
    WITHDRAWN_COLUMN,
)
_LABELS = {"margin_hundredths": "広域予備率（0.01％）", "decided_at": "公表日時", "withdrawn": "取消"}
_KEY = ("area", "date", "slot")


def read_margin(cell: str) -> int:
    """A margin in per cent with at most two decimals, as hundredths; one below nothing too."""
    found = re.fullmatch(
        r"(-?)([0-9]{1,3})(?:\.([0-9]{1,2})0*)?%?", plain(cell).replace(" ", "").replace("−", "-")
    )
    if found is None:
        raise NotReadable(f"「{cell.strip()[:30]}」は広域予備率（％、小数2桁まで）ではありません")
    hundredths = int(found[2]) * 100 + int((found[3] or "").ljust(2, "0"))
    return -hundredths if found[1] else hundredths


def read_low_reserve_slots(session: Session, table: Table, today: date) -> Checked:
    """All slots of the table. Raises `Refused` with every problem, by row and column."""
    reader = TableReader(table, COLUMNS)
    keys, entries, shown, not_low = RowKeys(reader), [], [], 0
    for row in reader.rows():
        reader.at(row)
        before = len(reader.problems)
        area, day = reader.value("area", read_area), reader.day("date")
        slot = read_slot_at(reader, "slot", start_time="start_time", end_time="end_time")
        margin = reader.value("margin", read_margin)
        decided_at = reader.value("decided_at", read_moment)
        withdrawn = read_withdrawn(reader)
        if area and day and slot:
            keys.add((area, day, slot), "slot", f"{area} {day} コマ{slot}")
        if len(reader.problems) > before:
            continue
        not_low += margin is not None and margin >= LOW_BELOW_HUNDREDTHS and not withdrawn
        entries.append(
            {
                "area": area,
                "date": day,
                "slot": slot,
                "origin": "file",
                "margin_hundredths": margin,
                "publication_id": None,
                "decided_at": decided_at,
                "withdrawn": withdrawn,
            }
        )
        margin_words = (
            ""
            if margin is None
            else f"{'-' if margin < 0 else ''}{abs(margin) // 100}.{abs(margin) % 100:02d}"
        )
        shown.append([area, shown_start((day, slot)), margin_words, "取消" if withdrawn else ""])
    reader.refuse_if_wrong()
    warnings = [*reader.warnings]
    if not_low:
        warnings.append(f"広域予備率が 8％ 以上の行が {not_low:,} 件あります。取り込むと対象コマになります")
    return Checked(entries, ["エリア", "対象コマ", "広域予備率（％）", "取消"], shown, warnings)


def keep_low_reserve_slots(
    session: Session, desk: Desk, checked: Checked, *, file: ImportedFile | None, by: Person, now: datetime
) -> Kept:
    """Record them. A slot that the feed made low already is known, unless the file says more of it."""
    derived = _derived(session, checked.entries)
    entries = [
        _as_derived(entry, derived.get(tuple(entry[name] for name in _KEY))) for entry in checked.entries
    ]
    file_id = file.id if file else None
    recorded = record_versions(session, LowReserveSlot, entries, key=_KEY, file_id=file_id, now=now)
    return kept_of(recorded, replace(checked, entries=entries), _LABELS)


def _derived(session: Session, entries: list[dict[str, Any]]) -> dict[tuple[Any, ...], LowReserveSlot]:
    """Of the days of the file, what is in force and came from the feed."""
    days = [entry["date"] for entry in entries]
    rows = session.scalars(
        select(LowReserveSlot)
        .where(LowReserveSlot.date.between(min(days), max(days)))
        .order_by(LowReserveSlot.version)
    )
    newest = {(row.area, row.date, row.slot): row for row in rows}
    return {key: row for key, row in newest.items() if row.origin == "feed"}


def _as_derived(entry: dict[str, Any], row: LowReserveSlot | None) -> Mapping[str, Any]:
    """The entry, or where it says nothing else the row of the feed."""
    if row is None or entry["withdrawn"] != row.withdrawn:
        return entry
    for name in ("margin_hundredths", "decided_at"):
        if entry[name] is not None and entry[name] != getattr(row, name):
            return entry
    return {name: getattr(row, name) for name in entry}


LOW_RESERVE_SLOTS: Final = ImportKind(
    "low_reserve_slots",
    "低予備率アセスメント対象コマ",
    COLUMNS,
    read_low_reserve_slots,
    keep_low_reserve_slots,
    about="広域予備率が低く、アセスメントの対象になるコマです。エリア・日・コマ（番号か時刻）を1行ずつ書きます。",
)
