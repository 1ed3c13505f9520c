"""計算の入力: contracts, slots and events of a business from April to a month, as a statement takes and a run keeps them.

What a run keeps is enough to gather the very same inputs again, whatever was corrected in the meantime: contract
values as they were, slot files and corrections by name, a digest of the effective values, and events and metered coal
themselves. Contract periods, events and coal are kept only where there are any beyond one contract all year.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from calc_core import fiscal_year as fiscal_years
from calc_core.coal_year import CoalYear
from calc_core.contract_period import ContractPeriod
from calc_core.contract_stretches import month_stretches
from calc_core.fiscal_year import DELIVERY_MONTHS, days_in_month
from calc_core.slot_event import SlotEvent
from calc_core.slots import SLOTS_PER_DAY
from calc_core.statement import ResourceInput
from cases.models import Business
from helpdesk.errors import NotFound, Problem, Refused
from helpdesk.register.assessed_resources import AssessedResource, assessed_resources
from helpdesk.register.kept_inputs import coal_json, coal_of, event_json, event_of, periods_json, periods_of
from helpdesk.register.models import SLOT_KINDS
from helpdesk.register.slot_store import SlotSource, choose_sources, read_sources

CONTRACT_FIELDS = (
    "contract_kw",
    "assessed_kw",
    "price_yen_per_kw",
    "transitional_deduction_yen",
    "inefficient_coal",
)


@dataclass(slots=True)
class ResourceMaterial:
    """電源等 of a calculation: contract values by field, effective slots by (delivery month, kind).

    `periods` are empty where the contract holds all year as its values say.
    """

    id: int
    code: str
    name: str
    contract: dict[str, int | bool]
    slots: dict[tuple[int, str], np.ndarray]
    periods: tuple[ContractPeriod, ...] = ()
    events: tuple[SlotEvent, ...] = ()
    coal: CoalYear | None = None

    def slots_digest(self) -> str:
        """SHA-256 over all slots, in the order of months and kinds."""
        digest = hashlib.sha256()
        for month, kind in sorted(self.slots, key=lambda key: (DELIVERY_MONTHS.index(key[0]), key[1])):
            digest.update(f"{month} {kind} ".encode())
            digest.update(self.slots[month, kind].astype("<i4").tobytes())
        return digest.hexdigest()

    def beyond_contract(self) -> dict[str, Any]:
        """What a run keeps of periods, events and coal: only what there is."""
        kept: dict[str, Any] = {}
        if self.periods:
            kept["periods"] = periods_json(self.periods)
        if self.events:
            kept["events"] = [event_json(event) for event in self.events]
        if self.coal is not None:
            kept["coal"] = coal_json(self.coal)
        return kept

    def owes_in(self, fiscal_year: int, delivery_month: int) -> bool:
        """Whether a contract stands in some slot of a month."""
        return not self.periods or bool(month_stretches(fiscal_year, delivery_month, self.periods))


@dataclass(slots=True)
class StatementInputs:
    """計算の入力, and the names of the files and corrections that the slots were read from."""

    business_id: int
    fiscal_year: int
    delivery_month: int
    resources: list[ResourceMaterial]
    sources: list[SlotSource]
    warnings: list[str] = field(default_factory=list)  # what was left out, for a person to look at

    def to_json(self) -> dict[str, Any]:
        """What a run keeps of its inputs."""
        return {
            "business_id": self.business_id,
            "fiscal_year": self.fiscal_year,
            "delivery_month": self.delivery_month,
            "resources": [
                {
                    "id": resource.id,
                    "code": resource.code,
                    "name": resource.name,
                    **resource.contract,
                    "slots_digest": resource.slots_digest(),
                    **resource.beyond_contract(),
                }
                for resource in self.resources
            ],
            "slot_sources": [source.to_json() for source in self.sources],
        } | ({"warnings": list(self.warnings)} if self.warnings else {})

    def to_resource_inputs(self) -> list[ResourceInput]:
        """The resources as `calc_core.statement` takes them."""
        return [
            ResourceInput(
                resource=resource.code,
                name=resource.name,
                **resource.contract,
                offered_kw_by_month=_of_kind(resource, "offered_kw", np.int32),
                multiplier_by_month=_of_kind(resource, "multiplier", np.int8),
                periods=resource.periods,
                events=resource.events,
                coal=resource.coal,
            )
            for resource in self.resources
        ]


def months_until(delivery_month: int) -> tuple[int, ...]:
    """The delivery months from April to this one. Raises `Refused` for anything but 1 … 12."""
    if delivery_month not in DELIVERY_MONTHS:
        raise Refused(
            [Problem("実需給月", f"「{delivery_month}」は月ではありません。4〜12、1〜3 で指定してください")]
        )
    return fiscal_years.months_until(delivery_month)


def gather(
    session: Session,
    folder: Path,
    *,
    business_id: int,
    fiscal_year: int,
    delivery_month: int,
    corrected_before: datetime | None = None,
) -> StatementInputs:
    """What is in force now for a business, or was before some slots were corrected.

    Raises `NotFound`, `Refused` without contracts, `SlotsMissing`.
    """
    months = months_until(delivery_month)
    business = session.get(Business, business_id)
    if business is None:
        raise NotFound(f"事業者 {business_id} は登録されていません")
    assessed = assessed_resources(
        session, folder, fiscal_year=fiscal_year, delivery_months=months, business_id=business_id
    )
    if not assessed.resources:
        message = f"{fiscal_year} 年度の契約が登録されていません。契約を取り込んでください"
        raise Refused([Problem(business.name, message)])
    resources = [_material(each) for each in assessed.resources]
    sources = [
        source
        for of_months, ids in _months_by_ids(resources, fiscal_year, months)
        for source in choose_sources(
            session,
            resource_ids=ids,
            fiscal_year=fiscal_year,
            delivery_months=of_months,
            corrected_before=corrected_before,
        )
    ]
    inputs = StatementInputs(business_id, fiscal_year, delivery_month, resources, sources, assessed.warnings)
    _read_slots(session, folder, inputs)
    return inputs


def gather_again(session: Session, folder: Path, kept: dict[str, Any]) -> StatementInputs:
    """The inputs of a run as they were, from what the run kept of them."""
    resources = [
        ResourceMaterial(
            item["id"],
            item["code"],
            item["name"],
            {field: item[field] for field in CONTRACT_FIELDS},
            {},
            periods_of(item.get("periods", ())),
            tuple(event_of(event) for event in item.get("events", ())),
            coal_of(item["coal"]) if "coal" in item else None,
        )
        for item in kept["resources"]
    ]
    sources = [SlotSource.from_json(source) for source in kept["slot_sources"]]
    inputs = StatementInputs(
        kept["business_id"],
        kept["fiscal_year"],
        kept["delivery_month"],
        resources,
        sources,
        list(kept.get("warnings", ())),
    )
    _read_slots(session, folder, inputs)
    return inputs


def _material(each: AssessedResource) -> ResourceMaterial:
    """The contract's values are those of the first period: all there is to say where it holds all year."""
    first = each.periods[0]
    holds_all_year = each.periods == (replace(first, first=None, last=None),)
    return ResourceMaterial(
        each.row.id,
        each.row.code,
        each.row.name,
        {name: getattr(first, name) for name in CONTRACT_FIELDS},
        {},
        () if holds_all_year else each.periods,
        each.events,
        each.coal,
    )


