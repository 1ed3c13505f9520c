"""締め: which period is closed next, what its checklist says, and the closing itself. A closed period takes no entry.

Months are closed in their order, each once it is over; an accounting year (April to March) after its twelve months and
before the next April. The year's income and expenses are carried forward (繰越) on the first day of the next year.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import first_day, fiscal_year_of, last_day
from cases.history import Person
from helpdesk.errors import Problem, Refused
from helpdesk.ledger.account_history import lock_ledger
from helpdesk.ledger.balances import whole_yen
from helpdesk.ledger.chart_of_accounts import ACCOUNTS, OF_ONE_YEAR
from helpdesk.ledger.journal import (
    Draft,
    credit,
    debit,
    first_day_of,
    last_closed_month,
    month_after,
    month_of,
    post,
)
from helpdesk.ledger.models import JournalEntry, JournalLine, PeriodClosing

BLOCKER, WARNING, OK = "blocker", "warning", "ok"
STATES = {OK: "よし", WARNING: "注意", BLOCKER: "締められません"}
_YEAR_LENGTH = len("2026")


@dataclass(frozen=True, slots=True)
class Check:
    """締めの確認項目: what was looked at, how it stands, in words what to do."""

    label: str
    state: str
    words: str


def is_year(period: str) -> bool:
    """Whether it is an accounting year ("2026") and not a month ("2026-09")."""
    return len(period) == _YEAR_LENGTH


def period_name(period: str) -> str:
    """`2026年9月` or `2026年度`."""
    return f"{period}年度" if is_year(period) else f"{period[:4]}年{int(period[5:])}月"


def read_period(text: str) -> str:
    """A period as a person or a script names it. Raises `Refused`."""
    period = text.strip()
    try:
        month = f"{period}-04" if is_year(period) else period  # a year begins in April
        well_formed = period.isascii() and month_of(first_day_of(month)) == month
    except ValueError:
        well_formed = False
    if not well_formed:
        words = (
            f"「{period[:20]}」は会計期間ではありません。月は 2026-09、年度は 2026 のように指定してください"
        )
        raise Refused([Problem("期間", words)])
    return period


def last_day_of(period: str) -> date:
    """The last day of a month or an accounting year."""
    return last_day(int(period)) if is_year(period) else first_day_of(month_after(period)) - timedelta(days=1)


def months_of(period: str) -> tuple[str, str]:
    """The first and the last month of a period."""
    if is_year(period):
        return month_of(first_day(int(period))), month_of(last_day(int(period)))
    return period, period


def closing_of(session: Session, period: str) -> PeriodClosing | None:
    """The closing of a period, or None while it is open."""
    return session.scalars(select(PeriodClosing).where(PeriodClosing.period == period)).one_or_none()


def closings(session: Session) -> list[PeriodClosing]:
    """All closings, the latest first."""
    return list(session.scalars(select(PeriodClosing).order_by(PeriodClosing.id.desc())))


def next_period(session: Session) -> str | None:
    """What is closed next: the month after the last closed one, a year after its March; None: the books are empty."""
    closed = last_closed_month(session)
    if closed is None:
        return session.scalar(select(func.min(JournalEntry.period)))
    year = fiscal_year_of(first_day_of(closed))
    if closed == month_of(last_day(year)) and closing_of(session, str(year)) is None:
        return str(year)
    return month_after(closed)


def order_check(session: Session, period: str, *, today: date) -> list[Check]:
    """期間: whether it is the turn of this period, and whether it is over."""
    wanted = next_period(session)
    if wanted is None:
        order = Check("締めの順序", BLOCKER, "帳簿にまだ仕訳がありません")
    elif wanted == period:
        order = Check("締めの順序", OK, f"{period_name(period)}の前の期間はすべて締め済みです")
    else:
        words = f"期間は順に締めます。次に締めるのは{period_name(wanted)}です"
        order = Check("締めの順序", BLOCKER, words)
    ends = last_day_of(period)
    if ends < today:
        return [order, Check("期間の終了", OK, f"{ends.isoformat()} に終わっています")]
    words = f"{period_name(period)}は {ends.isoformat()} まで続きます。終わってから締めてください"
    return [order, Check("期間の終了", BLOCKER, words)]


def close(
    session: Session, period: str, checks: Sequence[Check], *, reason: str, by: Person, now: datetime
) -> PeriodClosing:
    """締める: from here on the period takes no entry. A period that is closed already is returned as it is.

    Raises `Refused` with every blocker; over warnings only with a reason.
    """
    lock_ledger(session)
    there = closing_of(session, period)
    if there is not None:
        return there
    blockers = [Problem(each.label, each.words) for each in checks if each.state == BLOCKER]
    if blockers:
        raise Refused(blockers)
    why = " ".join(reason.split())[:500]
    if any(each.state == WARNING for each in checks) and not why:
        words = "注意のある項目が残っています。このまま締める理由を入力してください"
        raise Refused([Problem("締める理由", words)])
    made = PeriodClosing(
        period=period,
        **sums_of(session, *months_of(period)),
        checks=[[each.label, each.state, each.words] for each in checks],
        reason=why,
        closed_at=now,
        closed_by_id=by.id,
        closed_by_name=by.display_name,
    )
    session.add(made)
    session.flush()
    if is_year(period):
        post(session, carry_forward(session, int(period)), by=by, now=now)
    return made


def sums_of(session: Session, first: str, last: str) -> dict[str, int]:
    """How many entries the months from the first to the last have, and the sums of their debits and credits."""
    row = session.execute(
        select(
            func.count(JournalEntry.id.distinct()),
            whole_yen(JournalLine.debit_yen),
            whole_yen(JournalLine.credit_yen),
        )
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(JournalEntry.period.between(first, last))
    ).one()
    return {"entries": row[0], "debit_yen": row[1], "credit_yen": row[2]}


def carry_forward(session: Session, year: int) -> list[Draft]:
    """繰越: income and expenses up to the end of a year go to 繰越損益, on the first day of the next; [] for nothing."""
    of_one_year = [code for code, each in ACCOUNTS.items() if each.kind in OF_ONE_YEAR]
    rows = session.execute(
        select(JournalLine.account, whole_yen(JournalLine.debit_yen - JournalLine.credit_yen))
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalLine.account.in_(of_one_year), JournalEntry.period <= month_of(last_day(year)))
        .group_by(JournalLine.account)
        .order_by(JournalLine.account)
    ).all()
    lines = [credit(ACCOUNTS[code].key, yen) for code, yen in rows if yen]
    if not lines:
        return []
    result_yen = sum(yen for _, yen in rows)  # positive: a loss
    return [
        Draft(
            "carry_forward",
            f"{year}年度の損益の繰越",
            f"carry_forward:{year}",
            last_day(year),
            None,
            [*lines, debit("carried_forward", result_yen)],
            booked_on=first_day(year + 1),
        )
    ]
