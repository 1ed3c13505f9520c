"""A month's penalties: each kind by its own yearly sum, nothing new without a contract, caps over what is not 0."""

from fractions import Fraction
from typing import Any

import pytest

from calc_core.errors import InputRefused
from calc_core.month_penalty import Basis, MonthPenalty, YearSoFar, month_penalty

BASIS = Basis(12_000_000, 1_000, 900)
TIGHT = {"penalty/market_offer": {"tight_hours": {"2026": "30"}}}
CAPS = {"penalty/caps": {"monthly_ratio": {"2026": "0.1"}}}


def charged(basis: Basis | None = BASIS, caps: bool = True, **changed: Any) -> MonthPenalty:
    so_far = YearSoFar(
        Fraction(8_650), {"market_offer": Fraction(3_000)}, 5_000, {"market_offer": 200_000}, 0
    )
    changes = {name: changed.pop(name) for name in list(changed) if hasattr(so_far, name)}
    values = {name: getattr(so_far, name) for name in so_far.__slots__} | changes
    parameters = changed.pop("parameters", TIGHT)
    return month_penalty(2026, basis, YearSoFar(**values), parameters, with_caps=caps)


def test_each_kind_follows_its_own_sum_less_what_it_was_charged() -> None:
    month = charged()
    assert month.outage.value == 15_000 - 5_000
    assert month.events["market_offer"].value == 1_200_000 - 200_000
    assert month.before_caps_yen == 1_010_000


def test_unconfigured_caps_leave_the_sum_and_say_so() -> None:
    month = charged()
    assert month.penalty_yen == month.before_caps_yen
    assert all("未設定" in warning for warning in month.caps.warnings)


def test_a_configured_cap_cuts_the_sum_and_is_asked_only_where_there_is_one() -> None:
    assert charged(parameters=TIGHT | CAPS).penalty_yen == 1_010_000
    assert charged(parameters=TIGHT | CAPS, events_before_yen={"market_offer": 0}).penalty_yen == 1_200_000
    balanced = charged(parameters=TIGHT | CAPS, outage_before_yen=1_015_000)
    assert (balanced.caps, balanced.penalty_yen) == (None, 0)
    assert charged(caps=False).caps is None


def test_a_year_so_far_below_nothing_leaves_more_of_the_annual_cap() -> None:
    annual = {"penalty/caps": {"annual_ratio": {"2026": "0.05"}}}
    month = charged(parameters=TIGHT | annual, charged_before_yen=-250_000)
    assert month.penalty_yen == 600_000 + 250_000
    assert charged(parameters=TIGHT | annual).penalty_yen == 600_000
    assert month.caps.steps[1].inputs["year_before_yen"] == -250_000


def test_a_faulty_cap_is_named_by_its_place() -> None:
    with pytest.raises(InputRefused, match=r"penalty/caps\.monthly_ratio\.2026"):
        charged(parameters=TIGHT | {"penalty/caps": {"monthly_ratio": {"2026": "10%"}}})


def test_a_month_without_a_contract_charges_nothing_new() -> None:
    month = charged(basis=None)
    assert (month.penalty_yen, month.caps) == (0, None)
    for result in (month.outage, *month.events.values()):
        [step] = result.steps
        assert "月の末コマに契約がない" in step.label
        assert "policy, not published" in step.policy


def test_what_nobody_has_published_is_asked_only_where_there_is_a_shortfall() -> None:
    nothing = {"cumulative_kwh": {"market_offer": Fraction(0)}, "events_before_yen": {"market_offer": 0}}
    assert charged(parameters=None, **nothing).events["market_offer"].value == 0
    with pytest.raises(InputRefused, match=r"penalty/market_offer\.tight_hours"):
        charged(parameters=None)
