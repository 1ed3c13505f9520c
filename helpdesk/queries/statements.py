"""精算の一覧: how far the statements of a year are, month by month and family by family, from computed to paid."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import DELIVERY_MONTHS, calendar_month
from helpdesk.ledger.balances import whole_yen
from helpdesk.ledger.models import Allocation, AllocationReversal, Invoice, Payment, TransferRow
from helpdesk.register.models import Contract
from helpdesk.settlement.models import FAMILIES, WHOLE_YEAR, YEARLY, BusinessStatement

MONTHLY: Final = tuple(family for family in FAMILIES if family not in YEARLY)
SHORT_FAMILIES: Final = {
    "capacity": "交付・ペナルティ",
    "contribution": "拠出金（小売）",
    "utility_share": "拠出金（送配電）",
    "provisional": "仮算定",
    "surcharge": "未回収分",
    "refund": "還元",
}  # where a column is narrow
STAGES: Final = {
    "provisional": "計算済",
    "approval": "承認中",
    "fixed": "確定",
    "issued": "通知済",
    "objected": "異議申立て",
    "answered": "確認済",
    "billed": "請求・支払",
    "paid": "入金・支払済",
}  # where a statement is, from its computation to its money; each stands in one
_FAMILY_OF_KIND = {"statement": "capacity", "penalty": "capacity"}  # of invoices; the others are called alike
_OF_STATE = {"checked": "approval", "approved": "approval", "accounted": "approval"}


@dataclass(slots=True)
class Cell:
    """月と区分: how many statements of a family and month stand where, and what they come to."""

    by_state: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)  # of what is issued and not billed
    directions: Counter[str] = field(default_factory=Counter)
    state_yen: Counter[str] = field(default_factory=Counter)  # total, sign as the business sees it
    pay_yen: int = 0
    invoice_yen: int = 0
    billed_nothing: int = 0
    settled: int = 0  # invoices paid in full and payments transferred
    billed_invoices_yen: int = 0
    received_yen: int = 0
    payments_yen: int = 0
    transferred_yen: int = 0

    @property
    def count(self) -> int:
        """How many businesses have a statement."""
        return self.by_state.total()

    @property
    def stages(self) -> dict[str, int]:
        """How many stand in each of `STAGES`."""
        found = dict.fromkeys(STAGES, 0)
        for state, count in self.by_state.items():
            found[_OF_STATE.get(state, state)] += count
        objected = self.answers["objected"]
        answered = self.answers.total() - objected
        paid = min(self.settled + self.billed_nothing, found["billed"])
        found["issued"] -= answered + objected
        found |= {"objected": objected, "answered": answered, "paid": paid}
        found["billed"] -= paid
        return found

    @property
    def open(self) -> int:
        """How many are not through to the end."""
        return self.count - self.stages["paid"]


Cells = Mapping[tuple[str, int], Cell]


@dataclass(frozen=True, slots=True)
class MonthRow:
    """一か月: the month with a cell for each monthly family; none where nothing was computed."""

    delivery_month: int
    label: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """年度の精算: everything that the page of a year shows."""

    fiscal_year: int
    years: tuple[int, ...]
    months: tuple[MonthRow, ...]
    yearly: Mapping[str, Cell | None]
    totals: Mapping[str, Cell]  # of the monthly families

    @property
    def is_empty(self) -> bool:
        """Whether nothing was computed yet."""
        return not any(any(row.cells) for row in self.months) and not any(self.yearly.values())


def overview(session: Session, fiscal_year: int) -> Overview:
    """The page of a year, in a fixed number of statements."""
    cells = cells_of(session, fiscal_year)
    contracted = session.scalars(select(Contract.fiscal_year).distinct())
    return Overview(
        fiscal_year=fiscal_year,
        years=tuple(sorted({*_years(session), *contracted, fiscal_year}, reverse=True)),
        months=tuple(
            MonthRow(
                month,
                "{}年{}月".format(*calendar_month(fiscal_year, month)),
                tuple(cells.get((family, month)) for family in MONTHLY),
            )
            for month in DELIVERY_MONTHS
        ),
        yearly={family: cells.get((family, WHOLE_YEAR)) for family in YEARLY},
        totals={family: added(cells.get((family, month)) for month in DELIVERY_MONTHS) for family in MONTHLY},
    )


def cells_of(session: Session, fiscal_year: int, delivery_month: int | None = None) -> Cells:
    """The cells of a year, or of one month of it, in four statements; what was not computed has none."""
    cells: dict[tuple[str, int], Cell] = {}
    of = _of_period(fiscal_year, delivery_month)
    for month, family, state, direction, count, yen in session.execute(_states(of)):
        cell = cells.setdefault((family, month), Cell())
        cell.by_state[state] += count
        cell.directions[direction] += count
        cell.state_yen[state] += int(yen)
        if direction == "pay":
            cell.pay_yen += int(yen)
        elif direction == "invoice":
            cell.invoice_yen -= int(yen)
        elif state == "billed":
            cell.billed_nothing += count
    for month, family, answer, count in session.execute(_answers(of)):
        cells[family, month].answers[answer] = count
    for month, kind, settled, invoiced, received in session.execute(_invoices(fiscal_year, delivery_month)):
        cell = cells.setdefault((_FAMILY_OF_KIND.get(kind, kind), month), Cell())
        cell.settled += int(settled)
        cell.billed_invoices_yen += int(invoiced)
        cell.received_yen += int(received)
    for month, family, settled, ordered, transferred in session.execute(_payments(of)):
        cell = cells[family, month]
        cell.settled += int(settled)
        cell.payments_yen, cell.transferred_yen = int(ordered), int(transferred)
    return cells


def added(cells: Iterable[Cell | None]) -> Cell:
    """What several cells come to."""
    total = Cell()
    for cell in cells:
        if cell is None:
            continue
        for counted in ("by_state", "answers", "directions", "state_yen"):
            getattr(total, counted).update(getattr(cell, counted))
        for name in (
            "pay_yen",
            "invoice_yen",
            "billed_nothing",
            "settled",
            "billed_invoices_yen",
            "received_yen",
            "payments_yen",
            "transferred_yen",
        ):
            setattr(total, name, getattr(total, name) + getattr(cell, name))
    return total


def _years(session: Session) -> range:
    """From the first to the last year with a statement: two looks at the index."""
    year = BusinessStatement.fiscal_year
    first, last = session.execute(
        select(select(func.min(year)).scalar_subquery(), select(func.max(year)).scalar_subquery())
    ).one()
    return range(first, last + 1) if first is not None else range(0)


def _of_period(fiscal_year: int, delivery_month: int | None) -> Any:
    """The newest statements, named so that the index is entered at each month and family."""
    months = (*DELIVERY_MONTHS, WHOLE_YEAR) if delivery_month is None else (delivery_month,)
    return and_(
        BusinessStatement.fiscal_year == fiscal_year,
        BusinessStatement.delivery_month.in_(months),
        BusinessStatement.family.in_(FAMILIES),
        BusinessStatement.newest.is_(True),
    )


_KEY = (BusinessStatement.delivery_month, BusinessStatement.family)


def _states(of: Any) -> Select[Any]:
    """Read from the index alone."""
    kept = (BusinessStatement.state, BusinessStatement.direction)
    counted = select(*_KEY, *kept, func.count(), whole_yen(BusinessStatement.total_yen))
    return counted.where(of).group_by(*_KEY, *kept)


def _answers(of: Any) -> Select[Any]:
    counted = select(*_KEY, BusinessStatement.answer, func.count())
    is_answered = and_(BusinessStatement.state == "issued", BusinessStatement.answer.is_not(None))
    return counted.where(of, is_answered).group_by(*_KEY, BusinessStatement.answer)


def _invoices(fiscal_year: int, delivery_month: int | None) -> Select[Any]:
    """From the invoices themselves, which name year, month and kind: what was paid on each, then by month."""
    counts = case((AllocationReversal.id.is_(None), Allocation.amount_yen), else_=0)
    wanted = [Invoice.fiscal_year == fiscal_year, Invoice.statement_id.is_not(None)]
    if delivery_month is not None:
        wanted.append(func.coalesce(Invoice.delivery_month, WHOLE_YEAR) == delivery_month)
    each = (
        select(
            func.coalesce(Invoice.delivery_month, WHOLE_YEAR).label("month"),
            Invoice.kind,
            Invoice.amount_yen,
            whole_yen(counts).label("received"),
        )
        .outerjoin(Allocation, Allocation.invoice_id == Invoice.id)
        .outerjoin(AllocationReversal, AllocationReversal.allocation_id == Allocation.id)
        .where(*wanted)
        .group_by(Invoice.id)
        .subquery()
    )
    is_settled = case((each.c.received >= each.c.amount_yen, 1), else_=0)
    sums = (func.sum(is_settled), whole_yen(each.c.amount_yen), whole_yen(each.c.received))
    return select(each.c.month, each.c.kind, *sums).group_by(each.c.month, each.c.kind)


def _payments(of: Any) -> Select[Any]:
    is_done = TransferRow.outcome == "paid"
    return (
        select(
            *_KEY,
            func.count(TransferRow.id),
            whole_yen(Payment.amount_yen),
            whole_yen(case((is_done, Payment.amount_yen), else_=0)),
        )
        .select_from(Payment)
        .join(BusinessStatement, BusinessStatement.id == Payment.statement_id)
        .outerjoin(TransferRow, and_(TransferRow.payment_id == Payment.id, is_done))
        .where(of)
        .group_by(*_KEY)
    )
