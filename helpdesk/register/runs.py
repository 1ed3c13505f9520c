"""計算の実行と保存: compute a business's statement, keep it with everything needed to explain and repeat it.

The same inputs and parameters give the same figures, today and years later; `repeat` shows whether they do.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from calc_core.statement import Statement, compute_statement
from cases import history
from cases.history import Person
from helpdesk.errors import Problem, Refused
from helpdesk.register.code_version import code_version
from helpdesk.register.models import RUN_KINDS, CalculationRun, NotifiedResult
from helpdesk.register.statement_inputs import StatementInputs, gather, gather_again
from helpdesk.register.what_if import apply_changes


@dataclass(frozen=True, slots=True)
class Repetition:
    """再現の確認: whether a run computed again gives the same, and what differs if not."""

    equal: bool
    code_version: str
    differences: list[tuple[str, str, str]]  # label, figure of the run, figure now


def run_statement(
    session: Session,
    *,
    business_id: int,
    fiscal_year: int,
    delivery_month: int,
    slots_folder: Path,
    by: Person,
    now: datetime,
    kind: str = "recompute",
    overrides: Sequence[Mapping[str, Any]] = (),
    parameters: Mapping[str, Any] | None = None,
    adjustments: Sequence[Mapping[str, Any]] = (),
    carried_debt_yen: int = 0,
    based_on: CalculationRun | None = None,
) -> CalculationRun:
    """算定: compute the statement of a business and month from what is in force, and keep the run, flushed.

    `overrides` are what-if changes (see `what_if`); only a run of kind `what_if` has them. Raises `NotFound`,
    `Refused` with all problems, `SlotsMissing`, and the calculation's own refusals.
    """
    _check_kind(kind, overrides)
    inputs = gather(
        session, slots_folder, business_id=business_id, fiscal_year=fiscal_year, delivery_month=delivery_month
    )
    changes = apply_changes(inputs, overrides)
    kept = inputs.to_json() | {
        "changes": changes,
        "adjustments": [dict(each) for each in adjustments],
        "carried_debt_yen": carried_debt_yen,
    }
    statement = compute(
        inputs, adjustments=kept["adjustments"], carried_debt_yen=carried_debt_yen, parameters=parameters
    )
    result, figures = statement.to_json(), [list(figure) for figure in statement.key_figures()]
    used = dict(parameters or {})
    run = CalculationRun(
        business_id=business_id,
        fiscal_year=fiscal_year,
        delivery_month=delivery_month,
        kind=kind,
        inputs=kept,
        inputs_digest=digest_of(kept),
        parameters=used,
        code_version=code_version(),
        result=result,
        figures=figures,
        digest=digest_of({"inputs": kept, "parameters": used, "result": result}),
        changes=changes,
        created_at=now,
        created_by_id=by.id,
        created_by_name=by.display_name,
        based_on_run_id=based_on.id if based_on else None,
    )
    session.add(run)
    session.flush()
    content = {
        "kind": kind,
        "business": business_id,
        "fiscal_year": fiscal_year,
        "delivery_month": delivery_month,
    }
    history.record(session, f"run:{run.id}", "run_recorded", content | {"digest": run.digest}, by=by, now=now)
    return run


def repeat(session: Session, run: CalculationRun, *, slots_folder: Path) -> Repetition:
    """再現: compute a run again from the inputs it kept, with today's code, and compare; nothing is stored."""
    inputs = gather_again(session, slots_folder, run.inputs)
    apply_changes(inputs, run.changes)
    statement = compute(
        inputs,
        adjustments=run.inputs["adjustments"],
        carried_debt_yen=run.inputs["carried_debt_yen"],
        parameters=run.parameters,
    )
    then = {figure[0]: figure for figure in run.figures}
    now_figures = {figure[0]: list(figure) for figure in statement.key_figures()}
    differences = []
    for key in [*then, *(key for key in now_figures if key not in then)]:
        old, new = then.get(key), now_figures.get(key)
        if old is None or new is None or old[3] != new[3]:
            differences.append(((old or new)[1], old[3] if old else "—", new[3] if new else "—"))
    unchanged = inputs.to_json() == {name: run.inputs[name] for name in inputs.to_json()}
    equal = not differences and unchanged and statement.to_json() == run.result
    return Repetition(equal, code_version(), differences)


def gather_for(session: Session, folder: Path, month: NotifiedResult | CalculationRun) -> StatementInputs:
    """What is in force now for the business and month of a notice or a run."""
    return gather(
        session,
        folder,
        business_id=month.business_id,
        fiscal_year=month.fiscal_year,
        delivery_month=month.delivery_month,
    )


def is_current(
    session: Session,
    run: CalculationRun,
    *,
    slots_folder: Path,
    parameters: Mapping[str, Any] | None = None,
) -> bool:
    """最新か: whether what is registered now is what a run without what-if changes was computed from.

    With `parameters`, also whether it was computed with these.
    """
    if parameters is not None and dict(parameters) != run.parameters:
        return False
    inputs = gather_for(session, slots_folder, run).to_json()
    return inputs == {name: run.inputs.get(name) for name in inputs}


def compute(
    inputs: StatementInputs,
    *,
    adjustments: Sequence[Mapping[str, Any]] = (),
    carried_debt_yen: int = 0,
    parameters: Mapping[str, Any] | None = None,
) -> Statement:
    """算定: the statement of gathered inputs; nothing is stored."""
    return compute_statement(
        fiscal_year=inputs.fiscal_year,
        delivery_month=inputs.delivery_month,
        resources=inputs.to_resource_inputs(),
        adjustments=adjustments,
        carried_debt_yen=carried_debt_yen,
        parameters=parameters or None,
    )


def is_intact(run: CalculationRun) -> bool:
    """Whether what is stored of a run still agrees with its digest."""
    content = {"inputs": run.inputs, "parameters": run.parameters, "result": run.result}
    return run.digest == digest_of(content) and run.inputs_digest == digest_of(run.inputs)


def digest_of(value: Any) -> str:
    """SHA-256 of a value's canonical JSON (the one of the history)."""
    return hashlib.sha256(history.canonical(value).encode("utf-8")).hexdigest()


def _check_kind(kind: str, overrides: Sequence[Mapping[str, Any]]) -> None:
    if kind not in RUN_KINDS or kind == "rule":
        raise Refused(
            [Problem("計算の種類", f"「{kind}」では計算できません。recompute か what_if にしてください")]
        )
    if overrides and kind != "what_if":
        raise Refused(
            [Problem("計算の種類", "値を変えた計算は、仮の条件での計算（what_if）として行ってください")]
        )
