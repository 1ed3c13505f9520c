"""エリアの一般送配電事業者の取り込み: which business pays the utility's share of an area, since a day."""

from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.models import Business
from helpdesk.imports.areas import read_area
from helpdesk.imports.businesses import KnownBusinesses
from helpdesk.imports.checked import Checked, RowKeys
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.import_kind import ImportKind
from helpdesk.imports.table_file import Table
from helpdesk.imports.versioned import Words, keep_versions
from helpdesk.register.models import AreaUtility

COLUMNS = (
    Column("area", "エリア", ("エリア名", "area"), example="関西"),
    Column("valid_from", "適用開始日", ("適用日", "開始日", "valid_from"), example="2026-04-01"),
    Column("business", "事業者コード", ("事業者番号", "business_code"), example="T006"),
)
_KEY = ("area", "valid_from")
_LABELS = {"business_id": "一般送配電事業者"}


def read_area_utilities(session: Session, table: Table, today: date) -> Checked:
    """All utilities of the table. Raises `Refused` with every problem, by row and column."""
    reader, businesses = TableReader(table, COLUMNS), KnownBusinesses(session)
    keys, entries, shown = RowKeys(reader), [], []
    for row in reader.rows():
        reader.at(row)
        before = len(reader.problems)
        code = reader.text("business", most=20)
        entry = {
            "area": reader.value("area", read_area),
            "valid_from": reader.day("valid_from"),
            "business_id": businesses.id_of(code),
        }
        if code and entry["business_id"] is None:
            reader.note("business", f"事業者コード「{code}」は登録されていません")
        if len(reader.problems) > before:
            continue
        keys.add(tuple(entry[name] for name in _KEY), "area", "同じエリア・適用開始日")
        entries.append(entry)
        shown.append([entry["area"], entry["valid_from"].isoformat(), businesses.name_of(code)])
    reader.refuse_if_wrong()
    return Checked(entries, ["エリア", "適用開始日", "一般送配電事業者"], shown, reader.warnings)


def _names(session: Session) -> Words:
    rows = session.execute(select(Business.id, Business.name))
    return {"business_id": {row[0]: row[1] for row in rows}}


AREA_UTILITIES: Final = ImportKind(
    "area_utilities",
    "エリアの一般送配電事業者",
    COLUMNS,
    read_area_utilities,
    keep_versions(AreaUtility, key=_KEY, labels=_LABELS, words=_names),
    about="エリアごとの一般送配電事業者です。容量拠出金のうち一般送配電事業者の負担分の請求先になります。",
)
