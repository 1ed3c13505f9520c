"""異議申立ての入力画面: which notices can be objected to, and what the fields of the form need."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.models import Case, Contact
from helpdesk.forms.objections import CHANNELS, ObjectionForm, amount_fields
from helpdesk.queries.calculations import VALUE_UNITS, change_kinds, slot_period
from helpdesk.queries.cases import business_choices
from helpdesk.register.lookups import contracts_of_business, in_force, notified_results, results_of_case
from helpdesk.register.models import NotifiedResult


def notice_of_case(session: Session, case: Case) -> NotifiedResult | None:
    """The notice that the case is tied to already, if it is tied to any."""
    linked = results_of_case(session, case.id)
    return linked[-1] if linked else None


def choices(session: Session, case: Case | None, business_id: int | None) -> dict[str, Any]:
    """The businesses, and of the one chosen its people and the notices in force."""
    found = notified_results(session, business_id) if business_id else []
    standing = in_force(found)
    people = select(Contact.id, Contact.name).where(Contact.business_id == business_id).order_by(Contact.id)
    return {
        "case": case,
        "businesses": business_choices(session),
        "business_id": business_id,
        "notices": [
            (each.id, f"{each.fiscal_year}年度 {each.delivery_month}月分（{each.document_number}）")
            for each in found
            if standing[each.id]
        ],
        "contacts": [(row.id, row.name) for row in session.execute(people)] if business_id else [],
        "channels": CHANNELS,
    }


def form_values(
    session: Session, form: ObjectionForm, notice: NotifiedResult | None, problems: list
) -> dict[str, Any]:
    """What the fields of an objection need; without a notice there are none."""
    if notice is None:
        return {"form": form, "notice": None, "problems": problems, "fields": {}}
    contracts = contracts_of_business(session, notice.business_id, notice.fiscal_year)
    first_date, last_date = slot_period(notice)
    return {
        "form": form,
        "notice": notice,
        "problems": problems,
        "fields": form.fields(notice),
        "amounts": amount_fields(notice, form.amounts),
        "kinds": change_kinds(),
        "units": VALUE_UNITS,
        "days": {"min": first_date.isoformat(), "max": last_date.isoformat()},
        "resources": [
            (each.resource.code, f"{each.resource.name}（{each.resource.code}）") for each in contracts
        ],
    }
