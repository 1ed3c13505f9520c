"""The packaged slots are what the builder makes of real generation: on two recorded units, and on all where they are."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.demo import building, packaged

RECORDED = Path(__file__).parent / "recorded"
UNITS = {"P005-0406": ("中部", "武豊火力発電所", "５号機"), "P001-0604": ("関西", "堺港発電所", "３号機")}


@pytest.mark.parametrize("code", UNITS)
def test_packaged_slots_of_a_recorded_unit_are_derived_from_its_real_output(code: str) -> None:
    contracted = packaged.read_toml("resources.toml")["resources"]
    row = [each["code"] for each in contracted].index(code)
    months = [
        building.read_output_kw(RECORDED / "generation" / f"units_{month}.csv.gz", [UNITS[code]])[0]
        for month in building.MONTHS
    ]
    offered = building.offered_kw(
        np.concatenate([month.ravel() for month in months]), contracted[row]["contract_kw"]
    )
    packed = np.concatenate([packaged.offered_kw(month)[row].ravel() for month in packaged.DELIVERY_MONTHS])
    assert np.array_equal(offered, packed)


def test_all_packaged_files_are_what_the_builder_yields(tmp_path: Path) -> None:
    real = os.environ.get("HELPDESK_REAL_DATA")
    if not real:
        pytest.skip("HELPDESK_REAL_DATA names no folder with the published generation")
    for made in building.build(Path(real), tmp_path):
        assert made.read_bytes() == (building.FOLDER / made.name).read_bytes(), made.name


def test_a_stop_of_three_days_is_an_outage_and_a_shorter_one_is_not() -> None:
    output = np.full(144 * 5, 100)
    output[150 : 150 + 144] = 0
    output[450 : 450 + 143] = 1
    offered = building.offered_kw(output, 90)
    assert (offered[150:294] == 0).all()
    assert (np.delete(offered, np.s_[150:294]) == 90).all()


def test_a_unit_could_offer_what_it_produced_within_three_days_around() -> None:
    output = np.full(48 * 12, 40)
    output[300] = 80
    offered = building.offered_kw(output, 100)
    assert set(np.flatnonzero(offered == 80)) == set(range(300 - 72, 300 + 73))
    assert set(offered.tolist()) == {40, 80}


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=400), st.integers(1, 900))
def test_what_is_offered_never_exceeds_the_contract_nor_falls_below_zero(
    output: list[int], limit: int
) -> None:
    offered = building.offered_kw(np.array(output), limit)
    assert offered.min() >= 0
    assert offered.max() <= min(limit, max(output))


def test_low_reserve_means_strictly_below_eight_per_cent(tmp_path: Path) -> None:
    rows = [
        ("00:30", "北海道", "7.99"),
        ("01:00", "東北", "8.00"),
        ("24:00", "東京", "8"),
        ("23:30", "東京", "0.5"),
    ]
    lines = [
        '"2026/04/09 23:58 UPDATE"',
        '"対象年月日","時刻","ブロックNo","エリア名","","","","広域予備率(%)"',
    ]
    lines += [f'"2026/04/09","{time}","1","{area}","","","","{percent}"' for time, area, percent in rows]
    path = tmp_path / "block_20260409.csv"
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig", newline="")
    assert building.low_reserve_slots([path]) == "date,slot,area\n2026-04-09,1,北海道\n2026-04-09,47,東京\n"


def test_a_wrong_folder_is_refused_with_the_usage(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert building.main([str(tmp_path)]) == 2
    assert "実データのフォルダ" in capsys.readouterr().err


def test_the_packaged_files_stay_small() -> None:
    assert sum(path.stat().st_size for path in building.FOLDER.iterdir() if path.is_file()) < 500_000
