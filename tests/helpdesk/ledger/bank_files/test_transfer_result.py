"""What became of each transfer; parts of one payment are one result."""

from datetime import date

import pytest

from helpdesk.errors import Refused
from helpdesk.ledger.bank_files.sections import read_sections
from helpdesk.ledger.bank_files.transfer_request import MOST_YEN, Sender, Transfer, request_bytes
from helpdesk.ledger.bank_files.transfer_result import results_of
from tests.helpdesk.banking import result_file

TODAY = date(2026, 8, 3)
SENDER = Sender("1234567890", "ｺｳｲｷｷｶﾝ", "0999", "ｶｸｳ", "001", "ﾎﾝﾃﾝ", "1", "0054321")
LARGE = 2 * MOST_YEN + 5


def request(*amounts: int) -> bytes:
    transfers = [
        Transfer(at, 1, "0998", "", "002", "", "1", "0012345", "ｷﾀﾊﾏ", yen)
        for at, yen in enumerate(amounts, 1)
    ]
    return request_bytes(SENDER, date(2026, 7, 31), transfers)


def read(content: bytes):
    return results_of(read_sections(content, today=TODAY))


def test_each_transfer_has_its_outcome_reason_and_day() -> None:
    content = result_file(request(700, 800, 900), {2: "1", 3: "4"}, on=date(2026, 8, 3))
    found = [
        (each.payment_id, each.attempt, each.amount_yen, each.outcome, each.reason) for each in read(content)
    ]
    assert found == [
        (1, 1, 700, "paid", "振込済"),
        (2, 1, 800, "failed", "該当口座なし"),
        (3, 1, 900, "returned", "組戻し"),
    ]
    assert {each.outcome_on for each in read(content)} == {date(2026, 8, 3)}


def test_the_parts_of_a_large_payment_are_one_result() -> None:
    [result] = read(result_file(request(LARGE)))
    assert (result.amount_yen, result.line) == (LARGE, 2)


def test_a_request_is_no_result() -> None:
    with pytest.raises(Refused, match=r"2行目「結果コード」: 空です。依頼に使ったファイルではなく"):
        read(_trailer_of_result(request(700)))


def test_parts_that_differ_are_missing_or_come_twice_are_refused() -> None:
    content = result_file(request(LARGE))
    lines = content.split(b"\r\n")
    lines[3] = lines[3][:113] + b"1" + lines[3][114:]
    differing = _summed(lines, failed=(1, 5))
    with pytest.raises(Refused, match=r"4行目「結果コード」: 分割した振込の結果が分かれています"):
        read(differing)
    lines = content.split(b"\r\n")
    with pytest.raises(Refused, match="分割した振込 3件のうち 2件"):
        read(_summed([lines[0], *lines[2:]]))
    with pytest.raises(Refused, match="同じ振込の結果が2回"):
        read(_summed([lines[0], lines[1], *lines[1:]]))


def test_a_transfer_that_bears_no_number_of_ours_is_refused() -> None:
    with pytest.raises(Refused, match=r"2行目「顧客コード1」: この窓口が依頼した"):
        read(result_file(request(700), attempt=0))


def _trailer_of_result(content: bytes) -> bytes:
    lines = content.split(b"\r\n")
    return _summed(lines, failed=(1, 700))


def _summed(lines: list[bytes], failed: tuple[int, int] = (0, 0)) -> bytes:
    rows = [line for line in lines if line[:1] == b"2"]
    total = sum(int(line[80:90]) for line in rows)
    sums = f"8{len(rows):06d}{total:012d}{len(rows) - failed[0]:06d}{total - failed[1]:012d}"
    trailer = (sums + f"{failed[0]:06d}{failed[1]:012d}").ljust(120).encode()
    return b"\r\n".join([lines[0], *rows, trailer, lines[-2], b""])
