"""オークション結果の取り込み: contracted quantity and price of each area, by main and additional auction."""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from helpdesk.imports.areas import read_area
from helpdesk.imports.cells import read_yen_from_zero
from helpdesk.imports.checked import Checked, RowKeys
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.delivery_months import YEAR_COLUMN, read_year
from helpdesk.imports.import_kind import ImportKind
from helpdesk.imports.quantities import read_kw
from helpdesk.imports.table_file import Table
from helpdesk.imports.versioned import keep_versions
from helpdesk.register.models import AUCTIONS, AuctionResult

COLUMNS = (
    YEAR_COLUMN,
    Column(
        "auction", "オークション", ("オークションの種類", "区分", "auction"), example="メインオークション"
    ),
    Column("area", "エリア", ("エリア名", "area"), example="関西"),
    Column("quantity_kw", "約定容量", ("契約容量", "約定量", "quantity_kw"), example="25,123,456"),
    Column("price_yen_per_kw", "約定価格", ("約定単価", "単価", "price_yen_per_kw"), example="5,832"),
)
AREA_KW_MOST = 10**11
_PRICE_MOST = 10**6
_BY_WORDS = {label.removesuffix("オークション"): key for key, label in AUCTIONS.items()}
_BY_WORDS |= {key: key for key in AUCTIONS}
_LABELS = {"quantity_kw": "約定容量（kW）", "price_yen_per_kw": "約定価格（円/kW）"}


def read_auction_results(session: Session, table: Table, today: date) -> Checked:
    """All results of the table. Raises `Refused` with every problem, by row and column."""
    reader = TableReader(table, COLUMNS)
    keys, entries, shown = RowKeys(reader), [], []
    for row in reader.rows():
        reader.at(row)
        before = len(reader.problems)
        entry = {
            "fiscal_year": reader.value("fiscal_year", read_year),
            "auction": _auction(reader),
            "area": reader.value("area", read_area),
            "quantity_kw": reader.value("quantity_kw", lambda cell: read_kw(cell, most=AREA_KW_MOST)),
            "price_yen_per_kw": reader.value(
                "price_yen_per_kw", lambda cell: read_yen_from_zero(cell, most=_PRICE_MOST)
            ),
        }
        if len(reader.problems) > before:
            continue
        keys.add(
            (entry["fiscal_year"], entry["auction"], entry["area"]), "area", "同じ年度・オークション・エリア"
        )
        entries.append(entry)
        amounts = [f"{entry['quantity_kw']:,}", f"{entry['price_yen_per_kw']:,}"]
        auction = f"{entry['fiscal_year']}年度 {AUCTIONS[entry['auction']]}"
        shown.append([auction, entry["area"], *amounts])
    reader.refuse_if_wrong()
    headings = ["オークション", "エリア", "約定容量（kW）", "約定価格（円/kW）"]
    return Checked(entries, headings, shown, reader.warnings)


def _auction(reader: TableReader) -> str:
    written = reader.text("auction")
    found = _BY_WORDS.get(written.removesuffix("オークション"), "")
    if written and not found:
        reader.note("auction", f"「{written[:30]}」はありません。メイン か 追加 にしてください")
    return found


AUCTION_RESULTS: Final = ImportKind(
    "auction_results",
    "オークション結果",
    COLUMNS,
    read_auction_results,
    keep_versions(AuctionResult, key=("fiscal_year", "auction", "area"), labels=_LABELS),
    about="エリアごとの約定容量と約定価格です。容量拠出金の総額の計算に使います。",
)
