"""市場応札量の取り込み: how much of a resource was offered to the market in a slot, in kW."""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from helpdesk.imports.checked import Checked
from helpdesk.imports.columns import Column
from helpdesk.imports.import_kind import ImportKind
from helpdesk.imports.slot_cells import CELL_COLUMNS, read_cells
from helpdesk.imports.slot_days import keep_days
from helpdesk.imports.table_file import Table

COLUMNS = (
    *CELL_COLUMNS,
    Column("offered_kw", "応札量", ("市場応札量", "応札kW", "offered_kw"), example="60,000"),
)


def read_market_offers(session: Session, table: Table, today: date) -> Checked:
    """All slots of the table. Raises `Refused` with every problem, by row and column."""
    return read_cells(session, table, today, COLUMNS, {"offered_kw": "market_offer_kw"})


MARKET_OFFERS: Final = ImportKind(
    "market_offers",
    "市場応札量",
    COLUMNS,
    read_market_offers,
    keep_days,
    about="コマごとの市場応札量（kW）です。1日1行の48列でも取り込めます。同じ電源等・日・コマの行は訂正になります。",
)
