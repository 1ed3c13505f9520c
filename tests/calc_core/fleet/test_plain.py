"""A year in arrays of 64 bits is the same year in Python's own whole numbers, up to the largest amounts it takes."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core.contract_period import ContractPeriod
from calc_core.contract_stretches import Stretch
from calc_core.fiscal_year import DELIVERY_MONTHS
from calc_core.fleet import assess
from calc_core.fleet.month import FleetMonth
from calc_core.fleet.plain import fits_in_64_bits, plain_months
from calc_core.fleet.resource import FleetResource, FleetSlots
from calc_core.fleet.terms import FleetTerms, terms_of
from calc_core.fleet.year import month_facts, year_of
from calc_core.month_shortfall import MonthShortfall, StretchShortfall

CAPS = {"penalty/caps": {"monthly_ratio": {"2026": "0.18"}, "annual_ratio": {"2026": "1/3"}}}
ANNUAL = {"penalty/caps": {"annual_ratio": {"2026": "1"}}}
TERMS = {name: terms_of(2026, caps) for name, caps in (("none", None), ("both", CAPS), ("annual", ANNUAL))}


def slowly(terms: FleetTerms, contract: ContractPeriod, numerators: list[int]) -> list[FleetMonth]:
    resource = FleetResource("R1", "B", "東京", "安定電源", (contract,))
    facts = [
        month_facts(
            terms,
            resource,
            month,
            MonthShortfall((StretchShortfall(Stretch(0, 1_440, contract.assessed_kw), number, 7),)),
            {},
        )
        for month, number in zip(DELIVERY_MONTHS, numerators, strict=False)
    ]
    return year_of(terms, resource, facts, [], [])


@settings(max_examples=40)
@given(
    st.sampled_from(sorted(TERMS)),
    st.integers(1, 2**31 - 1) | st.integers(1, 200).map(lambda each: each * 1_000),
    st.integers(1, 10**6) | st.integers(1, 2**31 - 1),
    st.integers(0, 20_000),
    st.booleans(),
    st.lists(st.fractions(0, 127 * 31 * 48, max_denominator=20), min_size=1, max_size=12),
)
def test_every_figure_is_the_same(caps, assessed_kw, contract_kw, price, coal, slots) -> None:
    contract = ContractPeriod(contract_kw, assessed_kw, price, 0, coal)
    terms = TERMS[caps]
    if not fits_in_64_bits(terms)(contract):
        assert contract_kw * price * max(assessed_kw, 127 * 366 * 48) > 2**60
        return
    numerators = [int(each * assessed_kw) for each in slots]
    months = DELIVERY_MONTHS[: len(slots)]
    table = np.array([numerators], np.int64)
    found = plain_months(terms, [contract], months, table, np.full_like(table, 7))
    assert [found.month("R1", month, 0, column) for column, month in enumerate(months)] == slowly(
        terms, contract, numerators
    )


def test_amounts_that_might_not_fit_are_left_to_whole_numbers_of_any_size() -> None:
    fits = fits_in_64_bits(TERMS["none"])
    assert fits(ContractPeriod(1_000_000, 1_000_000, 14_000))
    assert not fits(ContractPeriod(2**31 - 1, 2**31 - 1, 14_000))


def test_a_ratio_with_more_digits_than_64_bits_hold_leaves_every_row_to_whole_numbers() -> None:
    caps = {"penalty/caps": {"monthly_ratio": {"2026": "0." + "1" * 30}}}
    resource = FleetResource("R1", "B", "東京", "安定電源", (ContractPeriod(1_000, 1_000, 8_000),))
    slots = FleetSlots(np.zeros((1, 30, 48), np.int32), np.full((1, 30, 48), 127, np.int8))
    month = assess(2026, [resource], {4: slots}, parameters=caps).months[0]
    assert month.penalty_total_yen == 888_888
