"""総合振込の依頼: the file that asks the bank to transfer. The same transfers on the same day give the same bytes.

An amount of more than ten digits is written as several records of the same payee: the standard's field has no more.
The two customer codes, which are the client's own, name the payment, the attempt and the part; they come back with the
result. Each record ends with CRLF (the standard leaves it to the bank).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from helpdesk.ledger.bank_files.layouts import DATA, END, HEADER, TRAILER, TRANSFER_REQUEST
from helpdesk.ledger.bank_files.records import Record, write_record

MOST_YEN: Final = 9_999_999_999  # of one record
MOST_PARTS: Final = 999
_SUM_LIMIT: Final = 10**12


@dataclass(frozen=True, slots=True)
class Sender:
    """振込依頼人: whom the bank knows, and the account that is debited."""

    client_code: str
    client_name: str
    bank_code: str
    bank_name: str
    branch_code: str
    branch_name: str
    account_kind: str
    account_number: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """振込: so many yen to an account, for a payment; `attempt` counts the requests of this payment from 1."""

    payment_id: int
    attempt: int
    bank_code: str
    bank_name: str
    branch_code: str
    branch_name: str
    account_kind: str
    account_number: str
    holder: str
    amount_yen: int


def request_bytes(sender: Sender, value_on: date, transfers: Sequence[Transfer]) -> bytes:
    """The file. Raises `ValueError` for what does not fit, which the caller has checked."""
    rows = [row for each in transfers for row in data_of(each)]
    records = [write_record(TRANSFER_REQUEST.records[HEADER], header_of(sender, value_on))]
    records += [write_record(TRANSFER_REQUEST.records[DATA], row) for row in rows]
    total = {"record": TRAILER, "count": len(rows), "sum": sum(each.amount_yen for each in transfers)}
    records.append(write_record(TRANSFER_REQUEST.records[TRAILER], total))
    records.append(write_record(TRANSFER_REQUEST.records[END], {"record": END}))
    return b"".join(record + b"\r\n" for record in records)


def fits(transfers: Sequence[Transfer]) -> bool:
    """Whether the sum has its place in the trailer."""
    return sum(each.amount_yen for each in transfers) < _SUM_LIMIT


def header_of(sender: Sender, value_on: date) -> Record:
    """The header's values."""
    return {
        "record": HEADER,
        "type_code": TRANSFER_REQUEST.type_code,
        "client_code": sender.client_code,
        "client_name": sender.client_name,
        "value_on": f"{value_on:%m%d}",
        "bank_code": sender.bank_code,
        "bank_name": sender.bank_name,
        "branch_code": sender.branch_code,
        "branch_name": sender.branch_name,
        "account_kind": sender.account_kind,
        "account_number": sender.account_number,
    }


def data_of(transfer: Transfer) -> Iterator[Record]:
    """The values of its records: one, or as many parts as the amount needs."""
    amounts = _parts(transfer.amount_yen)
    for part, amount_yen in enumerate(amounts, 1):
        yield {
            "record": DATA,
            "bank_code": transfer.bank_code,
            "bank_name": transfer.bank_name,
            "branch_code": transfer.branch_code,
            "branch_name": transfer.branch_name,
            "account_kind": transfer.account_kind,
            "account_number": transfer.account_number,
            "holder": transfer.holder,
            "amount": amount_yen,
            "new_code": "0",
            "payment": transfer.payment_id,
            "attempt": transfer.attempt * 10**6 + part * 10**3 + len(amounts),
            "delivery": "7",  # 電信扱
        }


def _parts(amount_yen: int) -> list[int]:
    full, rest = divmod(amount_yen, MOST_YEN)
    return [MOST_YEN] * full + ([rest] if rest else [])
