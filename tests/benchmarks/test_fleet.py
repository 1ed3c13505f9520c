"""P1–P6: the fleet year beside the least that could do it. Ratios of one run; bars have slack for a busy machine."""

import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
import pytest

from calc_core.contract_period import ContractPeriod
from calc_core.fiscal_year import DELIVERY_MONTHS, days_in_month
from calc_core.fleet import FleetResource, FleetSlots, assess
from calc_core.fleet.csv_rows import FileProblems
from calc_core.fleet.slot_files import read_month
from calc_core.fleet.what_if import prepare
from tests.benchmarks.measuring import report, side_by_side
from tests.calc_core.fleet.folder import month_table, write_month
from tests.calc_core.fleet.slow_fleet import slow_months

numba = pytest.importorskip("numba")
pytestmark = pytest.mark.long
YEAR = 2026
SLACK = 1.5  # for a machine that others use too


@numba.njit(nogil=True)
def read_sum(values):
    """The least that reading costs: every value added to one sum."""
    total = np.int64(0)
    for value in values:
        total += value
    return total


def read_all(pool: ThreadPoolExecutor, months: dict[int, FleetSlots]) -> None:
    """Read the kW of all months with two threads."""
    for slots in months.values():
        values = slots.offered_kw.reshape(-1)
        half = len(values) // 2
        list(pool.map(read_sum, (values[:half], values[half:])))


def fleet(rows: int) -> tuple[list[FleetResource], dict[int, FleetSlots]]:
    """Round kW: targets in 1,000 kW, availability in steps of 10 %, so that exact results are whole yen."""
    random = np.random.default_rng(7)
    target = random.integers(1, 1_000, rows) * 1_000
    resources = [
        FleetResource(
            f"R{row:05}", f"B{row % 50}", "東京", "安定電源", (ContractPeriod(int(kw), int(kw), 8_000),)
        )
        for row, kw in enumerate(target)
    ]
    months = {}
    for month in DELIVERY_MONTHS:
        days = days_in_month(YEAR, month)
        multiplier = random.choice(np.array([1, 1, 1, 5], np.int8), (1, days, 48))
        offered_kw = np.empty((rows, days, 48), np.int32)
        for row in range(rows):
            offered_kw[row] = target[row] // 10 * random.integers(2, 12, (days, 48), dtype=np.int32)
        months[month] = FleetSlots(offered_kw, np.repeat(multiplier, rows, axis=0))
    return resources, months


