"""Substitutions as periods: whole and in part, one after the other, over each other, with open ends; then from rows."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core.contract_period import ContractPeriod, in_force
from helpdesk.register.contract_periods import (
    Moved,
    contract_periods,
    periods_of_year,
)
from helpdesk.register.models import Contract, Resource, Substitution

A, B, C = 1, 2, 3
CONTRACT = ContractPeriod(1_000, 901, 5_000, 1_001)
JULY, AUGUST = date(2026, 7, 15), date(2026, 8, 15)
contracts_given = {A: CONTRACT, B: ContractPeriod(300, 300, 6_000, 7, True)}


def year(moved, contracts=None, coal=()):
    return periods_of_year(2026, contracts or {A: CONTRACT}, moved, coal)


def amount(period: ContractPeriod) -> int:
    return period.price_yen_per_kw * period.contract_kw - period.transitional_deduction_yen


def test_without_substitution_a_contract_is_one_open_period() -> None:
    assert year([]).periods == {A: (CONTRACT,)}


def test_as_a_whole_the_source_has_a_gap_which_the_substitute_fills_to_the_slot() -> None:
    found = year([Moved("1", A, B, None, (JULY, 25), (AUGUST, 12))], coal={B}).periods
    assert [(each.first, each.last) for each in found[A]] == [
        (None, (JULY, 24)),
        ((AUGUST, 13), None),
    ]
    assert found[B] == (ContractPeriod(1_000, 901, 5_000, 1_001, True, (JULY, 25), (AUGUST, 12)),)


def test_in_part_everything_moves_in_proportion_and_the_fraction_stays() -> None:
    found = year([Moved("1", A, B, 333, (JULY, 1), None)]).periods
    assert found[A][1] == ContractPeriod(667, 601, 5_000, 668, False, (JULY, 1), None)
    assert found[B] == (ContractPeriod(333, 300, 5_000, 333, False, (JULY, 1), None),)


def test_a_substitute_with_a_contract_at_another_price_owes_the_sum_of_both_amounts() -> None:
    found = year([Moved("1", A, B, 400, (JULY, 1), None)], contracts_given)
    own, both = found.periods[B]
    assert amount(own) == 300 * 6_000 - 7
    assert (both.contract_kw, both.assessed_kw, both.inefficient_coal) == (700, 660, True)
    assert amount(both) + amount(found.periods[A][1]) == amount(CONTRACT) + amount(own)


def test_what_was_taken_over_is_handed_on() -> None:
    chain = [Moved("2", B, C, None, (AUGUST, 1), None), Moved("1", A, B, None, (JULY, 1), None)]
    found = year(chain).periods
    assert {each: [(p.first, p.last) for p in periods] for each, periods in found.items()} == {
        A: [(None, (JULY - timedelta(days=1), 48))],
        B: [((JULY, 1), (AUGUST - timedelta(days=1), 48))],
        C: [((AUGUST, 1), None)],
    }
    assert found[C][0].contract_kw == 1_000


def test_parts_of_two_substitutions_add_up_where_they_overlap_and_never_exceed_the_contract() -> None:
    both = [Moved("1", A, B, 600, (JULY, 1), None), Moved("2", A, C, 600, (AUGUST, 1), None)]
    found = year(both)
    assert [each.contract_kw for each in found.periods[A]] == [1_000, 400]
    assert [each.contract_kw for each in found.periods[C]] == [400]
    assert found.warnings == ["電源等差替 2: 差替の 600 kW が差替元の 400 kW を超えるため、全量としました"]


def test_a_substitution_of_nothing_is_told_once() -> None:
    nothing = [Moved("1", C, B, None, (JULY, 1), None), Moved("2", A, B, 1, (AUGUST, 1), (AUGUST, 2))]
    found = year(nothing)
    assert found.warnings == ["電源等差替 1: 差替元に、その期間の契約がありません"]
    assert found.periods[B][0].assessed_kw == 1


places = st.tuples(st.dates(date(2026, 3, 1), date(2027, 4, 30)), st.integers(1, 48))
moves = st.builds(
    Moved,
    st.sampled_from("1234"),
    st.sampled_from([A, B, C]),
    st.sampled_from([A, B, C]),
    st.none() | st.integers(1, 1_500),
    places,
    st.none() | places,
).filter(lambda each: each.source != each.target)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(moves, max_size=4, unique_by=lambda each: each.number), st.lists(places, min_size=1, max_size=8)
)
def test_no_kilowatt_and_no_yen_is_lost_whatever_moves(moved, asked) -> None:
    found = periods_of_year(2026, contracts_given, moved).periods
    for place in asked + [each.first for each in moved]:
        if not (date(2026, 4, 1), 1) <= place <= (date(2027, 3, 31), 48):
            continue
        standing = [period for each in found if (period := in_force(found[each], place))]
        assert sum(each.contract_kw for each in standing) == 1_300
        assert sum(map(amount, standing)) == sum(map(amount, contracts_given.values()))
        assert all(sum(period.covers(place) for period in found[each]) <= 1 for each in found)
        assert all(each.assessed_kw > 0 and each.transitional_deduction_yen >= 0 for each in standing)


@pytest.fixture
def swapped(world, now):
    """Of the first resource, another one without a contract takes 400 kW; a correction makes it 500; one is withdrawn."""
    with world.database.write_session() as session:
        third = Resource(
            code="R-3",
            name="北浜発電所3号機",
            business_id=world.business_id,
            area="関西",
            category="安定電源",
            installed_kw=800,
            inefficient_coal=True,
        )
        session.add(third)
        session.flush()
        told = {"from_resource_id": world.resource_ids[0], "to_resource_id": third.id, "recorded_at": now}
        told |= {"first_date": JULY, "first_slot": 1}
        session.add_all(
            [
                Substitution(number="S-1", version=1, kw=400, **told),
                Substitution(number="S-1", version=2, kw=500, last_date=AUGUST, last_slot=48, **told),
                Substitution(number="S-2", version=1, kw=None, withdrawn=True, **told),
                Substitution(number="S-3", version=1, **(told | {"first_date": date(2027, 4, 1)})),
            ]
        )
        session.add(
            Contract(resource_id=third.id, fiscal_year=2025, contract_kw=1, assessed_kw=1, price_yen_per_kw=1)
        )
    return third.id


def test_rows_in_force_become_periods_of_those_asked_for(world, swapped) -> None:
    first, second = world.resource_ids
    with world.database.read_session() as session:
        everything = contract_periods(session, 2026)
        assert everything.periods.keys() == {first, second, swapped}
        assert [each.contract_kw for each in everything.periods[first]] == [1_000, 500, 1_000]
        assert everything.periods[swapped] == (
            ContractPeriod(500, 500, 5_832, 0, True, (JULY, 1), (AUGUST, 48)),
        )
        of_one = contract_periods(session, 2026, [swapped])
        assert of_one.periods == {swapped: everything.periods[swapped]}
        assert contract_periods(session, 2026, [second]).periods[second][0].first is None
