"""An area computed in plain integers is what the rules explain, to the yen and to the last digit of a kW."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core import exact
from calc_core.catalogue import evaluate, settings_of
from calc_core.contribution_shares import AreaShares, amount_of_month, month_shares, peak_names, year_shares
from calc_core.errors import InputRefused
from calc_core.fiscal_year import DELIVERY_MONTHS

MONTH, YEAR = "settlement/contribution_share", "settlement/contribution_provisional"
ANNUAL = {MONTH: {"peak_basis": "annual"}}
texts = st.one_of(
    st.integers(0, 10**6).map(str),
    st.decimals(0, 10**5, places=2, allow_nan=False).map(str),
    st.fractions(0, 10**5, max_denominator=10**4).map(exact.text),
    st.sampled_from(["0", "1e3", " 7", "0.50", "12/8", "00"]),
)
faults = st.sampled_from(["-1", "１", "1,000", "x", ""])
columns = ("peak_kw_summer", "peak_kw_winter", "contract_kw_at_peak", "contract_kw")


def rows(of: st.SearchStrategy[str]) -> Any:
    row = st.fixed_dictionaries(dict.fromkeys(columns, of), optional={"substitute_kw": of})
    return st.lists(row, min_size=1, max_size=6)


def explained(rule: str, retailers: list[dict[str, str]], parameters: Any = None, **inputs: Any) -> Any:
    named = [{"business": f"R{at}", **row} for at, row in enumerate(retailers)]
    return evaluate(rule, 2026, {"retailers": named, **inputs}, parameters).values


def compare(shares: AreaShares, values: Any, yen: str) -> None:
    assert list(shares.yen) == list(values[yen].values())
    assert shares.remainder_yen == values["remainder_yen"]
    assert [Fraction(*kw) * shares.scale for kw in shares.kw] == list(shares.scaled)


@settings(max_examples=100)
@given(
    st.integers(0, 10**13),
    st.sampled_from(DELIVERY_MONTHS),
    rows(st.one_of(texts, texts, texts, faults)) | rows(texts) | rows(texts.filter(lambda text: text != "0")),
    st.sampled_from([None, ANNUAL]),
)
def test_a_month_is_what_the_rule_explains_or_both_refuse(
    total: int, month: int, retailers: list[dict[str, str]], parameters: Any
) -> None:
    stands = settings_of(MONTH, 2026, parameters)
    given_ = {"retailers_total_yen": total, "delivery_month": month}
    try:
        shares = month_shares(total, month, retailers, stands)
    except (ValueError, ZeroDivisionError):
        with pytest.raises(InputRefused):
            explained(MONTH, retailers, parameters, **given_)
        return
    values = explained(MONTH, retailers, parameters, **given_)
    compare(shares, values, "month_yen")
    assert [Fraction(*kw) for kw in shares.kw] == list(values["kw_after_change"].values())
    assert [exact.ratio_text(*kw) for kw in shares.kw] == [
        exact.text(kw) for kw in values["kw_after_change"].values()
    ]


@settings(max_examples=60)
@given(st.integers(0, 10**13), rows(st.one_of(texts, faults)) | rows(texts))
def test_a_provisional_year_is_what_the_rule_explains_or_both_refuse(
    total: int, retailers: list[dict[str, str]]
) -> None:
    told = [
        {name: text for name, text in row.items() if name in ("peak_kw_summer", "substitute_kw")}
        for row in retailers
    ]
    try:
        shares = year_shares(total, told)
    except (ValueError, ZeroDivisionError):
        with pytest.raises(InputRefused):
            explained(YEAR, told, retailers_total_yen=total)
        return
    compare(shares, explained(YEAR, told, retailers_total_yen=total), "year_yen")


def test_the_last_month_has_what_the_twelfths_leave() -> None:
    months = [amount_of_month(1_000, 12, month) for month in DELIVERY_MONTHS]
    assert months == [83] * 11 + [87]


def test_the_season_or_the_policy_says_which_peak_counts() -> None:
    by_season, annual = settings_of(MONTH, 2026), settings_of(MONTH, 2026, ANNUAL)
    assert [peak_names(by_season, month) for month in (9, 10)] == [("peak_kw_summer",), ("peak_kw_winter",)]
    assert peak_names(annual, 9) == ("peak_kw_summer", "peak_kw_winter")


def test_settings_are_refused_as_the_rule_refuses_them() -> None:
    row = dict.fromkeys(columns, "1") | {"business": "R1"}
    inputs = {"retailers_total_yen": 1, "delivery_month": 4, "retailers": [row]}
    for year, parameters in ((2023, None), (2026, {MONTH: {"peak_basis": "monthly"}})):
        with pytest.raises(InputRefused) as beside:
            settings_of(MONTH, year, parameters)
        with pytest.raises(InputRefused) as told:
            evaluate(MONTH, year, inputs, parameters)
        assert beside.value.problems == told.value.problems
