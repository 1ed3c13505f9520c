"""A month's file: complete and sorted it is taken as it lies; a resource that stands twice in it is not complete."""

import numpy as np
import pyarrow as pa

from calc_core.contract_period import ContractPeriod
from calc_core.errors import Problem
from calc_core.fleet.csv_rows import FileProblems
from calc_core.fleet.resource import FleetResource, FleetSlots
from calc_core.fleet.slot_files import read_month
from tests.calc_core.fleet.folder import month_table, write_month

FLEET = [FleetResource(name, "B", "東京", "x", (ContractPeriod(9, 9, 9),)) for name in ("R1", "R2")]
ORDER = {"R1": 0, "R2": 1}


def slots() -> FleetSlots:
    values = np.arange(2 * 30 * 48, dtype=np.int32).reshape(2, 30, 48)
    return FleetSlots(values, (values % 6).astype(np.int8))


def read(tmp_path, table: pa.Table) -> tuple[FleetSlots | None, list[Problem]]:
    problems: list[Problem] = []
    path = write_month(tmp_path, table, 2026, 4)
    return read_month(path, 2026, 4, FLEET, ORDER, FileProblems("f", problems)), problems


def test_a_sorted_file_is_taken_as_it_lies_also_with_plain_text_for_resources(tmp_path) -> None:
    table = month_table(2026, 4, FLEET, slots())
    for column in (table.column("resource"), table.column("resource").cast(pa.string())):
        found, problems = read(tmp_path, table.set_column(0, "resource", column))
        assert problems == []
        assert np.array_equal(found.offered_kw, slots().offered_kw)
        assert np.array_equal(found.multiplier, slots().multiplier)
        assert (found.offered_kw.dtype, found.multiplier.dtype) == (np.int32, np.int8)


def test_a_resource_that_stands_there_twice_instead_of_another_is_told(tmp_path) -> None:
    table = month_table(2026, 4, FLEET, slots())
    found, problems = read(tmp_path, table.set_column(0, "resource", pa.array(["R1"] * 2880)))
    assert found is None
    assert len(problems) == 42


def test_an_empty_file_lacks_every_slot(tmp_path) -> None:
    found, problems = read(tmp_path, month_table(2026, 4, FLEET, slots()).slice(0, 0))
    assert found is None
    assert "ほかに 2,860 コマ" in problems[-1].message
