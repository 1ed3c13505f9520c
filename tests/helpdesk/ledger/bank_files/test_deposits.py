"""What came in, by the reference under which it is booked once; what is no deposit is told and left out."""

from datetime import date

import pytest

from helpdesk.errors import Refused
from helpdesk.ledger.bank_files.deposits import deposits_of
from helpdesk.ledger.bank_files.sections import read_sections
from tests.helpdesk.banking import Paid, notice_file, statement_file

TODAY = date(2026, 6, 30)


def read(content: bytes):
    return deposits_of(read_sections(content, today=TODAY))


def test_the_reference_names_account_day_and_inquiry_number_alike_in_both_kinds() -> None:
    paid = [Paid(700, inquiry=123, edi="KY-0001")]
    found = [read(written(paid)).deposits[0].reference for written in (notice_file, statement_file)]
    assert found == ["0999-001-1-0012345-20260629-123 KY-0001"] * 2


def test_without_inquiry_numbers_equal_deposits_of_a_day_are_counted() -> None:
    found = read(notice_file([Paid(700), Paid(700), Paid(800)])).deposits
    again = read(notice_file([Paid(800), Paid(700)])).deposits
    references = [each.reference for each in found]
    assert len(set(references)) == 3
    assert {each.reference for each in again} < set(references)


def test_the_same_inquiry_number_twice_is_refused() -> None:
    with pytest.raises(Refused, match="2行目と同じ口座・勘定日・照会番号") as refused:
        read(notice_file([Paid(700, inquiry=1), Paid(701, inquiry=1)]))
    assert refused.value.problems[0].where == "3行目「照会番号」"


def test_an_amount_of_nothing_is_refused() -> None:
    with pytest.raises(Refused, match="2行目「金額」"):
        read(notice_file([Paid(0)]))


def test_what_goes_out_and_our_own_returned_transfers_are_no_deposits() -> None:
    paid = [
        Paid(5, inquiry=1),
        Paid(6, inquiry=2, out=True),
        Paid(7, inquiry=3, summary="ｸﾐﾓﾄﾞｼ"),
        Paid(8, inquiry=4, out=True, transaction=19),
    ]
    found = read(statement_file(paid, balance=100))
    assert [(each.amount_yen, each.cancelled) for each in found.deposits] == [(5, False), (8, True)]
    assert [words.split("：")[1][:6] for words in found.left_out] == ["出金です。入", "振込の組戻し"]


def test_cancelled_deposits_are_told_as_such() -> None:
    found = read(notice_file([Paid(5, inquiry=1), Paid(5, inquiry=1, cancelled=True)])).deposits
    assert [each.cancelled for each in found] == [False, True]
    assert found[0].like == found[1].like
