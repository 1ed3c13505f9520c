"""ベースラインの取り込み: what a demand-side resource would have used in each slot of a day, kWh in 48 columns."""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from helpdesk.imports.checked import Checked
from helpdesk.imports.import_kind import ImportKind
from helpdesk.imports.metered import COLUMNS as COLUMNS
from helpdesk.imports.metered import read_energy_days
from helpdesk.imports.slot_days import keep_days
from helpdesk.imports.table_file import Table


def read_baselines(session: Session, table: Table, today: date) -> Checked:
    """All days of the table; a baseline may lie ahead. Raises `Refused` with every problem, by row and column."""
    return read_energy_days(session, table, today, "baseline_wh")


BASELINES: Final = ImportKind(
    "baselines",
    "ベースライン",
    COLUMNS,
    read_baselines,
    keep_days,
    about="電源等ごとのベースライン（kWh、コマの終わりの時刻の48列）です。同じ電源等・日の行は訂正になり、空のコマは値なしです。",
)
