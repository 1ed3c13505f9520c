"""A month is cut where assessed kW changes, holds nothing where no contract stands, and ends with one contract or none."""

from datetime import date

import numpy as np
import pytest

from calc_core.contract_period import ContractPeriod
from calc_core.contract_stretches import (
    Stretch,
    contract_at_end,
    month_stretches,
    period_problems,
    period_text,
    place_in_month,
    without_idle_slots,
)


def period(assessed_kw: int, first: tuple | None = None, last: tuple | None = None) -> ContractPeriod:
    return ContractPeriod(1_000, assessed_kw, 5_832, first=first, last=last)


MAY_15 = date(2026, 5, 15)


def test_a_contract_all_year_is_one_stretch_of_the_whole_month() -> None:
    assert month_stretches(2026, 5, [period(900)]) == [Stretch(0, 31 * 48, 900)]


def test_a_month_is_cut_at_the_slot_where_assessed_kw_changes_and_nowhere_else() -> None:
    periods = [
        period(400, (MAY_15, 25), (date(2026, 5, 20), 48)),
        period(900, last=(MAY_15, 24)),
        period(400, (date(2026, 5, 21), 1)),
    ]
    cut = 14 * 48 + 24
    assert month_stretches(2026, 5, periods) == [Stretch(0, cut, 900), Stretch(cut, 31 * 48, 400)]
    assert place_in_month(2026, 5, cut) == (MAY_15, 25)


def test_slots_without_a_contract_belong_to_no_stretch_and_what_is_written_there_is_dropped() -> None:
    periods = [period(900, (date(2026, 3, 1), 1), (MAY_15, 1)), period(900, (MAY_15, 3))]
    stretches = month_stretches(2026, 5, periods)
    assert [(each.begin, each.end) for each in stretches] == [(0, 673), (674, 1488)]
    kept = without_idle_slots(np.full((31, 48), -1), 2026, 5, stretches)
    assert (kept == 0).sum() == 1
    assert kept[14, 1] == 0
    assert month_stretches(2026, 6, [period(900, last=(MAY_15, 1))]) == []


@pytest.mark.parametrize(
    ("last", "stands"), [((date(2026, 5, 31), 48), True), ((date(2026, 5, 31), 47), False)]
)
def test_the_contract_of_a_month_is_that_of_its_last_slot(last: tuple, stands: bool) -> None:
    only = period(900, last=last)
    assert contract_at_end(2026, 5, [only]) is (only if stands else None)


def test_periods_that_overlap_or_end_before_they_begin_or_name_no_slot_are_told_by_their_place() -> None:
    wrong = [
        period(1, last=(MAY_15, 24)),
        period(2, (MAY_15, 24), (date(2026, 5, 14), 1)),
        period(3, (date(2026, 6, 1), 49)),
    ]
    assert [each.where for each in period_problems(wrong)] == [
        "periods[1].last",
        "periods[2].first",
        "periods[1].first",
    ]
    assert period_problems([period(1), period(2)])[0].message.startswith("契約の期間が重なっています")
    assert period_problems([period(1, last=(MAY_15, 24)), period(2, (MAY_15, 25))]) == []


def test_a_period_reads_as_people_write_it() -> None:
    assert period_text(period(1)) == "年間を通じて"
    assert (
        period_text(period(1, (MAY_15, 25), (date(2026, 6, 1), 2)))
        == "2026年5月15日コマ25から2026年6月1日コマ2まで"
    )
