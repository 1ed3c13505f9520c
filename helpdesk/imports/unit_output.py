"""ユニット別発電実績の取り込み: the published output of generating units, for those that a contracted resource stands on.

The official layout (発電所コード … 日量[kWh]) and the tidy one (date, area, plant, unit, source_type, 00:30 … 24:00) are
read alike: a row a unit and day, kWh by the end of the slot. The publication names every large unit of the country:
those without a resource are counted and named, and refuse nothing. A unit that takes energy in (揚水) is published
below zero; a resource then delivers nothing, so 0 is recorded and said to be.
"""

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from helpdesk.imports.checked import Checked
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.import_kind import ImportKind
from helpdesk.imports.resources import KnownResources, Unit, unit_key
from helpdesk.imports.slot_columns import SLOT_COLUMNS, read_energies
from helpdesk.imports.slot_days import SlotDays, counted_slots, empty_slots, keep_days, listed
from helpdesk.imports.table_file import Table

COLUMNS = (
    Column("area", "エリア", ("area", "エリア名"), example="関西"),
    Column("plant", "発電所名", ("plant", "発電所"), example="大飯発電所"),
    Column("unit", "ユニット名", ("unit", "ユニット", "号機"), example="3号機"),
    Column("date", "対象日", ("date", "日付", "年月日"), example="2026-04-01"),
    *SLOT_COLUMNS,
    Column("plant_code", "発電所コード", required=False),
    Column("source_type", "発電方式・燃種", ("source_type", "発電方式", "燃種"), required=False),
    Column("updated", "更新日時", ("更新日",), required=False),
    Column("total", "日量", required=False),
)


def read_unit_output(session: Session, table: Table, today: date) -> Checked:
    """The days of all units that have a resource. Raises `Refused` with every problem, by row and column."""
    reader, resources = TableReader(table, COLUMNS), KnownResources(session)
    days = SlotDays(reader, resources, today, is_measured=True)
    units = _Units(resources)
    empty: Counter[int] = Counter()
    negative: Counter[int] = Counter()
    left_out = 0
    for row in reader.rows():
        reader.at(row)
        resource_id = units.resource_of(reader.cell("area"), reader.cell("plant"), reader.cell("unit"))
        if resource_id is None:
            left_out += 1
            continue
        on = days.day()
        energies = read_energies(reader, below_zero_is_zero=True)
        if on is None or not days.is_first(row.number, resource_id, on) or energies is None:
            continue
        days.add_day("metered_wh", resource_id, on, energies.values_wh)
        empty[resource_id] += energies.empty
        negative[resource_id] += energies.negative
    warnings = [
        *units.warnings(),
        *empty_slots(resources, empty),
        *counted_slots(resources, negative, "は 0 未満（揚水など）です。0 kWh として登録します"),
    ]
    checked = days.checked(["metered_wh"], warnings)
    if checked.entries:
        return checked
    words = "登録できる行" if units.any_unclear else "登録されている電源等の行"
    return replace(checked, nothing=f"{words}はありませんでした（対象外 {left_out:,} 行）")


class _Units:
    """Which resource stands on the unit of a row, and which units have none."""

    def __init__(self, resources: KnownResources) -> None:
        self._resources = resources
        self._keys: dict[tuple[str, str, str], Unit] = {}
        self._without: dict[Unit, str] = {}
        self._unclear: dict[Unit, str] = {}

    def resource_of(self, area: str, plant: str, unit: str) -> int | None:
        """The one resource on this unit."""
        written = (area, plant, unit)
        key = self._keys.get(written)
        if key is None:
            key = self._keys[written] = unit_key(*written)
        found = self._resources.of_unit(key)
        if len(found) == 1:
            return found[0]
        name = " ".join(part.strip() for part in written if part.strip())
        if found:
            self._unclear[key] = f"{name}（{'、'.join(map(self._resources.label_of, found))}）"
        else:
            self._without[key] = name
        return None

    @property
    def any_unclear(self) -> bool:
        """Whether more than one resource stands on any unit of the file."""
        return bool(self._unclear)

    def warnings(self) -> list[str]:
        """The units of the file that are not recorded, and why."""
        words = []
        if self._without:
            words.append(f"対象外（電源等のないユニット）：{listed(list(self._without.values()))}")
        if self._unclear:
            words.append(f"電源等が2つ以上あるため登録しないユニット：{listed(list(self._unclear.values()))}")
        return words


UNIT_OUTPUT: Final = ImportKind(
    "unit_output",
    "ユニット別発電実績",
    COLUMNS,
    read_unit_output,
    keep_days,
    about="公表されたユニットごとの発電実績（kWh、コマの終わりの時刻の48列）です。"
    "エリア・発電所名・ユニット名が一致する電源等の計量値になります。",
)
