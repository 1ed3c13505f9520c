"""計算後の変更: is a statement still what its month comes to, or has something changed since it was computed?

Looked at when a statement is issued and again when it is billed: what has changed is computed anew first, and a new
version goes through the chain.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.register.input_marks import OBJECTION, RESULTS, pending
from helpdesk.register.models import InputMark, MonthResult
from helpdesk.settlement.carried_debt import FAMILY as CAPACITY
from helpdesk.settlement.carried_debt import carried_debts, set_off
from helpdesk.settlement.items import items_for
from helpdesk.settlement.models import BusinessStatement

COMPUTE_AGAIN = "精算を計算し直し、新しい版を承認してください"


def changes_since(session: Session, statement: BusinessStatement) -> list[str]:
    """What speaks against acting on this statement, each in Japanese with what to do; empty: it is as it was."""
    found = []
    if not statement.newest:
        return ["新しい版があります。新しい版を確かめてください"]
    month = (statement.fiscal_year, statement.delivery_month)
    items = items_for(session, statement.family, *month, business_id=statement.business_id)
    ids = [item.id for item in items.get(statement.business_id, ())]
    if sorted(ids) != sorted(statement.sources.get("items", ())):
        found.append(f"計算のあとに精算項目が変わりました。{COMPUTE_AGAIN}")
    if statement.family != CAPACITY:
        return found
    if _set_off_now(session, statement) != [list(each) for each in statement.sources.get("set_off", ())]:
        found.append(f"計算のあとに未払の債務が変わりました。{COMPUTE_AGAIN}")
    if _results_fixed_since(session, statement):
        found.append(f"計算のあとに算定結果が確定し直されました。{COMPUTE_AGAIN}")
    if not _was_corrected(session, *month):
        return found
    for each in pending(session, statement.fiscal_year)[RESULTS]:
        is_own = (OBJECTION, statement.business_id) in each.of_businesses
        if each.delivery_month == statement.delivery_month and is_own:
            words = "異議申立てで訂正した入力が反映されていません。算定し直して確定し、"
            found.append(words + COMPUTE_AGAIN)
    return found


def _was_corrected(session: Session, fiscal_year: int, delivery_month: int) -> bool:
    """Whether an objection has ever led to a correction in this month: only then is every mark of the year looked at."""
    marks = select(InputMark.id).where(
        InputMark.fiscal_year == fiscal_year,
        InputMark.following == RESULTS,
        InputMark.delivery_month == delivery_month,
        InputMark.cause == OBJECTION,
    )
    return session.scalar(marks.limit(1)) is not None


def _set_off_now(session: Session, statement: BusinessStatement) -> list[list[int]]:
    """What the statement would settle of which invoice if it were computed now."""
    debts = carried_debts(
        session, statement.fiscal_year, statement.delivery_month, business_id=statement.business_id
    ).get(statement.business_id, [])
    claim_yen = statement.net_yen + statement.tax_yen
    return set_off(debts, min(sum(debt.yen for debt in debts), claim_yen) if claim_yen > 0 else 0)


def _results_fixed_since(session: Session, statement: BusinessStatement) -> bool:
    """Whether the results that are fixed now, of the resources it has or had, are others than it was made from."""
    of_month = (
        MonthResult.fiscal_year == statement.fiscal_year,
        MonthResult.delivery_month == statement.delivery_month,
        MonthResult.fixed_at.is_not(None),
    )
    own = select(MonthResult.resource_id).where(MonthResult.business_id == statement.business_id, *of_month)
    rows = session.execute(
        select(MonthResult.resource_id, MonthResult.id, MonthResult.business_id)
        .where(MonthResult.resource_id.in_(own), *of_month)
        .order_by(MonthResult.version, MonthResult.id)
    )
    last = {row.resource_id: row for row in rows}  # whoever holds the resource by now
    wanted = {row.id for row in last.values() if row.business_id == statement.business_id}
    return wanted != set(statement.sources.get("results", ()))
