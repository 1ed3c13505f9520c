"""Names of payers as banks write them, and invoice numbers in a text."""

import pytest

from helpdesk.ledger.payer_names import mentions, payer_key


@pytest.mark.parametrize(
    "written",
    ["ｶ)ﾐﾅﾄﾊﾂﾃﾞﾝ", "ﾐﾅﾄﾊﾂﾃﾞﾝ(ｶ", "カブシキガイシャミナトハツデン", "みなとはつでん", "ミナト　ハツデン（カ）"],
)
def test_one_name_has_one_key_however_it_is_written(written: str) -> None:
    assert payer_key(written) == "ミナトハツデン"


def test_small_kana_and_long_vowels_are_written_in_two_ways() -> None:
    assert payer_key("ｼｮｳｼﾞｮｳｴﾅｼﾞ-") == payer_key("シヨウジヨウエナジー")
    assert payer_key("") == payer_key("株式会社") == ""


@pytest.mark.parametrize(
    "text", ["KY-2026-0001", "ＫＹ２０２６０００１ ｷﾀﾊﾏ", "No.KY-20260001 請求", "(ky 2026 0001)"]
)
def test_a_number_is_found_however_it_is_written(text: str) -> None:
    assert mentions(text, "KY-2026-0001")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("KY-2026-00011", "KY-2026-0001"),
        ("9KY-2026-0001", "KY-2026-0001"),
        ("2026-07-01-0003", "20260701"),
        ("", "KY-2026-0001"),
        ("請求 12 分", "12"),
        ("ABCDE", "ABCDE"),
    ],
)
def test_a_part_of_a_longer_number_and_what_could_be_anything_is_none(text: str, number: str) -> None:
    assert not mentions(text, number)
