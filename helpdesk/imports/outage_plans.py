"""容量停止計画の取り込み: which resource can offer how little from when to when, and when that was submitted."""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from helpdesk.clock import in_japan
from helpdesk.imports.checked import Checked, RowKeys
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.import_kind import ImportKind
from helpdesk.imports.quantities import read_kw
from helpdesk.imports.resources import RESOURCE_COLUMN, KnownResources
from helpdesk.imports.slot_times import read_moment
from helpdesk.imports.spans import SPAN_COLUMNS, WITHDRAWN_COLUMN, read_span, read_withdrawn
from helpdesk.imports.table_file import Table
from helpdesk.imports.versioned import in_words, keep_versions
from helpdesk.register.models import OutagePlan

COLUMNS = (
    RESOURCE_COLUMN,
    Column("number", "計画番号", ("停止計画番号", "番号", "plan_number"), example="KT-2026-0012"),
    Column(
        "submitted_at",
        "提出日時",
        ("提出", "提出年月日", "submitted_at"),
        example="2026-04-10 15:30",
    ),
    *SPAN_COLUMNS,
    Column(
        "available_kw",
        "利用可能容量",
        (
            "提供できる供給力の最大値",
            "提供できる供給力",
            "供給力",
            "利用可能kW",
            "停止中の供給力",
            "available_kw",
        ),
        example="50,000",
    ),
    WITHDRAWN_COLUMN,
)
_LABELS = {
    "submitted_at": "提出日時",
    "first_date": "開始日",
    "first_slot": "開始コマ",
    "last_date": "終了日",
    "last_slot": "終了コマ",
    "available_kw": "利用可能容量",
    "withdrawn": "取消",
}


def read_outage_plans(session: Session, table: Table, today: date) -> Checked:
    """All plans of the table. Raises `Refused` with every problem, by row and column."""
    reader, resources = TableReader(table, COLUMNS), KnownResources(session)
    keys, entries, shown = RowKeys(reader), [], []
    for row in reader.rows():
        reader.at(row)
        before = len(reader.problems)
        resource_id = resources.id_of(reader, "resource")
        number = reader.text("number")
        submitted_at = reader.value("submitted_at", read_moment)
        if submitted_at is not None and submitted_at.date() > today:
            reader.note("submitted_at", f"今日（{today.isoformat()}）より後の日時です")
        span = read_span(reader)
        available_kw = reader.value("available_kw", read_kw)
        withdrawn = read_withdrawn(reader)
        if resource_id is not None and number:
            keys.add((resource_id, number), "number", f"計画「{number}」")
        if len(reader.problems) > before or span is None:
            continue
        entries.append(
            {
                "resource_id": resource_id,
                "number": number,
                "submitted_at": submitted_at,
                **span.columns(),
                "available_kw": available_kw,
                "withdrawn": withdrawn,
            }
        )
        shown.append(
            [
                resources.label_of(resource_id),
                number,
                f"{in_japan(submitted_at):%Y-%m-%d %H:%M}",
                *span.shown(),
                in_words(available_kw),
                "取消" if withdrawn else "",
            ]
        )
    reader.refuse_if_wrong()
    headings = ["電源等", "計画番号", "提出日時", "開始", "終了", "利用可能容量（kW）", "取消"]
    return Checked(entries, headings, shown, reader.warnings)


OUTAGE_PLANS: Final = ImportKind(
    "outage_plans",
    "容量停止計画",
    COLUMNS,
    read_outage_plans,
    keep_versions(OutagePlan, key=("resource_id", "number"), labels=_LABELS),
    about="電源等の停止・出力低下の計画です。同じ計画番号の行は計画の訂正になります。終了が空欄なら未定です。",
)
