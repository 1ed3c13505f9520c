"""契約の登録: checked contracts beside those that are registered: new, the same, or changed and told with both values."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.history import Person
from helpdesk.desk import Desk
from helpdesk.errors import Problem, Refused
from helpdesk.imports.checked import Checked
from helpdesk.imports.kept import Kept, bounded
from helpdesk.imports.versioned import in_words
from helpdesk.register.models import Contract, ImportedFile, Resource

RESOURCE_LABELS: Final = {
    "name": "電源等名",
    "business_id": "事業者",
    "area": "エリア",
    "category": "電源等区分",
    "plant": "発電所名",
    "unit": "ユニット名",
    "installed_kw": "設備容量",
}
CONTRACT_LABELS: Final = {
    "contract_kw": "契約容量",
    "assessed_kw": "アセスメント対象容量",
    "price_yen_per_kw": "約定単価",
    "transitional_deduction_yen": "経過措置控除額",
    "inefficient_coal": "非効率石炭",
    "coal_kw": "石炭設備容量",
    "total_kw": "計量単位の設備容量",
}


@dataclass(frozen=True, slots=True)
class ContractEntry:
    """一行: the resource's code, its columns and those of the contract. `place` says where it was written."""

    code: str  # in one width and case
    resource: Mapping[str, Any]
    contract: Mapping[str, Any]
    place: str


@dataclass(frozen=True, slots=True)
class _Change:
    """One value that was registered otherwise."""

    resource: str
    fiscal_year: int | None  # none: of the resource itself
    column: str
    old: Any
    new: Any

    def words(self) -> str:
        label = (RESOURCE_LABELS | CONTRACT_LABELS)[self.column]
        year = f" {self.fiscal_year}年度" if self.fiscal_year else ""
        return f"{self.resource}{year}：{label} {in_words(self.old)} → {in_words(self.new)}"


def keep_contracts(
    session: Session, desk: Desk, checked: Checked, *, file: ImportedFile | None, by: Person, now: datetime
) -> Kept:
    """Register them. Raises `Refused` where a resource is registered for another business."""
    entries: list[ContractEntry] = checked.entries
    resources = {one_code(row.code): row for row in session.scalars(select(Resource))}
    years = {entry.contract["fiscal_year"] for entry in entries}
    rows = session.scalars(select(Contract).where(Contract.fiscal_year.in_(years)))
    contracts = {(row.resource_id, row.fiscal_year): row for row in rows}
    _refuse_other_businesses(entries, resources)
    _add_resources(session, entries, resources)
    states, changes, seen = [], [], set()
    for entry in entries:
        resource = resources[entry.code]
        changed = (
            [] if entry.code in seen else _update(resource, entry.resource, RESOURCE_LABELS, entry.code, None)
        )
        seen.add(entry.code)
        year = entry.contract["fiscal_year"]
        contract = contracts.get((resource.id, year))
        if contract is None:
            session.add(Contract(resource_id=resource.id, **entry.contract))
        else:
            changed += _update(contract, entry.contract, CONTRACT_LABELS, entry.code, year)
        changes += changed
        states.append("new" if contract is None else "corrected" if changed else "known")
    session.flush()
    return Kept(
        states.count("new"),
        states.count("corrected"),
        states.count("known"),
        states=states,
        changes=bounded([change.words() for change in changes]),
        told={
            "changes": [
                [each.resource, each.fiscal_year, each.column, each.old, each.new] for each in changes
            ]
        },
    )


def _refuse_other_businesses(entries: list[ContractEntry], resources: Mapping[str, Resource]) -> None:
    problems = [
        Problem(
            entry.place,
            f"電源等「{entry.code}」は別の事業者で登録されています。コードを確かめてください。"
            "承継は新しい電源等コードで登録し、電源等差替で移します",
        )
        for entry in entries
        if entry.code in resources and resources[entry.code].business_id != entry.resource["business_id"]
    ]
    if problems:
        raise Refused(problems)


def _add_resources(session: Session, entries: list[ContractEntry], resources: dict[str, Resource]) -> None:
    made: dict[str, Resource] = {}
    for entry in sorted(entries, key=lambda each: each.contract["fiscal_year"]):
        if entry.code not in resources:
            row = made.setdefault(entry.code, Resource(code=entry.code, **entry.resource))
            row.inefficient_coal = entry.contract["inefficient_coal"]  # as the newest contract has it
    session.add_all(made.values())
    session.flush()
    resources.update(made)


def _update(
    row: Resource | Contract,
    values: Mapping[str, Any],
    labels: Mapping[str, str],
    code: str,
    fiscal_year: int | None,
) -> list[_Change]:
    """Set what differs, in more than the width of letters, and say so."""
    changes = []
    for name in labels:
        old, new = getattr(row, name), values[name]
        if _one_width(old) != _one_width(new):
            changes.append(_Change(code, fiscal_year, name, old, new))
            setattr(row, name, new)
    return changes


def one_code(code: str) -> str:
    """A resource's code as it is compared and registered: p001 is P001."""
    return unicodedata.normalize("NFKC", code).strip().upper()


def _one_width(value: Any) -> Any:
    return unicodedata.normalize("NFKC", value) if isinstance(value, str) else value
