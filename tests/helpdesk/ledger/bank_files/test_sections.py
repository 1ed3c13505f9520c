"""Headers, records, trailers in order, their sums agreeing; whatever is broken is refused with line and field."""

from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from helpdesk.errors import Refused
from helpdesk.ledger.bank_files.deposits import deposits_of
from helpdesk.ledger.bank_files.sections import MOST_PROBLEMS, read_sections
from tests.helpdesk.banking import NONE, Paid, notice_file, statement_file

TODAY = date(2026, 6, 30)
PAYERS = ("ｶ)ｷﾀﾊﾏ", "ﾐﾅﾄﾊﾂﾃﾞﾝ(ｶ", "")
_PAID = st.builds(
    Paid,
    amount_yen=st.integers(1, 9_999_999_999),
    payer=st.sampled_from(PAYERS),
    inquiry=st.just(0),
    edi=st.sampled_from(["", "KY-0001"]),
)


def problems(content: bytes) -> list:
    with pytest.raises(Refused) as refused:
        read_sections(content, today=TODAY)
    return refused.value.problems


@settings(max_examples=40)
@given(st.lists(st.lists(_PAID, max_size=5), min_size=1, max_size=3), st.booleans(), st.booleans())
def test_what_is_written_is_read_whatever_the_kind(accounts, statement, ends) -> None:
    written = statement_file if statement else notice_file
    read = read_sections(written(*accounts, **({} if ends else {"ends": NONE})), today=TODAY)
    amounts = [[row["amount"] for _, row in section.rows] for section in read.sections]
    assert amounts == [[each.amount_yen for each in paid] for paid in accounts]


def test_amounts_of_eleven_digits_are_read_from_the_larger_field() -> None:
    content = notice_file([Paid(12_345_678_901), Paid(5)], large=True)
    found = deposits_of(read_sections(content, today=TODAY)).deposits
    assert [each.amount_yen for each in found] == [12_345_678_901, 5]


@pytest.mark.parametrize(
    ("at", "order", "where"),
    [
        (0, [1, 2, 3], "1行目"),
        (1, [0, 2, 3, 1], "4行目「データ区分」"),
        (2, [0, 1, 3], "3行目「データ区分」"),
        (3, [0, 1, 2], "3行目の後"),
        (4, [0, 1, 2, 3, 3], "5行目「データ区分」"),
        (5, [0, 0, 1, 2, 3], "2行目「データ区分」"),
    ],
)
def test_a_record_out_of_its_place_is_named(at, order, where) -> None:
    lines = notice_file([Paid(5)]).split(b"\r\n")
    found = problems(b"\r\n".join(lines[each] for each in order))
    assert found[0].where == where


@pytest.mark.parametrize(
    ("written", "find", "put", "label"),
    [
        (notice_file, b"8000002000000000012", b"8000003000000000012", "振込合計件数"),
        (notice_file, b"8000002000000000012", b"8000002000000000013", "振込合計金額"),
        (statement_file, b"8000002", b"8000001", "入金件数"),
        (statement_file, b"0000000000012", b"0000000000011", "入金額合計"),
    ],
)
def test_sums_that_do_not_agree_are_refused(written, find, put, label) -> None:
    content = written([Paid(5), Paid(7)])
    assert find in content
    [problem] = problems(content.replace(find, put, 1))
    assert problem.where == f"4行目「{label}」"
    assert "明細からは" in problem.message


def test_a_balance_that_does_not_follow_and_a_missing_account_are_refused() -> None:
    content = statement_file([Paid(5)], [Paid(6)], balance=1000)
    broken = content.replace(b"100000000001005", b"100000000001006", 1)
    assert [each.where for each in problems(broken)] == ["3行目「取引後残高」"]
    broken = content.replace(b"9000000000700002", b"9000000000700003", 1)
    assert [each.where for each in problems(broken)] == ["7行目「口座数」"]


def test_very_many_problems_are_counted() -> None:
    content = notice_file([Paid(5) for _ in range(MOST_PROBLEMS + 9)])
    found = problems(content.replace(b"080629080629", b"089999089999"))
    assert len(found) == MOST_PROBLEMS + 1
    assert "このほかに" in found[-1].message


@settings(max_examples=100)
@given(
    st.integers(0, 2**32), st.integers(0, 7), st.sampled_from([notice_file, statement_file]), st.booleans()
)
def test_a_flipped_bit_is_refused_in_japanese_or_changes_no_amount(seed, bit, written, ends) -> None:
    paid = [Paid(1_234_567, inquiry=1), Paid(9_000, PAYERS[1], inquiry=2)]
    content = bytearray(written(paid, **({} if ends else {"ends": NONE})))
    content[seed % len(content)] ^= 1 << bit
    found, refusal = [], []
    try:
        found = deposits_of(read_sections(bytes(content), today=TODAY)).deposits
    except Refused as refused:
        refusal = refused.problems
    amounts = {each.amount_yen for each in found if not each.cancelled}
    assert bool(refusal) != bool(found)
    assert all(each.where and each.message for each in refusal)
    assert amounts <= {9_000, 1_234_567}


@settings(max_examples=60)
@given(st.integers(1, 5000), st.booleans())
def test_a_file_cut_anywhere_is_refused(at, ends) -> None:
    content = statement_file([Paid(5), Paid(7)], **({} if ends else {"ends": NONE}))
    assume(at < len(content.rstrip(b"\r\n")))
    assert problems(content[:at])


@settings(max_examples=60)
@given(st.binary(max_size=900))
def test_bytes_of_any_kind_are_refused_and_never_raise_otherwise(content) -> None:
    assert problems(b"103" + content)
