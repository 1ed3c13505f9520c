"""精算（一件）: one statement with its versions, derivation, approvals and money; approved, returned, answered for, as a file."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from helpdesk.documents.formats import LABELS
from helpdesk.errors import Conflict, Refused
from helpdesk.forms.assessment import read_number
from helpdesk.forms.statements import read_step
from helpdesk.ledger.models import INVOICE_KINDS, TRANSFER_OUTCOMES
from helpdesk.queries import statements_show as queries
from helpdesk.settlement.approval import fingerprint
from helpdesk.settlement.lists import statement_by_id
from helpdesk.views.case_files import download
from helpdesk.views.request import desk, person, session
from helpdesk.views.statements import blueprint, flash_problems, month_label, today
from helpdesk.workflows.answer_statement import confirm_statement, end_statement_objection
from helpdesk.workflows.approve_statements import approve_month, return_statement
from helpdesk.workflows.issue_document import issue_invoice_document, issue_statement_document

DOCUMENT_FORMATS = ("pdf", "docx", "xlsx")


@blueprint.get("/<int:statement_id>")
def show(statement_id: int) -> str:
    """One statement."""
    return _page(statement_id, MultiDict(), [])


@blueprint.post("/<int:statement_id>/approve")
def approve_one(statement_id: int) -> Response:
    """The next step of one statement."""
    statement = statement_by_id(session(), statement_id)
    try:
        approve_month(
            session(),
            desk(),
            family=statement.family,
            fiscal_year=statement.fiscal_year,
            delivery_month=statement.delivery_month,
            step=read_step(request.form),
            statement_ids=[statement_id],
            shown=request.form.get("shown", "")[:80],
            by=person(),
        )
    except (Refused, Conflict) as refused:
        session().rollback()
        flash_problems(refused)
    else:
        flash("承認しました", "success")
    return _back(statement_id)


@blueprint.post("/<int:statement_id>/return")
def send_back(statement_id: int) -> Response | tuple[str, int]:
    """差戻し with a reason."""
    try:
        return_statement(
            session(),
            desk(),
            statement_id,
            reason=request.form.get("reason", ""),
            shown=request.form.get("shown", "")[:80],
            by=person(),
        )
    except Refused as refused:
        session().rollback()
        return _page(statement_id, request.form, list(refused.problems)), refused.status
    except Conflict as conflict:
        session().rollback()
        flash_problems(conflict)
    else:
        flash("差し戻しました。承認は最初からになります", "success")
    return _back(statement_id)


@blueprint.post("/<int:statement_id>/confirm")
def confirm(statement_id: int) -> Response | tuple[str, int]:
    """The business has confirmed by letter or telephone; with the reason."""
    try:
        confirm_statement(
            session(), desk(), statement_id, reason=request.form.get("confirmed", ""), by=person()
        )
    except Refused as refused:
        session().rollback()
        return _page(statement_id, request.form, list(refused.problems)), refused.status
    except Conflict as conflict:
        session().rollback()
        flash_problems(conflict)
    else:
        flash("事業者の確認を記録しました", "success")
    return _back(statement_id)


@blueprint.post("/<int:statement_id>/end-objection")
def end_objection(statement_id: int) -> Response | tuple[str, int]:
    """An objection to a notice without claims is answered and the notice stands."""
    try:
        end_statement_objection(
            session(), desk(), statement_id, reason=request.form.get("ended", ""), by=person()
        )
    except Refused as refused:
        session().rollback()
        return _page(statement_id, request.form, list(refused.problems)), refused.status
    except Conflict as conflict:
        session().rollback()
        flash_problems(conflict)
    else:
        flash("異議申立ての対応を終えました。回答待ちに戻ります", "success")
    return _back(statement_id)


@blueprint.get("/<int:statement_id>/notice.<any(pdf, docx, xlsx):file_format>")
def notice_file(statement_id: int, file_format: str) -> Response:
    """The notice as a file: once issued, byte for byte."""
    made = issue_statement_document(desk(), statement_id, file_format=file_format, by=person())
    return download(made.content, made.file_name)


@blueprint.get("/invoices/<int:invoice_id>.<any(pdf, docx, xlsx):file_format>")
def invoice_file(invoice_id: int, file_format: str) -> Response:
    """請求書 as a file."""
    made = issue_invoice_document(desk(), invoice_id, file_format=file_format, by=person())
    return download(made.content, made.file_name)


def _back(statement_id: int) -> Response:
    return redirect(url_for("statements.show", statement_id=statement_id))


def _page(statement_id: int, typed: MultiDict[str, str], problems: list) -> str:
    against = read_number(request.args.get("with", ""))
    page = queries.statement_page(session(), statement_id, person(), on=today(), against=against)
    statement = page.statement
    explained = queries.explanation(session(), statement) if request.args.get("explain") == "1" else None
    return render_template(
        "statements_show/show.html",
        page=page,
        label=month_label(statement.fiscal_year, statement.delivery_month),
        shown=fingerprint([statement]),
        typed=typed,
        problems=problems,
        explained=explained,
        invoice_kinds=INVOICE_KINDS,
        outcomes=TRANSFER_OUTCOMES,
        document_formats=[(each, LABELS[each]) for each in DOCUMENT_FORMATS],
    )
