"""入金明細: which deposits does a file of the bank tell (振込入金通知, 入出金取引明細), and by which reference is each known?

The reference is made of the account, the day and the bank's 照会番号; where the bank gives none, of what the deposit is
and the how-manieth of its like that day it is. Policy of this desk, for the standard says nothing of it: a record that
takes back (取消区分 1; 出金 with 取引区分 19 訂正) is a cancellation; 組戻し that comes in is no deposit but a result of ours.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from helpdesk.errors import Problem, Refused
from helpdesk.ledger.bank_files.layouts import ACCOUNT_STATEMENT, DEPOSIT_NOTICE
from helpdesk.ledger.bank_files.records import Record, place
from helpdesk.ledger.bank_files.sections import Section, Sections, amount_of

KINDS: Final = {DEPOSIT_NOTICE.label: "deposit_notice", ACCOUNT_STATEMENT.label: "account_statement"}
_OUT, _CORRECTION = "2", 19
_RETURNED = "ｸﾐﾓﾄﾞｼ"


@dataclass(frozen=True, slots=True)
class Deposit:
    """入金: one record, with the account it came in on, as the bank tells it."""

    line: int
    account: str  # 銀行-支店-種目-口座番号
    reference: str
    booked_on: date
    amount_yen: int
    payer_name: str
    edi: str
    cancelled: bool

    @property
    def like(self) -> tuple[Any, ...]:
        """What it has in common with its cancellation, and with the same deposit in the other kind of file."""
        return self.account, self.booked_on, self.amount_yen, self.payer_name


@dataclass(frozen=True, slots=True)
class Deposits:
    """The deposits of a file, and in words what in it is none and is not booked."""

    kind: str
    deposits: list[Deposit]
    left_out: list[str]


def deposits_of(read: Sections) -> Deposits:
    """The deposits of a file. Raises `Refused` where two have one 照会番号 or an amount is missing."""
    found, left_out, problems = [], [], []
    for section in read.sections:
        seen: dict[str, Deposit] = {}
        alike: Counter = Counter()
        for line, row in section.rows:
            why = _no_deposit(row)
            if why:
                left_out.append(f"{line}行目（{row['booked_on']}　{amount_of(row):,}円）：{why}")
                continue
            deposit = _deposit(section, line, row, alike)
            problems += _problems(deposit, seen)
            found.append(deposit)
    if problems:
        raise Refused(problems)
    return Deposits(KINDS[read.layout.label], found, left_out)


def account_of(header: Record) -> str:
    """The account of a header, the same in both kinds of file."""
    number = f"{int(header['account_number']):07d}"
    return f"{header['bank_code']}-{header['branch_code']}-{header['account_kind']}-{number}"


def _no_deposit(row: Record) -> str:
    """Why a record is no deposit and no cancellation of one; empty: it is."""
    if row.get("direction") == _OUT and row["transaction"] != _CORRECTION:
        return "出金です。入金としては記録しません"
    words = f"{row['remitter_name']} {row.get('summary', '')}"
    if row.get("direction") != _OUT and _RETURNED in words:
        return "振込の組戻しによる入金です。振込結果のファイルで記録します"
    return ""


def _deposit(section: Section, line: int, row: Record, alike: Counter) -> Deposit:
    account, day, amount_yen = account_of(section.header), row["booked_on"], amount_of(row)
    payer, edi = row["remitter_name"].strip(), row["edi"].strip()
    cancelled = row.get("cancelled") == "1" or row.get("direction") == _OUT
    if row["inquiry_number"]:
        known_by = str(row["inquiry_number"])
    else:
        content = f"{amount_yen}|{payer}|{row['remitter_code'] or ''}|{edi}|{row['from_bank']}"
        digest = hashlib.sha256(content.encode()).hexdigest()[:10]
        key = (account, day, digest, cancelled)
        alike[key] += 1
        known_by = f"x{digest}.{alike[key]}"
    reference = f"{account}-{day:%Y%m%d}-{known_by}" + (f" {edi}" if edi else "")
    return Deposit(line, account, reference, day, amount_yen, payer, edi, cancelled)


def _problems(deposit: Deposit, seen: dict[str, Deposit]) -> Iterator[Problem]:
    if deposit.amount_yen == 0:
        yield Problem(place(deposit.line, "金額"), "0 です。1円以上が必要です")
    if deposit.cancelled:
        return  # a cancellation may bear the number of what it cancels
    first = seen.setdefault(deposit.reference, deposit)
    if first is not deposit:
        words = f"{first.line}行目と同じ口座・勘定日・照会番号です。銀行に確かめてください"
        yield Problem(place(deposit.line, "照会番号"), words)
