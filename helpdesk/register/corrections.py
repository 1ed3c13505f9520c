"""登録内容の訂正: accepted claims become registered inputs — corrected slot days and contract values, each with its reason.

A correction of slots is a new version of the day (`slot_store.correct_day`); the runs of before keep what they used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import LAST_DELIVERY_MONTH, months_until
from cases.history import Person
from cases.numbering import lock_series
from helpdesk.register.claims import apply_claims
from helpdesk.register.input_marks import OBJECTION, RESULTS, mark_changed
from helpdesk.register.models import SLOT_KINDS, Contract, NotifiedResult
from helpdesk.register.runs import gather_for
from helpdesk.register.slot_store import correct_day


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """訂正したもの: the days of slots as (resource code, kind, ISO date, version), contract values as rows from → to."""

    days: list[list[Any]]
    contract_values: list[dict[str, Any]]


def hold_register(session: Session) -> None:
    """Nobody else corrects slots until this transaction ends: what was found current stays so."""
    lock_series(session, "slot_day")


def correct_register(
    session: Session,
    folder: Path,
    notice: NotifiedResult,
    claims: Sequence[Mapping[str, Any]],
    *,
    reason: str,
    by: Person,
    now: datetime,
) -> CarriedOut:
    """Write claims against a notice into the register, in their order. Raises `Refused` when they no longer fit."""
    inputs = gather_for(session, folder, notice)
    changes = apply_claims(inputs, claims)
    by_code = {resource.code: resource for resource in inputs.resources}
    days = []
    touched: dict[int, set[tuple[int, int]]] = {}
    for code, kind, on in _days(changes):
        resource = by_code[code]
        values = resource.slots[on.month, kind][on.day - 1]
        made = correct_day(
            session, resource_id=resource.id, kind=kind, on=on, values=values, reason=reason, by=by, now=now
        )
        days.append([code, kind, on.isoformat(), made.version])
        touched.setdefault(resource.id, set()).add((notice.fiscal_year, on.month))
    contract_values = []
    for code, kind in dict.fromkeys(
        (change["resource"], change["kind"]) for change in changes if change["kind"] not in SLOT_KINDS
    ):
        resource = by_code[code]
        contract = session.scalars(
            select(Contract).where(
                Contract.resource_id == resource.id, Contract.fiscal_year == notice.fiscal_year
            )
        ).one()
        contract_values.append(
            {
                "resource": code,
                "kind": kind,
                "before": getattr(contract, kind),
                "after": resource.contract[kind],
            }
        )
        setattr(contract, kind, resource.contract[kind])
        touched.setdefault(resource.id, set()).update(
            (notice.fiscal_year, month) for month in months_until(LAST_DELIVERY_MONTH)
        )
    for resource_id, months in touched.items():
        mark_changed(session, months, RESULTS, cause=OBJECTION, now=now, resource_id=resource_id)
    session.flush()
    return CarriedOut(days, contract_values)


def issue_next_version(
    session: Session, notice: NotifiedResult, figures: Sequence[Sequence[str]], *, reason: str, on: date
) -> NotifiedResult:
    """訂正通知: the next version of a notice's month, with these figures; the former versions stay as they were."""
    same_month = (
        NotifiedResult.business_id == notice.business_id,
        NotifiedResult.fiscal_year == notice.fiscal_year,
        NotifiedResult.delivery_month == notice.delivery_month,
    )
    version = (session.scalar(select(func.max(NotifiedResult.version)).where(*same_month)) or 0) + 1
    first = session.scalars(
        select(NotifiedResult).where(*same_month).order_by(NotifiedResult.version).limit(1)
    ).one()
    ending = f"（第{version}版）"
    made = NotifiedResult(
        business_id=notice.business_id,
        fiscal_year=notice.fiscal_year,
        delivery_month=notice.delivery_month,
        version=version,
        figures=[list(figure) for figure in figures],
        notified_on=on,
        document_number=first.document_number[: 60 - len(ending)] + ending,
        reason=reason,
    )
    session.add(made)
    session.flush()
    return made


def _days(changes: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, date]]:
    """Every day that the changes touch, once."""
    found: dict[tuple[str, str, date], None] = {}
    for change in changes:
        if change["kind"] not in SLOT_KINDS:
            continue
        day, last = (date.fromisoformat(change[name]) for name in ("first_date", "last_date"))
        while day <= last:
            found[change["resource"], change["kind"], day] = None
            day += timedelta(days=1)
    return list(found)
