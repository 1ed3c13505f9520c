"""Parameter files: a number without unit or source does not load; values are dated and in force until the next."""

from datetime import date
from fractions import Fraction

import pytest

from calc_core import parameter_files
from calc_core.errors import ParameterFileInvalid

HEAD = '[rule]\nin_force_from = 2024\nsource = "資料"\n'
NUMBER = '[parameters.rate]\nlabel = "率"\nunit = "ratio"\nsource = "資料 p.1"\n'


@pytest.mark.parametrize("missing", ["unit", "source", "label"])
def test_a_number_without_unit_source_or_label_does_not_load(missing: str) -> None:
    lines = [line for line in NUMBER.splitlines() if not line.startswith(missing)]
    content = HEAD + "\n".join(lines) + '\nby_fiscal_year = { 2024 = "0.1" }\n'
    with pytest.raises(ParameterFileInvalid, match=rf"parameters\.rate: {missing}"):
        parameter_files.parse("penalty/trial", content)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (HEAD + NUMBER, "by_fiscal_year か by_date"),
        (HEAD + NUMBER + "by_fiscal_year = { 2024 = 0.1 }", "正確な文字列"),
        (HEAD + NUMBER + 'by_fiscal_year = { 2024 = "1割" }', "数として読めません"),
        (HEAD + NUMBER + 'unpublished = true\nby_fiscal_year = { 2024 = "1" }', "公表されていない数"),
        (HEAD + NUMBER + 'by_fiscal_year = { 2024 = "1" }\nvalue = "1"', "知らない項目"),
        ('[parameters]\n[rule]\nsource = "資料"', "in_force_from"),
        (HEAD + "[numbers]", "知らない区分"),
        (HEAD + '[policies.p]\nlabel = "方針"\nsource = "なし"\nby_fiscal_year = { 2024 = "b" }', "choices"),
        ("[rule", "TOML"),
    ],
)
def test_a_faulty_file_is_refused_with_the_fault(content: str, fault: str) -> None:
    with pytest.raises(ParameterFileInvalid, match=fault):
        parameter_files.parse("penalty/trial", content)


def test_a_value_stands_from_its_year_until_the_next_one() -> None:
    file = parameter_files.parse(
        "penalty/trial", HEAD + NUMBER + 'by_fiscal_year = { 2027 = "0.2", 2024 = "0.1" }'
    )
    rate = file.parameters["rate"]
    found = [rate.in_fiscal_year(year) for year in (2023, 2024, 2026, 2027, 2050)]
    assert found == [None, Fraction(1, 10), Fraction(1, 10), Fraction(1, 5), Fraction(1, 5)]


def test_the_consumption_tax_follows_the_day() -> None:
    tax = parameter_files.load("settlement/business_statement").parameters["tax_rate"]
    assert tax.on(date(2019, 9, 30)) == Fraction(8, 100)
    assert tax.on(date(2019, 10, 1)) == Fraction(1, 10)
    assert tax.on(date(2014, 3, 31)) is None


def test_a_rule_without_file_says_so() -> None:
    with pytest.raises(ParameterFileInvalid, match="ファイルがありません"):
        parameter_files.load("penalty/nowhere")
