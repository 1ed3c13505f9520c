"""A fleet as files, written for tests: the folder that `helpdesk fleet assess` reads."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from calc_core import exact
from calc_core.contract_period import SlotPlace
from calc_core.fiscal_year import calendar_month, days_in_month
from calc_core.fleet import FleetResource, FleetSlots
from calc_core.fleet.contract_rows import OPTIONAL, REQUIRED

EVENT_COLUMNS = (
    "limit_kw",
    "planned_kw",
    "offered_kw",
    "surplus_kw",
    "instructed_kw",
    "delivered_kwh",
    "baseline_kwh",
    "metered_kwh",
    "kind",
)


def write_fleet(
    folder: Path, year: int, resources: Sequence[FleetResource], months: dict[int, FleetSlots]
) -> Path:
    """The whole folder."""
    write_resources(folder, resources)
    for month, slots in months.items():
        write_month(folder, month_table(year, month, resources, slots), year, month)
    if any(each.events for each in resources):
        pq.write_table(event_table(resources), folder / "events.parquet")
    if any(each.coal for each in resources):
        write_coal(folder, year, resources)
    return folder


def write_resources(folder: Path, resources: Sequence[FleetResource]) -> None:
    with (folder / "resources.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow((*REQUIRED, *OPTIONAL))
        for each in resources:
            for period in each.periods:
                writer.writerow(
                    (
                        each.resource,
                        each.business,
                        each.area,
                        each.category,
                        period.contract_kw,
                        period.assessed_kw,
                        period.price_yen_per_kw,
                        period.transitional_deduction_yen,
                        str(period.inefficient_coal).lower(),
                        _place(period.first),
                        _place(period.last),
                    )
                )


def _place(place: SlotPlace | None) -> str:
    return "" if place is None else f"{place[0].isoformat()}/{place[1]}"


def month_table(year: int, month: int, resources: Sequence[FleetResource], slots: FleetSlots) -> pa.Table:
    days = days_in_month(year, month)
    first = np.datetime64(f"{calendar_month(year, month)[0]}-{month:02}-01", "D")
    names = pa.array([each.resource for each in resources])
    index = np.repeat(np.arange(len(resources), dtype=np.int32), days * 48)
    dates = np.tile(np.repeat(first + np.arange(days), 48), len(resources))
    return pa.table(
        {
            "resource": pa.DictionaryArray.from_arrays(pa.array(index), names),
            "date": pa.array(dates, pa.date32()),
            "slot": np.tile(np.arange(1, 49, dtype=np.int8), days * len(resources)),
            "offered_kw": slots.offered_kw.astype(np.int32).ravel(),
            "multiplier": slots.multiplier.astype(np.int8).ravel(),
        }
    )


def write_month(
    folder: Path, table: pa.Table, year: int, month: int, *, row_group_size: int = 10_000
) -> Path:
    path = folder / f"slots-{calendar_month(year, month)[0]}-{month:02}.parquet"
    pq.write_table(table, path, row_group_size=row_group_size)
    return path


def event_table(resources: Sequence[FleetResource]) -> pa.Table:
    rows = [
        {
            "resource": each.resource,
            "date": event.date,
            "slot": event.slot,
            "event": event.event,
            **{
                name: None if value is None else (value if name == "kind" else exact.text(value))
                for name, value in ((name, event.inputs.get(name)) for name in EVENT_COLUMNS)
            },
        }
        for each in resources
        for event in each.events
    ]
    kinds = {"date": pa.date32(), "slot": pa.int8()}
    names = ("resource", "date", "slot", "event", *EVENT_COLUMNS)
    return pa.table(
        {name: pa.array([row[name] for row in rows], kinds.get(name, pa.string())) for name in names}
    )


def write_coal(folder: Path, year: int, resources: Sequence[FleetResource]) -> None:
    """Twelve rows a resource whose sums are the year."""
    lines = ["resource,month,metered_kwh,low_reserve_kwh,coal_kw,total_kw"]
    for each in resources:
        if each.coal is None:
            continue
        mixed = ["" if kw is None else str(kw) for kw in (each.coal.coal_kw, each.coal.total_kw)]
        for month in (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3):
            last = month == 3
            metered = [
                kwh - kwh // 12 * 11 if last else kwh // 12
                for kwh in (each.coal.metered_kwh, each.coal.low_reserve_kwh)
            ]
            name = f"{calendar_month(year, month)[0]}-{month:02}"
            lines.append(",".join([each.resource, name, *map(str, metered), *mixed]))
    (folder / "coal.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def rows_without(table: pa.Table, rows: Sequence[int]) -> pa.Table:
    keep = np.ones(table.num_rows, bool)
    keep[list(rows)] = False
    return table.filter(pa.array(keep))
