"""Names of payers as banks write them, and invoice numbers in a text."""

import pytest

from helpdesk.ledger.payer_names import Payers, Words, mentions, payer_key


@pytest.mark.parametrize(
    "written",
    [
        "ｶ)ﾐﾅﾄﾊﾂﾃﾞﾝ",
        "ﾐﾅﾄﾊﾂﾃﾞﾝ(ｶ",
        "ﾐﾅﾄﾊﾂﾃﾞﾝ ｶﾌﾞｼｷｶﾞｲｼﾔ",
        "ｶﾌﾞｼｷ ｶﾞｲｼｬ ﾐﾅﾄ ﾊﾂﾃﾞﾝ",
        "カブシキガイシャミナトハツデン",
        "みなとはつでん",
        "ミナト　ハツデン（カ）",
        "㈱ミナトハツデン",
        "ﾐﾅﾄﾊﾂﾃﾞﾝ(ﾕ)",
        "ｼﾔ)ﾐﾅﾄﾊﾂﾃﾞﾝ",
        "イッパンシャダンホウジン ミナトハツデン",
    ],
)
def test_one_name_has_one_key_however_it_is_written(written: str) -> None:
    assert payer_key(written) == "ミナトハツデン"


def test_small_kana_and_long_vowels_are_written_in_two_ways() -> None:
    assert payer_key("ｼｮｳｼﾞｮｳｴﾅｼﾞ-") == payer_key("シヨウジヨウエナジー")
    assert payer_key("") == payer_key("株式会社") == ""


def test_letters_that_only_look_like_a_legal_form_stay() -> None:
    assert payer_key("ｱﾄﾞ)ﾐﾅﾄ") == "アドミナト"
    assert payer_key("イドバタ") == "イドバタ"


class Business:
    def __init__(self, id: int, name: str, name_kana: str = "") -> None:
        self.id, self.name, self.name_kana = id, name, name_kana


def test_a_payer_is_a_business_only_where_no_other_has_the_name() -> None:
    payers = Payers(
        [
            Business(1, "みなと発電株式会社", "ミナトハツデン"),
            Business(2, "北浜エナジー株式会社", "キタハマエナジー"),
            Business(3, "合同会社北浜エナジー", "キタハマエナジー"),
            Business(4, "株式会社", ""),
        ]
    )
    assert payers.the_one("ｶ)ﾐﾅﾄﾊﾂﾃﾞﾝ") == payers.the_one("0012345 ﾐﾅﾄ ﾊﾂﾃﾞﾝ") == 1
    assert payers.named("ｷﾀﾊﾏｴﾅｼﾞ-") == {2, 3}
    assert payers.the_one("ｷﾀﾊﾏｴﾅｼﾞ-") is payers.the_one("") is payers.the_one("ｶ)") is None
    assert payers.alike("ﾐﾅﾄﾊﾂﾃﾞﾝ ｵｵｻｶｼﾃﾝ") == {1}
    assert payers.alike("ﾐﾅﾄ") == set()


@pytest.mark.parametrize(
    ("text", "nearly"),
    [
        ("KY-2026-0002", True),
        ("振込 KY-2062-0001", True),
        ("KY-2026-001", False),
        ("KY-2027-0002", False),
        ("K", False),
    ],
)
def test_a_slip_of_one_letter_or_two_exchanged_ones_is_nearly_the_number(text: str, nearly: bool) -> None:
    assert Words(text).nearly_mention("KY20260001") is nearly


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
