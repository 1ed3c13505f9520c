"""H3需要の取り込み: the demand of each area that shares out the contribution, and the deduction of its retailers."""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from helpdesk.imports.areas import read_area
from helpdesk.imports.auction_results import AREA_KW_MOST
from helpdesk.imports.cells import read_yen_from_zero
from helpdesk.imports.checked import Checked, RowKeys
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.delivery_months import YEAR_COLUMN, read_year
from helpdesk.imports.import_kind import ImportKind
from helpdesk.imports.quantities import read_kw
from helpdesk.imports.table_file import Table
from helpdesk.imports.versioned import keep_versions
from helpdesk.register.models import AreaDemand

COLUMNS = (
    YEAR_COLUMN,
    Column("area", "エリア", ("エリア名", "area"), example="関西"),
    Column("h3_demand_kw", "H3需要", ("エリアのH3需要", "h3_demand_kw"), example="26,000,000"),
    Column(
        "transitional_deduction_yen",
        "経過措置控除額",
        ("控除額", "経過措置の控除額", "transitional_deduction_yen"),
        required=False,
        example="0",
    ),
)
_LABELS = {"h3_demand_kw": "H3需要（kW）", "transitional_deduction_yen": "経過措置控除額（円）"}


def read_area_demand(session: Session, table: Table, today: date) -> Checked:
    """All areas of the table; no deduction written is none. Raises `Refused` with every problem, by row and column."""
    reader = TableReader(table, COLUMNS)
    keys, entries, shown = RowKeys(reader), [], []
    for row in reader.rows():
        reader.at(row)
        before = len(reader.problems)
        entry = {
            "fiscal_year": reader.value("fiscal_year", read_year),
            "area": reader.value("area", read_area),
            "h3_demand_kw": reader.value("h3_demand_kw", lambda cell: read_kw(cell, most=AREA_KW_MOST)),
            "transitional_deduction_yen": reader.value("transitional_deduction_yen", read_yen_from_zero) or 0,
        }
        if len(reader.problems) > before:
            continue
        keys.add((entry["fiscal_year"], entry["area"]), "area", "同じ年度・エリア")
        entries.append(entry)
        amounts = [f"{entry['h3_demand_kw']:,}", f"{entry['transitional_deduction_yen']:,}"]
        shown.append([f"{entry['fiscal_year']}年度", entry["area"], *amounts])
    reader.refuse_if_wrong()
    headings = ["実需給年度", "エリア", "H3需要（kW）", "経過措置控除額（円）"]
    return Checked(entries, headings, shown, reader.warnings)


AREA_DEMAND: Final = ImportKind(
    "area_demand",
    "H3需要",
    COLUMNS,
    read_area_demand,
    keep_versions(AreaDemand, key=("fiscal_year", "area"), labels=_LABELS),
    about="エリアごとのH3需要と経過措置控除額です。容量拠出金のエリアごとの配分に使います。",
)
