"""仕訳: what is written into the books, balanced, once, and only into a period that is open. Never changed afterwards.

A closed month takes no entry. What happened in one is booked (計上日) on the first day of the first open month and keeps
the day on which it happened (取引日).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import fiscal_year_of
from cases.history import Person
from cases.numbering import next_values
from helpdesk.errors import Conflict, HelpdeskError
from helpdesk.ledger.account_history import lock_ledger
from helpdesk.ledger.already_recorded import already_recorded
from helpdesk.ledger.chart_of_accounts import ACCOUNTS, code_of
from helpdesk.ledger.models import JournalEntry, JournalLine, PeriodClosing

KINDS = {
    "invoice": "請求",
    "statement": "精算",
    "receipt": "入金",
    "receipt_reversed": "入金の取消",
    "setoff": "相殺",
    "allocation": "消込",
    "reversal": "消込の取消",
    "payment": "過入金の返金",
    "transfer": "振込",
    "transfer_returned": "組戻し",
    "remainder": "端数",
    "carry_forward": "繰越",
}
_MONTH_LENGTH = len("2026-09")


class PeriodClosed(Conflict):
    """締め済: the period takes no more entries."""


class NotBalanced(HelpdeskError):
    """貸借不一致: debits and credits of an entry differ; nothing of it is written."""

    status = 500


@dataclass(frozen=True, slots=True)
class Line:
    """仕訳の明細: so many yen on one side of an account, by its code."""

    account: str
    debit_yen: int
    credit_yen: int
    business_id: int | None = None


def debit(key: str, yen: int, business_id: int | None = None) -> Line:
    """借方 of an account by its name; a negative amount stands on the other side."""
    return Line(code_of(key), max(yen, 0), max(-yen, 0), business_id)


def credit(key: str, yen: int, business_id: int | None = None) -> Line:
    """貸方 of an account by its name; a negative amount stands on the other side."""
    return debit(key, -yen, business_id)


@dataclass(frozen=True, slots=True)
class Draft:
    """仕訳の案: what is to be written. `source_key` names the one thing that it books; lines of nothing are left out."""

    kind: str
    description: str
    source_key: str
    happened_on: date
    business_id: int | None
    lines: Sequence[Line]
    booked_on: date | None = None  # none: by `booking_day`


def post(session: Session, drafts: Sequence[Draft], *, by: Person, now: datetime) -> list[JournalEntry]:
    """Write what is not written yet, in its order. Raises `NotBalanced` or `PeriodClosed`; then nothing is written."""
    if not drafts:
        return []
    for draft in drafts:
        _check(draft)
    lock_ledger(session)
    closed = last_closed_month(session)
    there = set(already_recorded(session, JournalEntry.source_key, [each.source_key for each in drafts]))
    rows: dict[str, dict] = {}
    lines: dict[str, list[Line]] = {}
    for draft in drafts:
        if draft.source_key in there or draft.source_key in rows:
            continue
        rows[draft.source_key] = _row(draft, closed, by=by, now=now)
        lines[draft.source_key] = [line for line in draft.lines if line.debit_yen or line.credit_yen]
    if not rows:
        return []
    _number(session, list(rows.values()))
    written = insert(JournalEntry).returning(JournalEntry)
    alike = {"render_nulls": True}  # rows with and without a business go in together, not by turns
    made = session.scalars(written, list(rows.values()), execution_options=alike).all()
    session.execute(
        insert(JournalLine.__table__),  # not by the mapper: a file of receipts is thousands of lines
        [
            {
                "entry_id": entry.id,
                "line": at,
                "account": line.account,
                "business_id": line.business_id,
                "debit_yen": line.debit_yen,
                "credit_yen": line.credit_yen,
            }
            for entry in made
            for at, line in enumerate(lines[entry.source_key], 1)
        ],
    )
    return sorted(made, key=lambda entry: entry.number)


def booking_day(session: Session, happened_on: date) -> date:
    """計上日: the day on which it happened, or the first day of the first open month when its month is closed."""
    return _open_day(happened_on, last_closed_month(session))


def last_closed_month(session: Session) -> str | None:
    """The latest month ("2026-09") that is closed; it and all before it take no entry. None: nothing is closed."""
    months = select(func.max(PeriodClosing.period)).where(func.length(PeriodClosing.period) == _MONTH_LENGTH)
    return session.scalar(months)


def month_of(day: date) -> str:
    """The period of a day, "2026-09"."""
    return f"{day:%Y-%m}"


def first_day_of(period: str) -> date:
    """The first day of a month's period."""
    return date(int(period[:4]), int(period[5:7]), 1)


def month_after(period: str) -> str:
    """The month's period after this one."""
    year, month = int(period[:4]), int(period[5:7])
    return f"{year + month // 12:04d}-{month % 12 + 1:02d}"


def _check(draft: Draft) -> None:
    debit_yen = sum(line.debit_yen for line in draft.lines)
    credit_yen = sum(line.credit_yen for line in draft.lines)
    if debit_yen != credit_yen or debit_yen == 0:
        words = f"仕訳「{draft.description}」の借方 {debit_yen:,}円と貸方 {credit_yen:,}円が"
        raise NotBalanced(words + ("一致しません" if debit_yen != credit_yen else "ともに 0円です"))
    for line in draft.lines:
        if line.account not in ACCOUNTS:
            raise NotBalanced(f"仕訳「{draft.description}」の勘定科目「{line.account}」はありません")


def _open_day(happened_on: date, closed: str | None) -> date:
    if closed is None or month_of(happened_on) > closed:
        return happened_on
    return first_day_of(month_after(closed))


def _row(draft: Draft, closed: str | None, *, by: Person, now: datetime) -> dict:
    booked_on = draft.booked_on or _open_day(draft.happened_on, closed)
    if closed is not None and month_of(booked_on) <= closed:
        words = f"{booked_on:%Y年%m月}は締め済みで、仕訳を追加できません。"
        raise PeriodClosed(words + f"計上日を{first_day_of(month_after(closed)):%Y-%m-%d}以降にしてください")
    return {
        "booked_on": booked_on,
        "period": month_of(booked_on),
        "happened_on": draft.happened_on,
        "kind": draft.kind,
        "description": draft.description[:300],
        "source_key": draft.source_key,
        "business_id": draft.business_id,
        "made_at": now,
        "made_by_id": by.id,
        "made_by_name": by.display_name,
    }


def _number(session: Session, rows: Sequence[dict]) -> None:
    """仕訳番号 by accounting year, without gaps: those of a year are drawn at once."""
    years = Counter(fiscal_year_of(row["booked_on"]) for row in rows)
    drawn = {year: iter(next_values(session, f"journal:{year}", count)) for year, count in years.items()}
    for row in rows:
        year = fiscal_year_of(row["booked_on"])
        row["number"] = f"{year}-{next(drawn[year]):06d}"
