"""締めの確認項目・精算: are the statements that are paid and invoiced in a month computed, approved and billed?

The calendar is that of payments: the books' September holds the settlement of April (policy for contributions, too).
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import DELIVERY_MONTHS, PAID_MONTHS_LATER
from helpdesk.ledger.closing import OK, WARNING, Check
from helpdesk.settlement.booking import ANNOUNCED_ONLY
from helpdesk.settlement.models import FAMILIES, STATES, YEARLY, BusinessStatement

_BEFORE_FIXED = ("provisional", "checked", "approved", "accounted")
_BEFORE_BILLED = ("fixed", "issued")
MONTHLY = tuple(family for family in FAMILIES if family not in YEARLY and family not in ANNOUNCED_ONLY)


def settled_month(period: str) -> tuple[int, int]:
    """精算月: fiscal year and delivery month that are paid in a month of the books ("2026-09": 2026 and 4)."""
    months = int(period[:4]) * 12 + int(period[5:]) - 1 - PAID_MONTHS_LATER
    year, month = months // 12, months % 12 + 1
    return (year if month >= DELIVERY_MONTHS[0] else year - 1), month


def statement_checks(session: Session, period: str) -> list[Check]:
    """計算・承認・請求 of the month that is settled in this month of the books, for all monthly families together."""
    year, month = settled_month(period)
    rows = session.execute(
        select(BusinessStatement.family, BusinessStatement.state, func.count())
        .where(
            BusinessStatement.fiscal_year == year,
            BusinessStatement.delivery_month == month,
            BusinessStatement.family.in_(MONTHLY),
            BusinessStatement.newest,
        )
        .group_by(BusinessStatement.family, BusinessStatement.state)
    ).all()
    which = f"{year}年度 {month}月分"
    missing = [FAMILIES[family] for family in MONTHLY if family not in {row[0] for row in rows}]
    computed = (
        Check("精算の計算", WARNING, f"{which}で計算されていません: {'・'.join(missing)}")
        if missing
        else Check("精算の計算", OK, f"{which}はすべて計算されています")
    )
    return [
        computed,
        _in_states("精算の承認", which, rows, _BEFORE_FIXED, "承認が終わっています"),
        _in_states("精算の請求・支払", which, rows, _BEFORE_BILLED, "請求・支払に回っています"),
    ]


def _in_states(label: str, which: str, rows: list, states: tuple[str, ...], done: str) -> Check:
    counts = {state: sum(row[2] for row in rows if row[1] == state) for state in states}
    waiting = "、".join(f"{STATES[state]} {count:,}件" for state, count in counts.items() if count)
    if not rows:
        return Check(label, OK, f"{which}の精算はありません")
    if not waiting:
        return Check(label, OK, f"{which}はすべて{done}")
    return Check(label, WARNING, f"{which}に残っています: {waiting}")
