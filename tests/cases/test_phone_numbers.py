"""電話番号: however it is written, it is the same number; what cannot be one is said why."""

import pytest

from cases.phone_numbers import Number, read_number, searched_digits, why_impossible


@pytest.mark.parametrize(
    "written",
    [
        "03-1234-5678",
        "０３－１２３４－５６７８",
        "03ー1234ー5678",
        "(03)1234-5678",
        "03 1234 5678",
        "+81-3-1234-5678",
        "+81 (0)3 1234 5678",
        "＋８１３１２３４５６７８",
        "TEL:03-1234-5678",
        "03-1234-5678（代表）",
        "0312345678",
    ],
)
def test_one_number_however_it_is_written(written: str) -> None:
    assert read_number(written) == Number("0312345678")


@pytest.mark.parametrize(
    "written",
    ["03-1234-5678 内線 12", "03-1234-5678内線12", "03-1234-5678（内線：12）", "03-1234-5678 ext.12"],
)
def test_an_extension_is_kept_apart(written: str) -> None:
    assert read_number(written.replace("）", "").replace("（", "(")) == Number("0312345678", "12")


@pytest.mark.parametrize(
    "written", ["110", "0120-123-456", "090-1234-5678", "+1 212 555 0100", "0570-000-000"]
)
def test_other_numbers_of_this_world_are_numbers(written: str) -> None:
    assert why_impossible(written) == ""


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("03-1234-567", "9桁"),
        ("090-1234-56789", "12桁"),
        ("1234-5678", "市外局番から"),
        ("+81", "7〜15桁"),
        ("非通知", "読めません"),
        ("03-1234-567a", "読めません"),
        ("1" * 50, "40文字以内"),
        ("-", "読めません"),
    ],
)
def test_what_cannot_be_a_number_is_said_why(written: str, words: str) -> None:
    assert words in why_impossible(written)
    assert len(written) > 40 or read_number(written) is None


@pytest.mark.parametrize(
    ("typed", "digits"),
    [("5678", "5678"), ("０３－１２", "0312"), ("+81 3", "03"), ("12", ""), ("北浜", ""), ("", "")],
)
def test_a_part_of_a_number_is_looked_for_from_three_digits_on(typed: str, digits: str) -> None:
    assert searched_digits(typed) == (digits if len(digits) >= 3 else "")
