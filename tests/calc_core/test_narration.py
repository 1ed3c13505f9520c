"""The explanation in Japanese: formula in words and in numbers, clause, mark of a policy; also of old results."""

import re

from calc_core import catalogue, narration
from calc_core.worked_example import all_examples


def told(rule: str, **inputs: object) -> str:
    return "\n".join(narration.result_lines(catalogue.evaluate(rule, 2025, inputs).to_json()))


def test_a_penalty_is_explained_in_words_numbers_and_clause() -> None:
    text = told("penalty/outage_plan", contract_amount_yen=12_000_000, shortfall_slots="8642.75")
    assert "経済的ペナルティ額: 4,125円" in text
    assert "容量確保契約金額 × 認められるコマ数を超えるコマ × 1コマ当たりのペナルティ率" in text
    assert "12,000,000 × 2.75 × 0.000125" in text
    assert "根拠: 検討資料 p.14" in text


def test_a_fraction_is_told_with_its_rounded_decimal() -> None:
    text = told("assessment/outage_plan", offered_kw=1, assessed_kw=3)
    assert "約0.6667コマ（2/3）" in text


def test_a_policy_is_marked_and_words_are_japanese() -> None:
    line = {"resource": "A", "payment_yen": 800_000, "penalty_yen": 1_000_000}
    text = told("settlement/business_statement", delivery_month=5, lines=[line])
    assert "※ 公表資料に定めのない取扱い（policy, not published）: 消費税率の基準日: 対象月の末日" in text
    assert "last_day_of_delivery_month" not in text
    assert "交付・請求の別: 請求" in text
    assert "−220,000円" in text


def test_a_long_list_is_shortened() -> None:
    lines = [{"resource": str(number), "payment_yen": number, "penalty_yen": 0} for number in range(30)]
    assert "…（30件）" in told("settlement/business_statement", delivery_month=5, lines=lines)


def test_a_result_of_a_rule_that_is_no_longer_there_is_still_told() -> None:
    stored = catalogue.evaluate("assessment/outage_plan", 2025, {"offered_kw": 1, "assessed_kw": 2}).to_json()
    text = "\n".join(narration.result_lines(stored | {"rule": "assessment/withdrawn"}))
    assert "assessment/withdrawn" in text
    assert "max" not in text


def test_no_name_of_the_code_is_left_in_the_explanation_of_any_worked_example() -> None:
    for example in all_examples():
        result = catalogue.evaluate(
            example.rule, example.fiscal_year, example.inputs, example.configuration
        ).to_json()
        told = [line.split("（", 1)[0] for line in narration.result_lines(result)[1:]]
        left = [
            line
            for line in told
            if re.search(r"[a-z]_[a-z]|\b(if|else|min|max|sum|floor|ceil|cut|largest_remainder)\b", line)
        ]
        assert not left, (example.rule, left)
        units = {step["unit"] for step in result["steps"]} - {""}
        assert units <= narration.UNITS.keys(), example.rule


def test_a_configured_number_is_told_by_its_name_beside_the_choices() -> None:
    inputs = {"contract_amount_yen": 100, "month_yen": 50, "year_before_yen": 0}
    settings = {"penalty/caps": {"monthly_ratio": {"2025": "0.2", "source": "実証の仮定"}}}
    result = catalogue.evaluate("penalty/caps", 2025, inputs, settings).to_json()
    lines = narration.lines(result)
    assert "   ※ 公表されていない設定値（configured, not published）: 月間の上限の率" in lines
    assert any(line.startswith("注意: 年間の上限は未設定") for line in lines)
    assert narration.policy_text(result["steps"][0]["policy"]) == "月間の上限の率（公表されていない設定値）"


def test_the_figures_of_a_list_stand_behind_their_days_where_the_step_names_them() -> None:
    step = {
        "formula": "sum(shortfall_kwh)",
        "inputs": {"date": ["8月3日", "8月4日"], "shortfall_kwh": ["1200", "1/3"]},
    }
    assert narration.formulas("assessment/market_offer", step) == (
        "合計(リクワイアメント未達成量)",
        "合計(8月3日：1,200、8月4日：1/3)",
    )
    step["inputs"] |= {"date": "2026-08-03"}
    assert narration.formulas("assessment/market_offer", step)[1] == "合計(1,200、1/3)"


def test_a_result_and_a_step_by_area_or_business_name_whose_each_figure_is() -> None:
    shares = [{"business": f"R{number:02}", "ratio": 1} for number in range(1, 12)]
    text = told("settlement/refund", amount_yen=12_000, shares=shares[:2])
    assert "還元額: R01 6,000円、R02 6,000円" in text
    assert "（比率による配分、端数は最大剰余法）: R01 6,000円、R02 6,000円" in text
    assert "最大剰余法による配分(12,000, R01：1、R02：1)" in text
    assert "、…（11件）" in told("settlement/refund", amount_yen=1, shares=shares)


def test_lists_in_arithmetic_are_told_apart() -> None:
    step = {
        "formula": "area_total_yen - utility_share_yen",
        "inputs": {
            "area": ["東京", "九州"],
            "area_total_yen": ["1200", "5"],
            "utility_share_yen": ["7", "2"],
        },
    }
    _, in_numbers = narration.formulas("settlement/contribution_area", step)
    assert in_numbers == "〔東京：1,200、九州：5〕 − 〔東京：7、九州：2〕"
