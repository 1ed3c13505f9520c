"""文字コードの判定: the ladder, its order, and what it records."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.charsets import decode_text

SENTENCE = "容量市場のペナルティ算定についてお問い合わせします。"


@pytest.mark.parametrize("actual", ["utf-8", "iso2022_jp", "cp932", "euc_jp"])
@pytest.mark.parametrize(
    "declared", ["", "utf-8", "iso-2022-jp", "shift_jis", "euc-jp", "us-ascii", "iso-8859-1", "klingon"]
)
def test_japanese_text_is_read_whatever_the_label_says(declared, actual):
    assert decode_text(SENTENCE.encode(actual), declared).text == SENTENCE


@pytest.mark.parametrize(
    ("octets", "declared", "charset"),
    [
        (SENTENCE.encode("euc_jp"), "iso-2022-jp", "euc-jp"),
        (SENTENCE.encode("utf-8"), "iso-2022-jp", "utf-8"),
        (SENTENCE.encode("cp932"), "utf-8", "cp932"),
        (SENTENCE.encode("iso2022_jp"), "utf-8", "iso-2022-jp"),
        ("髙橋".encode("cp932"), "", "cp932"),
        ("了解です".encode("euc_jp"), "", "euc-jp"),
    ],
)
def test_what_was_chosen_against_the_label_is_recorded(octets, declared, charset):
    found = decode_text(octets, declared)
    assert found.charset == charset
    assert charset in found.note
    assert (declared or "宣言がない") in found.note


def test_a_right_label_needs_no_note():
    for charset in ("utf-8", "iso-2022-jp", "shift_jis", "euc-jp", "utf-7"):
        assert decode_text(SENTENCE.encode(charset), charset).note == ""
    assert decode_text(b"plain ascii", "").note == ""


def test_western_text_stays_western():
    assert decode_text("Café Zürich — déjà".encode("cp1252"), "iso-8859-1").text == "Café Zürich — déjà"


def test_sparse_accents_without_a_label_are_western():
    text = "Die Hasen klagten einst über ihre missliche Lage, und alle weinten."
    assert decode_text(text.encode("cp1252"), "utf-8").text == text


def test_text_that_ends_inside_a_character_keeps_everything_before():
    assert decode_text(SENTENCE.encode("utf-8")[:-1], "utf-8").text == SENTENCE[:-1] + "\ufffd"
    assert decode_text(SENTENCE.encode("cp932")[:-1], "shift_jis").text.startswith(SENTENCE[:-2])
    cut = decode_text(SENTENCE.encode("iso2022_jp")[:-4], "iso-2022-jp")
    assert cut.text.startswith(SENTENCE[:-2])
    assert "\x1b" not in cut.text


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"\xe3\x81", "\ufffd"),
        (b"\xe3", "\ufffd"),
        (b"\xf0\x9f\x98", "\ufffd"),
        (b"\xed\xa0\x80", "\ufffd"),
        (b"\xed\xa0", "\ufffd"),
        (b"a\xed\xa0\x80b", "a\ufffdb"),
        (b"\xed\xa0\xbd\xed\xb8\x80", "\U0001f600"),
    ],
)
def test_a_piece_of_a_utf8_character_is_never_another_character(octets, text):
    found = decode_text(octets, "utf-8")
    assert (found.text, found.charset) == (text, "utf-8")
    assert found.note


def test_one_stray_byte_does_not_turn_utf8_into_other_kanji():
    found = decode_text(SENTENCE.encode("utf-8") + b"\xff" + SENTENCE.encode("utf-8"), "utf-8")
    assert found.text == f"{SENTENCE}\ufffd{SENTENCE}"
    assert "読めない文字" in found.note


def test_lost_escape_characters_are_restored():
    assert decode_text(b"$B4A;z(B ok", "iso-2022-jp").text == "漢字 ok"


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "utf-8", "iso-2022-jp", "shift_jis", "euc-jp", "utf-7", "utf-16", "x"]),
)
def test_no_bytes_are_too_bad_and_the_text_can_be_stored(octets, declared):
    text = decode_text(octets, declared).text
    assert "\x00" not in text
    text.encode("utf-8")
