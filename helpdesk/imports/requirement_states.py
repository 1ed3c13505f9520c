"""リクワイアメントの状態の取り込み: 余力活用契約 and 実効性テスト of a resource, met or not, since when and why."""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from helpdesk.imports.cells import plain
from helpdesk.imports.checked import Checked, RowKeys
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.delivery_months import YEAR_COLUMN, read_year
from helpdesk.imports.import_kind import ImportKind
from helpdesk.imports.resources import RESOURCE_COLUMN, KnownResources
from helpdesk.imports.table_file import Table
from helpdesk.imports.versioned import keep_versions
from helpdesk.register.models import REQUIREMENT_STATES, REQUIREMENTS, RequirementState

COLUMNS = (
    RESOURCE_COLUMN,
    YEAR_COLUMN,
    Column("requirement", "リクワイアメント", ("項目", "requirement"), example="余力活用契約の締結"),
    Column("state", "状態", ("結果", "state"), example="未充足"),
    Column("on_date", "年月日", ("日付", "判定日", "on"), example="2026-06-15"),
    Column("reason", "理由", ("事由", "reason"), example="契約の更新手続きが完了していない"),
)
_LABELS = {"state": "状態", "on_date": "年月日", "reason": "理由"}
_SHORT = {"余力活用契約": "余力活用契約の締結"}


def read_requirement_states(session: Session, table: Table, today: date) -> Checked:
    """All states of the table. Raises `Refused` with every problem, by row and column."""
    reader, resources = TableReader(table, COLUMNS), KnownResources(session)
    keys, entries, shown = RowKeys(reader), [], []
    for row in reader.rows():
        reader.at(row)
        before = len(reader.problems)
        entry = {
            "resource_id": resources.id_of(reader, "resource"),
            "fiscal_year": reader.value("fiscal_year", read_year),
            "requirement": _requirement(reader),
            "state": reader.choice("state", REQUIREMENT_STATES),
            "on_date": reader.day("on_date"),
            "reason": reader.text("reason", most=500),
        }
        if len(reader.problems) > before:
            continue
        label = REQUIREMENTS[entry["requirement"]]
        key = (entry["resource_id"], entry["fiscal_year"], entry["requirement"])
        keys.add(key, "requirement", f"同じ電源等・年度の「{label}」")
        entries.append(entry)
        shown.append(
            [
                resources.label_of(entry["resource_id"]),
                f"{entry['fiscal_year']}年度 {label}",
                REQUIREMENT_STATES[entry["state"]],
                entry["on_date"].isoformat(),
                entry["reason"],
            ]
        )
    reader.refuse_if_wrong()
    headings = ["電源等", "リクワイアメント", "状態", "年月日", "理由"]
    return Checked(entries, headings, shown, reader.warnings)


def _requirement(reader: TableReader) -> str:
    by_words = {label: key for key, label in REQUIREMENTS.items()} | {key: key for key in REQUIREMENTS}
    written = reader.value("requirement", plain) or ""
    found = by_words.get(_SHORT.get(written, written), "")
    if written and not found:
        words = f"「{written[:30]}」はありません。{'・'.join(REQUIREMENTS.values())} のどれかにしてください"
        reader.note("requirement", words)
    return found


REQUIREMENT_STATES_KIND: Final = ImportKind(
    "requirement_states",
    "リクワイアメントの状態",
    COLUMNS,
    read_requirement_states,
    keep_versions(
        RequirementState,
        key=("resource_id", "fiscal_year", "requirement"),
        labels=_LABELS,
        words=lambda session: {"state": REQUIREMENT_STATES},
    ),
    about="余力活用契約の締結と実効性テストの充足・未充足です。状態が変わったら新しい行を取り込みます。",
)
