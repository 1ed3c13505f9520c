"""A year of coal is all coal unless said otherwise."""

from calc_core.coal_year import CoalYear


def test_without_installed_kw_nothing_is_mixed_in() -> None:
    year = CoalYear(1_000)
    assert (year.low_reserve_kwh, year.coal_kw, year.total_kw) == (0, None, None)
