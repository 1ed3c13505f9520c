"""The text of a parameter set value by value, in words; what another text changes; which version brought each value."""

from helpdesk.register.parameter_sets import taken_apart
from helpdesk.register.parameter_values import compare_values, first_said_by, values_of

FIRST = '["penalty/market_offer"]\ntight_hours = {2026 = "30", source = "試行"}\n'
SECOND = """\
["settlement/business_statement"]
tax_rate_date = "last_day_of_payment_month"
["penalty/market_offer"]
tight_hours = {2027 = "1/3", 2026 = "30", source = "試行"}
["penalty/gone"]
rate = {2026 = "1"}
"""


def test_values_stand_in_the_order_of_the_rules_with_words_and_units() -> None:
    shown = [(each.title, each.year, each.value, each.source) for each in values_of(taken_apart(SECOND))]
    assert shown == [
        ("発電余力の市場応札の経済的ペナルティ", "2026年度", "30時間", "試行"),
        ("発電余力の市場応札の経済的ペナルティ", "2027年度", "約0.3333時間（1/3）", "試行"),
        ("事業者ごとの月次の交付・請求", "全年度", "支払月の末日に施行されている税率", ""),
        ("penalty/gone", "2026年度", "1", ""),
    ]


def test_a_comparison_names_what_is_added_changed_and_removed() -> None:
    def changes(old: str, new: str) -> list[tuple[str, str]]:
        found = compare_values(values_of(taken_apart(old)), values_of(taken_apart(new)))
        return [(each.kind, each.about.year) for each in found]

    assert changes(FIRST, FIRST + "# 覚え書き\n") == []
    assert changes(FIRST, SECOND) == [("added", "2027年度"), ("added", "全年度"), ("added", "2026年度")]
    assert changes(FIRST, FIRST.replace("30", "31")) == [("changed", "2026年度")]
    assert changes(FIRST, "") == [("removed", "2026年度")]


def test_a_value_is_of_the_version_since_which_it_stands_unchanged() -> None:
    versions = [taken_apart(text, number) for number, text in enumerate((FIRST, SECOND, "", FIRST), 1)]
    place = ("penalty/market_offer", "tight_hours", "2026")
    assert first_said_by(versions[:2])[place] == 1
    assert first_said_by(versions)[place] == 4
