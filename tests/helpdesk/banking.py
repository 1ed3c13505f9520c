"""The bank's side, for tests: deposits, account statements and results of transfers, written field by field."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from helpdesk.ledger.bank_files.layouts import (
    ACCOUNT_STATEMENT,
    DATA,
    DEPOSIT_NOTICE,
    END,
    HEADER,
    LARGE_NOTICE_DATA,
    TRAILER,
    TRANSFER_RESULT,
    Layout,
)
from helpdesk.ledger.bank_files.records import read_record, write_record

DAY = date(2026, 6, 29)
CRLF, LF, NONE = b"\r\n", b"\n", b""


@dataclass(frozen=True)
class Paid:
    """What somebody paid in."""

    amount_yen: int
    payer: str = "ｶ)ｷﾀﾊﾏｴﾅｼﾞ-"
    inquiry: int = 0
    edi: str = ""
    on: date = DAY
    cancelled: bool = False
    out: bool = False
    transaction: int = 11
    summary: str = ""


def notice_file(
    *accounts: Sequence[Paid], ends: bytes = CRLF, large: bool = False, numbers: Sequence[str] = ("0012345",)
) -> bytes:
    """振込入金通知: one header for each account."""
    records = []
    for at, paid in enumerate(accounts):
        number = numbers[at] if at < len(numbers) else f"{at:07d}"
        records.append(_written(DEPOSIT_NOTICE, HEADER, _header(paid, "01", number)))
        fields = LARGE_NOTICE_DATA if large else DEPOSIT_NOTICE.records[DATA]
        records += [write_record(fields, _notice_row(each, large=large)) for each in paid]
        kept, gone = [x for x in paid if not x.cancelled], [x for x in paid if x.cancelled]
        sums = {
            "count": len(kept),
            "sum": sum(x.amount_yen for x in kept),
            "cancelled_count": len(gone),
            "cancelled_sum": sum(x.amount_yen for x in gone),
        }
        records.append(_written(DEPOSIT_NOTICE, TRAILER, {"record": TRAILER} | sums))
    records.append(_written(DEPOSIT_NOTICE, END, {"record": END}))
    return b"".join(each + ends for each in records)


def statement_file(
    *accounts: Sequence[Paid], ends: bytes = CRLF, balance: int = 0, number: str = "0000012345"
) -> bytes:
    """入出金取引明細: one header for each account."""
    records = []
    for at, paid in enumerate(accounts):
        header = _header(paid, "03", f"{int(number) + at:010d}") | {
            "balance_before": balance,
            "overdrawn": 1,
        }
        records.append(_written(ACCOUNT_STATEMENT, HEADER, header))
        records += [_written(ACCOUNT_STATEMENT, DATA, _statement_row(each)) for each in paid]
        into, out = [x for x in paid if not x.out], [x for x in paid if x.out]
        sums = {
            "in_count": len(into),
            "in_sum": sum(x.amount_yen for x in into),
            "out_count": len(out),
            "out_sum": sum(x.amount_yen for x in out),
            "count": len(paid),
        }
        sums |= {"balance_after": balance + sums["in_sum"] - sums["out_sum"], "overdrawn": 1}
        records.append(_written(ACCOUNT_STATEMENT, TRAILER, {"record": TRAILER} | sums))
    end = {"record": END, "records": len(records) + 1, "accounts": len(accounts)}
    records.append(_written(ACCOUNT_STATEMENT, END, end))
    return b"".join(each + ends for each in records)


def result_file(
    request: bytes,
    outcomes: Mapping[int, str] | str = "0",
    *,
    on: date | None = None,
    only: Iterable[int] | None = None,
    ends: bytes = CRLF,
    **changed: Any,
) -> bytes:
    """振込結果 of a request: the code of each payment (or of all); `changed` falsifies fields of the data records."""
    lines = request.split(b"\r\n")[:-1]
    records, total = [lines[0]], {"count": 0, "sum": 0, "paid_count": 0, "paid_sum": 0}
    total |= {"failed_count": 0, "failed_sum": 0}
    wanted = set(only) if only is not None else None
    for line in lines[1:-2]:
        values, _ = read_record(TRANSFER_RESULT.records[DATA], line, 1, date(2099, 1, 1))
        if wanted is not None and values["payment"] not in wanted:
            continue
        code = outcomes if isinstance(outcomes, str) else outcomes.get(values["payment"], "0")
        values |= {"outcome": code, "outcome_on": on} | changed
        for name in ("", "paid_" if code == "0" else "failed_"):
            total[f"{name}count"] += 1
            total[f"{name}sum"] += values["amount"]
        records.append(_written(TRANSFER_RESULT, DATA, values))
    records.append(_written(TRANSFER_RESULT, TRAILER, {"record": TRAILER} | total))
    records.append(_written(TRANSFER_RESULT, END, {"record": END}))
    return b"".join(each + ends for each in records)


def _header(paid: Sequence[Paid], type_code: str, number: str) -> dict[str, Any]:
    days = [each.on for each in paid] or [DAY]
    return {
        "record": HEADER,
        "type_code": type_code,
        "made_on": max(days),
        "first_day": min(days),
        "last_day": max(days),
        "bank_code": "0999",
        "bank_name": "ｶｸｳ",
        "branch_code": "001",
        "branch_name": "ﾎﾝﾃﾝ",
        "account_kind": "1",
        "account_number": number,
        "account_name": "ﾖｳﾘﾖｳｼｼﾞﾖｳﾏﾄﾞｸﾞﾁ",
    }


def _notice_row(each: Paid, *, large: bool) -> dict[str, Any]:
    amount = {"amount": 0, "large_amount": each.amount_yen} if large else {"amount": each.amount_yen}
    cancelled = "1" if each.cancelled else "0"
    return _row(each) | amount | {"cancelled": cancelled}


def _statement_row(each: Paid) -> dict[str, Any]:
    direction = {"direction": "2" if each.out else "1", "transaction": each.transaction}
    return _row(each) | {"amount": each.amount_yen, "summary": each.summary} | direction


def _row(each: Paid) -> dict[str, Any]:
    return {
        "record": DATA,
        "inquiry_number": each.inquiry,
        "booked_on": each.on,
        "value_on": each.on,
        "remitter_name": each.payer,
        "from_bank": "ｶｸｳ",
        "edi": each.edi,
    }


def _written(layout: Layout, record: str, values: Mapping[str, Any]) -> bytes:
    return write_record(layout.records[record], values)
