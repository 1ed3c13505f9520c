"""The money of a month without steps is what the rules say with them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc_core import catalogue
from calc_core.errors import InputRefused
from calc_core.fiscal_year import DELIVERY_MONTHS
from calc_core.fleet.terms import terms_of

YEN = st.integers(0, 10**13)
SIGNED = st.integers(-(10**12), 10**13)
SLOTS = st.fractions(0, 100_000) | st.integers(8_600, 8_700).map(Fraction)
CAPACITIES = {
    "market_offer": "contract_kw",
    "supply_instruction": "contract_kw",
    "dispatch_order": "assessed_kw",
}
RATIOS = st.sampled_from((None, "0.18", "1", "1/7", "0"))


@given(YEN, SLOTS)
def test_the_outage_penalty_is_that_of_the_rule(amount_yen, slots) -> None:
    asked = {"contract_amount_yen": amount_yen, "shortfall_slots": slots}
    expected = catalogue.evaluate("penalty/outage_plan", 2026, asked).value
    assert terms_of(2026, None).outage_to_date_yen(amount_yen, slots) == expected


@given(st.sampled_from(DELIVERY_MONTHS), YEN, YEN, st.booleans(), YEN)
def test_the_payment_is_that_of_the_rule(month, amount_yen, paid_yen, coal, coal_yen) -> None:
    coal_yen = coal_yen if month == 3 else 0
    asked = {
        "contract_amount_yen": amount_yen,
        "delivery_month": month,
        "paid_before_yen": paid_yen,
        "inefficient_coal": coal,
        "coal_penalty_yen": coal_yen,
    }
    expected = catalogue.evaluate("settlement/monthly_payment", 2026, asked).value
    assert terms_of(2026, None).payment_yen(month, amount_yen, paid_yen, coal, coal_yen) == expected


@given(YEN, SIGNED, YEN, RATIOS, RATIOS)
def test_the_caps_are_those_of_the_rule(amount_yen, month_yen, before_yen, monthly, annual) -> None:
    ratios = {"monthly_ratio": monthly, "annual_ratio": annual}
    parameters = {"penalty/caps": {name: {"2026": text} for name, text in ratios.items() if text is not None}}
    asked = {"contract_amount_yen": amount_yen, "month_yen": month_yen, "year_before_yen": before_yen}
    expected = catalogue.evaluate("penalty/caps", 2026, asked, parameters).value
    terms = terms_of(2026, parameters)
    assert terms.capped_yen(amount_yen, month_yen, before_yen) == expected
    assert terms.lacks_caps == (None in (monthly, annual))


@given(st.sampled_from(sorted(CAPACITIES)), YEN, st.fractions(0, 10**9), st.integers(1, 10**7))
def test_the_penalty_of_an_event_is_that_of_the_rule(event, amount_yen, shortfall_kwh, capacity_kw) -> None:
    parameters = {f"penalty/{event}": {"tight_hours": {"2026": "30.5"}}} if "order" not in event else None
    asked = {
        "contract_amount_yen": amount_yen,
        "shortfall_kwh": shortfall_kwh,
        CAPACITIES[event]: capacity_kw,
    }
    expected = catalogue.evaluate(f"penalty/{event}", 2026, asked, parameters).value
    terms = terms_of(2026, parameters)
    assert terms.event_to_date_yen(event, amount_yen, shortfall_kwh, capacity_kw) == expected


@pytest.mark.parametrize("hours", [None, "0", "x"])
def test_tight_hours_that_are_none_are_refused_where_there_is_a_shortfall(hours) -> None:
    parameters = {"penalty/market_offer": {"tight_hours": {"2026": hours}}} if hours else None
    terms = terms_of(2026, parameters)
    assert terms.event_to_date_yen("market_offer", 100, Fraction(0), 1) == 0
    with pytest.raises(InputRefused, match="tight_hours"):
        terms.event_to_date_yen("market_offer", 100, Fraction(1), 1)


@pytest.mark.parametrize("year", ["2023", 1999, "きのう", 2026.0])
def test_a_year_without_rules_is_refused(year) -> None:
    with pytest.raises(InputRefused, match="fiscal_year"):
        terms_of(year, None)


def test_a_published_number_cannot_be_configured() -> None:
    with pytest.raises(InputRefused, match="公表された値"):
        terms_of(2026, {"settlement/monthly_payment": {"payments_per_year": {"2026": "6"}}})
