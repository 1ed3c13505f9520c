"""デモの銀行: what a bank would send back: results of a request, and a notice of deposits; no such bank exists."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from helpdesk.ledger.bank_files.layouts import (
    DATA,
    DEPOSIT_NOTICE,
    END,
    HEADER,
    TRAILER,
    TRANSFER_RESULT,
    Layout,
)
from helpdesk.ledger.bank_files.records import read_record, write_record
from helpdesk.ledger.kana import bank_kana
from helpdesk.settings import Settings

OWN_ACCOUNT = {  # 振込元口座 of a demonstration, as its settings name it
    "HELPDESK_OWN_BANK_CODE": "0999",
    "HELPDESK_OWN_BANK_NAME_KANA": "ｶｸｳ",
    "HELPDESK_OWN_BRANCH_CODE": "001",
    "HELPDESK_OWN_BRANCH_NAME_KANA": "ﾎﾝﾃﾝ",
    "HELPDESK_OWN_ACCOUNT_KIND": "1",
    "HELPDESK_OWN_ACCOUNT_NUMBER": "0012345",
    "HELPDESK_TRANSFER_CLIENT_CODE": "1234567890",
    "HELPDESK_TRANSFER_CLIENT_KANA": "ﾖｳﾘﾖｳｼｼﾞﾖｳﾏﾄﾞｸﾞﾁ",
}
_LINE = b"\r\n"
_CLOSED = "3"  # 取引停止・口座解約


def result_of(request: bytes, *, refused: int, on: date) -> bytes:
    """振込結果 of a request: everything is paid but the transfer of this place (from 1), whose account is closed."""
    header, *transfers = request.split(_LINE)[:-3]
    records, sums = [header], dict.fromkeys(("", "paid_", "failed_"), 0)
    counts = dict.fromkeys(sums, 0)
    for place, line in enumerate(transfers, 1):
        values, _ = read_record(TRANSFER_RESULT.records[DATA], line, place + 1, on)
        is_refused = place == refused
        for of in ("", "failed_" if is_refused else "paid_"):
            counts[of] += 1
            sums[of] += values["amount"]
        records.append(
            _record(
                TRANSFER_RESULT, DATA, values | {"outcome": _CLOSED if is_refused else "0", "outcome_on": on}
            )
        )
    told = {f"{of}count": count for of, count in counts.items()} | {
        f"{of}sum": yen for of, yen in sums.items()
    }
    records += [_record(TRANSFER_RESULT, TRAILER, told), _record(TRANSFER_RESULT, END, {})]
    return _joined(records)


def deposit_notice(paid: Sequence[tuple[str, int]], *, on: date, account: Settings) -> bytes:
    """振込入金通知 of one day: who paid how many yen, by the names that banks write."""
    header = {
        "type_code": DEPOSIT_NOTICE.type_code,
        "made_on": on,
        "first_day": on,
        "last_day": on,
        "bank_code": account.own_bank_code,
        "bank_name": account.own_bank_name_kana,
        "branch_code": account.own_branch_code,
        "branch_name": account.own_branch_name_kana,
        "account_kind": account.own_account_kind,
        "account_number": account.own_account_number,
        "account_name": account.transfer_client_kana,
    }
    records = [_record(DEPOSIT_NOTICE, HEADER, header)]
    for place, (name, yen) in enumerate(paid, 1):
        row = {"inquiry_number": place, "booked_on": on, "value_on": on, "amount": yen}
        row |= {"remitter_name": bank_kana(name)[:48], "from_bank": "ｶｸｳ", "cancelled": "0"}
        records.append(_record(DEPOSIT_NOTICE, DATA, row))
    told = {"count": len(paid), "sum": sum(yen for _, yen in paid)}
    records += [_record(DEPOSIT_NOTICE, TRAILER, told), _record(DEPOSIT_NOTICE, END, {})]
    return _joined(records)


def _record(layout: Layout, record: str, values: Mapping[str, Any]) -> bytes:
    return write_record(layout.records[record], {**values, "record": record})


def _joined(records: Sequence[bytes]) -> bytes:
    return b"".join(each + _LINE for each in records)
