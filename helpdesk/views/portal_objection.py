"""異議申立て: the form against a notice: grounds, values as they should be, amounts as they should be."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

import cases.errors
from helpdesk.errors import HelpdeskError, Problem
from helpdesk.forms.calculations import field_ids
from helpdesk.forms.fields import row_number
from helpdesk.forms.portal_cases import ACCEPT
from helpdesk.forms.portal_objection import ObjectionForm, read_objection
from helpdesk.queries import calculations, portal_notices
from helpdesk.register.claims import CLAIM, amount_place, claimable
from helpdesk.register.lookups import contracts_of_business, notified_in_force
from helpdesk.register.models import NotifiedResult
from helpdesk.views.portal import blueprint, own_business_id
from helpdesk.views.request import desk, person, session
from helpdesk.workflows import receive_form


@blueprint.get("/objection")
def objection() -> str | Response:
    """Choose a notice; with one chosen, the form."""
    wanted = request.args.get("notice", "")
    if not wanted:
        notices = portal_notices.choices(session(), own_business_id())
        return render_template("portal_objection/choose.html", notices=notices)
    notice = portal_notices.own_notice(session(), row_number(wanted), person())
    newest = notified_in_force(session(), notice.business_id, notice.fiscal_year, notice.delivery_month)
    if newest is not None and newest.id != notice.id:
        flash(f"{notice.document_number} は差し替えられています。差替後の通知への申立てです", "info")
        return redirect(url_for("portal.objection", notice=newest.id))
    return _page(notice, read_objection(MultiDict(), MultiDict()), [])


@blueprint.post("/objection/<int:notice_id>")
def send_objection(notice_id: int) -> str | Response | tuple[str, int]:
    """Receive the objection; every problem at once, nothing lost of what was typed."""
    notice = portal_notices.own_notice(session(), notice_id, person())
    form = read_objection(request.form, request.files)
    if request.form.get("do") == "more":
        session().rollback()  # the form's token is not spent
        return _page(portal_notices.own_notice(session(), notice_id, person()), form, [])
    try:
        case = receive_form.object_to(
            session(),
            desk(),
            notice.id,
            grounds=form.grounds,
            claims=form.claims,
            claimed_figures=form.amounts,
            files=form.files,
            found=form.problems,
            by=person(),
        )
    except (cases.errors.CasesError, HelpdeskError) as error:
        session().rollback()
        notice = portal_notices.own_notice(session(), notice_id, person())
        return _page(notice, form, _problems_of(error)), 422
    return redirect(url_for("portal.received", number=case.number))


def _problems_of(error: Exception) -> list[Problem]:
    listed = getattr(error, "problems", None)
    if listed is None:
        return [Problem("対象の通知", str(error))]
    return [Problem(each.where, each.message) for each in listed]


def _page(notice: NotifiedResult, form: ObjectionForm, problems: list[Problem]) -> str:
    contracts = contracts_of_business(session(), notice.business_id, notice.fiscal_year)
    first_date, last_date = calculations.slot_period(notice)
    figures = calculations.notified_rows(notice)
    shown = {row["key"]: row["notified"] for row in figures}
    amounts = [
        {
            "key": key,
            "label": label,
            "notified": shown[key],
            "typed": form.amounts.get(key, ""),
            "place": amount_place(label),
            "of_resource": key.startswith("resource."),
        }
        for key, label in claimable(notice)
    ]
    fields = field_ids(CLAIM, form.rows)
    fields |= {row["place"]: f"amount-{at}" for at, row in enumerate(amounts, 1)}
    fields |= {"申立ての理由": "grounds", "添付ファイル": "files"}
    return render_template(
        "portal_objection/show.html",
        notice=notice,
        title=portal_notices.title(notice),
        form=form,
        rows=form.rows,
        kinds=calculations.change_kinds(),
        units=calculations.VALUE_UNITS,
        days={"min": first_date.isoformat(), "max": last_date.isoformat()},
        resources=[
            (each.resource.code, f"{each.resource.name}（{each.resource.code}）") for each in contracts
        ],
        amounts=amounts,
        accept=ACCEPT,
        problems=problems,
        fields=fields,
    )
