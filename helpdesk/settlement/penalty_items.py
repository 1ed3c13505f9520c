"""精算項目のうちの経済的ペナルティ: what of the differences that a statement settles is penalty, and what is payment?

A difference is one amount; its item keeps the month's figures as recomputed. Beside those of the item before it (the first:
beside the billed statement) they say by how much the penalties came down: that is given back out of 還元預り金, where the
penalty went, and so the refund pool (`penalty_receipts`) and the account agree.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.settlement.items import items_of
from helpdesk.settlement.models import BusinessStatement, SettlementItem

FAMILY = "capacity"
_PENALTIES = "penalties_yen"


def penalties_lowered(session: Session, statement: BusinessStatement) -> int:
    """By how many yen the items of a statement lower penalties, positive in favour of the business."""
    ids = list(statement.sources.get("items") or ()) if statement.family == FAMILY else []
    if not ids:
        return 0
    settled = set(ids)
    origins = session.execute(
        select(SettlementItem.fiscal_year, SettlementItem.delivery_month)
        .where(SettlementItem.id.in_(ids))
        .distinct()
    )
    lowered = 0
    for fiscal_year, delivery_month in origins.all():
        found = items_of(session, FAMILY, statement.business_id, (fiscal_year, delivery_month))
        lowered += sum(yen for item_id, yen in _lowered(found).items() if item_id in settled)
    return lowered


def _lowered(items: Sequence[SettlementItem]) -> dict[int, int]:
    """What each of the items of one business's month, in their order, lowers its penalties by."""
    lowered: dict[int, int] = {}
    before: int | None = None
    for item in items:
        if before is None and item.statement is not None:
            before = sum(int(line["penalty_yen"]) for line in item.statement.inputs.get("lines", ()))
        now = next((int(text) for key, _, _, text in item.figures if key == _PENALTIES), before)
        lowered[item.id] = (before or 0) - (now or 0)
        before = now
    return lowered
