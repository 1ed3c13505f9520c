"""精算: the fiscal year of all statements, one month with what is next, and the tasks that compute, issue and bill."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from calc_core.fiscal_year import DELIVERY_MONTHS, fiscal_year_of
from helpdesk.clock import in_japan
from helpdesk.errors import Conflict, Refused
from helpdesk.forms.statements import check_month, read_year
from helpdesk.queries import statements as queries
from helpdesk.queries import statements_month
from helpdesk.queries.statements_approvals import count_for, steps_of
from helpdesk.settlement.billing import NEVER_BILLED
from helpdesk.settlement.items import month_name
from helpdesk.settlement.models import ANSWERS, DIRECTIONS, FAMILIES, STATES, WHOLE_YEAR
from helpdesk.users.permissions import can, require
from helpdesk.users.roles import holders_of
from helpdesk.views.request import desk, person, session
from helpdesk.workflows.bill_statements import request_billing
from helpdesk.workflows.compute_statements import request_settlement
from helpdesk.workflows.issue_statements import request_issue

blueprint = Blueprint("statements", __name__, url_prefix="/statements")

FAMILY = f"<any({', '.join(FAMILIES)}):family>"
STATE_TONES = {
    "provisional": "neutral",
    "checked": "info",
    "approved": "info",
    "accounted": "info",
    "fixed": "accent",
    "issued": "warning",
    "billed": "success",
}
ANSWER_TONES = {"confirmed": "success", "silent": "neutral", "objected": "danger"}


@blueprint.before_request
def _only_who_sees_the_ledger() -> None:
    require(person(), "see_ledger", "精算を見る")


@blueprint.context_processor
def _words() -> dict:
    return {
        "families": FAMILIES,
        "short_families": queries.SHORT_FAMILIES,
        "monthly": queries.MONTHLY,
        "stages": queries.STAGES,
        "states": STATES,
        "state_tones": STATE_TONES,
        "answers": ANSWERS,
        "answer_tones": ANSWER_TONES,
        "directions": DIRECTIONS,
        "month_label": month_label,
        "may_run": can(person(), "run_settlement"),
        "may_issue": can(person(), "issue_statements"),
        "may_bill": can(person(), "bill_statements"),
        "may_appoint": can(person(), "appoint_deputies"),
        "may_see_books": can(person(), "see_books"),
        "never_billed": NEVER_BILLED,
        "holders_of": holders_of,
    }


@blueprint.get("/")
def index() -> str:
    """The year: months and families, where the statements stand, what they come to."""
    year = read_year(request.args.get("year", ""), this_year())
    found = queries.overview(session(), year)
    waiting = count_for(session(), person(), on=today())
    return render_template("statements/index.html", found=found, year=year, waiting=waiting)


@blueprint.get("/<int:year>/<int:month>")
def month(year: int, month: int) -> str:
    """One month, or with 0 the families of the whole year."""
    check_month(year, month)
    return _month_page(year, month, [], "")


@blueprint.post(f"/<int:year>/<int:month>/{FAMILY}/compute")
def compute(year: int, month: int, family: str) -> Response | tuple[str, int]:
    """The statements of a family are to be computed; a worker does it."""
    check_month(year, month, family)
    try:
        code = request.form.get("code", "").strip()[:40]
        business_id = statements_month.business_of_code(session(), code)
        request_settlement(
            session(),
            desk(),
            family=family,
            fiscal_year=year,
            delivery_month=month,
            business_id=business_id,
            by=person(),
        )
    except Refused as refused:
        return _refused(year, month, family, refused)
    flash(f"{FAMILIES[family]}の計算を始めます。終わると、この画面に結果が出ます", "success")
    return redirect(url_for("statements.month", year=year, month=month))


@blueprint.post(f"/<int:year>/<int:month>/{FAMILY}/issue")
def issue(year: int, month: int, family: str) -> Response | tuple[str, int]:
    """The notices of what is fixed are to be issued; a worker does it."""
    check_month(year, month, family)
    try:
        request_issue(session(), desk(), family=family, fiscal_year=year, delivery_month=month, by=person())
    except Refused as refused:
        return _refused(year, month, family, refused)
    flash(f"{FAMILIES[family]}の通知の発行を始めます", "success")
    return redirect(url_for("statements.month", year=year, month=month))


@blueprint.post(f"/<int:year>/<int:month>/{FAMILY}/bill")
def bill(year: int, month: int, family: str) -> Response | tuple[str, int]:
    """What is issued and answered goes on to invoice or payment; a worker does it."""
    check_month(year, month, family)
    try:
        request_billing(
            session(),
            desk(),
            family=family,
            fiscal_year=year,
            delivery_month=month,
            go_on_reason=request.form.get("go_on_reason", ""),
            by=person(),
        )
    except Refused as refused:
        return _refused(year, month, family, refused)
    flash(f"{FAMILIES[family]}の請求・支払の手続きを始めます", "success")
    return redirect(url_for("statements.month", year=year, month=month))


def _refused(year: int, month: int, family: str, refused: Refused) -> tuple[str, int]:
    session().rollback()
    return _month_page(year, month, list(refused.problems), family), refused.status


def _month_page(year: int, month: int, problems: list, family: str) -> str:
    steps = steps_of(session(), person(), on=today())
    rows = statements_month.month_page(session(), year, month, person(), steps)
    return render_template(
        "statements/month.html",
        rows=rows,
        year=year,
        month=month,
        label=month_label(year, month),
        neighbours=_neighbours(year, month),
        problems=problems,
        refused_family=family,
        task_names=statements_month.TASKS,
    )


def today() -> date:
    """Today in Japan."""
    return in_japan(desk().clock()).date()


def this_year() -> int:
    """The fiscal year of today."""
    return fiscal_year_of(today())


def month_label(fiscal_year: int, delivery_month: int) -> str:
    """`2026年度4月分`; `2026年度（年間）` for 0."""
    if delivery_month == WHOLE_YEAR:
        return f"{fiscal_year}年度（年間）"
    return month_name((fiscal_year, delivery_month))


def flash_problems(refused: Refused | Conflict) -> None:
    """Say what stands against it where the page is opened anew."""
    problems = getattr(refused, "problems", None)
    if not problems:
        flash(str(refused), "warning")
        return
    for each in problems[:5]:
        flash(f"{each.where}：{each.message}", "danger")
    if len(problems) > 5:
        flash(f"ほか {len(problems) - 5:,} 件", "danger")


def _neighbours(fiscal_year: int, delivery_month: int) -> list[tuple[str, str] | None]:
    """The months before and after, as label and address, within the fiscal year."""
    if delivery_month == WHOLE_YEAR:
        return [None, None]
    at = DELIVERY_MONTHS.index(delivery_month)
    found: list[tuple[str, str] | None] = []
    for other in (at - 1, at + 1):
        if 0 <= other < len(DELIVERY_MONTHS):
            month = DELIVERY_MONTHS[other]
            found.append((f"{month}月分", url_for("statements.month", year=fiscal_year, month=month)))
        else:
            found.append(None)
    return found
