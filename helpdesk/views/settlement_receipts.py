"""入金と消込: receipts entered by hand, allocated to invoices, taken back where that was wrong."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.clock import in_japan
from helpdesk.errors import Problem, Refused
from helpdesk.forms.settlement import (
    read_allocation,
    read_choice,
    read_receipt,
    read_refund,
    read_together,
)
from helpdesk.ledger.balances import left_yen
from helpdesk.ledger.candidates import candidates
from helpdesk.ledger.lists import ReceiptRow, allocations_of_receipt, receipt_list
from helpdesk.ledger.receipts import receipt_by_id
from helpdesk.ledger.reversing import reversals_of
from helpdesk.queries.cases import business_choices
from helpdesk.queries.settlement_receipts import (
    likely_payee,
    refunds_of,
    reversed_note,
    together_of,
    with_candidates,
)
from helpdesk.users.permissions import can, require
from helpdesk.views.request import desk, person, session
from helpdesk.views.settlement import blueprint
from helpdesk.workflows import keep_ledger

_SCOPES = {"left": "未消込", "all": "すべて"}


@blueprint.get("/receipts")
def receipts() -> str:
    """The receipts, those with something to allocate first of all."""
    scope = "all" if request.args.get("scope") == "all" else "left"
    text = request.args.get("q", "").strip()[:60]
    rows, older = receipt_list(
        session(), only_left=scope == "left", text=text, before=request.args.get("older", "")
    )
    return _queue_page(rows, older, scope, text, [])


def _queue_page(
    rows: list[ReceiptRow], older: str | None, scope: str, text: str, problems: list[Problem]
) -> str:
    kept = {"scope": scope} | ({"q": text} if text else {})
    return render_template(
        "settlement_receipts/index.html",
        queue=with_candidates(session(), rows),
        problems=problems,
        scope=scope,
        text=text,
        tabs=[
            {"label": label, "url": url_for("settlement.receipts", scope=key), "active": key == scope}
            for key, label in _SCOPES.items()
        ],
        first_url=url_for("settlement.receipts", **kept) if request.args.get("older") else None,
        older_url=url_for("settlement.receipts", **kept, older=older) if older else None,
        may_record=can(person(), "record_receipts"),
    )


@blueprint.post("/receipts/allocate")
def allocate_chosen() -> Response | tuple[str, int]:
    """消込: the chosen receipts pay the invoices proposed for them, all or none."""
    require(person(), "record_receipts", "消込をする")
    try:
        wanted = read_choice(request.form.getlist("choice"))
        done = keep_ledger.allocate_receipts(session(), desk(), wanted, by=person())
    except Refused as refused:
        session().rollback()
        rows, older = receipt_list(session(), only_left=True)
        return _queue_page(rows, older, "left", "", list(refused.problems)), refused.status
    flash(f"{done:,}件を消し込みました", "success")
    return redirect(url_for("settlement.receipts"))


@blueprint.get("/receipts/new")
def new_receipt() -> str:
    """The form of one receipt."""
    require(person(), "record_receipts", "入金を記録する")
    today = in_japan(desk().clock()).date().isoformat()
    return _receipt_form({"received_on": today}, [])


@blueprint.post("/receipts/new")
def enter_receipt() -> Response | tuple[str, int]:
    """Book one receipt."""
    require(person(), "record_receipts", "入金を記録する")
    choices = {str(number): name for number, name in business_choices(session())}
    try:
        entry = read_receipt(request.form, choices, in_japan(desk().clock()).date())
        receipt, matched = keep_ledger.enter_receipt(session(), desk(), entry, by=person())
    except Refused as refused:
        session().rollback()
        return _receipt_form(request.form, refused.problems), refused.status
    if receipt is None:
        words = reversed_note(session(), entry.reference)
        flash(words or f"取引番号「{entry.reference}」の入金は記録済みです。何も変わっていません", "info")
        return redirect(url_for("settlement.receipts", scope="all", q=entry.reference))
    told = "請求書に自動で消し込みました" if matched else "消込先を選んでください"
    flash(f"入金を記録しました。{told}", "success")
    return redirect(url_for("settlement.receipt", receipt_id=receipt.id))


@blueprint.get("/receipts/<int:receipt_id>")
def receipt(receipt_id: int) -> str:
    """One receipt: what it paid, and what it may pay."""
    return _receipt_page(receipt_id, {}, [])


@blueprint.post("/receipts/<int:receipt_id>/allocate")
def allocate(receipt_id: int) -> Response | tuple[str, int]:
    """Let a part of the receipt pay an invoice."""
    require(person(), "record_receipts", "消込をする")
    try:
        number, amount_yen = read_allocation(request.form)
        invoice = keep_ledger.allocate_receipt(session(), desk(), receipt_id, number, amount_yen, by=person())
    except Refused as refused:
        session().rollback()
        return _receipt_page(receipt_id, request.form, refused.problems), refused.status
    flash(f"請求書 {invoice.number} に {amount_yen:,}円を消し込みました", "success")
    return redirect(url_for("settlement.receipt", receipt_id=receipt_id))


@blueprint.post("/receipts/<int:receipt_id>/together")
def allocate_together(receipt_id: int) -> Response | tuple[str, int]:
    """Let a receipt pay several invoices that come to its amount."""
    require(person(), "record_receipts", "消込をする")
    try:
        wanted = read_together(receipt_id, request.form.getlist("part"))
        done = keep_ledger.allocate_receipts(session(), desk(), wanted, by=person())
    except Refused as refused:
        session().rollback()
        return _receipt_page(receipt_id, {}, refused.problems), refused.status
    flash(f"{done:,}件の請求書に消し込みました", "success")
    return redirect(url_for("settlement.receipt", receipt_id=receipt_id))


@blueprint.post("/receipts/<int:receipt_id>/refund")
def refund(receipt_id: int) -> Response | tuple[str, int]:
    """過入金の返金: what is left, or a part of it, is to be paid back."""
    require(person(), "record_receipts", "過入金を返金する")
    choices = {str(number): name for number, name in business_choices(session())}
    try:
        amount_yen, business_id = read_refund(request.form, choices)
        paid = keep_ledger.refund_receipt(
            session(), desk(), receipt_id, amount_yen, business_id=business_id, by=person()
        )
    except Refused as refused:
        session().rollback()
        return _receipt_page(receipt_id, request.form, refused.problems), refused.status
    flash(f"{paid.pay_on.isoformat()} に {amount_yen:,}円を返金します（{paid.number}）", "success")
    return redirect(url_for("settlement.receipt", receipt_id=receipt_id))


@blueprint.post("/receipts/<int:receipt_id>/reverse")
def reverse_receipt(receipt_id: int) -> Response | tuple[str, int]:
    """入金の取消: take back a receipt that was typed wrongly, or whose money is gone."""
    require(person(), "record_receipts", "入金を取り消す")
    reason = request.form.get("reversal_reason", "")
    try:
        opened = keep_ledger.reverse_receipt(session(), desk(), receipt_id, reason, by=person())
    except Refused as refused:
        session().rollback()
        return _receipt_page(receipt_id, request.form, refused.problems), refused.status
    rest = f"消込 {opened:,}件も取り消し、請求書は未入金に戻りました" if opened else "消込はありませんでした"
    flash(f"入金を取り消しました。{rest}", "success")
    return redirect(url_for("settlement.receipt", receipt_id=receipt_id))


@blueprint.post("/allocations/<int:allocation_id>/reverse")
def reverse(allocation_id: int) -> Response:
    """Take back a wrong allocation."""
    keep_ledger.reverse_allocation(
        session(), desk(), allocation_id, request.form.get("reason", ""), by=person()
    )
    flash("消込を取り消しました。請求書は未入金に戻りました", "success")
    receipt_id = request.form.get("receipt", "")
    if receipt_id.isascii() and receipt_id.isdigit() and len(receipt_id) < 10:
        return redirect(url_for("settlement.receipt", receipt_id=int(receipt_id)))
    return redirect(url_for("settlement.receipts"))


def _receipt_form(values: dict, problems: list[Problem]) -> str:
    return render_template(
        "settlement_receipts/new.html",
        values=values,
        problems=problems,
        businesses=business_choices(session()),
    )


def _receipt_page(receipt_id: int, values: dict, problems: list[Problem]) -> str:
    found = receipt_by_id(session(), receipt_id)
    left = left_yen(session(), [found])[found.id]
    proposed = candidates(session(), found, left) if left else []
    return render_template(
        "settlement_receipts/receipt.html",
        receipt=found,
        left_yen=left,
        allocations=allocations_of_receipt(session(), receipt_id),
        candidates=proposed,
        together=together_of(proposed),
        refunds=refunds_of(session(), receipt_id),
        payee=likely_payee(session(), receipt_id),
        reversal=reversals_of(session(), [receipt_id]).get(receipt_id),
        businesses=business_choices(session()) if found.business_id is None and left else [],
        may_record=can(person(), "record_receipts"),
        values=values,
        problems=problems,
    )
