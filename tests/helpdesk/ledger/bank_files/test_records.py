"""A record is read as it was written; what is wrong is named by line and field."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.ledger.bank_files.layouts import ACCOUNT_STATEMENT, DATA, HEADER, TRANSFER_REQUEST, Field
from helpdesk.ledger.bank_files.records import read_record, write_record
from helpdesk.ledger.kana import WRITABLE

TODAY = date(2026, 6, 30)
_REIWA = date(2019, 5, 1)


def _values_of(field: Field) -> st.SearchStrategy:
    if field.check.startswith("day"):
        return st.integers(0, (TODAY - _REIWA).days).map(lambda days: _REIWA + timedelta(days=days))
    if field.check == "mmdd":
        return st.dates(date(2000, 1, 1), date(2000, 12, 31)).map(lambda day: f"{day:%m%d}")
    if field.check.startswith("one of "):
        return st.sampled_from(field.check.removeprefix("one of ").split())
    if field.kind == "9":
        least = 1 if field.check in ("required", "code") else 0
        numbers = st.integers(least, 10**field.length - 1)
        is_code = field.check == "code" or field.name.endswith("_code")
        return numbers.map(lambda number: f"{number:0{field.length}d}") if is_code else numbers
    least = 1 if field.check == "required" else 0
    letters = st.text(sorted(WRITABLE - {" "}), min_size=least, max_size=field.length)
    return letters.map(str)


def _records(fields: tuple[Field, ...]) -> st.SearchStrategy:
    return st.fixed_dictionaries({each.name: _values_of(each) for each in fields if each.name != "dummy"})


@pytest.mark.parametrize(
    "fields",
    [
        TRANSFER_REQUEST.records[HEADER],
        TRANSFER_REQUEST.records[DATA],
        ACCOUNT_STATEMENT.records[HEADER],
        ACCOUNT_STATEMENT.records[DATA],
    ],
)
@settings(max_examples=40)
@given(data=st.data())
def test_a_record_comes_back_as_it_was_written(fields, data) -> None:
    values = data.draw(_records(fields))
    content = write_record(fields, values)
    assert len(content) == sum(field.length for field in fields)
    assert read_record(fields, content, 1, TODAY) == (values, [])


@pytest.mark.parametrize(
    ("check", "content", "words"),
    [
        ("", b"12A4", "「12A4」は数字 4桁ではありません"),
        ("", "電力".encode("shift_jis"), "使えない文字があります"),
        ("required", b"0000", "0 です"),
        ("required", b"    ", "空です"),
        ("code", b"0000", "すべて 0 です"),
        ("mmdd", b"0230", "という月日はありません"),
        ("one of 1 2", b"0003", "1・2 のどれでもありません"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(check, content, words) -> None:
    _, [problem] = read_record([Field("amount", "振込金額", 4, "9", check)], content, 7, TODAY)
    assert problem.where == "7行目「振込金額」"
    assert words in problem.message


@pytest.mark.parametrize(
    ("content", "day"),
    [(b"080629", date(2026, 6, 29)), (b"010501", _REIWA), (b"000000", None), (b"      ", None)],
)
def test_a_day_is_of_reiwa_and_may_be_left_out_where_the_standard_lets_it(content, day) -> None:
    field = Field("value_on", "起算日", 6, "9", "day?")
    assert read_record([field], content, 1, TODAY) == ({"value_on": day}, [])


@pytest.mark.parametrize("content", [b"260629", b"310430", b"081301", b"010430", b"080701"])
def test_a_day_that_is_none_or_not_yet_is_refused(content) -> None:
    _, [problem] = read_record([Field("booked_on", "勘定日", 6, "9", "day")], content, 3, TODAY)
    assert problem.where == "3行目「勘定日」"
    assert "和暦" in problem.message


@pytest.mark.parametrize("value", ["12345", -1, "１２"])
def test_what_does_not_fit_is_not_written(value) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        write_record([Field("amount", "金額", 4, "9")], {"amount": value})
