"""総勘定元帳: the lines of one account in the order of their days, with the running balance; its balance month by month."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select, tuple_
from sqlalchemy.orm import Session

from cases.models import Business
from helpdesk.ledger.balances import whole_yen
from helpdesk.ledger.chart_of_accounts import Account
from helpdesk.ledger.journal import month_after
from helpdesk.ledger.models import JournalEntry, JournalLine

PAGE = 100


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """総勘定元帳の一行, with the balance after it."""

    line_id: int
    entry_id: int
    number: str
    booked_on: date
    kind: str
    description: str
    business_name: str | None
    debit_yen: int
    credit_yen: int
    balance_yen: int


@dataclass(frozen=True, slots=True)
class AccountLedger:
    """総勘定元帳: a page of an account's lines, what stood before it, where the next page begins."""

    account: Account
    before_yen: int
    lines: list[LedgerLine]
    after: str | None


def account_ledger(
    session: Session,
    account: Account,
    first: str,
    last: str,
    *,
    business_id: int | None = None,
    after: str = "",
    limit: int | None = PAGE,
) -> AccountLedger:
    """総勘定元帳 of an account by the day of booking, a page from `after` on, with the running balance. Two statements."""
    place = (JournalEntry.booked_on, JournalEntry.id, JournalLine.line)
    cursor = _read_cursor(after)
    conditions = [JournalLine.account == account.code]
    if business_id is not None:
        conditions.append(JournalLine.business_id == business_id)
    is_before = JournalEntry.period < first
    if cursor is not None:
        is_before = or_(is_before, and_(JournalEntry.period <= last, tuple_(*place) <= tuple_(*cursor)))
    both = select(whole_yen(JournalLine.debit_yen), whole_yen(JournalLine.credit_yen))
    sums = session.execute(
        both.join(JournalEntry, JournalEntry.id == JournalLine.entry_id).where(*conditions, is_before)
    ).one()
    asked = (
        select(JournalLine, JournalEntry, Business.name)
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .outerjoin(Business, Business.id == JournalLine.business_id)
        .where(*conditions, JournalEntry.period.between(first, last))
        .order_by(*place)
    )
    if cursor is not None:
        asked = asked.where(tuple_(*place) > tuple_(*cursor))
    rows = session.execute(asked.limit(limit + 1) if limit else asked).all()
    shown = rows[:limit] if limit else rows
    before_yen = balance = account.balance_yen(*sums)
    lines = []
    for line, entry, name in shown:
        balance += account.balance_yen(line.debit_yen, line.credit_yen)
        lines.append(_ledger_line(line, entry, name, balance))
    has_more = len(rows) > len(shown)
    last_line = shown[-1] if has_more else None
    cursor_text = (
        f"{last_line[1].booked_on.isoformat()}_{last_line[1].id}_{last_line[0].line}" if last_line else None
    )
    return AccountLedger(account, before_yen, lines, cursor_text)


def month_end_balances(
    session: Session, account: Account, first: str, last: str, *, business_id: int | None = None
) -> list[tuple[str, int]]:
    """月末残高 of an account, month by month: one statement."""
    asked = (
        select(JournalEntry.period, whole_yen(JournalLine.debit_yen), whole_yen(JournalLine.credit_yen))
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalLine.account == account.code, JournalEntry.period <= last)
        .group_by(JournalEntry.period)
    )
    if business_id is not None:
        asked = asked.where(JournalLine.business_id == business_id)
    rows = session.execute(asked)
    change = {row[0]: account.balance_yen(row[1], row[2]) for row in rows}
    balance = sum(yen for period, yen in change.items() if period < first)
    told, month = [], first
    while month <= last:
        balance += change.get(month, 0)
        told.append((month, balance))
        month = month_after(month)
    return told


def _ledger_line(line: JournalLine, entry: JournalEntry, name: str | None, balance_yen: int) -> LedgerLine:
    return LedgerLine(
        line.id,
        entry.id,
        entry.number,
        entry.booked_on,
        entry.kind,
        entry.description,
        name,
        line.debit_yen,
        line.credit_yen,
        balance_yen,
    )


def _read_cursor(text: str) -> tuple[date, int, int] | None:
    day, _, rest = text.partition("_")
    entry, _, line = rest.partition("_")
    try:
        on = date.fromisoformat(day)
    except ValueError:
        return None
    numbers = all(each.isascii() and each.isdigit() and len(each) < 16 for each in (entry, line))
    return (on, int(entry), int(line)) if numbers else None
