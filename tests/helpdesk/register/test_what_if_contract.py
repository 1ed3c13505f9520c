"""A changed contract value reaches the periods that a substitution made of the contract, by its difference."""

from datetime import date

import pytest

from calc_core.contract_period import ContractPeriod
from helpdesk.errors import Refused
from helpdesk.register.statement_inputs import ResourceMaterial, StatementInputs
from helpdesk.register.what_if import apply_changes

MAY_15 = date(2026, 5, 15)
PERIODS = (
    ContractPeriod(1_000, 900, 5_832, 0, False, last=(MAY_15, 24)),
    ContractPeriod(600, 540, 5_832, 0, False, first=(MAY_15, 25)),
)


def inputs(periods: tuple[ContractPeriod, ...] = PERIODS) -> StatementInputs:
    contract = {
        "contract_kw": 1_000,
        "assessed_kw": 900,
        "price_yen_per_kw": 5_832,
        "transitional_deduction_yen": 0,
        "inefficient_coal": False,
    }
    return StatementInputs(
        1, 2026, 5, [ResourceMaterial(11, "R-1", "北浜発電所1号機", contract, {}, periods)], []
    )


def test_the_difference_is_carried_into_every_period_and_told_where_it_stands_otherwise() -> None:
    changed = inputs()
    [change] = apply_changes(changed, [{"kind": "contract_kw", "resource": "R-1", "value": "1,200"}])
    [resource] = changed.resources
    assert [each.contract_kw for each in resource.periods] == [1_200, 800]
    assert [(each.first, each.last) for each in resource.periods] == [
        (each.first, each.last) for each in PERIODS
    ]
    assert change["text"] == (
        "北浜発電所1号機: 契約容量を 1,000 kW から 1,200 kW に"
        "（2026年5月15日コマ25からは 600 kW から 800 kW に）"
    )


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("assessed_kw", 800, [800, 440]),
        ("price_yen_per_kw", 6_000, [6_000, 6_000]),
        ("transitional_deduction_yen", 7, [7, 7]),
        ("inefficient_coal", True, [True, True]),
    ],
)
def test_every_contract_value_reaches_the_periods(kind: str, value: int, expected: list[int]) -> None:
    changed = inputs()
    [change] = apply_changes(changed, [{"kind": kind, "resource": "R-1", "value": value}])
    assert [getattr(each, kind) for each in changed.resources[0].periods] == expected
    assert ("（" in change["text"]) is (kind == "assessed_kw")


def test_stored_changes_apply_again_to_the_same_effect() -> None:
    rows = [
        {"kind": "contract_kw", "resource": "R-1", "value": 1_100},
        {"kind": "contract_kw", "resource": "R-1", "value": 1_300},
        {"kind": "assessed_kw", "resource": "R-1", "value": 1_000},
    ]
    once, again = inputs(), inputs()
    stored = apply_changes(once, rows)
    assert apply_changes(again, stored) == stored
    assert again.resources[0].periods == once.resources[0].periods
    assert [each.contract_kw for each in once.resources[0].periods] == [1_300, 900]


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("assessed_kw", 300, "2026年5月15日コマ25からの契約では、契約の値が小さくなりすぎます"),
        (
            "transitional_deduction_yen",
            600 * 5_832 + 1,
            "2026年5月15日コマ25からの契約では、経過措置控除額が",
        ),
    ],
)
def test_what_a_period_could_not_bear_is_refused_and_nothing_changes(
    kind: str, value: int, words: str
) -> None:
    kept = inputs()
    with pytest.raises(Refused) as refused:
        apply_changes(kept, [{"kind": kind, "resource": "R-1", "value": value}])
    [problem] = refused.value.problems
    assert problem.where == "電源等 北浜発電所1号機"
    assert problem.message.startswith(words)
    assert kept.resources[0].periods == PERIODS


def test_a_contract_that_holds_all_year_is_changed_as_ever() -> None:
    changed = inputs(())
    [change] = apply_changes(changed, [{"kind": "contract_kw", "resource": "R-1", "value": 1_200}])
    assert changed.resources[0].periods == ()
    assert changed.resources[0].contract["contract_kw"] == 1_200
    assert change["text"] == "北浜発電所1号機: 契約容量を 1,000 kW から 1,200 kW に"
