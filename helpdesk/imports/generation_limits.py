"""発電上限・発電計画の取り込み: what a resource could generate in a slot, and what it planned to, in kW."""

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
    Column("limit_kw", "発電上限", ("発電上限値", "発電可能電力", "limit_kw"), False, "80,000"),
    Column("planned_kw", "発電計画", ("発電計画値", "計画値", "planned_kw"), False, "75,000"),
)


def read_generation_limits(session: Session, table: Table, today: date) -> Checked:
    """All slots of the table; a row holds a limit, a plan or both. Raises `Refused` with every problem."""
    return read_cells(session, table, today, COLUMNS, {"limit_kw": "limit_kw", "planned_kw": "planned_kw"})


GENERATION_LIMITS: Final = ImportKind(
    "generation_limits",
    "発電上限・発電計画",
    COLUMNS,
    read_generation_limits,
    keep_days,
    about="コマごとの発電上限と発電計画（kW）です。1日1行の48列（「項目」に発電上限か発電計画）でも取り込めます。"
    "空の欄は、登録済みの値をそのままにします。",
)
