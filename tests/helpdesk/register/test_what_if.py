"""What-if changes: each kind changes what it names, and all that is wrong with all of them is said at once."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.errors import Refused
from helpdesk.register.statement_inputs import ResourceMaterial, StatementInputs
from helpdesk.register.what_if import apply_changes, check_changes


def inputs() -> StatementInputs:
    contract = {
        "contract_kw": 1_000,
        "assessed_kw": 900,
        "price_yen_per_kw": 5_832,
        "transitional_deduction_yen": 0,
        "inefficient_coal": False,
    }
    slots = {
        (month, kind): np.full((days, 48), value, dtype=np.int32)
        for month, days in ((4, 30), (5, 31))
        for kind, value in (("offered_kw", 800), ("multiplier", 5))
    }
    return StatementInputs(1, 2026, 5, [ResourceMaterial(11, "R-1", "北浜発電所1号機", contract, slots)], [])


def test_a_change_over_several_days_crosses_the_month_and_keeps_to_its_slots() -> None:
    changed = inputs()
    row = {"kind": "multiplier", "resource": "R-1", "first_date": "2026-04-30", "last_date": "2026-05-01"}
    [change] = apply_changes(changed, [{**row, "first_slot": 2, "last_slot": "３", "value": "１"}])
    slots = changed.resources[0].slots
    assert slots[4, "multiplier"][29, :4].tolist() == [5, 1, 1, 5]
    assert slots[5, "multiplier"][0, :4].tolist() == [5, 1, 1, 5]
    assert (slots[4, "multiplier"] == 1).sum() + (slots[5, "multiplier"] == 1).sum() == 4
    assert change["text"] == "北浜発電所1号機: 2026-04-30〜2026-05-01 コマ 2〜3の倍率を 5 倍 から 1 倍 に"


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("contract_kw", "1,200", 1200),
        ("assessed_kw", 850, 850),
        ("price_yen_per_kw", "5833", 5833),
        ("transitional_deduction_yen", 10, 10),
        ("inefficient_coal", "はい", True),
        ("inefficient_coal", False, False),
    ],
)
def test_a_contract_value_is_changed(kind: str, given: object, kept: object) -> None:
    changed = inputs()
    [change] = apply_changes(changed, [{"kind": kind, "resource": "R-1", "value": given}])
    assert changed.resources[0].contract[kind] == kept
    assert change["value"] == kept


def test_every_problem_of_every_change_is_listed_and_nothing_changes() -> None:
    kept = inputs()
    rows = [
        {"kind": "assessed_kw", "resource": "R-1", "value": "0"},
        {"kind": "offered_kw", "resource": "R-9", "first_date": "5月3日", "value": "-1"},
        {"kind": "offered_kw", "resource": "R-1", "first_date": "2026-06-01", "first_slot": 0, "value": 1},
        {"kind": "multiplier", "resource": "R-1", "first_date": "2026-05-01", "value": 128, "slot": 3},
        {"kind": "fuel", "resource": "R-1", "value": 1},
        {"kind": "contract_kw", "resource": "R-1", "value": 500},
        {"kind": "inefficient_coal", "resource": "R-1", "value": "maybe"},
        {"kind": "contract_kw", "resource": "R-1", "value": "1.5"},
    ]
    with pytest.raises(Refused) as refused:
        apply_changes(kept, rows)
    assert [problem.where for problem in refused.value.problems] == [
        "変更 1（アセスメント対象容量）・新しい値",
        "変更 2（提供できる供給力の最大値）・電源等",
        "変更 2（提供できる供給力の最大値）・新しい値",
        "変更 2（提供できる供給力の最大値）・始まりの日",
        "変更 3（提供できる供給力の最大値）・始まりの日",
        "変更 3（提供できる供給力の最大値）・始まりのコマ",
        "変更 4（倍率）・新しい値",
        "変更 4（倍率）",
        "変更 5・変えるもの",
        "変更 7（非効率石炭火力）・新しい値",
        "変更 8（契約容量）・新しい値",
    ]
    assert kept.resources[0].contract == inputs().resources[0].contract


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"first_date": "2026-05-02", "last_date": "2026-05-01"}, "終わりの日"),
        ({"first_date": "2026-05-01", "last_date": "2026-06-01"}, "終わりの日"),
        ({"first_date": "2026-05-01", "last_date": "末日"}, "終わりの日"),
        ({"first_date": "2026-05-01", "last_slot": "49"}, "終わりのコマ"),
        ({"first_date": "2026-05-01", "first_slot": "9", "last_slot": "8"}, "終わりのコマ"),
        ({"first_date": "2026-05-01", "first_slot": "一"}, "始まりのコマ"),
    ],
)
def test_a_problem_names_the_line_of_the_form_and_its_field(given: dict, field: str) -> None:
    row = {"row": 3, "kind": "multiplier", "resource": "R-1", "value": "1", **given}
    with pytest.raises(Refused) as refused:
        check_changes(inputs(), [row], noun="主張")
    assert [problem.where for problem in refused.value.problems] == [f"主張 3（倍率）・{field}"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({}, "値がありません"),
        ({"value": ""}, "値がありません"),
        ({"value": "9" * 500}, f"値「{'9' * 30}」は"),
    ],
)
def test_a_value_that_is_missing_or_endless_is_said_in_a_short_sentence(row: dict, words: str) -> None:
    with pytest.raises(Refused) as refused:
        check_changes(inputs(), [{"kind": "contract_kw", "resource": "R-1", **row}])
    assert [problem.message.startswith(words) for problem in refused.value.problems] == [True]


def test_a_value_that_somebody_objects_to_is_refused_at_its_field() -> None:
    row = {"kind": "assessed_kw", "resource": "R-1", "value": "901"}
    with pytest.raises(Refused) as refused:
        check_changes(inputs(), [row], speaks_against=lambda change: f"{change.value} は多すぎます")
    [problem] = refused.value.problems
    assert (problem.where, problem.message) == (
        "変更 1（アセスメント対象容量）・新しい値",
        "901 は多すぎます",
    )


def test_a_deduction_beyond_the_price_is_refused() -> None:
    row = {"kind": "transitional_deduction_yen", "resource": "R-1", "value": 5_832_001}
    with pytest.raises(Refused, match="経過措置控除額が契約単価 × 契約容量を超えます"):
        apply_changes(inputs(), [row])


@given(
    st.integers(0, 2**31 - 1),
    st.dates(min_value=date(2026, 4, 1), max_value=date(2026, 5, 31)),
    st.integers(1, 48),
    st.integers(1, 48),
)
def test_a_stored_change_applies_again_to_the_same_effect(value, day, one, other) -> None:
    first, last = sorted((one, other))
    row = {"kind": "offered_kw", "resource": "R-1", "first_date": day, "first_slot": first, "last_slot": last}
    once, again = inputs(), inputs()
    stored = apply_changes(once, [{**row, "value": value}])
    assert apply_changes(again, stored) == stored
    for key, values in once.resources[0].slots.items():
        assert np.array_equal(values, again.resources[0].slots[key])
    assert (once.resources[0].slots[day.month, "offered_kw"][day.day - 1, first - 1 : last] == value).all()
