"""供給指示の取り込み: in which slots of a day a resource was told to deliver how much."""

from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.imports.checked import Checked, RowKeys
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.import_kind import ImportKind
from helpdesk.imports.overlaps import DayOccupation, Occupied
from helpdesk.imports.quantities import read_kw
from helpdesk.imports.resources import RESOURCE_COLUMN, KnownResources
from helpdesk.imports.spans import (
    DAY_COLUMNS,
    LAST_SLOT_COLUMNS,
    WITHDRAWN_COLUMN,
    read_slots_of_day,
    read_withdrawn,
    shown_end,
    shown_start,
)
from helpdesk.imports.table_file import Table
from helpdesk.imports.versioned import in_words, keep_versions
from helpdesk.register.models import SupplyInstruction

COLUMNS = (
    RESOURCE_COLUMN,
    *DAY_COLUMNS,
    *LAST_SLOT_COLUMNS,
    Column("instructed_kw", "指示量", ("供給指示量", "指示kW", "instructed_kw"), example="80,000"),
    WITHDRAWN_COLUMN,
)
_LABELS = {"last_slot": "終了コマ", "instructed_kw": "指示量", "withdrawn": "取消"}


def read_supply_instructions(session: Session, table: Table, today: date) -> Checked:
    """All instructions of the table. Raises `Refused` with every problem, by row and column."""
    reader, resources = TableReader(table, COLUMNS), KnownResources(session)
    keys, entries, shown, places = RowKeys(reader), [], [], []
    for row in reader.rows():
        reader.at(row)
        before = len(reader.problems)
        resource_id, day = resources.id_of(reader, "resource"), reader.day("date")
        slots = read_slots_of_day(reader)
        instructed_kw, withdrawn = reader.value("instructed_kw", read_kw), read_withdrawn(reader)
        if resource_id is not None and day and slots:
            keys.add((resource_id, day, slots[0]), "start_slot", f"同じ電源等・日・開始コマ{slots[0]}")
        if len(reader.problems) > before or slots is None:
            continue
        entries.append(
            {
                "resource_id": resource_id,
                "date": day,
                "first_slot": slots[0],
                "last_slot": slots[1],
                "instructed_kw": instructed_kw,
                "withdrawn": withdrawn,
            }
        )
        label = resources.label_of(resource_id)
        taken = "取消" if withdrawn else ""
        shown.append(
            [label, shown_start((day, slots[0])), shown_end((day, slots[1])), in_words(instructed_kw), taken]
        )
        places.append(row)
    _note_overlaps(session, reader, entries, places)
    reader.refuse_if_wrong()
    headings = ["電源等", "開始", "終了", "指示量（kW）", "取消"]
    return Checked(entries, headings, shown, reader.warnings)


def _note_overlaps(session: Session, reader: TableReader, entries: list[dict], places: list) -> None:
    if not entries:
        return
    days = [entry["date"] for entry in entries]
    rows = session.scalars(
        select(SupplyInstruction)
        .where(SupplyInstruction.date.between(min(days), max(days)))
        .order_by(SupplyInstruction.version)
    )
    recorded = {(row.resource_id, row.date, row.first_slot): row for row in rows}
    held = DayOccupation(
        (
            row.resource_id,
            row.date,
            Occupied(
                key,
                row.first_slot,
                row.last_slot,
                f"登録済みの供給指示（コマ{row.first_slot}〜{row.last_slot}）",
            ),
        )
        for key, row in recorded.items()
        if not row.withdrawn
    )
    held.release({(entry["resource_id"], entry["date"], entry["first_slot"]) for entry in entries})
    for entry, row in zip(entries, places, strict=True):
        if entry["withdrawn"]:
            continue
        key = (entry["resource_id"], entry["date"], entry["first_slot"])
        words = f"{row.number}行目の供給指示"
        occupied = Occupied(key, entry["first_slot"], entry["last_slot"], words)
        met = held.take(entry["resource_id"], entry["date"], occupied)
        if met is not None:
            reader.at_again(row)
            told = f"{met.words}とコマが重なります。指示量が変わるところで行を分けるか、前の指示を取り消してください"
            reader.note("start_slot", told)


SUPPLY_INSTRUCTIONS: Final = ImportKind(
    "supply_instructions",
    "供給指示",
    COLUMNS,
    read_supply_instructions,
    keep_versions(SupplyInstruction, key=("resource_id", "date", "first_slot"), labels=_LABELS),
    about="電気の供給指示です。指示量が変わるところで行を分けます。同じ電源等・日・開始コマの行は訂正になります。",
)
