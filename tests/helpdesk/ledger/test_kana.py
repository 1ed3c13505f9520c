"""Names as banks take them; what cannot be written is named before anything is sent."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.ledger.kana import WRITABLE, bank_kana, jis_bytes, jis_text, kana_problem, unwritable


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("株式会社キタハマエナジー", "ｶ)ｷﾀﾊﾏｴﾅｼﾞ-"),
        ("キタハマエナジー株式会社", "ｷﾀﾊﾏｴﾅｼﾞ-(ｶ"),
        ("キタハマ（株）オオサカ シテン", "ｷﾀﾊﾏ(ｶ)ｵｵｻｶ ｼﾃﾝ"),
        ("ｶ)ｷﾀﾊﾏｴﾅｼﾞｰ", "ｶ)ｷﾀﾊﾏｴﾅｼﾞ-"),
        ("カブシキガイシャ　ミナト", "ｶ)ﾐﾅﾄ"),
        ("合同会社パワー・ワン", "ﾄﾞ)ﾊﾟﾜ-.ﾜﾝ"),
        ("一般社団法人でんき", "ｼﾔ)ﾃﾞﾝｷ"),
        ("ヲガワ ッァヴ", "ｵｶﾞﾜ ﾂｱｳﾞ"),
        ("abc電力", "ABC電力"),
    ],
)
def test_a_name_is_written_as_banks_write_it(name, written) -> None:
    assert bank_kana(name) == written


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("", "空です"),
        ("ｷﾀﾊﾏ電力", "「電力」は銀行のカナ"),
        ("ｱ" * 31, "いま 31字"),
        ("ｶﾞ" * 15, ""),
        ("ｷﾀﾊﾏ@", "「@」"),
    ],
)
def test_what_a_bank_does_not_take_is_named(written, words) -> None:
    problem = kana_problem(written, most=30)
    assert words in problem
    assert bool(problem) == bool(words)


@settings(max_examples=100)
@given(st.text(sorted(WRITABLE), max_size=40))
def test_what_is_writable_is_one_byte_a_character_and_comes_back(written) -> None:
    assert unwritable(written) == []
    assert len(jis_bytes(written)) == len(written)
    assert jis_text(jis_bytes(written)) == written


@settings(max_examples=100)
@given(st.text(max_size=20))
def test_writing_twice_changes_nothing_more(name) -> None:
    once = bank_kana(name)
    if not unwritable(once):
        assert bank_kana(once) == once


def test_bytes_outside_the_code_are_no_text() -> None:
    assert jis_text("電".encode("shift_jis")) is None
    assert jis_text(b"\x1a") is None
    with pytest.raises(ValueError, match="not writable"):
        jis_bytes("電")
