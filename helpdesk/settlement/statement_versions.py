"""精算の版: what a computation makes of what stands already, of every family (domain.md §2.6).

What was not billed is replaced: the next version begins provisionally (also one that comes out the same, where a decision
has told otherwise since). What was billed stands; the difference to it and to
all that was found before becomes an item of the first later month for which the business has not been billed, so that
nothing is settled twice and nothing is lost, however often it is computed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.orm import Session

from cases.history import Person
from cases.numbering import lock_series
from helpdesk.register.models import NotifiedResult
from helpdesk.register.runs import digest_of
from helpdesk.settlement.computed import ComputedStatement
from helpdesk.settlement.items import Month, found_yen, month_after, month_name
from helpdesk.settlement.lists import WITHOUT_DETAILS
from helpdesk.settlement.models import BusinessStatement, SettlementItem, SettlementRun

BILLED = "billed"
_IDS_ASKED = 500
_COMPARED_SOURCES = ("results", "set_off")


@dataclass(frozen=True, slots=True)
class Recorded:
    """記録したもの: new versions, how many of these replaced one, how many stand as they were, items of later months."""

    new: list[BusinessStatement]
    unchanged: int
    replaced: int
    items: list[SettlementItem]


def hold_statements(session: Session, family: str) -> None:
    """Nobody else records, approves or bills statements of this family until the transaction ends.

    Whoever needs the ledger's lock as well takes this one first.
    """
    lock_series(session, f"settlement:{family}")


def record_statements(
    session: Session,
    run: SettlementRun,
    computed: Sequence[ComputedStatement],
    *,
    by: Person,
    now: datetime,
) -> Recorded:
    """Keep a computation of a month: the run (its counts are filled in here, then it is flushed), versions and items.

    A business that is not among `computed` stays as it was. In no more statements for more businesses.
    """
    hold_statements(session, run.family)
    month = (run.fiscal_year, run.delivery_month)
    known, found = _newest(session, run), found_yen(session, run.family, *month)
    changed: list[tuple[ComputedStatement, str, Row | None]] = []
    different: list[tuple[ComputedStatement, str, Row, int]] = []
    for each in sorted(computed, key=lambda each: each.business_id):
        before, digest = known.get(each.business_id), statement_digest(each.rule, each.inputs)
        if before is not None and before.state == BILLED:
            difference = each.net_yen - before.net_yen - found.get(each.business_id, 0)
            if difference:
                different.append((each, digest, before, difference))
        elif before is None or before.is_superseded or not _is_same(each, digest, before):
            changed.append((each, digest, before))
    run.businesses, run.new_versions, run.items = len(computed), len(changed), len(different)
    run.unchanged = len(computed) - len(changed) - len(different)
    session.add(run)
    session.flush()
    _no_longer_newest(session, [before.id for _, _, before in changed if before is not None])
    new = _versions(session, run, [_version(run, *each, now=now) for each in changed])
    items = _items(session, run, different, by=by, now=now)
    return Recorded(new, run.unchanged, sum(before is not None for _, _, before in changed), items)


def statement_digest(rule: str, inputs: Mapping[str, Any]) -> str:
    """What a statement was computed from, as one digest."""
    return digest_of({"rule": rule, "inputs": dict(inputs)})


def _newest(session: Session, run: SettlementRun) -> dict[int, Row]:
    found = select(
        BusinessStatement.id,
        BusinessStatement.business_id,
        BusinessStatement.version,
        BusinessStatement.state,
        BusinessStatement.number,
        BusinessStatement.net_yen,
        BusinessStatement.inputs_digest,
        BusinessStatement.figures,
        BusinessStatement.sources,
        _is_superseded(),
    ).where(
        BusinessStatement.family == run.family,
        BusinessStatement.fiscal_year == run.fiscal_year,
        BusinessStatement.delivery_month == run.delivery_month,
        BusinessStatement.newest,
    )
    return {row.business_id: row for row in session.execute(found)}


def _is_superseded() -> Any:
    """Whether a later notice than the statement's own (of a decision on an objection) stands for its month.

    Such a statement can be neither confirmed nor billed: also what comes out the same is told anew.
    """
    return (
        select(NotifiedResult.id)
        .where(
            NotifiedResult.business_id == BusinessStatement.business_id,
            NotifiedResult.fiscal_year == BusinessStatement.fiscal_year,
            NotifiedResult.delivery_month == BusinessStatement.delivery_month,
            NotifiedResult.id > BusinessStatement.notified_result_id,
        )
        .exists()
        .label("is_superseded")
    )


def _is_same(each: ComputedStatement, digest: str, before: Row) -> bool:
    """The same from the same: from the very results that are fixed now, set off against the same invoices."""
    return (
        before.inputs_digest == digest
        and before.figures == [list(figure) for figure in each.figures]
        and all(before.sources.get(name) == each.sources.get(name) for name in _COMPARED_SOURCES)
    )


def _no_longer_newest(session: Session, ids: Sequence[int]) -> None:
    for part in _parts(ids):
        session.execute(update(BusinessStatement).where(BusinessStatement.id.in_(part)).values(newest=False))


def _versions(session: Session, run: SettlementRun, rows: list[dict[str, Any]]) -> list[BusinessStatement]:
    """Written at once, whatever their number, and read back without what was just written of their details."""
    if not rows:
        return []
    session.execute(insert(BusinessStatement.__table__), rows)
    of_run = select(BusinessStatement).where(BusinessStatement.settlement_run_id == run.id)
    of_run = of_run.options(*WITHOUT_DETAILS)
    return list(session.scalars(of_run.order_by(BusinessStatement.id)))


def _version(
    run: SettlementRun, each: ComputedStatement, digest: str, before: Row | None, *, now: datetime
) -> dict[str, Any]:
    return {
        "family": run.family,
        "business_id": each.business_id,
        "fiscal_year": run.fiscal_year,
        "delivery_month": run.delivery_month,
        "version": before.version + 1 if before is not None else 1,
        "newest": True,
        "state": "provisional",
        "settlement_run_id": run.id,
        "net_yen": each.net_yen,
        "tax_yen": each.tax_yen,
        "offset_yen": each.offset_yen,
        "total_yen": each.total_yen,
        "carried_debt_yen": each.carried_debt_yen,
        "direction": each.direction,
        "rule": each.rule,
        "inputs": dict(each.inputs),
        "inputs_digest": digest,
        "figures": list(each.figures),
        "sources": dict(each.sources),
        "created_at": now,
    }


def _items(
    session: Session,
    run: SettlementRun,
    different: Sequence[tuple[ComputedStatement, str, Row, int]],
    *,
    by: Person,
    now: datetime,
) -> list[SettlementItem]:
    if not different:
        return []
    billed = _billed_since(session, run.family, run.fiscal_year)
    last = session.scalar(select(func.max(SettlementItem.id))) or 0
    rows = [
        _item(run, *each, _first_open((run.fiscal_year, run.delivery_month), each[0].business_id, billed))
        for each in different
    ]
    made = {"made_at": now, "made_by_id": by.id, "made_by_name": by.display_name}
    session.execute(insert(SettlementItem), [row | made for row in rows])
    new = select(SettlementItem).where(SettlementItem.id > last, SettlementItem.family == run.family)
    return list(session.scalars(new.order_by(SettlementItem.id)))


def _item(
    run: SettlementRun, each: ComputedStatement, digest: str, before: Row, difference: int, month: Month
) -> dict[str, Any]:
    origin = month_name((run.fiscal_year, run.delivery_month))
    return {
        "family": run.family,
        "business_id": each.business_id,
        "fiscal_year": run.fiscal_year,
        "delivery_month": run.delivery_month,
        "for_year": month[0],
        "for_month": month[1],
        "yen": difference,
        "reason": f"{origin}の再計算による差額（{before.number or f'第{before.version}版'}）",
        "source_key": f"recalculation:{before.id}:{digest}:{run.id}",
        "statement_id": before.id,
        "figures": list(each.figures),
    }


def _first_open(origin: Month, business_id: int, billed: set[tuple[int, Month]]) -> Month:
    """The first month after its own that can take something."""
    month = month_after(origin)
    while (business_id, month) in billed:
        month = month_after(month)
    return month


def _billed_since(session: Session, family: str, fiscal_year: int) -> set[tuple[int, Month]]:
    """The months that cannot take anything more, of every business."""
    found = select(
        BusinessStatement.business_id, BusinessStatement.fiscal_year, BusinessStatement.delivery_month
    ).where(
        BusinessStatement.family == family,
        BusinessStatement.fiscal_year >= fiscal_year,
        BusinessStatement.newest,
        BusinessStatement.state == BILLED,
    )
    return {(row.business_id, (row.fiscal_year, row.delivery_month)) for row in session.execute(found)}


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _IDS_ASKED):
        yield ids[start : start + _IDS_ASKED]
