"""振込: which payments may be ordered from the bank now, and what became of those that were?

A payment without an account that a bank takes is told and left out. A failed or returned transfer leaves its payment
open again. Results come from `bank_files.transfer_result` and name a transfer by its payment and attempt.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.ledger.account_history import Happened
from helpdesk.ledger.bank_files.transfer_request import MOST_PARTS, MOST_YEN, Transfer
from helpdesk.ledger.kana import kana_problem
from helpdesk.ledger.models import BankFile, Payment, TransferRow
from helpdesk.ledger.payments import payable
from helpdesk.register.addressing import account_in_force
from helpdesk.register.models.addressing import BankAccount

_ASKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Orderable:
    """振り込める支払: with the account on the day and the transfer as it goes into the file.

    `before` is the transfer that came back, where there was one.
    """

    payment: Payment
    transfer: Transfer
    before: TransferRow | None = None

    @property
    def goes_there_again(self) -> bool:
        """Whether it goes to the very account from which it came back."""
        old, new = self.before, self.transfer
        return old is not None and (
            old.bank_code,
            old.branch_code,
            old.account_kind,
            old.account_number,
        ) == (new.bank_code, new.branch_code, new.account_kind, new.account_number)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """振り込めない支払: and what is to be done first."""

    payment: Payment
    why: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """振込の案: what an order of this day would hold, and what it leaves out."""

    value_on: date
    orderable: list[Orderable]
    left_out: list[LeftOut]

    @property
    def amount_yen(self) -> int:
        """The sum of the transfers."""
        return sum(each.transfer.amount_yen for each in self.orderable)


def propose(session: Session, value_on: date, *, payment_ids: Collection[int] | None = None) -> Proposal:
    """All payments due by a day that are not on their way (or of them those wanted), each with its account that day."""
    payments = [each for each in payable(session, value_on) if payment_ids is None or each.id in payment_ids]
    accounts = account_in_force(session, [each.business_id for each in payments], value_on)
    before = transfers_by_attempt(session, [each.id for each in payments])
    attempts = dict(sorted(before))  # of each payment the last
    found = Proposal(value_on, [], [])
    for payment in payments:
        account = accounts.get(payment.business_id)
        why = _why_left_out(payment, account, value_on)
        if account is None or why:
            found.left_out.append(LeftOut(payment, why))
        else:
            attempt = attempts.get(payment.id, 0)
            transfer = _transfer(payment, account, attempt + 1)
            found.orderable.append(Orderable(payment, transfer, before.get((payment.id, attempt))))
    return found


def record_transfers(session: Session, file: BankFile, orderable: Sequence[Orderable]) -> list[TransferRow]:
    """The transfers of a request as rows that wait for their results."""
    rows = [
        TransferRow(
            bank_file_id=file.id,
            sequence=sequence,
            payment_id=each.payment.id,
            bank_code=each.transfer.bank_code,
            branch_code=each.transfer.branch_code,
            account_kind=each.transfer.account_kind,
            account_number=each.transfer.account_number,
            holder_kana=each.transfer.holder,
            amount_yen=each.transfer.amount_yen,
        )
        for sequence, each in enumerate(orderable, 1)
    ]
    session.add_all(rows)
    session.flush()
    return rows


def transfer_happened(kind: str, row: TransferRow, payment: Payment) -> Happened:
    """What the account's history says of a transfer: ordered, or what became of it."""
    content = {
        "transfer": row.id,
        "payment": payment.id,
        "number": payment.number,
        "amount_yen": row.amount_yen,
        "bank_file": row.result_file_id or row.bank_file_id,
        "outcome_on": row.outcome_on,
        "reason": row.outcome_reason,
    }
    return Happened(payment.business_id, f"transfer_{kind}", content)


def transfers_by_attempt(
    session: Session, payment_ids: Collection[int]
) -> dict[tuple[int, int], TransferRow]:
    """All transfers of these payments by payment and attempt, counted from 1 in their order."""
    found: dict[tuple[int, int], TransferRow] = {}
    counted: dict[int, int] = defaultdict(int)
    for row in _rows_of(session, payment_ids):
        counted[row.payment_id] += 1
        found[row.payment_id, counted[row.payment_id]] = row
    return found


def _rows_of(session: Session, payment_ids: Collection[int]) -> Iterator[TransferRow]:
    wanted = sorted(set(payment_ids))
    for start in range(0, len(wanted), _ASKED_AT_ONCE):
        some = wanted[start : start + _ASKED_AT_ONCE]
        asked = select(TransferRow).where(TransferRow.payment_id.in_(some))
        yield from session.scalars(asked.order_by(TransferRow.id))


def _why_left_out(payment: Payment, account: BankAccount | None, value_on: date) -> str:
    if account is None:
        return f"{value_on}に有効な振込先口座がありません。「取込み」の振込先口座で登録してください"
    names = {"口座名義": (account.holder_kana, 30)}
    names |= {"銀行名": (account.bank_name_kana, 15), "支店名": (account.branch_name_kana, 15)}
    for label, (written, most) in names.items():
        if words := kana_problem(written, most=most):
            return f"{label}「{written}」：{words}"
    if payment.amount_yen > MOST_YEN * MOST_PARTS:
        return f"{MOST_YEN * MOST_PARTS:,}円を超えるため、総合振込では送れません。銀行に相談してください"
    return ""


def _transfer(payment: Payment, account: BankAccount, attempt: int) -> Transfer:
    return Transfer(
        payment.id,
        attempt,
        account.bank_code,
        account.bank_name_kana,
        account.branch_code,
        account.branch_name_kana,
        account.account_kind,
        account.account_number,
        account.holder_kana,
        payment.amount_yen,
    )
