"""Slots of a resource are corrected: checked wholly, laid over what was registered, with who and why (requirement A2.6).

Nothing is computed here: the next computation finds the corrected days and gives a new version where figures change.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import LAST_DELIVERY_MONTH, fiscal_year_of
from cases import history
from helpdesk.desk import Desk
from helpdesk.errors import NotFound, Problem, Refused
from helpdesk.register.corrections import hold_register
from helpdesk.register.input_marks import RESULTS, mark_changed
from helpdesk.register.models import SLOT_KINDS, Contract, Resource, SlotDay
from helpdesk.register.slot_store import correct_day, read_month
from helpdesk.register.statement_inputs import CONTRACT_FIELDS, ResourceMaterial, StatementInputs
from helpdesk.register.what_if import Change, apply_changes, check_changes, place
from helpdesk.users.permissions import Person, require

NOUN = "訂正"


def correct_slots(
    session: Session,
    desk: Desk,
    resource_id: int,
    fiscal_year: int,
    rows: Sequence[Mapping[str, Any]],
    *,
    reason: str,
    by: Person,
) -> list[SlotDay]:
    """訂正: the days that these rows change, each a new version with the reason.

    A row is a slot change as in `register.what_if`, without its resource: kind, first and last date, first and last
    slot, value. Raises `NotAllowed`, `NotFound`, `SlotsMissing`, `Refused` with every problem; then nothing is written.
    """
    require(by, "correct_results", "コマを訂正する")
    hold_register(session)
    resource = session.get(Resource, resource_id)
    if resource is None:
        raise NotFound("その電源等は登録されていません")
    inputs = _without_slots(session, resource, fiscal_year)
    rows = [{**row, "resource": resource.code} for row in rows]
    before = _load(session, desk, inputs, _checked(inputs, rows, reason))
    told = apply_changes(inputs, rows)
    now, made = desk.clock(), []
    for kind, on, values in _changed_days(inputs, before):
        made.append(
            correct_day(
                session,
                resource_id=resource.id,
                kind=kind,
                on=on,
                values=values,
                reason=reason,
                by=by,
                now=now,
            )
        )
    if not made:
        raise Refused([Problem(NOUN, "登録されている値と同じです。変える値を確かめてください")])
    months_of_days = {(fiscal_year, day.date.month) for day in made}
    mark_changed(session, months_of_days, RESULTS, cause="correction", now=now, resource_id=resource.id)
    content = {
        "resource": resource.id,
        "days": [[day.kind, day.date.isoformat(), day.version] for day in made],
        "changes": [each["text"] for each in told],
        "reason": reason.strip(),
    }
    history.record(session, f"assessment:{fiscal_year}", "slots_corrected", content, by=by, now=now)
    session.commit()
    return made


def withdraw_correction(
    session: Session, desk: Desk, resource_id: int, kind: str, on: date, *, reason: str, by: Person
) -> SlotDay:
    """訂正の取消: the imported values count again, with the reason."""
    require(by, "correct_results", "コマの訂正を取り消す")
    hold_register(session)
    newest = session.scalars(
        select(SlotDay)
        .where(SlotDay.resource_id == resource_id, SlotDay.kind == kind, SlotDay.date == on)
        .order_by(SlotDay.version.desc())
        .limit(1)
    ).one_or_none()
    if newest is None or newest.slot_values is None:
        raise Refused([Problem(NOUN, f"{on} には取り消す訂正がありません")])
    now = desk.clock()
    made = correct_day(
        session, resource_id=resource_id, kind=kind, on=on, values=None, reason=reason, by=by, now=now
    )
    of_day = [(fiscal_year_of(on), on.month)]
    mark_changed(session, of_day, RESULTS, cause="correction", now=now, resource_id=resource_id)
    content = {"resource": resource_id, "day": [kind, on.isoformat(), made.version], "reason": reason.strip()}
    stream = f"assessment:{fiscal_year_of(on)}"
    history.record(session, stream, "slot_correction_withdrawn", content, by=by, now=now)
    session.commit()
    return made


def _without_slots(session: Session, resource: Resource, fiscal_year: int) -> StatementInputs:
    """The resource as changes are checked against; a substitute needs no contract of its own."""
    contract = session.scalars(
        select(Contract).where(Contract.resource_id == resource.id, Contract.fiscal_year == fiscal_year)
    ).one_or_none()
    values = {field: getattr(contract, field) if contract else 0 for field in CONTRACT_FIELDS}
    material = ResourceMaterial(resource.id, resource.code, resource.name, values, {})
    return StatementInputs(resource.business_id, fiscal_year, LAST_DELIVERY_MONTH, [material], [])


def _checked(inputs: StatementInputs, rows: Sequence[Mapping[str, Any]], reason: str) -> list[Change]:
    problems, changes = [], []
    try:
        changes = check_changes(inputs, rows, noun=NOUN)
    except Refused as refused:
        problems = refused.problems
    for number, row in enumerate(rows, 1):
        if str(row.get("kind")) not in SLOT_KINDS:
            words = f"訂正できるのは {'・'.join(SLOT_KINDS.values())} です"
            problems.append(Problem(place(NOUN, int(row.get("row") or number), field="kind"), words))
    if not rows:
        problems.append(Problem(NOUN, "訂正するコマを一つ以上入力してください"))
    if not reason.strip():
        problems.append(Problem("理由", "訂正の理由を入力してください"))
    if problems:
        raise Refused(problems)
    return changes


def _load(
    session: Session, desk: Desk, inputs: StatementInputs, changes: Sequence[Change]
) -> dict[tuple[int, str], np.ndarray]:
    """Read the months that are changed into the inputs; a copy of them as they stand."""
    resource = inputs.resources[0]
    for change in changes:
        for month in _months(change):
            if (month, change.kind) not in resource.slots:
                resource.slots[month, change.kind] = read_month(
                    session, desk.settings.slots_folder, resource.id, inputs.fiscal_year, month, change.kind
                )
    return {key: values.copy() for key, values in resource.slots.items()}


def _months(change: Change) -> list[int]:
    assert change.first_date is not None  # what was checked as a change of slots has dates
    assert change.last_date is not None
    months, day = [], change.first_date.replace(day=1)
    while day <= change.last_date:
        months.append(day.month)
        day = (day + timedelta(days=31)).replace(day=1)
    return months


def _changed_days(
    inputs: StatementInputs, before: Mapping[tuple[int, str], np.ndarray]
) -> list[tuple[str, date, np.ndarray]]:
    """Kind, day and its 48 values of every day that is not what it was."""
    changed = []
    for (month, kind), values in inputs.resources[0].slots.items():
        year = inputs.fiscal_year + (month <= LAST_DELIVERY_MONTH)
        for position in np.flatnonzero((values != before[month, kind]).any(axis=1)):
            changed.append((kind, date(year, month, int(position) + 1), values[position]))
    return changed
