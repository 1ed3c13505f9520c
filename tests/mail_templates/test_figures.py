"""Figures in a text come from the result they are bound to, or the text is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail_templates.errors import FigureUnknown
from mail_templates.figures import Figure, field_keys, fill, format_figure

FIGURES = {
    "total_yen": Figure("差引合計", "yen", "806666"),
    "resource.R-1.penalty_yen": Figure("ペナルティ", "yen", "-20000"),
    "slots": Figure("未達成コマ", "slots", "8642.75"),
    "ratio": Figure("比率", "", "1/3"),
}


def test_fields_are_filled_with_grouped_digits_and_units() -> None:
    text = "合計 {{figure:total_yen}}、ペナルティ {{ figure: resource.R-1.penalty_yen }}、{{figure:slots}}、{{figure:ratio}}"
    assert fill(text, FIGURES) == "合計 806,666円、ペナルティ −20,000円、8,642.75コマ、約0.3333"


def test_every_unknown_field_is_named_at_once() -> None:
    with pytest.raises(FigureUnknown) as refused:
        fill("{{figure:total_yen}} {{figure:a}} {{figure:b}} {{figure:a}}", FIGURES)
    assert refused.value.keys == ["a", "b"]


def test_the_derivation_is_written_line_by_line() -> None:
    assert (
        fill("根拠\n{{derivation}}\n以上", {}, ["1. 契約金額", "2. 月額"])
        == "根拠\n1. 契約金額\n2. 月額\n以上"
    )


def test_a_figure_is_never_filled_twice() -> None:
    assert fill("{{figure:x}}", {"x": Figure("x", "", "{{figure:total_yen}}")}) == "{{figure:total_yen}}"


@given(st.integers(min_value=-(10**18), max_value=10**18))
def test_formatting_keeps_every_digit(amount: int) -> None:
    shown = format_figure(Figure("", "yen", str(amount)))
    assert int(shown.removesuffix("円").replace(",", "").replace("−", "-")) == amount


@given(st.text(max_size=200))
def test_any_text_without_known_fields_is_left_as_it_is_or_refused(text: str) -> None:
    if field_keys(text):
        with pytest.raises(FigureUnknown):
            fill(text, {})
    elif "derivation" not in text:
        assert fill(text, {}) == text