def long_form(resources: list[FleetResource], months: dict[int, FleetSlots]) -> pd.DataFrame:
    """One row a slot, as one would join it from tables."""
    parts = []
    for month, slots in months.items():
        cells = days_in_month(YEAR, month) * 48
        parts.append(
            pd.DataFrame(
                {
                    "resource": np.repeat(np.arange(len(resources), dtype=np.int32), cells),
                    "month": np.int8(DELIVERY_MONTHS.index(month)),
                    "offered_kw": slots.offered_kw.ravel(),
                    "multiplier": slots.multiplier.ravel(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True).sort_values(
        ["resource", "month"], kind="stable", ignore_index=True
    )


def the_obvious_way(table: pd.DataFrame, contracts: pd.DataFrame) -> pd.DataFrame:
    """Shortfall of each slot, its running sum, the excess, the differences: as in a notebook."""
    joined = table.merge(contracts, on="resource")
    shortfall = (joined["multiplier"] * (1 - joined["offered_kw"] / joined["assessed_kw"])).clip(lower=0)
    joined["cumulative"] = shortfall.groupby(joined["resource"]).cumsum()
    excess = (joined["cumulative"] - 8_640).clip(lower=0)
    joined["penalty"] = joined["amount"] * excess * 0.000125
    ends = joined.groupby(["resource", "month"])["penalty"].last()
    return np.floor(ends).groupby(level=0).diff().fillna(np.floor(ends)).reset_index()


@pytest.fixture(scope="module")
def two_thousand() -> tuple[list[FleetResource], dict[int, FleetSlots]]:
    return fleet(2_000)


def test_a_year_of_two_thousand_costs_little_more_than_reading_it(two_thousand, capsys) -> None:
    resources, months = two_thousand
    compiled = assess(YEAR, resources, months, compiled=True)
    numpy_alone = assess(YEAR, resources, months, compiled=False)
    assert compiled == numpy_alone  # 0 yen between the engines
    with ThreadPoolExecutor(2) as pool:
        seconds = side_by_side(
            9,
            read=lambda: read_all(pool, months),
            compiled=lambda: assess(YEAR, resources, months, compiled=True),
            numpy=lambda: assess(YEAR, resources, months, compiled=False),
        )
    seconds_of_all = {f"{name} (x{value / seconds['read']:.1f})": value for name, value in seconds.items()}
    report(capsys, "a year of 2,000 resources", seconds_of_all)
    assert seconds["compiled"] / seconds["read"] <= 3 * SLACK
    assert seconds["numpy"] / seconds["read"] <= 15 * SLACK


def test_the_long_form_of_pandas_costs_a_hundred_times_as_much(two_thousand, capsys) -> None:
    resources, months = two_thousand
    contracts = pd.DataFrame(
        {
            "resource": np.arange(len(resources), dtype=np.int32),
            "assessed_kw": [each.periods[0].assessed_kw for each in resources],
            "amount": [each.periods[0].contract_kw * 8_000.0 for each in resources],
        }
    )
    table = long_form(resources, months)
    seconds = side_by_side(
        3,
        pandas=lambda: the_obvious_way(table, contracts),
        numpy=lambda: assess(
            YEAR, resources, months, compiled=False
        ),  # pays for the memory pandas pushed out
        compiled=lambda: assess(YEAR, resources, months, compiled=True),
    )
    times = {name: seconds["pandas"] / seconds[name] for name in ("compiled", "numpy")}
    floats = the_obvious_way(table, contracts)["penalty"].to_numpy()
    exact = np.array([each.penalty_outage_yen for each in assess(YEAR, resources, months).months])
    report(
        capsys,
        "beside pandas",
        {f"{name} (1/{times.get(name, 1):.0f})": value for name, value in seconds.items()},
    )
    with capsys.disabled():
        print(
            f"    months in which the floats are another yen: {int((floats != exact).sum()):,} of {len(exact):,}"
        )
    assert times["compiled"] >= 100 / SLACK
    assert times["numpy"] >= 30 / SLACK


def test_working_memory_stays_below_a_twentieth_of_the_input(two_thousand, capsys) -> None:
    resources, months = two_thousand
    size = sum(each.offered_kw.nbytes + each.multiplier.nbytes for each in months.values())
    for compiled in (True, False):
        assess(YEAR, resources, months, compiled=compiled)
        tracemalloc.start()
        result = assess(YEAR, resources, months, compiled=compiled)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        with capsys.disabled():
            print(f"\nmemory beyond the input ({compiled=}): {peak / 1e6:.1f} MB = {100 * peak / size:.1f} %")
        assert len(result.months) == 24_000
        assert peak < size / 20


def test_time_grows_with_the_input_and_no_faster(capsys) -> None:
    figures = {}
    with ThreadPoolExecutor(2) as pool:
        for rows in (500, 8_000):
            resources, months = fleet(rows)
            figures[rows] = side_by_side(
                5,
                read=lambda months=months: read_all(pool, months),
                compiled=lambda resources=resources, months=months: assess(
                    YEAR, resources, months, compiled=True
                ),
                numpy=lambda resources=resources, months=months: assess(
                    YEAR, resources, months, compiled=False
                ),
            )
            report(capsys, f"a year of {rows:,} resources", figures[rows])
    for engine in ("compiled", "numpy"):
        assert figures[8_000][engine] / figures[500][engine] <= 16 * 1.2 * SLACK


def test_a_year_is_read_from_parquet_in_ten_times_what_numpy_takes(
    two_thousand, tmp_path: Path, capsys
) -> None:
    resources, months = two_thousand
    order = {each.resource: row for row, each in enumerate(resources)}
    files = {}
    for month, slots in months.items():
        table = month_table(YEAR, month, resources, slots)
        files[month] = write_month(tmp_path, table, YEAR, month, row_group_size=1_000_000)
        np.save(tmp_path / f"kw-{month}.npy", slots.offered_kw)
        np.save(tmp_path / f"multiplier-{month}.npy", slots.multiplier)

    def load(month: int) -> FleetSlots:
        problems: list = []
        found = read_month(files[month], YEAR, month, resources, order, FileProblems("f", problems))
        assert problems == []
        return found

    def parquet() -> list[FleetSlots]:
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(load, months))

    def plain() -> list[np.ndarray]:
        return [
            np.load(tmp_path / f"{name}-{month}.npy") for month in months for name in ("kw", "multiplier")
        ]

    for slots, month in zip(parquet(), months, strict=True):
        assert np.array_equal(slots.offered_kw, months[month].offered_kw)
    seconds = side_by_side(5, npy=plain, parquet=parquet)
    ratio = seconds["parquet"] / seconds["npy"]
    report(capsys, f"reading a year of 2,000 resources, x{ratio:.1f}", seconds)
    assert ratio <= 10 * SLACK


def test_a_changed_day_is_answered_while_someone_waits(two_thousand, capsys) -> None:
    resources, months = two_thousand
    alone = {month: FleetSlots(each.offered_kw[:1], each.multiplier[:1]) for month, each in months.items()}
    prepared = prepare(YEAR, resources[0], alone)
    random = np.random.default_rng(1)
    figures: list[float] = []
    explained: list[float] = []
    for number in range(300):
        day = date(YEAR, 4, 1) + timedelta(number)
        offered_kw = random.integers(0, 500_000, 48)
        begun = perf_counter()
        month = alone[day.month]
        otherwise = month.offered_kw.copy()
        otherwise[0, day.day - 1] = offered_kw
        changed = prepared.change({day.month: FleetSlots(otherwise, month.multiplier)})
        assert len(changed.months()) == 12
        figures.append(perf_counter() - begun)
        assert changed.explain(day.month)
        explained.append(perf_counter() - begun)
    p95 = {
        name: float(np.percentile(values, 95))
        for name, values in (("numbers", figures), ("explained", explained))
    }
    report(capsys, "what-if, p95", p95)
    assert np.median(explained) < 20 * np.median(figures)


def test_generated_data_equals_an_exact_calculation_on_a_sample_and_in_total(two_thousand) -> None:
    resources, months = two_thousand
    found = assess(YEAR, resources, months).months
    for row in (0, 700, 1_999):
        tables = {
            month: (slots.offered_kw[row].ravel().tolist(), slots.multiplier[row].ravel().tolist())
            for month, slots in months.items()
        }
        expected = slow_months(YEAR, resources[row], tables, tight_hours=1)
        own = found[row * 12 : row * 12 + 12]
        assert [(each.penalty_outage_yen, each.payment_yen, each.cumulative_slots) for each in own] == [
            (each["penalty_outage_yen"], each["payment_yen"], each["cumulative_slots"]) for each in expected
        ]
    missing = 0
    assessed_kw = np.array([each.periods[0].assessed_kw for each in resources])
    for slots in months.values():
        lacking = np.maximum(assessed_kw[:, None, None] - slots.offered_kw, 0) * slots.multiplier
        missing += int(lacking.sum(dtype=np.int64))
    total = sum(
        each.shortfall_slots * kw for each, kw in zip(found, np.repeat(assessed_kw, 12).tolist(), strict=True)
    )
    assert total == missing
