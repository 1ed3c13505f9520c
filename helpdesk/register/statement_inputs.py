"""計算の入力: contracts and slots of a business from April to a month, as a statement takes them and a run keeps them.

What a run keeps is enough to gather the very same inputs again, whatever was corrected in the meantime: contract
values as they were, slot files and corrections by name, and a digest of the effective values.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core import fiscal_year as fiscal_years
from calc_core.fiscal_year import DELIVERY_MONTHS
from calc_core.statement import ResourceInput
from cases.models import Business
from helpdesk.errors import NotFound, Problem, Refused
from helpdesk.register.models import Contract, Resource
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
    """電源等 of a calculation: contract values by field, effective slots by (delivery month, kind)."""

    id: int
    code: str
    name: str
    contract: dict[str, int | bool]
    slots: dict[tuple[int, str], np.ndarray]

    def slots_digest(self) -> str:
        """SHA-256 over all slots, in the order of months and kinds."""
        digest = hashlib.sha256()
        for month, kind in sorted(self.slots, key=lambda key: (DELIVERY_MONTHS.index(key[0]), key[1])):
            digest.update(f"{month} {kind} ".encode())
            digest.update(self.slots[month, kind].astype("<i4").tobytes())
        return digest.hexdigest()


@dataclass(slots=True)
class StatementInputs:
    """計算の入力, and the names of the files and corrections that the slots were read from."""

    business_id: int
    fiscal_year: int
    delivery_month: int
    resources: list[ResourceMaterial]
    sources: list[SlotSource]

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
                }
                for resource in self.resources
            ],
            "slot_sources": [source.to_json() for source in self.sources],
        }

    def to_resource_inputs(self) -> list[ResourceInput]:
        """The resources as `calc_core.statement` takes them."""
        return [
            ResourceInput(
                resource=resource.code,
                name=resource.name,
                **resource.contract,
                offered_kw_by_month=_of_kind(resource, "offered_kw", np.int32),
                multiplier_by_month=_of_kind(resource, "multiplier", np.int8),
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
    rows = session.execute(
        select(Resource, Contract)
        .join(Contract, Contract.resource_id == Resource.id)
        .where(Resource.business_id == business_id, Contract.fiscal_year == fiscal_year)
        .order_by(Resource.code)
    ).all()
    if not rows:
        raise Refused(
            [
                Problem(
                    business.name, f"{fiscal_year} 年度の契約が登録されていません。契約を取り込んでください"
                )
            ]
        )
    resources = [
        ResourceMaterial(
            resource.id,
            resource.code,
            resource.name,
            {field: getattr(contract, field) for field in CONTRACT_FIELDS},
            {},
        )
        for resource, contract in rows
    ]
    ids = [resource.id for resource in resources]
    sources = choose_sources(
        session,
        resource_ids=ids,
        fiscal_year=fiscal_year,
        delivery_months=months,
        corrected_before=corrected_before,
    )
    inputs = StatementInputs(business_id, fiscal_year, delivery_month, resources, sources)
    _read_slots(session, folder, inputs)
    return inputs


def gather_again(session: Session, folder: Path, kept: dict[str, Any]) -> StatementInputs:
    """The inputs of a run as they were, from what the run kept of them."""
    resources = [
        ResourceMaterial(
            item["id"], item["code"], item["name"], {field: item[field] for field in CONTRACT_FIELDS}, {}
        )
        for item in kept["resources"]
    ]
    sources = [SlotSource.from_json(source) for source in kept["slot_sources"]]
    inputs = StatementInputs(
        kept["business_id"], kept["fiscal_year"], kept["delivery_month"], resources, sources
    )
    _read_slots(session, folder, inputs)
    return inputs


def _read_slots(session: Session, folder: Path, inputs: StatementInputs) -> None:
    ids: Sequence[int] = [resource.id for resource in inputs.resources]
    found = read_sources(session, folder, inputs.sources, ids)
    by_id = {resource.id: resource for resource in inputs.resources}
    for (resource_id, month, kind), values in found.items():
        by_id[resource_id].slots[month, kind] = values


def _of_kind(resource: ResourceMaterial, kind: str, dtype: type) -> dict[int, np.ndarray]:
    return {month: values.astype(dtype) for (month, each), values in resource.slots.items() if each == kind}
