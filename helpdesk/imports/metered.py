"""計量値の取り込み: what a resource delivered in each slot of a day, kWh in 48 columns."""

from collections import Counter
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from helpdesk.imports.checked import Checked
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.import_kind import ImportKind
from helpdesk.imports.resources import RESOURCE_COLUMN, KnownResources
from helpdesk.imports.slot_columns import SLOT_COLUMNS, read_energies
from helpdesk.imports.slot_days import SlotDays, empty_slots, keep_days
from helpdesk.imports.table_file import Table

COLUMNS = (
    RESOURCE_COLUMN,
    Column("date", "対象日", ("日付", "年月日", "date"), example="2026-04-01"),
    *SLOT_COLUMNS,
)


def read_metered(session: Session, table: Table, today: date) -> Checked:
    """All days of the table. Raises `Refused` with every problem, by row and column."""
    return read_energy_days(session, table, today, "metered_wh", is_measured=True)


def read_energy_days(
    session: Session, table: Table, today: date, kind: str, *, is_measured: bool = False
) -> Checked:
    """A row a resource and day, kWh in 48 columns, as a kind of the slot store."""
    reader, resources = TableReader(table, COLUMNS), KnownResources(session)
    days = SlotDays(reader, resources, today, is_measured)
    empty: Counter[int] = Counter()
    for row in reader.rows():
        reader.at(row)
        resource_id, on, energies = resources.id_of(reader, "resource"), days.day(), read_energies(reader)
        if resource_id is None or on is None:
            continue
        if days.is_first(row.number, resource_id, on) and energies is not None:
            days.add_day(kind, resource_id, on, energies.values_wh)
            empty[resource_id] += energies.empty
    return days.checked([kind], empty_slots(resources, empty))


METERED: Final = ImportKind(
    "metered",
    "計量値",
    COLUMNS,
    read_metered,
    keep_days,
    about="電源等ごとの計量値（kWh、コマの終わりの時刻の48列）です。同じ電源等・日の行は訂正になり、空のコマは値なしです。",
)
