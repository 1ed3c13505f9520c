"""A fleet as files: what was written is what is read, and whatever is wrong is told by file, row and column."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from calc_core.contract_period import ContractPeriod
from calc_core.errors import InputRefused
from calc_core.fleet import FleetResource, FleetSlots, assess
from calc_core.fleet.tables import read_fleet
from tests.calc_core.fleet.folder import month_table, rows_without, write_fleet, write_month
from tests.calc_core.fleet.small_fleets import HOURS, YEAR, fleets

CONTRACT = ContractPeriod(10_000, 10_000, 8_000)
TIGHT = {
    f"penalty/{kind}": {"tight_hours": {"2026": str(HOURS)}}
    for kind in ("market_offer", "supply_instruction")
}


def plain(name: str, *periods: ContractPeriod) -> FleetResource:
    return FleetResource(name, "B1", "東京", "安定電源", periods or (CONTRACT,))


FLEET = [plain("R001"), plain("R002")]


def april(rows: int = 2, offered_kw: int = 9_000) -> FleetSlots:
    return FleetSlots(np.full((rows, 30, 48), offered_kw, np.int32), np.ones((rows, 30, 48), np.int8))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_fleet(tmp_path, YEAR, FLEET, {4: april()})


def refused(folder: Path) -> list[str]:
    with pytest.raises(InputRefused) as caught:
        read_fleet(folder, YEAR)
    return [each.where for each in caught.value.problems]


def changed(folder: Path, **columns: object) -> list[str]:
    """The places that are refused when columns of April are others."""
    table = month_table(YEAR, 4, FLEET, april())
    for name, values in columns.items():
        table = table.set_column(table.column_names.index(name), name, pa.array(values))
    write_month(folder, table, YEAR, 4)
    return refused(folder)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fleets())
def test_what_was_written_is_read_and_computes_to_the_same(tmp_path_factory, fleet) -> None:
    resources, months = fleet
    read = read_fleet(write_fleet(tmp_path_factory.mktemp("fleet"), YEAR, resources, months), YEAR)
    assert list(read.months) == list(months)
    expected = assess(YEAR, resources, months, parameters=TIGHT)
    assert assess(YEAR, read.resources, read.months, parameters=TIGHT) == expected


def test_rows_in_another_order_are_put_into_their_places(folder) -> None:
    slots = april()
    slots.offered_kw[1, 3, 4] = 17
    table = month_table(YEAR, 4, FLEET, slots)
    write_month(folder, table.take(pa.array(np.arange(table.num_rows)[::-1].copy())), YEAR, 4)
    read = read_fleet(folder, YEAR).months[4]
    assert np.array_equal(read.offered_kw, slots.offered_kw)


def test_resources_in_another_order_than_their_list_are_brought_into_it(folder) -> None:
    slots = april()
    slots.offered_kw[0] = 1
    write_month(folder, month_table(YEAR, 4, FLEET[::-1], slots), YEAR, 4)
    assert read_fleet(folder, YEAR).months[4].offered_kw[:, 0, 0].tolist() == [9_000, 1]


def test_missing_and_repeated_slots_are_told_by_resource_day_and_slot(folder) -> None:
    table = month_table(YEAR, 4, FLEET, april())
    write_month(folder, pa.concat_tables([rows_without(table, [50, 1441]), table.slice(7, 1)]), YEAR, 4)
    assert refused(folder) == [
        "slots-2026-04.parquet R001 2026-04-01 コマ8（04:00まで）",
        "slots-2026-04.parquet R001 2026-04-02 コマ3（01:30まで）",
        "slots-2026-04.parquet R002 2026-04-01 コマ2（01:00まで）",
    ]


def test_a_slot_may_be_missing_where_no_contract_stands(tmp_path) -> None:
    later = plain("R001", replace(CONTRACT, first=(date(YEAR, 4, 1), 3)))
    write_fleet(tmp_path, YEAR, [later], {4: april(1)})
    table = month_table(YEAR, 4, [later], april(1))
    write_month(tmp_path, rows_without(table, [0, 1]), YEAR, 4)
    assert assess(YEAR, [later], read_fleet(tmp_path, YEAR).months).months[0].short_slots == 1_438
    write_month(tmp_path, rows_without(table, [0, 1, 2]), YEAR, 4)
    assert refused(tmp_path) == ["slots-2026-04.parquet R001 2026-04-01 コマ3（01:30まで）"]


def test_more_bad_cells_than_anyone_reads_are_counted(folder) -> None:
    table = month_table(YEAR, 4, FLEET, april())
    write_month(folder, rows_without(table, range(100)), YEAR, 4)
    with pytest.raises(InputRefused, match=r"ほかに 80 コマ") as caught:
        read_fleet(folder, YEAR)
    assert len(caught.value.problems) == 21


def test_cells_out_of_range_and_empty_ones_are_told_by_row_and_column(folder) -> None:
    size = 2 * 1440
    assert changed(folder, slot=np.where(np.arange(size) == 4, 49, 1).astype(np.int64)) == [
        "slots-2026-04.parquet 5行目 slot"
    ]
    negative = np.where(np.arange(size) == 2879, -1, 5).astype(np.int32)
    high = np.where(np.arange(size) == 0, 128, 1).astype(np.int16)
    assert changed(folder, offered_kw=negative, multiplier=high) == [
        "slots-2026-04.parquet 2880行目 offered_kw",
        "slots-2026-04.parquet 1行目 multiplier",
    ]
    assert changed(folder, offered_kw=[None] + [1] * (size - 1)) == ["slots-2026-04.parquet 1行目 offered_kw"]


def test_columns_of_another_type_are_taken_where_every_value_is_exact(folder) -> None:
    table = month_table(YEAR, 4, FLEET, april())
    for kind in (pa.int64(), pa.float64(), pa.uint32(), pa.decimal128(20, 2)):
        column = table.column("offered_kw").cast(kind)
        write_month(folder, table.set_column(3, "offered_kw", column), YEAR, 4)
        assert read_fleet(folder, YEAR).months[4].offered_kw.dtype == np.int32
    assert changed(folder, offered_kw=np.full(2880, 0.5))[:1] == ["slots-2026-04.parquet 1行目 offered_kw"]
    assert changed(folder, offered_kw=["9000"] * 2880) == ["slots-2026-04.parquet offered_kw"]
    assert changed(folder, multiplier=[True] * 2880) == ["slots-2026-04.parquet multiplier"]
    assert changed(folder, date=["2026-04-01"] * 2880) == ["slots-2026-04.parquet date"]
    assert changed(folder, resource=[1] * 2880) == ["slots-2026-04.parquet resource"]


def test_days_of_another_month_and_unknown_resources_are_told(folder) -> None:
    days = [date(YEAR, 4, 1) + timedelta(index // 48 % 30) for index in range(2880)]
    assert changed(folder, date=[date(YEAR, 5, 1), *days[1:]]) == ["slots-2026-04.parquet 1行目 date"]
    assert changed(folder, resource=["R001"] * 1440 + ["R009"] * 1440) == ["slots-2026-04.parquet resource"]


def test_columns_that_are_missing_or_unknown_are_told(folder) -> None:
    table = month_table(YEAR, 4, FLEET, april()).rename_columns(
        ["resource", "day", "slot", "offered_kw", "multiplier"]
    )
    write_month(folder, table, YEAR, 4)
    assert refused(folder) == ["slots-2026-04.parquet date", "slots-2026-04.parquet day"]


def test_months_are_read_without_a_gap_from_april_and_those_of_other_years_left(folder) -> None:
    (folder / "slots-2026-06.parquet").write_bytes(b"PAR1")
    (folder / "slots-2026-7.parquet").write_bytes(b"PAR1")
    assert refused(folder) == ["slots-2026-7.parquet", "slots-2026-05.parquet", "slots-2026-06.parquet"]
    (folder / "slots-2026-06.parquet").rename(folder / "slots-2025-06.parquet")
    (folder / "slots-2026-7.parquet").unlink()
    assert read_fleet(folder, YEAR).warnings == [
        "slots-2025-06.parquet は 2026年度の月ではないため、使いませんでした"
    ]


def test_a_folder_that_is_not_there_or_empty_is_refused(tmp_path) -> None:
    assert refused(tmp_path / "none") == [str(tmp_path / "none")]
    assert refused(tmp_path) == ["slots-2026-04.parquet", "resources.csv"]


def test_problems_of_all_files_are_told_at_once(folder) -> None:
    (folder / "slots-2026-04.parquet").write_bytes(b"nothing of the kind")
    (folder / "events.parquet").write_bytes(b"")
    (folder / "coal.csv").write_text("resource,month\n", encoding="utf-8")
    text = (folder / "resources.csv").read_text(encoding="utf-8").replace("B1", "", 1)
    (folder / "resources.csv").write_text(text, encoding="utf-8")
    assert refused(folder) == [
        "resources.csv 2行目 business",
        "slots-2026-04.parquet",
        "events.parquet",
        "coal.csv 1行目 metered_kwh",
        "coal.csv 1行目 low_reserve_kwh",
    ]
