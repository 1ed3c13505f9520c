"""The explanation of a month: one step a stretch, days and months summed, one slot worked through, warnings gathered."""

from datetime import date
from fractions import Fraction
from typing import Any

from calc_core import narration
from calc_core.contract_period import ContractPeriod
from calc_core.contract_stretches import Stretch
from calc_core.event_shortfall import EventShortfall, assess_events
from calc_core.month_shortfall import MonthShortfall, StretchShortfall
from calc_core.resource_assessment import assess_kind, assess_outage
from calc_core.slot_event import SlotEvent

CUT = 12 * 48 + 20
WHOLE = MonthShortfall((StretchShortfall(Stretch(0, 30 * 48, 900), 450, 3),))


def test_a_month_under_one_contract_is_one_step() -> None:
    result = assess_outage(2026, {4: WHOLE})
    assert [step.label for step in result.steps] == [
        "4月分の未達成コマ（1,440コマのうち3コマで供給力が不足）",
        "4月からの未達成コマの累計",
    ]
    assert result.value == Fraction(1, 2)


def test_a_month_cut_by_a_substitution_has_a_step_for_each_stretch_and_their_sum() -> None:
    parts = (
        StretchShortfall(Stretch(0, CUT, 900), 300, 1),
        StretchShortfall(Stretch(CUT, 31 * 48, 700), 700, 2),
    )
    result = assess_outage(2026, {4: WHOLE, 5: MonthShortfall(parts)})
    first, second, both, year = result.steps
    assert first.label == "5月分の未達成コマ（5月1日コマ1〜5月13日コマ20の596コマのうち1コマで供給力が不足）"
    assert (
        second.label == "5月分の未達成コマ（5月13日コマ21〜5月31日コマ48の892コマのうち2コマで供給力が不足）"
    )
    assert (first.value, second.value, both.value) == (Fraction(1, 3), 1, Fraction(4, 3))
    assert year.value == Fraction(11, 6)
    words, numbers = narration.formulas(result.rule, both.to_json())
    assert words == "合計(リクワイアメント未達成コマ（倍率考慮後）)"
    assert numbers == "合計(5月1日コマ1〜5月13日コマ20：1/3、5月13日コマ21〜5月31日コマ48：1)"


def test_a_month_without_a_contract_says_so() -> None:
    result = assess_outage(2026, {4: WHOLE, 5: MonthShortfall(())})
    assert result.steps[0].label == "5月分の未達成コマ（契約のあるコマがない）"
    assert (result.value, result.steps[-1].value) == (0, Fraction(1, 2))


def offers(*slots: tuple[int, int, int]) -> dict[int, list[EventShortfall]]:
    """Market offers of (day of May, slot, offered kW), each with a spare capacity that is not limit − plan."""
    events = [
        SlotEvent(
            date(2026, 5, day),
            slot,
            "market_offer",
            {"limit_kw": 900, "planned_kw": 100, "offered_kw": offered, "surplus_kw": 1},
        )
        for day, slot, offered in slots
    ]
    problems: list[Any] = []
    found = assess_events(2026, (4, 5), events, [ContractPeriod(1_000, 900, 1)], None, problems)
    assert problems == []
    return found["market_offer"]


def test_events_are_summed_by_day_and_the_largest_shortfall_is_worked_through() -> None:
    result = assess_kind(2026, "market_offer", offers((3, 35, 700), (3, 36, 100), (4, 35, 800), (7, 1, 799)))
    assert [step.label for step in result.steps] == [
        "応札すべき量（未達成量が最大の5月3日コマ36）",
        "リクワイアメント未達成量（未達成量が最大の5月3日コマ36）",
        "5月分の未達成量（対象の4コマのうち3コマで未達成、日ごとの合計）",
        "4月からの未達成量の累計",
    ]
    by_day, year = result.steps[2:]
    assert by_day.inputs == {
        "date": ["5月3日", "5月7日"],
        "shortfall_kwh": [400, Fraction(1, 2)],
    }
    assert (result.value, by_day.value, year.value) == (Fraction(801, 2),) * 3
    assert "policy, not published" in by_day.policy
    assert narration.formulas(result.rule, by_day.to_json())[1] == "合計(5月3日：400、5月7日：0.5)"


def test_the_same_warning_of_many_slots_is_told_once() -> None:
    [warning] = assess_kind(2026, "market_offer", offers(*((3, slot, 0) for slot in range(1, 6)))).warnings
    assert warning.startswith("5月3日コマ1、5月3日コマ2、5月3日コマ3 ほか2コマ: 発電余力")


def test_a_month_without_events_or_without_shortfall_works_nothing_through() -> None:
    answered = assess_kind(2026, "market_offer", offers((3, 35, 800)))
    assert [(step.label, step.value) for step in answered.steps] == [
        ("5月分の未達成量（対象の1コマのすべてで達成）", 0),
        ("4月からの未達成量の累計", 0),
    ]
    nothing = assess_kind(2026, "market_offer", {4: offers((3, 35, 700))[5], 5: []})
    assert nothing.steps[0].label == "5月分の未達成量（対象のコマがない）"
    assert (nothing.value, nothing.steps[-1].value) == (0, 50)
