"""The file for the bank: 120 bytes a record as the standard has them, the same for the same transfers."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.ledger.bank_files.transfer_request import (
    MOST_YEN,
    Sender,
    Transfer,
    data_of,
    fits,
    request_bytes,
)

SENDER = Sender("1234567890", "ｺｳｲｷｷｶﾝ", "0999", "ｶｸｳ", "001", "ﾎﾝﾃﾝ", "1", "0054321")
VALUE_ON = date(2026, 7, 31)


def transfer(payment_id: int = 7, amount_yen: int = 1_234_567) -> Transfer:
    return Transfer(payment_id, 1, "0998", "ﾍﾞﾂ", "002", "ｷﾀ", "2", "0012345", "ｷﾀﾊﾏｴﾅｼﾞ-(ｶ", amount_yen)


def test_the_file_is_as_the_standard_says_byte_by_byte() -> None:
    lines = request_bytes(SENDER, VALUE_ON, [transfer()]).decode("shift_jis").split("\r\n")
    header = "1210" + "1234567890" + "ｺｳｲｷｷｶﾝ".ljust(40) + "0731"
    header += "0999" + "ｶｸｳ".ljust(15) + "001" + "ﾎﾝﾃﾝ".ljust(15) + "1" + "0054321" + " " * 17
    row = "2" + "0998" + "ﾍﾞﾂ".ljust(15) + "002" + "ｷﾀ".ljust(15) + "0000" + "2" + "0012345"
    row += "ｷﾀﾊﾏｴﾅｼﾞ-(ｶ".ljust(30) + "0001234567" + "0" + "0000000007" + "0001001001" + "7" + " " * 8
    assert lines == [header, row, "8" + "000001" + "000001234567" + " " * 101, "9" + " " * 119, ""]
    assert {len(line) for line in lines[:-1]} == {120}


@settings(max_examples=50)
@given(st.integers(1, 10**12))
def test_an_amount_of_any_size_is_written_in_parts_that_add_up(amount_yen) -> None:
    rows = list(data_of(transfer(amount_yen=amount_yen)))
    assert sum(row["amount"] for row in rows) == amount_yen
    assert all(0 < row["amount"] <= MOST_YEN for row in rows)
    assert [row["attempt"] for row in rows] == [
        1_000_000 + part * 1_000 + len(rows) for part in range(1, len(rows) + 1)
    ]


def test_the_sum_has_twelve_digits_at_most() -> None:
    assert fits([transfer(amount_yen=10**12 - 1)])
    assert not fits([transfer(amount_yen=10**12 - 1), transfer(amount_yen=1)])
