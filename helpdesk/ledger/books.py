"""帳簿: 試算表 and 残高一覧 of the months asked for, summed from the journal's lines; nothing is stored."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from cases.models import Business
from helpdesk.ledger.balances import whole_yen
from helpdesk.ledger.chart_of_accounts import ACCOUNTS, Account
from helpdesk.ledger.models import JournalEntry, JournalLine

BY_BUSINESS = ("121", "122", "123", "210", "211", "221", "222")  # the accounts of 残高一覧


@dataclass(frozen=True, slots=True)
class AccountTotals:
    """試算表の一行: balances on the side where the account grows, and the turnover of the months."""

    account: Account
    opening_yen: int
    debit_yen: int
    credit_yen: int

    @property
    def closing_yen(self) -> int:
        """残高 at the end of the months."""
        return self.opening_yen + self.account.balance_yen(self.debit_yen, self.credit_yen)

    @property
    def debit_balance_yen(self) -> int:
        """借方残高, 0 where the balance stands on the other side."""
        return max(self.closing_yen if self.account.grows_by_debit else -self.closing_yen, 0)

    @property
    def credit_balance_yen(self) -> int:
        """貸方残高, 0 where the balance stands on the other side."""
        return max(-self.closing_yen if self.account.grows_by_debit else self.closing_yen, 0)


@dataclass(frozen=True, slots=True)
class BusinessBalances:
    """残高一覧の一行: the balances of one business (none: payers not known) by code of account."""

    business_id: int | None
    code: str
    name: str
    balances: dict[str, int]


def trial_balance(session: Session, first: str, last: str) -> list[AccountTotals]:
    """試算表 of the months from the first to the last, every account of the chart in its order. One statement."""
    before, within = JournalEntry.period < first, JournalEntry.period.between(first, last)

    def total(side: ColumnElement, when: ColumnElement[bool]) -> ColumnElement[int]:
        return whole_yen(case((when, side), else_=0))

    rows = session.execute(
        select(
            JournalLine.account,
            total(JournalLine.debit_yen, before),
            total(JournalLine.credit_yen, before),
            total(JournalLine.debit_yen, within),
            total(JournalLine.credit_yen, within),
        )
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalEntry.period <= last)
        .group_by(JournalLine.account)
    )
    found = {row[0]: row[1:] for row in rows}
    return [
        AccountTotals(account, account.balance_yen(*sums[:2]), *sums[2:])
        for code, account in ACCOUNTS.items()
        for sums in [found.get(code, (0, 0, 0, 0))]
    ]


def balances(
    session: Session, last: str, *, text: str = "", after_code: str = "", limit: int | None = None
) -> list[BusinessBalances]:
    """残高一覧 at the end of a month by business, in the order of their codes; unknown payers come first. Two statements.

    Only who has a balance somewhere. `after_code` and `limit` page through the businesses.
    """
    yen = whole_yen(JournalLine.debit_yen - JournalLine.credit_yen)
    open_ones = (
        select(JournalLine.business_id, JournalLine.account, yen.label("yen"))
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalEntry.period <= last, JournalLine.account.in_(BY_BUSINESS))
        .group_by(JournalLine.business_id, JournalLine.account)
        .having(yen != 0)
        .subquery()
    )
    who = select(Business.id, Business.code, Business.name).where(
        Business.id.in_(select(open_ones.c.business_id)), Business.code > after_code
    )
    if text:
        who = who.where(or_(Business.name.contains(text, autoescape=True), Business.code == text))
    who = who.order_by(Business.code).limit(limit)
    businesses = session.execute(who).all()
    shown_ids = who.subquery()
    wanted = select(open_ones).where(
        or_(open_ones.c.business_id.in_(select(shown_ids.c.id)), open_ones.c.business_id.is_(None))
    )
    found: dict[int | None, dict[str, int]] = {}
    for business_id, code, net_yen in session.execute(wanted):
        account = ACCOUNTS[code]
        found.setdefault(business_id, {})[code] = net_yen if account.grows_by_debit else -net_yen
    unknown = [BusinessBalances(None, "", "支払人不明", found[None])] if None in found else []
    shown = [BusinessBalances(*row, found[row[0]]) for row in businesses]
    return shown if after_code or text else [*unknown, *shown]


def months_booked(session: Session) -> tuple[str, str] | None:
    """The first and the last month with an entry; None: the books are empty."""
    row = session.execute(select(func.min(JournalEntry.period), func.max(JournalEntry.period))).one()
    return None if row[0] is None else (row[0], row[1])
