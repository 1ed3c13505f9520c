"""発動指令の取り込み: from which slot on a resource had to deliver for the hours of one order."""

from collections import Counter
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.dispatch_order_terms import dispatch_order_terms
from calc_core.errors import InputRefused
from calc_core.fiscal_year import fiscal_year_of
from calc_core.slots import SLOTS_PER_DAY
from helpdesk.imports.checked import Checked, RowKeys
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.import_kind import ImportKind
from helpdesk.imports.overlaps import DayOccupation, Occupied
from helpdesk.imports.resources import RESOURCE_COLUMN, KnownResources
from helpdesk.imports.spans import (
    DAY_COLUMNS,
    WITHDRAWN_COLUMN,
    read_slot_at,
    read_withdrawn,
    shown_end,
    shown_start,
)
from helpdesk.imports.table_file import Table
from helpdesk.imports.versioned import keep_versions
from helpdesk.register.models import DISPATCH_KINDS, DispatchOrder

COLUMNS = (
    Column("number", "指令番号", ("発動指令番号", "番号", "order_number"), example="HD-2026-0003"),
    RESOURCE_COLUMN,
    *DAY_COLUMNS,
    Column("kind", "種類", ("種別", "kind"), example="需要抑制"),
    WITHDRAWN_COLUMN,
)
_LABELS = {
    "date": "対象日",
    "first_slot": "開始コマ",
    "last_slot": "終了コマ",
    "kind": "種類",
    "withdrawn": "取消",
}


def read_dispatch_orders(session: Session, table: Table, today: date) -> Checked:
    """All orders of the table. Raises `Refused` with every problem, by row and column."""
    reader, resources = TableReader(table, COLUMNS), KnownResources(session)
    keys, entries, shown, places = RowKeys(reader), [], [], []
    for row in reader.rows():
        reader.at(row)
        before = len(reader.problems)
        number, resource_id = reader.text("number"), resources.id_of(reader, "resource")
        day = reader.day("date")
        first = read_slot_at(reader, "start_slot", start_time="start_time")
        last = _last_slot(reader, day, first)
        kind, withdrawn = reader.choice("kind", DISPATCH_KINDS), read_withdrawn(reader)
        if resource_id is not None and number:
            keys.add((resource_id, number), "number", f"この電源等の指令「{number}」")
        if len(reader.problems) > before or last is None:
            continue
        entries.append(
            {
                "resource_id": resource_id,
                "number": number,
                "date": day,
                "first_slot": first,
                "last_slot": last,
                "kind": kind,
                "withdrawn": withdrawn,
            }
        )
        label, taken = resources.label_of(resource_id), "取消" if withdrawn else ""
        span = [shown_start((day, first)), shown_end((day, last))]
        shown.append([label, number, *span, DISPATCH_KINDS[kind], taken])
        places.append(row)
    warnings = _meet(session, reader, resources, entries, places)
    reader.refuse_if_wrong()
    headings = ["電源等", "指令番号", "開始", "終了", "種類", "取消"]
    return Checked(entries, headings, shown, [*reader.warnings, *warnings])


def _last_slot(reader: TableReader, day: date | None, first: int | None) -> int | None:
    """The slot with which an order that begins in `first` ends, by the terms of its fiscal year."""
    if day is None or first is None:
        return None
    try:
        slots = dispatch_order_terms(fiscal_year_of(day)).slots_per_order
    except InputRefused:
        reader.note("date", "この日の実需給年度には発動指令がありません。日付を確かめてください")
        return None
    last = first + slots - 1
    if last > SLOTS_PER_DAY:
        reader.note("start_slot", f"発動指令は {slots} コマで、この開始（コマ{first}）では日をまたぎます")
        return None
    return last


def _meet(
    session: Session, reader: TableReader, resources: KnownResources, entries: list[dict], places: list
) -> list[str]:
    """Note orders of one resource that meet each other; the warnings of too many in a year."""
    if not entries:
        return []
    rows = session.scalars(
        select(DispatchOrder)
        .where(DispatchOrder.resource_id.in_({entry["resource_id"] for entry in entries}))
        .order_by(DispatchOrder.version)
    )
    in_force = {(row.resource_id, row.number): row for row in rows}
    said_anew = {(entry["resource_id"], entry["number"]) for entry in entries}
    kept = [row for key, row in in_force.items() if key not in said_anew and not row.withdrawn]
    held = DayOccupation(
        (
            row.resource_id,
            row.date,
            Occupied(row.number, row.first_slot, row.last_slot, f"登録済みの指令「{row.number}」"),
        )
        for row in kept
    )
    orders = Counter((row.resource_id, fiscal_year_of(row.date)) for row in kept)
    for entry, row in zip(entries, places, strict=True):
        if entry["withdrawn"]:
            continue
        orders[entry["resource_id"], fiscal_year_of(entry["date"])] += 1
        words = f"{row.number}行目の指令「{entry['number']}」"
        occupied = Occupied(entry["number"], entry["first_slot"], entry["last_slot"], words)
        met = held.take(entry["resource_id"], entry["date"], occupied)
        if met is not None:
            reader.at_again(row)
            reader.note("start_slot", f"{met.words}とコマが重なります。開始か電源等を確かめてください")
    warned = ((key, dispatch_order_terms(key[1]).warning(count)) for key, count in orders.items())
    return [f"{resources.label_of(key[0])} {key[1]}年度：{words}" for key, words in warned if words]


DISPATCH_ORDERS: Final = ImportKind(
    "dispatch_orders",
    "発動指令",
    COLUMNS,
    read_dispatch_orders,
    keep_versions(
        DispatchOrder,
        key=("resource_id", "number"),
        labels=_LABELS,
        words=lambda session: {"kind": DISPATCH_KINDS},
    ),
    about="発動指令電源への指令です。開始から1回分（6コマ）を対象とし、24:00 までに終わるものに限ります。",
)
