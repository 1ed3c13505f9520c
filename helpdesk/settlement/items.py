"""精算項目: which differences found after an invoice are settled in a month, and what has been found of a month so far?

A difference is settled once: its month is fixed when it is made (`statement_versions`), the first after its own for which
the business has not been billed.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.settlement.models import WHOLE_YEAR, SettlementItem

Month = tuple[int, int]  # fiscal year and delivery month (0: the whole year)


def items_for(
    session: Session,
    family: str,
    fiscal_year: int,
    delivery_month: int,
    *,
    business_id: int | None = None,
) -> dict[int, list[SettlementItem]]:
    """What is to be settled in this month, by business, in the order in which it was found."""
    wanted = select(SettlementItem).where(
        SettlementItem.family == family,
        SettlementItem.for_year == fiscal_year,
        SettlementItem.for_month == delivery_month,
    )
    if business_id is not None:
        wanted = wanted.where(SettlementItem.business_id == business_id)
    found: dict[int, list[SettlementItem]] = {}
    for item in session.scalars(wanted.order_by(SettlementItem.id)):
        found.setdefault(item.business_id, []).append(item)
    return found


def adjustments(items: Iterable[SettlementItem]) -> list[dict[str, Any]]:
    """Items as the netting rule takes them: before tax, positive in favour of the business."""
    return [{"reason": item.reason, "yen": item.yen} for item in items]


def found_yen(session: Session, family: str, fiscal_year: int, delivery_month: int) -> Mapping[int, int]:
    """What has been found of a month after its invoices, by business, wherever it is settled."""
    total = cast(func.sum(SettlementItem.yen), BigInteger)
    found = (
        select(SettlementItem.business_id, total)
        .where(
            SettlementItem.family == family,
            SettlementItem.fiscal_year == fiscal_year,
            SettlementItem.delivery_month == delivery_month,
        )
        .group_by(SettlementItem.business_id)
    )
    return {row[0]: row[1] for row in session.execute(found)}


def items_of(session: Session, family: str, business_id: int, month: Month) -> list[SettlementItem]:
    """What was found of one business's month after its invoice, in the order in which it was found."""
    fiscal_year, delivery_month = month
    found = select(SettlementItem).where(
        SettlementItem.family == family,
        SettlementItem.business_id == business_id,
        SettlementItem.fiscal_year == fiscal_year,
        SettlementItem.delivery_month == delivery_month,
    )
    return list(session.scalars(found.order_by(SettlementItem.id)))


def month_after(month: Month) -> Month:
    """The month after a month, April of the next fiscal year after March; a year after a whole year."""
    fiscal_year, delivery_month = month
    if delivery_month in (WHOLE_YEAR, DELIVERY_MONTHS[-1]):
        return fiscal_year + 1, delivery_month and DELIVERY_MONTHS[0]
    return fiscal_year, DELIVERY_MONTHS[DELIVERY_MONTHS.index(delivery_month) + 1]


def month_name(month: Month) -> str:
    """A month as people are told of it: 2026年度4月分."""
    fiscal_year, delivery_month = month
    return f"{fiscal_year}年度" + (f"{delivery_month}月分" if delivery_month else "分")
