"""What the text of an answer must be; no amount in it is typed by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.answer_text import cleaned, text_problems, typed_amounts
from cases.errors import InputRefused


@pytest.mark.parametrize(
    "text",
    [
        "1,234,567円です",
        "１，２３４，５６７円",
        "ペナルティ額は 500 円",
        "約120万円",
        "1億2,000万円",
        "百二十万円",
        "数千円",
        "¥1,000",
        "￥ 98,000-",
        "1000 yen",
        "JPY 2,000",
        "10.5円/kW",
        "差額は3円",
        "500万円未満",
        "{{figure:total_yen}}（うち消費税100円）",
        "1{{figure:total_yen}}2円",
    ],
)
def test_an_amount_written_out_is_found(text: str) -> None:
    (problem,) = typed_amounts("件名", f"挨拶\n{text}")
    assert problem.where == "本文 2行目"
    assert "金額は差込項目（{{figure:…}}）で" in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "ペナルティ額は {{figure:total_yen}} です",
        "{{ figure : total_yen }}",
        "1円未満は切り捨てます",
        "1,000円単位で",
        "円滑に、2円滑車、円卓",
        "8,642コマ、1,000kW、2026年度",
        "> 請求額は 1,000円 ですか",
        "円換算で",
        "",
    ],
)
def test_what_is_no_typed_amount_is_left_alone(text: str) -> None:
    assert typed_amounts("件名", text) == []


def test_every_place_is_listed_the_subject_too() -> None:
    problems = typed_amounts("5,000円の件", "1円と2円\n\n{{figure:a}}\n3円")
    assert [problem.where for problem in problems] == ["件名", "本文 1行目", "本文 1行目", "本文 4行目"]
    assert "「5,000円」" in problems[0].message


@given(
    amount=st.integers(0, 10**12),
    style=st.sampled_from(["{}円", "{:,}円", "¥{:,}", "{} 円", "金{:,}円也"]),
    around=st.text(
        st.characters(blacklist_categories=("Cs", "Nd", "Nl", "No"), blacklist_characters="><{}"), max_size=5
    ),
)
def test_no_plainly_written_amount_slips_through(amount: int, style: str, around: str) -> None:
    before = around.replace("\n", "").replace("\r", "").strip()
    assert typed_amounts("", f"あ{before} {style.format(amount)}、以上")


def test_fields_need_a_run_and_an_answer_needs_words() -> None:
    assert [problem.where for problem in text_problems("", " \n", has_run=False)] == ["件名", "本文"]
    (problem,) = text_problems("件名", "{{figure:total_yen}}", has_run=False)
    assert "算定結果が添付されていません" in problem.message
    (problem,) = text_problems("{{derivation}}", "本文", has_run=False)
    assert problem.where == "件名"
    assert text_problems("件名", "{{figure:total_yen}}", has_run=True) == []
    assert text_problems("件名", "手数料は100円です", has_run=False) == []
    assert len(text_problems("件名", "手数料は100円です", has_run=True)) == 1


def test_texts_are_kept_with_plain_line_ends_and_never_endless() -> None:
    assert cleaned(" 件\n名 \0", "a\r\nb\rc\0") == ("件 名", "a\nb\nc")
    with pytest.raises(InputRefused) as refused:
        cleaned("あ" * 501, "い" * 100_001)
    assert [problem.where for problem in refused.value.problems] == ["件名", "本文"]
