"""帳簿: the trial balance, balances by business, the journal, an account's ledger; and the closing of months and years."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirection

from helpdesk.documents.formats import DocumentFile
from helpdesk.errors import Refused
from helpdesk.forms.books import read_account, read_journal_filter, read_months, read_reason
from helpdesk.ledger import closing
from helpdesk.ledger.account_ledger import account_ledger, month_end_balances
from helpdesk.ledger.books import BY_BUSINESS, balances, trial_balance
from helpdesk.ledger.chart_of_accounts import ACCOUNTS
from helpdesk.ledger.chart_of_accounts import KINDS as ACCOUNT_KINDS
from helpdesk.ledger.journal import KINDS, last_closed_month
from helpdesk.ledger.journal_list import entry_by_number, journal
from helpdesk.ledger.models import JournalEntry
from helpdesk.queries import books as queries
from helpdesk.settlement.closing_checks import settled_month
from helpdesk.users.permissions import can, require
from helpdesk.views.request import desk, person, session
from helpdesk.workflows import issue_books
from helpdesk.workflows.close_period import checklist, close_period

blueprint = Blueprint("books", __name__, url_prefix="/books")

FILES = {"xlsx": "Excel", "csv": "CSV", "pdf": "PDF"}
_BUSINESSES = 100
_CAUSES = {
    "invoice": ("settlement.invoice", "invoice_id"),
    "receipt": ("settlement.receipt", "receipt_id"),
    "statement": ("statements.show", "statement_id"),
}


@blueprint.before_request
def _only_who_sees_the_books() -> None:
    require(person(), "see_books", "帳簿を見る")


@blueprint.get("/")
def index() -> str:
    """試算表 of the months chosen."""
    months, first, last = _months()
    rows = trial_balance(session(), first, last)
    sums = {
        name: sum(getattr(row, name) for row in rows)
        for name in ("debit_yen", "credit_yen", "debit_balance_yen", "credit_balance_yen")
    }
    return _page("index", rows=rows, sums=sums, months=months, first=first, last=last, kinds=ACCOUNT_KINDS)


@blueprint.get("/trial-balance.<any(xlsx, csv, pdf):file_format>")
def trial_balance_file(file_format: str) -> Response:
    """試算表 as a file."""
    _, first, last = _months()
    return _download(
        issue_books.issue_trial_balance(desk(), first, last, file_format=file_format, by=person())
    )


@blueprint.get("/balances")
def by_business() -> str:
    """残高一覧 at the end of a month."""
    months, _, last = _months()
    text, after = request.args.get("q", "").strip()[:60], request.args.get("after", "")[:20]
    found = balances(session(), last, text=text, after_code=after, limit=_BUSINESSES + 1)
    known = [row for row in found if row.business_id is not None]
    has_more = len(known) > _BUSINESSES
    kept = {"to": last} | ({"q": text} if text else {})
    return _page(
        "by_business",
        rows=found[:-1] if has_more else found,
        accounts=[ACCOUNTS[code] for code in BY_BUSINESS],
        months=months,
        last=last,
        text=text,
        first_url=url_for("books.by_business", **kept) if after else None,
        more_url=url_for("books.by_business", **kept, after=known[_BUSINESSES - 1].code)
        if has_more
        else None,
    )


@blueprint.get("/balances.<any(xlsx, csv, pdf):file_format>")
def balances_file(file_format: str) -> Response:
    """残高一覧 of all businesses as a file."""
    _, _, last = _months()
    return _download(issue_books.issue_balances(desk(), last, file_format=file_format, by=person()))


@blueprint.get("/journal")
def entries() -> str:
    """仕訳帳, the newest first."""
    months = queries.months_to_choose(session(), now=desk().clock())
    wanted = read_journal_filter(request.args, months.offered, months.default)
    before = request.args.get("before", "")[:40]
    shown, older = journal(session(), wanted, before=before)
    kept = {"from": wanted.first, "to": wanted.last, "account": wanted.account, "kind": wanted.kind}
    kept = {name: value for name, value in (kept | {"q": wanted.text}).items() if value}
    return _page(
        "entries",
        rows=shown,
        wanted=wanted,
        kept=kept,
        months=months,
        kinds=KINDS,
        first_url=url_for("books.entries", **kept) if before else None,
        more_url=url_for("books.entries", **kept, before=older) if older else None,
    )


@blueprint.get("/journal.<any(xlsx, csv, pdf):file_format>")
def journal_file(file_format: str) -> Response:
    """仕訳帳 of the same filter as a file."""
    months = queries.months_to_choose(session(), now=desk().clock())
    wanted = read_journal_filter(request.args, months.offered, months.default)
    return _download(issue_books.issue_journal(desk(), wanted, file_format=file_format, by=person()))


@blueprint.get("/journal/<number>")
def entry(number: str) -> str:
    """One entry: its lines, whence it came, who made it."""
    found = entry_by_number(session(), number)
    return _page("entry", entry=found, kinds=KINDS, cause_url=_cause_url(found))


@blueprint.get("/accounts/<code>")
def account(code: str) -> str:
    """総勘定元帳 of an account, its balance month by month as a plot."""
    chosen = read_account(code)
    months, first, last = _months()
    after = request.args.get("after", "")[:60]
    found = account_ledger(session(), chosen, first, last, after=after)
    kept = {"code": code, "from": first, "to": last}
    return _page(
        "account",
        ledger=found,
        plot=queries.balance_plot(chosen.name, month_end_balances(session(), chosen, first, last)),
        months=months,
        first=first,
        last=last,
        kept=kept,
        kinds=KINDS,
        account_kinds=ACCOUNT_KINDS,
        first_url=url_for("books.account", **kept) if after else None,
        more_url=url_for("books.account", **kept, after=found.after) if found.after else None,
    )


@blueprint.get("/accounts/<code>.<any(xlsx, csv, pdf):file_format>")
def account_file(code: str, file_format: str) -> Response:
    """総勘定元帳 as a file."""
    chosen = read_account(code)
    _, first, last = _months()
    return _download(
        issue_books.issue_account_ledger(desk(), chosen, first, last, file_format=file_format, by=person())
    )


@blueprint.get("/closings")
def closings() -> str:
    """締め: the checklist of the next period, and the periods that are closed."""
    return _closings([])


@blueprint.post("/closings/<period>")
def close(period: str) -> Redirection | tuple[str, int]:
    """Close the period."""
    try:
        reason = read_reason(request.form)
        made = close_period(session(), desk(), period, reason=reason, by=person())
    except Refused as refused:
        return _closings(refused.problems), refused.status
    flash(f"{closing.period_name(made.period)}を締めました。この期間に仕訳は追加されません", "success")
    return redirect(url_for("books.closings"))


def _closings(problems: list) -> str:
    period = closing.next_period(session())
    checks = checklist(session(), period, now=desk().clock()) if period else []
    states = {each.state for each in checks}
    return _page(
        "closings",
        period=period,
        checks=checks,
        check_urls=_check_urls(period) if period else {},
        is_blocked=closing.BLOCKER in states,
        has_warnings=closing.WARNING in states,
        closed=closing.closings(session()),
        problems=problems,
        reason=request.form.get("reason", ""),
        may_close=can(person(), "close_periods"),
        check_states=closing.STATES,
    )


def _check_urls(period: str) -> dict[str, str]:
    """Where each thing of the checklist is put in order."""
    urls = {
        "帳簿と台帳の照合": url_for("books.index"),
        "未消込の入金": url_for("settlement.receipts"),
        "未振込の支払": url_for("transfers.index"),
        "結果待ちの振込": url_for("transfers.index", scope="ordered"),
    }
    if not closing.is_year(period):
        year, month = settled_month(period)
        of_month = url_for("statements.month", year=year, month=month)
        urls |= dict.fromkeys(("精算の計算", "精算の承認", "精算の請求・支払"), of_month)
    return urls


def _page(name: str, **values: object) -> str:
    tabs = (
        ("試算表", "books.index"),
        ("残高一覧", "books.by_business"),
        ("仕訳帳", "books.entries"),
        ("締め", "books.closings"),
    )
    return render_template(
        f"books/{name}.html",
        tabs=[
            {"label": label, "url": url_for(endpoint), "active": request.endpoint == endpoint}
            for label, endpoint in tabs
        ],
        chart=ACCOUNTS,
        files=FILES,
        period_name=closing.period_name,
        closed_until=last_closed_month(session()),
        **values,
    )


def _months() -> tuple[queries.Months, str, str]:
    months = queries.months_to_choose(session(), now=desk().clock())
    return months, *read_months(request.args, months.offered, months.default)


def _cause_url(found: JournalEntry) -> str | None:
    """The page of what an entry books, where it has one."""
    name, _, number = found.source_key.partition(":")
    if name not in _CAUSES or not number.isdigit():
        return None
    endpoint, argument = _CAUSES[name]
    return url_for(endpoint, **{argument: int(number)})


def _download(made: DocumentFile) -> Response:
    response = Response(made.content, content_type=made.content_type)
    response.headers.set("Content-Disposition", "attachment", filename=made.file_name)
    return response
