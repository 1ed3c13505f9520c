"""コマの試算の入力: one resource's slots as they are, and with a change laid over them; nothing is written.

The change is checked like that of a what-if (`register.what_if`); what keeps one is `workflows.correct_slots`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from helpdesk.register.models import SLOT_KINDS, Resource
from helpdesk.register.slot_store import choose_sources, read_sources
from helpdesk.register.statement_inputs import (
    CONTRACT_FIELDS,
    ResourceMaterial,
    StatementInputs,
    months_until,
)
from helpdesk.register.what_if import apply_changes

Slots = dict[tuple[int, str], np.ndarray]  # by delivery month and kind, days × 48


@dataclass(frozen=True, slots=True)
class ChangedSlots:
    """変更: what it says in words, the slots before and after it."""

    text: str
    before: Slots
    after: Slots


def change_slots(
    session: Session,
    folder: Path,
    resource: Resource,
    fiscal_year: int,
    last_month: int,
    row: Mapping[str, Any],
) -> ChangedSlots:
    """The slots from April to a month with one change (`{kind, resource, value, first_date, …}`); nothing is written.

    Raises `Refused` with every problem, `SlotsMissing`.
    """
    inputs = _inputs(session, folder, resource, fiscal_year, last_month)
    material = inputs.resources[0]
    before = {key: values.copy() for key, values in material.slots.items()}
    [change] = apply_changes(inputs, [row])
    return ChangedSlots(change["text"], before, material.slots)


def _inputs(
    session: Session, folder: Path, resource: Resource, fiscal_year: int, last_month: int
) -> StatementInputs:
    sources = choose_sources(
        session,
        resource_ids=[resource.id],
        fiscal_year=fiscal_year,
        delivery_months=months_until(last_month),
    )
    values = read_sources(session, folder, sources, [resource.id])
    slots = {(month, kind): table for (_, month, kind), table in values.items() if kind in SLOT_KINDS}
    contract: dict[str, int | bool] = dict.fromkeys(CONTRACT_FIELDS, 0)
    material = ResourceMaterial(resource.id, resource.code, resource.name, contract, slots)
    return StatementInputs(resource.business_id, fiscal_year, last_month, [material], sources)
