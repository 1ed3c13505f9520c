"""振込結果の記録: what the bank says of our transfers is recorded and booked, once, or refused with line and field.

ordered → paid, failed or returned; paid → returned (組戻し). What was said before changes nothing, also when an older
file comes after a newer one. A transfer that was never ordered, or with another amount or account, refuses the file.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.history import Person
from helpdesk.errors import Problem, Refused
from helpdesk.ledger.account_history import Happened
from helpdesk.ledger.bank_files.records import place
from helpdesk.ledger.bank_files.transfer_result import TransferResult
from helpdesk.ledger.journal import Draft, post
from helpdesk.ledger.models import TRANSFER_OUTCOMES, BankFile, Payment, TransferRow
from helpdesk.ledger.posting import transfer_paid_draft, transfer_returned_draft
from helpdesk.ledger.transfers import transfer_happened, transfers_by_attempt

_MAY_BECOME = {"ordered": ("paid", "failed", "returned"), "paid": ("returned",)}
_FIELDS = {
    "bank_code": "被仕向銀行番号",
    "branch_code": "被仕向支店番号",
    "account_kind": "預金種目",
    "account_number": "口座番号",
}


@dataclass(slots=True)
class AppliedResults:
    """What a file of results changed: how many transfers by outcome, how many were known, what happened."""

    counts: dict[str, int] = field(default_factory=dict)
    yen: dict[str, int] = field(default_factory=dict)
    known: int = 0
    happened: list[Happened] = field(default_factory=list)
    shown: list[tuple[TransferRow, Payment, str]] = field(default_factory=list)  # in the file's order

    @property
    def new(self) -> int:
        """Transfers whose outcome was not recorded before."""
        return sum(self.counts.values())


def apply_results(
    session: Session,
    results: Sequence[TransferResult],
    file: BankFile,
    *,
    today: date,
    by: Person,
    now: datetime,
) -> AppliedResults:
    """Record and book the outcomes. Raises `Refused` with every problem; the caller holds the ledger's lock."""
    rows = transfers_by_attempt(session, [each.payment_id for each in results])
    payments, days = _payments(session, rows), _value_days(session, rows)
    applied, drafts, problems = AppliedResults(), [], []
    for result in results:
        row = rows.get((result.payment_id, result.attempt))
        wrong = list(_problems(result, row, days, today))
        problems += wrong
        if wrong or row is None:
            continue
        payment = payments[row.payment_id]
        before = row.outcome
        if not _is_news(row, result):
            applied.known += 1
        elif result.outcome not in _MAY_BECOME.get(before, ()):
            problems.append(_contradiction(result, row))
        else:
            _set(row, result, file, days)
            drafts += _drafts(row, payment, before)
            applied.counts[row.outcome] = applied.counts.get(row.outcome, 0) + 1
            applied.yen[row.outcome] = applied.yen.get(row.outcome, 0) + row.amount_yen
            applied.happened.append(transfer_happened(row.outcome, row, payment))
        applied.shown.append((row, payment, result.outcome))
    if problems:
        raise Refused(problems)
    session.flush()
    post(session, drafts, by=by, now=now)
    return applied


def _is_news(row: TransferRow, result: TransferResult) -> bool:
    """Whether the outcome is not the one recorded, nor one that came before it."""
    return result.outcome != row.outcome and not (row.outcome == "returned" and result.outcome == "paid")


def _set(row: TransferRow, result: TransferResult, file: BankFile, days: dict[int, date]) -> None:
    row.outcome = result.outcome
    row.outcome_on = result.outcome_on or days[row.bank_file_id]
    row.outcome_reason = result.reason
    row.result_file_id = file.id


def _drafts(row: TransferRow, payment: Payment, before: str) -> Iterator[Draft]:
    """Money that never left the account is not booked."""
    assert row.outcome_on is not None
    if row.outcome == "paid":
        yield transfer_paid_draft(row, payment, happened_on=row.outcome_on)
    elif row.outcome == "returned" and before == "paid":
        yield transfer_returned_draft(row, payment, happened_on=row.outcome_on)


def _problems(
    result: TransferResult, row: TransferRow | None, days: dict[int, date], today: date
) -> Iterator[Problem]:
    if row is None:
        words = f"支払 {result.payment_id} の {result.attempt}回目の振込は依頼していません。銀行に確かめてください"
        yield Problem(place(result.line, "顧客コード1"), words)
        return
    if result.amount_yen != row.amount_yen:
        words = f"{result.amount_yen:,}円ですが、依頼は {row.amount_yen:,}円です。銀行に確かめてください"
        yield Problem(place(result.line, "振込金額"), words)
    for name, label in _FIELDS.items():
        if getattr(result, name) != getattr(row, name):
            words = f"「{getattr(result, name)}」ですが、依頼は「{getattr(row, name)}」です"
            yield Problem(place(result.line, label), words)
    ordered_for = days[row.bank_file_id]
    if result.value_on != f"{ordered_for:%m%d}":
        words = (
            f"{result.line}行目の振込の取組日は {ordered_for} です。ヘッダーの {result.value_on} と違います"
        )
        yield Problem(place(result.line, "取組日"), words)
    if (result.outcome_on or ordered_for) > today and result.outcome != "failed":
        words = f"取組日 {ordered_for} より前の結果です。結果日を確かめてください"
        yield Problem(place(result.line, "結果日"), words)


def _contradiction(result: TransferResult, row: TransferRow) -> Problem:
    words = (
        f"「{TRANSFER_OUTCOMES[result.outcome]}」ですが、"
        f"{row.outcome_on} に「{TRANSFER_OUTCOMES[row.outcome]}」と記録済みです。銀行に確かめてください"
    )
    return Problem(place(result.line, "結果コード"), words)


def _payments(session: Session, rows: dict[tuple[int, int], TransferRow]) -> dict[int, Payment]:
    ids = sorted({row.payment_id for row in rows.values()})
    found: dict[int, Payment] = {}
    for start in range(0, len(ids), 500):
        asked = select(Payment).where(Payment.id.in_(ids[start : start + 500]))
        found |= {each.id: each for each in session.scalars(asked)}
    return found


def _value_days(session: Session, rows: dict[tuple[int, int], TransferRow]) -> dict[int, date]:
    ids = sorted({row.bank_file_id for row in rows.values()})
    asked = select(BankFile.id, BankFile.value_on).where(BankFile.id.in_(ids))
    return {row[0]: row[1] for row in session.execute(asked)}
