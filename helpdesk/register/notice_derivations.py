"""通知の根拠: the statement that gives exactly the figures of a notice, to show the business how they came about.

A notice keeps figures, not steps. The steps are shown only where a computation gives the very same figures: a kept
recomputation, or one from what is registered now, or from it without the corrections made after the notice. Where none
does, the notice rests on something that has been put right since, and a person has to explain it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.configuration import Configuration
from calc_core.errors import CalcError
from calc_core.statement import Statement
from cases.business_calendar import JAPAN
from helpdesk.errors import HelpdeskError
from helpdesk.register.models import CalculationRun, NotifiedResult
from helpdesk.register.parameter_sets import parameters_in_force
from helpdesk.register.runs import compute
from helpdesk.register.statement_inputs import StatementInputs, gather

_RUNS_COMPARED = 50


@dataclass(frozen=True, slots=True)
class _Settled:
    """What was settled together with a month."""

    adjustments: Sequence[Mapping[str, Any]]
    carried_debt_yen: int


def statement_of_notice(
    session: Session,
    notice: NotifiedResult,
    slots_folder: Path,
    *,
    adjustments: Sequence[Mapping[str, Any]] = (),
    carried_debt_yen: int = 0,
) -> dict[str, Any] | None:
    """The statement (as a run keeps it) whose key figures are those of the notice; None where there is none.

    `adjustments` and `carried_debt_yen` are what was settled together with the month.
    """
    settled = _Settled(adjustments, carried_debt_yen)
    kept = _kept_run(session, notice)
    if kept is not None:
        return kept.result
    configured = parameters_in_force(session).configuration
    for corrected_before in (None, _morning_after(notice)):
        try:
            inputs = gather(
                session,
                slots_folder,
                business_id=notice.business_id,
                fiscal_year=notice.fiscal_year,
                delivery_month=notice.delivery_month,
                corrected_before=corrected_before,
            )
        except HelpdeskError:  # something of that year is not registered
            return None
        for parameters in [configured, {}] if configured else [{}]:  # it may be older than what is configured
            statement = _computed(inputs, parameters, settled)
            if statement is not None and _same(statement.key_figures(), notice):
                return statement.to_json()
    return None


def _computed(inputs: StatementInputs, parameters: Configuration, settled: _Settled) -> Statement | None:
    try:
        return compute(
            inputs,
            adjustments=settled.adjustments,
            carried_debt_yen=settled.carried_debt_yen,
            parameters=parameters,
        )
    except CalcError:  # a number is not configured, a contract cannot be computed
        return None


def _kept_run(session: Session, notice: NotifiedResult) -> CalculationRun | None:
    """A recomputation of the month that gave the notified figures."""
    rows = session.execute(
        select(CalculationRun.id, CalculationRun.figures)
        .where(
            CalculationRun.business_id == notice.business_id,
            CalculationRun.fiscal_year == notice.fiscal_year,
            CalculationRun.delivery_month == notice.delivery_month,
            CalculationRun.kind == "recompute",
        )
        .order_by(CalculationRun.id.desc())
        .limit(_RUNS_COMPARED)
    )
    equal = next((row.id for row in rows if _same(row.figures, notice)), None)
    return session.get(CalculationRun, equal) if equal else None


def _same(figures: Any, notice: NotifiedResult) -> bool:
    return {figure[0]: figure[3] for figure in figures} == {figure[0]: figure[3] for figure in notice.figures}


def _morning_after(notice: NotifiedResult) -> datetime:
    return datetime.combine(notice.notified_on + timedelta(days=1), time(), JAPAN)
