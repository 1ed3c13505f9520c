"""デモの市場: businesses, resources with contracts, the notices as they went out, and the corrections since.

The notices tell what was fixed, computed by the same calculation as everything else from the data as it stood then:
before the corrections, and a few with a wrong contract value. So recomputing a case finds the difference that an
operator would; what was told with a wrong value stays fixed, and tied to no notice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from calc_core.slots import SLOTS_PER_DAY
from cases import history
from cases.history import SYSTEM, Person
from cases.models import Business, Contact
from helpdesk.demo import packaged
from helpdesk.demo.submitted import moment
from helpdesk.register.models import Contract, MonthResult, NotifiedResult, Resource
from helpdesk.register.month_results import newest
from helpdesk.register.notices import notice_figures
from helpdesk.register.parameter_sets import parameters_in_force
from helpdesk.register.result_fixing import mark_notified
from helpdesk.register.runs import compute
from helpdesk.register.slot_store import correct_day, read_month
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


def load_resources(session: Session, businesses: Mapping[str, int]) -> dict[str, int]:
    """Add the resources with their contracts; ids by code."""
    made = [
        Resource(
            code=item["code"],
            name=item["name"],
            business_id=businesses[item["business"]],
            area=item["area"],
            category=item["category"],
            plant=item["plant"],
            unit=item["unit"],
            installed_kw=item["installed_kw"],
            inefficient_coal=item["inefficient_coal"],
            contracts=[
                Contract(
                    fiscal_year=packaged.FISCAL_YEAR, **{field: item[field] for field in CONTRACT_FIELDS}
                )
            ],
        )
        for item in packaged.read_toml("resources.toml")["resources"]
    ]
    session.add_all(made)
    session.flush()
    return {resource.code: resource.id for resource in made}


def issue_notices(
    session: Session,
    slots_folder: Path,
    businesses: Mapping[str, int],
    resources: Mapping[str, int],
    *,
    by: Person,
) -> Market:
    """Tell the businesses what is fixed: before anything was corrected, and a few with a mistake."""
    story = packaged.read_toml("notices.toml")
    issuing = _Issuing(session, slots_folder, by)
    notices: dict[tuple[str, int], NotifiedResult] = {}
    for issue in story["issues"]:
        month = issue["delivery_month"]
        for code in issue["businesses"]:
            wrong = [
                {name: each[name] for name in _WRONG_ROW}
                for each in story["wrong_when_notified"]
                if (each["business"], each["delivery_month"]) == (code, month)
            ]
            number = f"0{code[1:]}"
            notices[code, month] = issuing.issue(businesses[code], issue, number=number, wrong=wrong)
    for issue in story["reissues"]:
        code = issue["business"]
        notice = issuing.issue(businesses[code], issue, number=f"0{code[1:]}-2", wrong=(), version=2)
        notices[code, issue["delivery_month"]] = notice
    return Market(businesses, resources, notices)


def correct_slots(
    session: Session, slots_folder: Path, resources: Mapping[str, int], *, now: datetime
) -> None:
    """Apply the corrections that came after the notices."""
    for correction in packaged.read_toml("notices.toml")["corrections"]:
        _correct(session, slots_folder, resources[correction["resource"]], correction, now=now)


class _Issuing:
    """Issues notices from the fixed results; one that went out with a wrong value is computed with it, and tied to none."""

    def __init__(self, session: Session, slots_folder: Path, by: Person) -> None:
        self._session, self._folder, self._by = session, slots_folder, by
        self._configuration = parameters_in_force(session).configuration
        self._results: dict[tuple[int, int], list[MonthResult]] = {}
        for result in newest(session, packaged.FISCAL_YEAR):
            self._results.setdefault((result.business_id, result.delivery_month), []).append(result)

    def issue(
        self,
        business_id: int,
        issue: Mapping[str, Any],
        *,
        number: str,
        wrong: Sequence[Mapping[str, Any]],
        version: int = 1,
    ) -> NotifiedResult:
        """The notice of one business and month as it went out."""
        month = issue["delivery_month"]
        results = self._results[business_id, month]
        figures = (
            self._wrong_figures(business_id, month, wrong)
            if wrong
            else notice_figures(results, parameters=self._configuration)
        )
        notice = NotifiedResult(
            business_id=business_id,
            fiscal_year=packaged.FISCAL_YEAR,
            delivery_month=month,
            version=version,
            figures=figures,
            notified_on=date.fromisoformat(issue["notified_on"]),
            document_number=f"交付額通知書 第{packaged.FISCAL_YEAR}-{month:02d}-{number}号",
            reason=issue.get("reason", ""),
        )
        self._session.add(notice)
        self._session.flush()
        if not wrong:
            self._tie(notice, results)
        return notice

    def _wrong_figures(
        self, business_id: int, month: int, wrong: Sequence[Mapping[str, Any]]
    ) -> list[list[str]]:
        inputs = gather(
            self._session,
            self._folder,
            business_id=business_id,
            fiscal_year=packaged.FISCAL_YEAR,
            delivery_month=month,
        )
        apply_changes(inputs, wrong)
        return [list(figure) for figure in compute(inputs, parameters=self._configuration).key_figures()]

    def _tie(self, notice: NotifiedResult, results: Sequence[MonthResult]) -> None:
        mark_notified(self._session, results, notice)
        content = {"notice": notice.id, "business": notice.business_id}
        content |= {"delivery_month": notice.delivery_month, "version": notice.version}
        content |= {"results": [result.id for result in results]}
        stream, then = f"assessment:{packaged.FISCAL_YEAR}", moment(notice.notified_on)
        history.record(self._session, stream, "month_notified", content, by=self._by, now=then)


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
