"""月ごとの請求額の記録: what did the months of a year come to so far, as last computed, area by area or retailer by retailer?

The newest statement of a month says it; where it was billed and computed anew, the figures of the last item do.
"""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.errors import Problem
from helpdesk.settlement.models import BusinessStatement, SettlementItem

Figures = Mapping[str, str]  # key → exact text


def last_figures(session: Session, family: str, fiscal_year: int) -> dict[tuple[int, int], Figures]:
    """The figures of each business's months of a year as last computed, by business id and delivery month."""
    found = {
        (row.business_id, row.delivery_month): _by_key(row.figures)
        for row in session.execute(
            select(
                BusinessStatement.business_id, BusinessStatement.delivery_month, BusinessStatement.figures
            ).where(
                BusinessStatement.family == family,
                BusinessStatement.fiscal_year == fiscal_year,
                BusinessStatement.newest,
            )
        )
    }
    for row in session.execute(
        select(SettlementItem.business_id, SettlementItem.delivery_month, SettlementItem.figures)
        .where(SettlementItem.family == family, SettlementItem.fiscal_year == fiscal_year)
        .order_by(SettlementItem.id)
    ):
        found[row.business_id, row.delivery_month] = _by_key(row.figures)
    return found


def of_areas(figures: Figures, name: str) -> Iterator[tuple[str, int]]:
    """The yen of one name by area."""
    for key, text in figures.items():
        first, _, rest = key.partition(".")
        area, _, named = rest.partition(".")
        if first == "area" and named == name:
            yield area, int(text)


def months_not_billed(session: Session, family: str, label: str, fiscal_year: int) -> list[Problem]:
    """Which months of a year keep it open: nothing computed, or something not billed yet."""
    rows = session.execute(
        select(BusinessStatement.delivery_month, BusinessStatement.state).where(
            BusinessStatement.family == family,
            BusinessStatement.fiscal_year == fiscal_year,
            BusinessStatement.newest,
        )
    ).all()
    computed = {row.delivery_month for row in rows}
    waiting = {row.delivery_month for row in rows if row.state != "billed"}
    problems = []
    for words, months in (
        (
            "まだ計算していません。計算して請求してください",
            [each for each in DELIVERY_MONTHS if each not in computed],
        ),
        (
            "請求していない精算があります。請求してください",
            [each for each in DELIVERY_MONTHS if each in waiting],
        ),
    ):
        if months:
            problems.append(Problem(f"{fiscal_year}年度 {label} {_names(months)}", words))
    return problems


def _names(months: Sequence[int]) -> str:
    return "・".join(f"{month}月分" for month in months)


def _by_key(figures: Sequence[Sequence[str]]) -> Figures:
    return {key: text for key, _, _, text in figures}
