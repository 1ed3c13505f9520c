"""負担割合の取り込み: the peaks of each retailer in an area, and its contracted kW then and now, as exact text.

A retailer that had no peak names the kW that stand in for it.
"""

from datetime import date
from fractions import Fraction
from typing import Final

from sqlalchemy.orm import Session

from helpdesk.imports.areas import read_area
from helpdesk.imports.businesses import KnownBusinesses
from helpdesk.imports.checked import Checked, RowKeys
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.delivery_months import MONTH_COLUMN, YEAR_COLUMN, read_month, read_year
from helpdesk.imports.import_kind import ImportKind
from helpdesk.imports.quantities import read_exact
from helpdesk.imports.table_file import Table
from helpdesk.imports.versioned import keep_versions
from helpdesk.register.models import RetailerShare

_KW = {
    "peak_kw_summer": "夏季ピーク",
    "peak_kw_winter": "冬季ピーク",
    "contract_kw_at_peak": "ピーク時の契約電力",
    "contract_kw": "契約電力",
    "substitute_kw": "代替値",
}
COLUMNS = (
    YEAR_COLUMN,
    MONTH_COLUMN,
    Column("area", "エリア", ("エリア名", "area"), example="関西"),
    Column("business", "事業者コード", ("事業者番号", "business_code"), example="R001"),
    *(Column(name, label, (f"{label}kW", name), False, "1,234.5") for name, label in _KW.items()),
)
_KEY = ("fiscal_year", "delivery_month", "area", "business_id")


def read_retailer_shares(session: Session, table: Table, today: date) -> Checked:
    """All retailers of the table. Raises `Refused` with every problem, by row and column."""
    reader, businesses = TableReader(table, COLUMNS), KnownBusinesses(session)
    keys, entries, shown = RowKeys(reader), [], []
    for row in reader.rows():
        reader.at(row)
        before = len(reader.problems)
        code = reader.text("business", most=20)
        entry = {
            "fiscal_year": reader.value("fiscal_year", read_year),
            "delivery_month": reader.value("delivery_month", read_month),
            "area": reader.value("area", read_area),
            "business_id": businesses.id_of(code),
            **{name: reader.value(name, read_exact) or "" for name in _KW},
        }
        if code and entry["business_id"] is None:
            reader.note("business", f"事業者コード「{code}」は登録されていません")
        if len(reader.problems) == before:
            _note_gaps(reader, entry)
        if len(reader.problems) > before:
            continue
        keys.add(tuple(entry[name] for name in _KEY), "business", "同じ年度・月・エリア・事業者")
        entries.append(entry)
        month = f"{entry['fiscal_year']}年度 {entry['delivery_month']}月分 {entry['area']}"
        shown.append([businesses.name_of(code), month, *(entry[name] for name in _KW)])
    reader.refuse_if_wrong()
    headings = ["事業者", "対象", *(f"{label}（kW）" for label in _KW.values())]
    return Checked(entries, headings, shown, reader.warnings)


def _note_gaps(reader: TableReader, entry: dict) -> None:
    """With a peak both contracted kW are needed, without one the kW that stand in for it."""
    if not any(_positive(entry[name]) for name in ("peak_kw_summer", "peak_kw_winter")):
        if not _positive(entry["substitute_kw"]):
            words = "ピークのない事業者です。代わりに使う kW を入れるか、夏季・冬季ピークを入れてください"
            reader.note("substitute_kw", words)
        return
    if not _positive(entry["contract_kw_at_peak"]):
        words = "ピークからの増減を計算できません。0 より大きい kW を入れてください"
        reader.note("contract_kw_at_peak", words)
    if not entry["contract_kw"]:
        reader.note("contract_kw", "空です。対象月の契約電力を入れてください")


def _positive(text: str) -> bool:
    return bool(text) and Fraction(text) > 0


RETAILER_SHARES: Final = ImportKind(
    "retailer_shares",
    "負担割合",
    COLUMNS,
    read_retailer_shares,
    keep_versions(RetailerShare, key=_KEY, labels=_KW),
    about="小売電気事業者ごと・月ごとのピークと契約電力です。容量拠出金の事業者ごとの配分に使います。小数はそのまま正確に使います。",
)
