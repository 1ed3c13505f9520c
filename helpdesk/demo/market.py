"""デモの市場: businesses, contracts, three months of slots, the notices as they went out, and the corrections since.

The notices are computed by the same calculation as everything else, from the data as it stood then: with a few
wrong contract values and before the corrections. So recomputing a case finds the difference that an operator would.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from calc_core.slots import SLOTS_PER_DAY
from cases.history import SYSTEM
from cases.models import Business, Contact
from helpdesk.demo import packaged
from helpdesk.register.models import Contract, NotifiedResult, Resource
from helpdesk.register.runs import compute
from helpdesk.register.slot_store import correct_day, read_month, write_month
from helpdesk.register.statement_inputs import CONTRACT_FIELDS, gather
from helpdesk.register.what_if import apply_changes

_WRONG_ROW = ("kind", "resource", "value")


@dataclass(frozen=True, slots=True)
class Market:
    """What was loaded: ids of businesses and resources by code, notices by business and delivery month."""

    businesses: Mapping[str, int]
    resources: Mapping[str, int]
    notices: Mapping[tuple[str, int], NotifiedResult]


def load_businesses(session: Session) -> dict[str, int]:
    """Add the businesses with their people; ids by code."""
    made = []
    for item in packaged.read_toml("businesses.toml")["businesses"]:
        contacts = [Contact(**contact) for contact in item["contacts"]]
        made.append(Business(**{**item, "contacts": contacts}))
    session.add_all(made)
    session.flush()
    return {business.code: business.id for business in made}


def load_market(
    session: Session, slots_folder: Path, businesses: Mapping[str, int], *, now: datetime
) -> Market:
    """Add resources, contracts and slots, issue the notices, then apply the corrections that came after them."""
    contracted = packaged.read_toml("resources.toml")["resources"]
    resources = _add_resources(session, contracted, businesses)
    _add_slots(session, slots_folder, contracted, resources, now=now)
    story = packaged.read_toml("notices.toml")
    notices: dict[tuple[str, int], NotifiedResult] = {}
    for issue in story["issues"]:
        for code in issue["businesses"]:
            month = issue["delivery_month"]
            wrong = [
                {name: each[name] for name in _WRONG_ROW}
                for each in story["wrong_when_notified"]
                if (each["business"], each["delivery_month"]) == (code, month)
            ]
            notices[code, month] = _notify(
                session, slots_folder, businesses[code], issue, number=f"0{code[1:]}", wrong=wrong, version=1
            )
    for issue in story["reissues"]:
        code = issue["business"]
        notices[code, issue["delivery_month"]] = _notify(
            session, slots_folder, businesses[code], issue, number=f"0{code[1:]}-2", wrong=(), version=2
        )
    for correction in story["corrections"]:
        _correct(session, slots_folder, resources[correction["resource"]], correction, now=now)
    return Market(businesses, resources, notices)


def _add_resources(
    session: Session, contracted: Sequence[Mapping[str, Any]], businesses: Mapping[str, int]
) -> dict[str, int]:
    made = [
        Resource(
            code=item["code"],
            name=item["name"],
            business_id=businesses[item["business"]],
            area=item["area"],
            category=item["category"],
            plant=item["plant"],
            installed_kw=item["installed_kw"],
            inefficient_coal=item["inefficient_coal"],
            contracts=[
                Contract(
                    fiscal_year=packaged.FISCAL_YEAR, **{field: item[field] for field in CONTRACT_FIELDS}
                )
            ],
        )
        for item in contracted
    ]
    session.add_all(made)
    session.flush()
    return {resource.code: resource.id for resource in made}


def _add_slots(
    session: Session,
    slots_folder: Path,
    contracted: list[dict[str, Any]],
    resources: Mapping[str, int],
    *,
    now: datetime,
) -> None:
    order = [resources[item["code"]] for item in contracted]
    for month in packaged.DELIVERY_MONTHS:
        by_kind = {
            "offered_kw": packaged.offered_kw(month),
            "multiplier": packaged.multipliers(month, contracted),
        }
        for kind, values in by_kind.items():
            write_month(
                session,
                slots_folder,
                fiscal_year=packaged.FISCAL_YEAR,
                delivery_month=month,
                kind=kind,
                resource_ids=order,
                values=values,
                now=now,
            )


def _notify(
    session: Session,
    slots_folder: Path,
    business_id: int,
    issue: Mapping[str, Any],
    *,
    number: str,
    wrong: Sequence[Mapping[str, Any]],
    version: int,
) -> NotifiedResult:
    """Issue a notice from what is registered now, with the values that were wrong when it went out."""
    month = issue["delivery_month"]
    inputs = gather(
        session,
        slots_folder,
        business_id=business_id,
        fiscal_year=packaged.FISCAL_YEAR,
        delivery_month=month,
    )
    apply_changes(inputs, wrong)
    notice = NotifiedResult(
        business_id=business_id,
        fiscal_year=packaged.FISCAL_YEAR,
        delivery_month=month,
        version=version,
        figures=[list(figure) for figure in compute(inputs).key_figures()],
        notified_on=date.fromisoformat(issue["notified_on"]),
        document_number=f"交付額通知書 第{packaged.FISCAL_YEAR}-{month:02d}-{number}号",
        reason=issue.get("reason", ""),
    )
    session.add(notice)
    session.flush()
    return notice


def _correct(
    session: Session, slots_folder: Path, resource_id: int, correction: Mapping[str, Any], *, now: datetime
) -> None:
    first, last = correction.get("first_slot", 1), correction.get("last_slot", SLOTS_PER_DAY)
    for day in packaged.days_between(correction["first_date"], correction["last_date"]):
        month = read_month(
            session, slots_folder, resource_id, packaged.FISCAL_YEAR, day.month, correction["kind"]
        )
        values = np.array(month[day.day - 1])
        values[first - 1 : last] = correction["value"]
        correct_day(
            session,
            resource_id=resource_id,
            kind=correction["kind"],
            on=day,
            values=values,
            reason=correction["reason"],
            by=SYSTEM,
            now=now,
        )