def _months_by_ids(
    resources: Sequence[ResourceMaterial], fiscal_year: int, months: Sequence[int]
) -> list[tuple[list[int], list[int]]]:
    """Neighbouring months of which the same resources owe something: (months, resource ids)."""
    found: list[tuple[list[int], list[int]]] = []
    for month in months:
        ids = [each.id for each in resources if each.owes_in(fiscal_year, month)]
        if found and found[-1][1] == ids:
            found[-1][0].append(month)
        else:
            found.append(([month], ids))
    return found


def _read_slots(session: Session, folder: Path, inputs: StatementInputs) -> None:
    by_id = {resource.id: resource for resource in inputs.resources}
    months = list(dict.fromkeys(source.delivery_month for source in inputs.sources))
    for of_months, ids in _months_by_ids(inputs.resources, inputs.fiscal_year, months):
        sources = [source for source in inputs.sources if source.delivery_month in of_months]
        for (resource_id, month, kind), values in read_sources(session, folder, sources, ids).items():
            by_id[resource_id].slots[month, kind] = values
        for resource in inputs.resources:
            if resource.id not in ids:  # owes nothing there: its slots have no meaning
                resource.slots |= _idle(inputs.fiscal_year, of_months)


def _idle(fiscal_year: int, months: Sequence[int]) -> dict[tuple[int, str], np.ndarray]:
    return {
        (month, kind): np.full(
            (days_in_month(fiscal_year, month), SLOTS_PER_DAY), kind == "multiplier", np.int32
        )
        for month in months
        for kind in SLOT_KINDS
    }


def _of_kind(resource: ResourceMaterial, kind: str, dtype: type) -> dict[int, np.ndarray]:
    return {month: values.astype(dtype) for (month, each), values in resource.slots.items() if each == kind}
