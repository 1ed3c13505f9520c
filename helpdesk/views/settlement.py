"""入金: who is overdue, reminded and called; one invoice with its follow-up, letters and interest."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.call_checks import OUTCOMES
from cases.errors import LineBusy
from helpdesk.errors import NotFound
from helpdesk.ledger.due_days import POLICY
from helpdesk.ledger.dunning import letter_of, title_of
from helpdesk.ledger.lists import allocations_of_invoices
from helpdesk.ledger.models import INVOICE_KINDS
from helpdesk.queries import settlement as queries
from helpdesk.users.permissions import can, require
from helpdesk.views.request import desk, person, session
from helpdesk.workflows import call_late_payer

blueprint = Blueprint("settlement", __name__, url_prefix="/settlement")


@blueprint.before_request
def _only_who_sees_the_ledger() -> None:
    require(person(), "see_ledger", "入金を見る")


@blueprint.get("/")
def index() -> str:
    """The overdue invoices at this moment."""
    scope = request.args.get("scope", queries.CALL)
    scope = scope if scope in queries.SCOPES else queries.CALL
    text = request.args.get("q", "").strip()[:60]
    found = queries.overdue_list(
        session(), desk(), scope=scope, text=text, after=request.args.get("after", "")
    )
    tabs = [
        {
            "label": label,
            "url": url_for("settlement.index", scope=key),
            "active": key == scope,
            "count": found.counts[key],
        }
        for key, label in queries.SCOPES.items()
    ]
    kept = {"scope": scope} | ({"q": text} if text else {})
    return render_template(
        "settlement/index.html",
        found=found,
        scope=scope,
        text=text,
        tabs=tabs,
        letters_due=found.letters_due,
        title_of=title_of,
        first_url=url_for("settlement.index", **kept) if found.has_before else None,
        more_url=url_for("settlement.index", **kept, after=found.after) if found.after else None,
        policy=POLICY,
        **_words(),
    )


@blueprint.get("/invoices/<int:invoice_id>")
def invoice(invoice_id: int) -> str:
    """One invoice: what was paid on it, and what came of the calls."""
    row = queries.overdue_row(session(), desk(), invoice_id)
    if row is None:
        raise NotFound("その請求書は登録されていません")
    others = queries.other_overdue(session(), row.standing, now=desk().clock())
    return render_template(
        "settlement/invoice.html",
        row=row,
        others=others,
        money=queries.invoice_money(session(), desk(), row.standing.invoice),
        title_of=title_of,
        letter_of=letter_of,
        may_bill=can(person(), "bill_statements"),
        allocations=allocations_of_invoices(session(), [invoice_id]),
        policy=POLICY,
        **_words(),
    )


@blueprint.post("/invoices/<int:invoice_id>/case")
def open_case(invoice_id: int) -> Response:
    """Open the case of an overdue invoice."""
    try:
        case = call_late_payer.open_case(session(), desk(), invoice_id, by=person())
    except call_late_payer.AlreadyPaid as paid:
        return _already_paid(invoice_id, paid)
    return redirect(url_for("cases.show", number=case.number))


@blueprint.post("/invoices/<int:invoice_id>/call")
def call(invoice_id: int) -> Response:
    """Call: unless it has been paid since the list was made."""
    try:
        begun = call_late_payer.call(session(), desk(), invoice_id, by=person())
    except call_late_payer.AlreadyPaid as paid:
        return _already_paid(invoice_id, paid)
    except LineBusy as busy:
        session().rollback()
        flash(str(busy), "warning")
        return redirect(url_for("calls.show", call_id=busy.call_id))
    return redirect(url_for("calls.show", call_id=begun.id))


def _already_paid(invoice_id: int, paid: Exception) -> Response:
    session().rollback()
    flash(str(paid), "success")
    return redirect(url_for("settlement.invoice", invoice_id=invoice_id))


def _words() -> dict:
    return {
        "kinds": INVOICE_KINDS,
        "outcomes": OUTCOMES,
        "may_work": can(person(), "work_on_cases"),
        "may_record": can(person(), "record_receipts"),
    }
