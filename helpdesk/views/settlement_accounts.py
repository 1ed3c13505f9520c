"""口座: what every business was billed, has paid and owes; one account with its balance as a picture and as a file."""

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from cases.models import Business
from helpdesk.clock import in_japan
from helpdesk.documents.formats import write
from helpdesk.errors import NotFound
from helpdesk.ledger.statement import accounts as account_rows
from helpdesk.queries import settlement_accounts as queries
from helpdesk.views.case_files import download
from helpdesk.views.request import desk, session
from helpdesk.views.settlement import blueprint

_ACCOUNTS = 100


@blueprint.get("/accounts")
def accounts() -> str:
    """What every business was billed, has paid and owes."""
    text = request.args.get("q", "").strip()[:60]
    rows = account_rows(
        session(), after_code=request.args.get("after", "")[:20], limit=_ACCOUNTS + 1, text=text
    )
    shown = rows[:_ACCOUNTS]
    kept = {"q": text} if text else {}
    return render_template(
        "settlement_accounts/index.html",
        rows=shown,
        text=text,
        first_url=url_for("settlement.accounts", **kept) if request.args.get("after") else None,
        more_url=url_for("settlement.accounts", **kept, after=shown[-1].code)
        if len(rows) > _ACCOUNTS
        else None,
    )


@blueprint.get("/accounts/<int:business_id>")
def account(business_id: int) -> str:
    """One business's invoices and receipts with the running balance."""
    return render_template("settlement_accounts/show.html", page=_page(business_id), kinds=queries.KINDS)


@blueprint.get("/accounts/<int:business_id>.<any(pdf, xlsx):file_format>")
def account_statement(business_id: int, file_format: str) -> Response:
    """取引明細 as a file, as of now."""
    page, now = _page(business_id), desk().clock()
    today = in_japan(now).date()
    document = queries.account_document(page, made_at=now, today=today, sender=desk().settings.desk_name)
    name = f"account-{page.business.code}-{today.isoformat()}.{file_format}"
    return download(write(document, file_format), name)


def _page(business_id: int) -> queries.AccountPage:
    business = session().get(Business, business_id)
    if business is None:
        raise NotFound("その事業者は登録されていません")
    return queries.account_page(session(), business, today=in_japan(desk().clock()).date())
