"""coal.csv: what inefficient coal resources metered month by month, added up to the year.

A resource with fewer than twelve months is computed with those it has, and a warning names the months that are missing.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from calc_core.coal_year import CoalYear
from calc_core.fiscal_year import DELIVERY_MONTHS, calendar_month
from calc_core.fleet.csv_rows import CsvRow, FileProblems, read_rows

NAME = "coal.csv"
REQUIRED = ("resource", "month", "metered_kwh", "low_reserve_kwh")
OPTIONAL = ("coal_kw", "total_kw")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Metered:
    row: CsvRow
    metered_kwh: Fraction
    low_reserve_kwh: Fraction
    kw: dict[str, Fraction]


def read_coal(
    path: Path, fiscal_year: int, resources: Collection[str], problems: FileProblems, warnings: list[str]
) -> dict[str, CoalYear]:
    """The year of each resource of the file; what is wrong is added to `problems`."""
    by_resource: dict[str, dict[int, _Metered]] = {}
    for row in read_rows(path, REQUIRED, OPTIONAL, problems):
        name, month, metered = row.text("resource"), _delivery_month(row, fiscal_year), _metered(row)
        if name is not None and name not in resources:
            row.fault("resource", f"resources.csv にない電源等です（{name}）")
        elif name is not None and month is not None:
            months = by_resource.setdefault(name, {})
            if month in months:
                row.fault("month", f"{name} の同じ月が {months[month].row.line}行目にもあります")
            months[month] = metered
    found = {}
    for name, months in by_resource.items():
        found[name] = _year(months)
        missing = [f"{month}月" for month in DELIVERY_MONTHS if month not in months]
        if missing:
            told = f"{name}: 稼働抑制の計量値（coal.csv）に {'、'.join(missing)} がないため、ある月だけを合計しました"
            warnings.append(told)
    return found


def _delivery_month(row: CsvRow, fiscal_year: int) -> int | None:
    written = row.text("month")
    if written is None:
        return None
    match = _MONTH.fullmatch(written)
    month = int(match[2]) if match else 0
    if match is None or month not in DELIVERY_MONTHS:
        row.fault("month", f"YYYY-MM で書いてください（{written}）")
        return None
    if calendar_month(fiscal_year, month)[0] != int(match[1]):
        row.fault("month", f"{fiscal_year}年度の月ではありません（{written}）")
        return None
    return month


def _metered(row: CsvRow) -> _Metered:
    """The numbers of a row, each looked at whatever else is wrong with the row."""
    metered, low_reserve = (row.number(name) or Fraction(0) for name in ("metered_kwh", "low_reserve_kwh"))
    written = [name for name in OPTIONAL if row.cells.get(name, "").strip()]
    if len(written) == 1:
        lacking = "total_kw" if "coal_kw" in written else "coal_kw"
        row.fault(lacking, "coal_kw と total_kw は両方書くか、両方空にしてください")
    numbers = {name: row.number(name) for name in written}
    kw = {name: number for name, number in numbers.items() if number is not None}
    if len(kw) == 2 and (kw["coal_kw"] > kw["total_kw"] or not kw["total_kw"]):
        row.fault("coal_kw", "coal_kw は total_kw 以下で、total_kw は0より大きい値で指定してください")
    return _Metered(row, metered, low_reserve, kw)


def _year(months: dict[int, _Metered]) -> CoalYear:
    metered, low_reserve = Fraction(0), Fraction(0)
    kw: dict[str, Fraction] = {}
    for each in months.values():
        metered += each.metered_kwh
        low_reserve += each.low_reserve_kwh
        for name, number in each.kw.items():
            if kw.setdefault(name, number) != number:
                each.row.fault(name, "同じ電源等のほかの月と違います。1年を通して同じ値にしてください")
    return CoalYear(metered, low_reserve, kw.get("coal_kw"), kw.get("total_kw"))
