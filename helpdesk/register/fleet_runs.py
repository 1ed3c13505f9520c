"""一括算定の記録: a finished computation becomes a run and new versions of the months that came out otherwise.

A month whose figures are those of the last computation stays as it is, whatever else has changed: the run says from
what it was confirmed. What a person corrected, fixed or notified stands; figures that differ become a newer version
beside it, to be looked at.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.orm import Session

from cases.history import Person
from helpdesk.register.code_version import code_version
from helpdesk.register.models import FleetRun, MonthResult
from helpdesk.register.month_results import hold_year, listed, sums
from helpdesk.register.runs import digest_of

_IDS_ASKED = 500
_ROWS_WRITTEN = 1_000


@dataclass(frozen=True, slots=True)
class ComputedMonth:
    """算定した月: the figures of one resource's month in exact text, and what they were computed from."""

    resource_id: int
    business_id: int
    delivery_month: int
    figures: Mapping[str, str]
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recorded:
    """記録したもの: the run; how many of its new versions stand beside a corrected or fixed one; how many months came
    out the same from other inputs."""

    run: FleetRun
    beside_settled: int
    same_from_other_inputs: int


def last_run_id(session: Session, fiscal_year: int) -> int:
    """The highest number of a run of this year, 0 without any: what was gathered then knows nothing newer."""
    return session.scalar(select(func.max(FleetRun.id)).where(FleetRun.fiscal_year == fiscal_year)) or 0


def record_run(
    session: Session,
    *,
    fiscal_year: int,
    last_month: int,
    scope: Mapping[str, int],
    inputs: Mapping[str, Any],
    months: Sequence[ComputedMonth],
    warnings: Sequence[str] = (),
    parameter_set_id: int | None = None,
    task_id: int | None = None,
    by: Person,
    now: datetime,
) -> Recorded:
    """Keep a run and the months that came out otherwise than they were last computed; in no more statements for more."""
    hold_year(session, fiscal_year)
    known = _newest_by_month(session, fiscal_year, {month.resource_id for month in months} if scope else None)
    changed: list[tuple[ComputedMonth, Row | None]] = []
    same_from_other_inputs = 0
    for month in months:
        before = known.get((month.resource_id, month.delivery_month))
        if before is None or before.inputs.get("computed", before.figures) != month.figures:
            changed.append((month, before))
        else:
            same_from_other_inputs += _digests(before.inputs) != _digests(month.inputs)
    run = FleetRun(
        fiscal_year=fiscal_year,
        last_month=last_month,
        scope=dict(scope),
        inputs=dict(inputs),
        inputs_digest=digest_of(dict(inputs)),
        parameter_set_id=parameter_set_id,
        code_version=code_version(),
        resources=len({month.resource_id for month in months}),
        new_versions=len(changed),
        unchanged=len(months) - len(changed),
        totals=sums(month.figures for month in months),
        warnings=list(warnings),
        task_id=task_id,
        created_at=now,
        created_by_id=by.id,
        created_by_name=by.display_name,
    )
    session.add(run)
    session.flush()
    _write(session, run, changed, by=by, now=now)
    settled = sum(before is not None and before.state != "computed" for _, before in changed)
    return Recorded(run, settled, same_from_other_inputs)


def _write(
    session: Session,
    run: FleetRun,
    changed: Sequence[tuple[ComputedMonth, Row | None]],
    *,
    by: Person,
    now: datetime,
) -> None:
    replaced = [before.id for _, before in changed if before is not None]
    for ids in _parts(replaced, _IDS_ASKED):
        session.execute(
            update(MonthResult).where(MonthResult.id.in_(ids)).values(newest=False),
            execution_options={"synchronize_session": False},
        )
    rows = [
        {
            "resource_id": month.resource_id,
            "business_id": month.business_id,
            "fiscal_year": run.fiscal_year,
            "delivery_month": month.delivery_month,
            "version": before.version + 1 if before else 1,
            "newest": True,
            "state": "computed",
            **listed(month.figures, before.figures if before else None),
            "figures": dict(month.figures),
            "inputs": dict(month.inputs),
            "fleet_run_id": run.id,
            "created_at": now,
            "created_by_id": by.id,
            "created_by_name": by.display_name,
        }
        for month, before in changed
    ]
    for part in _parts(rows, _ROWS_WRITTEN):
        session.execute(insert(MonthResult), part)


def _newest_by_month(
    session: Session, fiscal_year: int, resource_ids: set[int] | None
) -> dict[tuple[int, int], Row]:
    """The newest version of each month; of some resources, or of all."""
    found = select(
        MonthResult.id,
        MonthResult.resource_id,
        MonthResult.delivery_month,
        MonthResult.version,
        MonthResult.state,
        MonthResult.figures,
        MonthResult.inputs,
    ).where(MonthResult.fiscal_year == fiscal_year, MonthResult.newest)
    wanted = (
        [found]
        if resource_ids is None
        else [
            found.where(MonthResult.resource_id.in_(ids)) for ids in _parts(sorted(resource_ids), _IDS_ASKED)
        ]
    )
    rows = [row for statement in wanted for row in session.execute(statement)]
    return {(row.resource_id, row.delivery_month): row for row in rows}


def _digests(inputs: Mapping[str, Any]) -> Any:
    return inputs.get("digests")


def _parts(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
