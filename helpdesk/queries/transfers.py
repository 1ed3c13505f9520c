"""振込の画面が読むもの: payments by what became of them, one payment's transfers, the bank's files and what they did."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload

from cases.models import Business
from helpdesk.errors import NotFound
from helpdesk.ledger.balances import whole_yen
from helpdesk.ledger.models import BANK_FILE_KINDS, BankFile, Payment, Receipt, ReceiptReversal, TransferRow
from helpdesk.ledger.payments import IN_FORCE, not_on_its_way, payment_by_id
from helpdesk.register.addressing import account_in_force
from helpdesk.register.models.addressing import BankAccount

PAGE: Final = 50
FILE_ROWS: Final = 200
DUE, FAILED, ORDERED, PAID, ALL = "due", "failed", "ordered", "paid", "all"
SCOPES: Final = {
    DUE: "支払待ち",
    FAILED: "振込不能・組戻し",
    ORDERED: "結果待ち",
    PAID: "振込済",
    ALL: "すべて",
}
TO_BE_MADE: Final = (DUE, FAILED)  # the earliest first
_CURSOR = re.compile(r"(\d{4}-\d{2}-\d{2})_(\d{1,9})")


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """支払の一行: the payment, its last transfer if any, and the account that money would go to now."""

    payment: Payment
    transfer: TransferRow | None
    account: BankAccount | None

    @property
    def state(self) -> str:
        """What became of it: an outcome of its last transfer, or nothing yet."""
        return self.transfer.outcome if self.transfer else "due"


@dataclass(frozen=True, slots=True)
class PaymentList:
    """One page of a scope with the figures of all scopes."""

    rows: list[PaymentRow]
    counts: dict[str, int]
    yen: dict[str, int]
    after: str | None


def payment_list(
    session: Session, *, scope: str, today: date, text: str = "", after: str = ""
) -> PaymentList:
    """The payments of a scope, in a fixed number of statements: those to be made the earliest first, others the newest."""
    asked = select(Payment).join(Business).options(joinedload(Payment.business)).where(_in_scope(scope))
    if text:
        words = (Payment.number, Business.code, Business.name)
        asked = asked.where(or_(*(column.contains(text, autoescape=True) for column in words)))
    key, cursor = tuple_(Payment.pay_on, Payment.id), _read_cursor(after)
    if scope in TO_BE_MADE:
        asked = asked.order_by(Payment.pay_on, Payment.id)
        asked = asked.where(key > tuple_(*cursor)) if cursor else asked
    else:
        asked = asked.order_by(Payment.pay_on.desc(), Payment.id.desc())
        asked = asked.where(key < tuple_(*cursor)) if cursor else asked
    found = list(session.scalars(asked.limit(PAGE + 1)))
    shown = found[:PAGE]
    last = shown[-1] if len(found) > PAGE else None
    counts, yen = _figures(session)
    cursor_after = f"{last.pay_on.isoformat()}_{last.id}" if last else None
    return PaymentList(_rows(session, shown, today), counts, yen, cursor_after)


def payment_page(session: Session, payment_id: int) -> tuple[Payment, list[tuple[TransferRow, BankFile]]]:
    """One payment with all its transfers and their requests, the newest first; or `NotFound`."""
    payment = payment_by_id(session, payment_id)
    rows = session.execute(
        select(TransferRow, BankFile)
        .join(BankFile, BankFile.id == TransferRow.bank_file_id)
        .where(TransferRow.payment_id == payment_id)
        .order_by(TransferRow.id.desc())
    )
    return payment, [(row[0], row[1]) for row in rows]


def bank_files(session: Session, *, kind: str = "", before: str = "") -> tuple[list[BankFile], int | None]:
    """The files to and from the bank, the newest first, and the id before which the page after begins."""
    asked = select(BankFile)
    if kind in BANK_FILE_KINDS:
        asked = asked.where(BankFile.kind == kind)
    if before.isascii() and before.isdigit() and len(before) < 10:
        asked = asked.where(BankFile.id < int(before))
    rows = list(session.scalars(asked.order_by(BankFile.id.desc()).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def bank_file(session: Session, file_id: int) -> BankFile:
    """The file, or `NotFound`."""
    found = session.get(BankFile, file_id)
    if found is None:
        raise NotFound("その銀行ファイルはありません")
    return found


def transfers_of_file(session: Session, file: BankFile) -> list[TransferRow]:
    """The transfers that a request ordered, or whose outcome a file of results told: the first of them."""
    column = TransferRow.bank_file_id if file.kind == "transfer_request" else TransferRow.result_file_id
    asked = select(TransferRow).where(column == file.id).order_by(TransferRow.sequence, TransferRow.id)
    payments = joinedload(TransferRow.payment).joinedload(Payment.business)
    return list(session.scalars(asked.options(payments).limit(FILE_ROWS)))


def receipts_of_file(session: Session, file: BankFile) -> list[Receipt]:
    """The receipts that a file of deposits booked or reversed: the first of them."""
    reversed_by_it = select(ReceiptReversal.receipt_id).where(ReceiptReversal.bank_file_id == file.id)
    asked = select(Receipt).where((Receipt.bank_file_id == file.id) | Receipt.id.in_(reversed_by_it))
    return list(session.scalars(asked.order_by(Receipt.id).limit(FILE_ROWS)))


def _in_scope(scope: str) -> ColumnElement[bool]:
    transfer = TransferRow.payment_id == Payment.id
    if scope == DUE:
        return not_on_its_way()
    if scope == FAILED:
        return and_(not_on_its_way(), exists().where(transfer).correlate(Payment))
    if scope in (ORDERED, PAID):
        return exists().where(transfer, TransferRow.outcome == scope).correlate(Payment)
    return Payment.id.is_not(None)


def _figures(session: Session) -> tuple[dict[str, int], dict[str, int]]:
    """How many payments and how much of each scope."""
    counts, yen = dict.fromkeys(SCOPES, 0), dict.fromkeys(SCOPES, 0)
    in_force = and_(TransferRow.payment_id == Payment.id, TransferRow.outcome.in_(IN_FORCE))
    rows = session.execute(
        select(TransferRow.outcome, func.count(), whole_yen(Payment.amount_yen))
        .select_from(Payment)
        .outerjoin(TransferRow, in_force)
        .group_by(TransferRow.outcome)
    )
    for outcome, count, amount_yen in rows:
        counts[outcome or DUE], yen[outcome or DUE] = count, amount_yen
        counts[ALL], yen[ALL] = counts[ALL] + count, yen[ALL] + amount_yen
    failed = select(func.count(), whole_yen(Payment.amount_yen)).select_from(Payment).where(_in_scope(FAILED))
    counts[FAILED], yen[FAILED] = session.execute(failed).one()
    return counts, yen


def _rows(session: Session, payments: Sequence[Payment], today: date) -> list[PaymentRow]:
    ids = [each.id for each in payments]
    transfers = session.scalars(
        select(TransferRow).where(TransferRow.payment_id.in_(ids)).order_by(TransferRow.id)
    )
    last = {row.payment_id: row for row in transfers}
    accounts = account_in_force(session, [each.business_id for each in payments], today)
    return [PaymentRow(each, last.get(each.id), accounts.get(each.business_id)) for each in payments]


def _read_cursor(text: str) -> tuple[date, int] | None:
    found = _CURSOR.fullmatch(text)
    try:
        return (date.fromisoformat(found[1]), int(found[2])) if found else None
    except ValueError:
        return None
