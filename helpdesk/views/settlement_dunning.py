"""督促状と延滞利息: what is due is sent or invoiced at one press; what went out is there as it was."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.errors import Refused
from helpdesk.ledger.dunning import DAYS_TO_PAY
from helpdesk.ledger.models import INVOICE_KINDS
from helpdesk.queries import settlement_dunning as queries
from helpdesk.users.permissions import can
from helpdesk.views.case_files import download
from helpdesk.views.request import desk, person, session
from helpdesk.views.settlement import blueprint
from helpdesk.workflows.bill_late_interest import bill_late_interest
from helpdesk.workflows.dun_late_payers import request_dunning, sent_letter


@blueprint.get("/letters")
def letters() -> str:
    """The letters that are due, those that are held back, those that went out."""
    only_paper = request.args.get("scope") == "paper"
    before = request.args.get("before", "")
    is_number = before.isascii() and before.isdigit() and len(before) < 10
    found = queries.dunning_page(
        session(), desk(), only_paper=only_paper, before=int(before) if is_number else None
    )
    kept = {"scope": "paper"} if only_paper else {}
    return render_template(
        "settlement_dunning/index.html",
        found=found,
        kinds=INVOICE_KINDS,
        after_days=desk().settings.dunning_after_days,
        days_to_pay=DAYS_TO_PAY,
        tabs=[
            {"label": "すべて", "url": url_for("settlement.letters"), "active": not only_paper},
            {
                "label": "印刷して送るもの",
                "url": url_for("settlement.letters", scope="paper"),
                "active": only_paper,
            },
        ],
        first_url=url_for("settlement.letters", **kept) if is_number else None,
        older_url=url_for("settlement.letters", **kept, before=found.older) if found.older else None,
        may_send=can(person(), "send_dunning"),
        may_bill=can(person(), "bill_statements"),
    )


@blueprint.post("/letters/send")
def send_letters() -> Response:
    """All letters that are due are to be made; a worker does it."""
    request_dunning(session(), desk(), by=person())
    flash("督促状の作成を始めます。終わると、この画面に結果が出ます", "success")
    return redirect(url_for("settlement.letters"))


@blueprint.get("/letters/<int:notice_id>.pdf")
def letter_file(notice_id: int) -> Response:
    """The letter as it went out, byte for byte."""
    made = sent_letter(session(), desk(), notice_id)
    return download(made.content, made.file_name)


@blueprint.post("/interest/bill")
def bill_interest() -> Response:
    """延滞利息の請求: of all invoices that are paid in full, or of one."""
    one = request.form.get("invoice", "")
    invoice_id = int(one) if one.isascii() and one.isdigit() and len(one) < 10 else None
    try:
        made = bill_late_interest(session(), desk(), by=person(), invoice_id=invoice_id)
    except Refused as refused:
        session().rollback()
        flash(refused.problems[0].message, "warning")
    else:
        total = sum(each.amount_yen for each in made)
        flash(f"延滞利息 {len(made):,}件（{total:,}円）を請求しました", "success")
        if len(made) == 1:
            return redirect(url_for("settlement.invoice", invoice_id=made[0].id))
    return redirect(url_for("settlement.letters"))
