"""登録簿の照会: what a business was told, what it has contracted, what was computed for it and for a case."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload

from calc_core.figures import compare_figures
from helpdesk.errors import NotFound
from helpdesk.register.models import (
    CalculationRun,
    CaseResult,
    CaseRun,
    Contract,
    NotifiedResult,
    Resource,
)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure as notified and as computed, in exact text; None where one side has none."""

    key: str
    label: str
    unit: str
    notified: str | None
    computed: str | None
    difference: str | None  # computed − notified, exact

    @property
    def differs(self) -> bool:
        """Whether the two sides are not the same figure."""
        return self.difference != "0"


def notified_results(
    session: Session, business_id: int, *, fiscal_year: int | None = None
) -> list[NotifiedResult]:
    """All notified results of a business, newest month first, within a month the version in force first."""
    found = select(NotifiedResult).where(NotifiedResult.business_id == business_id)
    if fiscal_year is not None:
        found = found.where(NotifiedResult.fiscal_year == fiscal_year)
    rows = session.scalars(found).all()
    return sorted(
        rows, key=lambda row: (row.fiscal_year, (row.delivery_month - 4) % 12, row.version), reverse=True
    )


def in_force(results: Sequence[NotifiedResult]) -> dict[int, bool]:
    """By id: whether no higher version of the same month is among these results (not 差替済み)."""
    newest: dict[tuple[int, int, int], int] = {}
    for result in results:
        key = (result.business_id, result.fiscal_year, result.delivery_month)
        newest[key] = max(newest.get(key, 0), result.version)
    return {
        result.id: newest[result.business_id, result.fiscal_year, result.delivery_month] == result.version
        for result in results
    }


def notified_in_force(
    session: Session, business_id: int, fiscal_year: int, delivery_month: int
) -> NotifiedResult | None:
    """What the business was told last about a month, if anything."""
    return session.scalars(
        select(NotifiedResult)
        .where(
            NotifiedResult.business_id == business_id,
            NotifiedResult.fiscal_year == fiscal_year,
            NotifiedResult.delivery_month == delivery_month,
        )
        .order_by(NotifiedResult.version.desc())
        .limit(1)
    ).one_or_none()


def notified_by_id(session: Session, result_id: int) -> NotifiedResult:
    """The notified result, or `NotFound`."""
    result = session.get(NotifiedResult, result_id)
    if result is None:
        raise NotFound("その通知済みの結果は登録されていません")
    return result


def contracts_of_business(session: Session, business_id: int, fiscal_year: int) -> list[Contract]:
    """The contracts of a year with their resources, by resource code."""
    return list(
        session.scalars(
            select(Contract)
            .join(Resource, Resource.id == Contract.resource_id)
            .where(Resource.business_id == business_id, Contract.fiscal_year == fiscal_year)
            .options(joinedload(Contract.resource))
            .order_by(Resource.code)
        )
    )


def results_of_case(session: Session, case_id: int) -> list[NotifiedResult]:
    """The notified results that a case is about, in the order in which they were tied to it."""
    return list(
        session.scalars(
            select(NotifiedResult)
            .join(CaseResult, CaseResult.notified_result_id == NotifiedResult.id)
            .where(CaseResult.case_id == case_id)
            .order_by(CaseResult.id)
        )
    )


def runs_of_case(session: Session, case_id: int) -> list[CaseRun]:
    """The runs of a case, the one in force first; the long results are loaded only when asked for."""
    return list(
        session.scalars(
            select(CaseRun)
            .where(CaseRun.case_id == case_id)
            .options(
                joinedload(CaseRun.run).options(defer(CalculationRun.result), defer(CalculationRun.inputs))
            )
            .order_by(CaseRun.sequence.desc())
        )
    )


def run_by_id(session: Session, run_id: int) -> CalculationRun:
    """The run, or `NotFound`."""
    run = session.get(CalculationRun, run_id)
    if run is None:
        raise NotFound("その計算は登録されていません")
    return run


def compare_with_notified(notified: NotifiedResult, run: CalculationRun) -> list[FigureRow]:
    """通知と再計算の対照: every figure of either side, in the order of the notice, then what only the run has."""
    return [
        FigureRow(line.key, line.label, line.unit, line.first, line.second, line.difference)
        for line in compare_figures(notified.figures, run.figures)
    ]
