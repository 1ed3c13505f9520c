"""事業者の精算: notices of settlement and invoices by year, one notice with its figures; confirmed or objected to."""

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.documents.formats import LABELS
from helpdesk.errors import Conflict, Refused
from helpdesk.forms.fields import row_number
from helpdesk.ledger.models import INVOICE_KINDS
from helpdesk.queries import portal_statements as queries
from helpdesk.settlement.models import ANSWERS, DIRECTIONS, FAMILIES
from helpdesk.views.case_files import download
from helpdesk.views.portal import blueprint, own_business_id
from helpdesk.views.portal_notices import DOCUMENT_FORMATS
from helpdesk.views.request import desk, person, session
from helpdesk.views.statements import ANSWER_TONES, month_label
from helpdesk.workflows.answer_statement import confirm_statement, object_to_statement
from helpdesk.workflows.issue_document import issue_invoice_document, issue_statement_document
from helpdesk.workflows.record_access import record_access

_FORMATS = [(each, LABELS[each]) for each in DOCUMENT_FORMATS]
_WORDS = {
    "families": FAMILIES,
    "answers": ANSWERS,
    "answer_tones": ANSWER_TONES,
    "directions": DIRECTIONS,
    "invoice_kinds": INVOICE_KINDS,
    "document_formats": _FORMATS,
}


@blueprint.get("/statements/")
def statements() -> str:
    """The notices of settlement and the invoices of one fiscal year, the newest unless another is asked for."""
    years = queries.fiscal_years(session(), own_business_id())
    wanted = row_number(request.args.get("year", ""))
    year = wanted if wanted in years else (years[0] if years else None)
    rows = queries.own_statements(session(), own_business_id(), year) if year else []
    return render_template(
        "portal_statements/index.html",
        years=years,
        year=year,
        rows=rows,
        money=queries.money_of_statements(session(), rows),
        invoices=queries.own_invoices(session(), own_business_id(), year) if year else [],
        month_label=month_label,
        **_WORDS,
    )


@blueprint.get("/statements/<int:statement_id>")
def statement(statement_id: int) -> str:
    """One notice of settlement."""
    page = _page(statement_id, "", [])
    record_access(desk(), "statement_viewed", {"statement": statement_id}, by=person())
    return page


@blueprint.post("/statements/<int:statement_id>/confirm")
def confirm_statement_of_ours(statement_id: int) -> AnyResponse:
    """確認 of the version that was shown."""
    queries.own_statement(session(), statement_id, person())
    try:
        confirmed = confirm_statement(session(), desk(), statement_id, by=person())
    except (Conflict, Refused) as refused:
        session().rollback()
        flash(str(refused), "warning")
    else:
        flash(f"{confirmed.number or ''} 第{confirmed.version}版を確認しました", "success")
    return redirect(url_for("portal.statement", statement_id=statement_id))


@blueprint.post("/statements/<int:statement_id>/object")
def object_to_ours(statement_id: int) -> AnyResponse | tuple[str, int]:
    """異議申立て to a notice that has no form of its own (contributions and the like): grounds in words, a case."""
    queries.own_statement(session(), statement_id, person())
    grounds = request.form.get("grounds", "").strip()[:20_000]
    try:
        case = object_to_statement(session(), desk(), statement_id, grounds=grounds, by=person())
    except Refused as refused:
        session().rollback()
        return _page(statement_id, grounds, list(refused.problems)), refused.status
    except Conflict as conflict:
        session().rollback()
        flash(str(conflict), "warning")
        return redirect(url_for("portal.statement", statement_id=statement_id))
    return redirect(url_for("portal.received", number=case.number))


@blueprint.get("/statements/<int:statement_id>/document/<any(pdf, docx, xlsx):file_format>")
def statement_file(statement_id: int, file_format: str) -> Response:
    """The notice as a file: the one that was issued, byte for byte."""
    found = queries.own_statement(session(), statement_id, person())
    made = issue_statement_document(desk(), found.id, file_format=file_format, by=person())
    thing = {"statement": statement_id, "format": file_format}
    record_access(desk(), "statement_saved", thing, by=person())
    return download(made.content, made.file_name)


@blueprint.get("/invoices/<int:invoice_id>/document/<any(pdf, docx, xlsx):file_format>")
def invoice_file(invoice_id: int, file_format: str) -> Response:
    """請求書 as a file."""
    found = queries.own_invoice(session(), invoice_id, person())
    made = issue_invoice_document(desk(), found.id, file_format=file_format, by=person())
    record_access(desk(), "invoice_saved", {"invoice": invoice_id, "format": file_format}, by=person())
    return download(made.content, made.file_name)


def _page(statement_id: int, grounds: str, problems: list) -> str:
    found = queries.own_statement(session(), statement_id, person())
    return render_template(
        "portal_statements/show.html",
        page=queries.statement_page(session(), found),
        label=month_label(found.fiscal_year, found.delivery_month),
        month_label=month_label,
        grounds=grounds,
        problems=problems,
        **_WORDS,
    )
