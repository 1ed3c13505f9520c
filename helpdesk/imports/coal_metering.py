"""稼働抑制の計量値の取り込み: what an inefficient coal resource delivered in a month, and of it in low-reserve slots."""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from helpdesk.imports.checked import Checked, RowKeys
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.delivery_months import MONTH_COLUMN, YEAR_COLUMN, read_month, read_year
from helpdesk.imports.import_kind import ImportKind
from helpdesk.imports.quantities import read_wh
from helpdesk.imports.resources import RESOURCE_COLUMN, KnownResources
from helpdesk.imports.table_file import Table
from helpdesk.imports.versioned import keep_versions
from helpdesk.register.models import CoalMetering

COLUMNS = (
    RESOURCE_COLUMN,
    YEAR_COLUMN,
    MONTH_COLUMN,
    Column("metered_kwh", "計量値", ("月間計量値", "計量値kWh", "metered_kwh"), example="250,000,000"),
    Column(
        "low_reserve_kwh",
        "低予備率コマの計量値",
        ("低予備率アセスメント対象コマの計量値", "対象コマの計量値", "low_reserve_kwh"),
        example="1,200,000",
    ),
)
_MOST_WH = 10**15  # a month of a thousand of the largest units
_LABELS = {"metered_wh": "計量値（Wh）", "low_reserve_wh": "低予備率コマの計量値（Wh）"}


def read_coal_metering(session: Session, table: Table, today: date) -> Checked:
    """All months of the table. Raises `Refused` with every problem, by row and column."""
    reader, resources = TableReader(table, COLUMNS), KnownResources(session)
    keys, entries, shown = RowKeys(reader), [], []
    for row in reader.rows():
        reader.at(row)
        before = len(reader.problems)
        entry = {
            "resource_id": resources.id_of(reader, "resource"),
            "fiscal_year": reader.value("fiscal_year", read_year),
            "delivery_month": reader.value("delivery_month", read_month),
            "metered_wh": _read_energy(reader, "metered_kwh"),
            "low_reserve_wh": _read_energy(reader, "low_reserve_kwh"),
        }
        if len(reader.problems) > before:
            continue
        if entry["low_reserve_wh"] > entry["metered_wh"]:
            reader.note("low_reserve_kwh", "月の計量値を超えています。2つの列を確かめてください")
        key = (entry["resource_id"], entry["fiscal_year"], entry["delivery_month"])
        keys.add(key, "delivery_month", "同じ電源等・年度・月")
        entries.append(entry)
        energies = [_kwh_text(entry[name]) for name in ("metered_wh", "low_reserve_wh")]
        month = f"{entry['fiscal_year']}年度 {entry['delivery_month']}月分"
        shown.append([resources.label_of(entry["resource_id"]), month, *energies])
    reader.refuse_if_wrong()
    headings = ["電源等", "対象", "計量値（kWh）", "低予備率コマの計量値（kWh）"]
    return Checked(entries, headings, shown, reader.warnings)


def _read_energy(reader: TableReader, name: str) -> int | None:
    energy_wh = reader.value(name, lambda cell: read_wh(cell, most=_MOST_WH))
    if energy_wh is not None and energy_wh < 0:
        reader.note(name, f"「{reader.cell(name).strip()[:30]}」は 0 以上ではありません")
    return energy_wh


def _kwh_text(energy_wh: int) -> str:
    whole, rest = divmod(energy_wh, 1000)
    return f"{whole:,}" + (f".{rest:03d}".rstrip("0") if rest else "")


COAL_METERING: Final = ImportKind(
    "coal_metering",
    "稼働抑制の計量値",
    COLUMNS,
    read_coal_metering,
    keep_versions(CoalMetering, key=("resource_id", "fiscal_year", "delivery_month"), labels=_LABELS),
    about="非効率石炭火力の月ごとの計量値と、そのうち低予備率アセスメント対象コマの分（kWh）です。",
)
