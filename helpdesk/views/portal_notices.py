"""事業者の通知: the list by year and month, one notice with its changes, how it came about, and as a document."""

from flask import Response, render_template, request

from helpdesk.documents.formats import LABELS
from helpdesk.forms.fields import row_number
from helpdesk.queries import portal_notices as queries
from helpdesk.queries.calculations import sections_of
from helpdesk.register.notice_derivations import statement_of_notice
from helpdesk.settlement.answers import settled_with
from helpdesk.views.case_files import download
from helpdesk.views.portal import blueprint, own_business_id
from helpdesk.views.request import desk, person, session
from helpdesk.workflows.issue_document import issue_payment_notice
from helpdesk.workflows.record_access import record_access

DOCUMENT_FORMATS = ("pdf", "docx", "xlsx")


@blueprint.get("/notices/")
def notices() -> str:
    """The notices of one fiscal year, the newest unless another is asked for."""
    years = queries.fiscal_years(session(), own_business_id())
    wanted = row_number(request.args.get("year", ""))
    year = wanted if wanted in years else (years[0] if years else None)
    months = queries.months(session(), own_business_id(), year) if year else []
    return render_template("portal_notices/index.html", years=years, year=year, months=months)


@blueprint.get("/notices/<int:notice_id>")
def notice(notice_id: int) -> str:
    """One notice: its figures and what changed against the version before."""
    found = queries.own_notice(session(), notice_id, person())
    values = queries.notice_page(session(), found)
    formats = [(each, LABELS[each]) for each in DOCUMENT_FORMATS]
    page = render_template("portal_notices/show.html", **values, document_formats=formats)
    record_access(desk(), "notice_viewed", {"notice": notice_id}, by=person())
    return page


@blueprint.get("/notices/<int:notice_id>/derivation")
def derivation(notice_id: int) -> str:
    """How the figures came about, step by step, where a computation gives exactly them."""
    found = queries.own_notice(session(), notice_id, person())
    adjustments, carried_debt_yen = settled_with(session(), found)
    statement = statement_of_notice(
        session(),
        found,
        desk().settings.slots_folder,
        adjustments=adjustments,
        carried_debt_yen=carried_debt_yen,
    )
    return render_template(
        "portal_notices/derivation.html",
        notice=found,
        title=queries.title(found),
        sections=sections_of(statement) if statement else [],
    )


@blueprint.get("/notices/<int:notice_id>/document/<any(pdf, docx, xlsx):file_format>")
def document(notice_id: int, file_format: str) -> Response:
    """The notice as a file: the one that was issued, byte for byte."""
    found = queries.own_notice(session(), notice_id, person())
    issued = issue_payment_notice(desk(), found.id, file_format=file_format, by=person())
    record_access(desk(), "notice_saved", {"notice": notice_id, "format": file_format}, by=person())
    return download(issued.content, issued.file_name)
