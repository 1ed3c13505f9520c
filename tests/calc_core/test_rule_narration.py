"""The document of a rule as Japanese lines: nothing is left in code but the names that somebody types."""

import re

import pytest

from calc_core import catalogue, narration
from calc_core.rule_document import document
from calc_core.rule_narration import rule_lines, told_parameters, told_values

CODE = re.compile(r"[A-Za-z_][A-Za-z0-9_]+")
UNIT_WORDS = {"kW", "kWh"}
IN_FORMULAS = {"floor", "ceil", "cut", "sum", "product", "max", "min", "if", "else", "largest_remainder"}


def names_of(told: dict) -> set[str]:
    """Every name that somebody may type for this rule, in the command line or in a parameters file."""
    inputs = [*told["inputs"], *(field for each in told["inputs"] for field in each.get("fields", ()))]
    named = [*inputs, *told["results"], *told["parameters"], *told["policies"]]
    found = {each["name"] for each in named} | set(told["rule"].split("/"))
    for each in inputs:
        found |= set(each.get("choices", ()))
    for each in told["policies"]:
        found |= set(each["choices"])
    return found


def code_words(text: str) -> set[str]:
    return {
        word for word in CODE.findall(text) if "_" in word or word.lower() == word or word in ("True", "None")
    }


@pytest.mark.parametrize("rule_id", catalogue.rule_ids())
def test_what_is_shown_of_a_rule_leaves_no_code_word_untold(rule_id: str) -> None:
    told = document(rule_id, max(2025, catalogue.describe(rule_id)["in_force_from"]))
    formulas = {each["formula"] for each in told["formulas"]}
    lines = [line for line in rule_lines(told) if line.strip() not in formulas]
    left = code_words("\n".join(lines)) - names_of(told) - UNIT_WORDS
    assert left == set()
    for each in told["formulas"]:
        assert code_words(each["words"]) == set(), each["formula"]
        assert code_words(each["formula"]) - IN_FORMULAS <= set(catalogue.labels(rule_id)) | set(
            narration.WORDS
        )


def test_unpublished_numbers_say_so_with_what_is_configured_and_where() -> None:
    configured = {"penalty/market_offer": {"tight_hours": {"2026": "30", "source": "試行"}}}
    lines = "\n".join(rule_lines(document("penalty/market_offer", 2026, configured)))
    for expected in (
        "公表されていない値（設定が必要）",
        "設定値: 2026年度 30時間（出典: 試行）",
        '設定する場所: ["penalty/market_offer"] tight_hours',
        "時間（公表されていない設定値）",
    ):
        assert expected in lines
    assert "設定値: " not in "\n".join(rule_lines(document("penalty/market_offer")))


def test_examples_are_grouped_by_their_marks_and_a_disputed_one_shows_both_figures() -> None:
    lines = rule_lines(document("assessment/outage_plan"))
    marks = [line for line in lines if line.startswith("計算例（")]
    assert marks == ["計算例（資料の計算例）", "計算例（条文からの例）", "計算例（資料の図と条文が異なる例）"]
    told = "\n".join(lines[lines.index(marks[-1]) :])
    assert "結果 リクワイアメント未達成コマ（倍率考慮後）: 2.25コマ" in told
    assert "資料の図の値 リクワイアメント未達成コマ（倍率考慮後）: 2.75コマ" in told


def test_rows_and_choices_are_told_in_words() -> None:
    lines = [{"resource": "A", "payment_yen": "5", "penalty_yen": "0"}]
    [(label, text)] = told_values("settlement/business_statement", {"lines": lines})
    assert (label, text) == (
        "電源等ごとの金額",
        "電源等 A、容量確保契約金額（各月） 5円、経済的ペナルティ額 0円",
    )
    [(_, text)] = told_values("settlement/business_statement", {"lines": lines * 2})
    assert text.startswith("1件目: 電源等 A")
    assert "；2件目: " in text
    assert told_values("settlement/business_statement", {"adjustments": []}) == [("調整", "なし")]
    assert told_parameters("assessment/market_offer", {"required_offer": {"2025": "whole_surplus"}}) == [
        ("応札すべき量の算式", "発電上限から発電計画を差し引いた量（アセスメント対象容量で限らない）")
    ]
