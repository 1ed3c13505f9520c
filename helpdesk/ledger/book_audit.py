"""帳簿の照合: do the books balance, and do they say what the ledger says? Asked before a closing, and after every test.

Σ debit = Σ credit of every entry; 未収金 of each business = its open invoices by kind; 仮受金 = its receipts that are neither
allocated, given back nor reversed; 未払金 = its payments that are not paid; 普通預金 = money in, reversed receipts left out,
less transfers paid; a closed month has the sums with which it was closed.
"""

from collections.abc import Iterable
from typing import TypeAlias

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from cases.models import Business
from helpdesk.errors import Problem
from helpdesk.ledger.balances import in_force, is_reversed, whole_yen
from helpdesk.ledger.chart_of_accounts import ACCOUNTS, account, receivable_of
from helpdesk.ledger.models import (
    Allocation,
    Invoice,
    JournalEntry,
    JournalLine,
    Payment,
    PeriodClosing,
    Receipt,
    TransferRow,
)

Place: TypeAlias = tuple[str, int | None]  # the code of an account, a business or nobody
_MOST_FINDINGS = 50


def has_entries(session: Session) -> bool:
    """Whether anything is in the books."""
    return session.scalar(select(JournalEntry.id).limit(1)) is not None


def audit(session: Session) -> list[Problem]:
    """Everything that does not agree, account by account; empty: the books balance. A fixed number of statements."""
    findings = [*_unequal_entries(session), *_changed_periods(session)]
    booked, expected = _booked(session), _expected(session)
    places = {
        place for place in booked.keys() | expected.keys() if booked.get(place, 0) != expected.get(place, 0)
    }
    names = _names(session, {business_id for _, business_id in places if business_id is not None})
    for code, business_id in sorted(places, key=lambda place: (place[0], place[1] or 0)):
        in_books, by_ledger = booked.get((code, business_id), 0), expected.get((code, business_id), 0)
        words = f"帳簿は {in_books:,}円、台帳（請求・入金・支払）は {by_ledger:,}円です"
        whose = "" if business_id is None else f" {names.get(business_id, business_id)}"
        findings.append(Problem(f"{ACCOUNTS[code].label}{whose}", words))
    return findings[:_MOST_FINDINGS]


def _unequal_entries(session: Session) -> list[Problem]:
    debit_yen, credit_yen = whole_yen(JournalLine.debit_yen), whole_yen(JournalLine.credit_yen)
    rows = session.execute(
        select(JournalEntry.number, debit_yen, credit_yen)
        .outerjoin(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .group_by(JournalEntry.id, JournalEntry.number)
        .having((debit_yen != credit_yen) | (debit_yen == 0))
        .order_by(JournalEntry.id)
        .limit(_MOST_FINDINGS)
    )
    return [Problem(f"仕訳 {row[0]}", f"借方 {row[1]:,}円と貸方 {row[2]:,}円が一致しません") for row in rows]


def _changed_periods(session: Session) -> list[Problem]:
    sums = (
        select(
            JournalEntry.period.label("period"),
            func.count(JournalEntry.id.distinct()).label("entries"),
            whole_yen(JournalLine.debit_yen).label("debit_yen"),
        )
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .group_by(JournalEntry.period)
        .subquery()
    )
    rows = session.execute(
        select(PeriodClosing, sums.c.entries, sums.c.debit_yen)
        .outerjoin(sums, sums.c.period == PeriodClosing.period)
        .where(func.length(PeriodClosing.period) == len("2026-09"))
        .order_by(PeriodClosing.period)
    )
    return [
        Problem(
            f"{closing.period}の締め", f"締めたときの仕訳は {closing.entries}件、今は {entries or 0}件です"
        )
        for closing, entries, debit_yen in rows
        if (closing.entries, closing.debit_yen) != (entries or 0, debit_yen or 0)
    ]


def _booked(session: Session) -> dict[Place, int]:
    """What the books say of the accounts that the ledger knows as well."""
    controlled = {code for code, each in ACCOUNTS.items() if each.kind == "asset" and each.invoices}
    controlled |= {account(key).code for key in ("bank", "suspense", "payable")}
    rows = session.execute(
        select(
            JournalLine.account,
            JournalLine.business_id,
            whole_yen(JournalLine.debit_yen),
            whole_yen(JournalLine.credit_yen),
        )
        .where(JournalLine.account.in_(sorted(controlled)))
        .group_by(JournalLine.account, JournalLine.business_id)
    )
    return {(row[0], row[1]): ACCOUNTS[row[0]].balance_yen(row[2], row[3]) for row in rows}


def _expected(session: Session) -> dict[Place, int]:
    """What the ledger says: the same, from invoices, receipts, allocations, payments and transfers."""
    found: dict[Place, int] = {}

    def add(key: str, sign: int, rows: Iterable) -> None:
        for *who, yen in rows:
            kind = who[1] if len(who) > 1 else None
            code = receivable_of(kind).code if kind else account(key).code
            place = (code, who[0] if who else None)
            found[place] = found.get(place, 0) + sign * yen

    allocated = whole_yen(Allocation.amount_yen)
    of_invoice, of_receipt = (
        select(Invoice.business_id, Invoice.kind, allocated).join(
            Allocation, Allocation.invoice_id == Invoice.id
        ),
        select(Receipt.business_id, allocated).join(Allocation, Allocation.receipt_id == Receipt.id),
    )
    add("", 1, _by(session, select(Invoice.business_id, Invoice.kind, whole_yen(Invoice.amount_yen))))
    add("", -1, _by(session, of_invoice.where(in_force())))
    received = select(Receipt.business_id, whole_yen(Receipt.amount_yen)).where(~is_reversed())
    add("suspense", 1, _by(session, received))
    add("suspense", -1, _by(session, of_receipt.where(in_force())))
    given_back = select(Receipt.business_id, whole_yen(Payment.amount_yen))
    add("suspense", -1, _by(session, given_back.join(Payment, Payment.receipt_id == Receipt.id)))
    add("payable", 1, _by(session, select(Payment.business_id, whole_yen(Payment.amount_yen))))
    paid = select(Payment.business_id, whole_yen(TransferRow.amount_yen)).join(
        TransferRow, TransferRow.payment_id == Payment.id
    )
    add("payable", -1, _by(session, paid.where(TransferRow.outcome == "paid")))
    came = select(whole_yen(Receipt.amount_yen)).where(Receipt.origin == "bank", ~is_reversed())
    went = select(whole_yen(TransferRow.amount_yen)).where(TransferRow.outcome == "paid")
    add("bank", 1, session.execute(came))
    add("bank", -1, session.execute(went))
    return found


def _by(session: Session, asked: Select) -> Iterable:
    """The sums by all columns but the last."""
    *keys, _ = asked.exported_columns
    return session.execute(asked.group_by(*keys))


def _names(session: Session, business_ids: set[int]) -> dict[int, str]:
    some = sorted(business_ids)[:_MOST_FINDINGS]
    rows = session.execute(select(Business.id, Business.code, Business.name).where(Business.id.in_(some)))
    return {row[0]: f"{row[1]} {row[2]}" for row in rows}
