"""算定: the fiscal year of the whole fleet, the results of a month, runs; a resource's year and one result stand beside it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from calc_core.fiscal_year import DELIVERY_MONTHS, calendar_month, fiscal_year_of, last_day_of_month
from cases.models import Business
from helpdesk.clock import in_japan
from helpdesk.documents.csv_lines import write_tables
from helpdesk.errors import Refused
from helpdesk.forms.assessment import check_month, check_year, read_filter, read_run, read_year
from helpdesk.queries import assessment as queries
from helpdesk.queries import assessment_month
from helpdesk.queries.assessment_resource import shown
from helpdesk.register.models import RESULT_STATES
from helpdesk.users.permissions import can, require
from helpdesk.users.roles import holders_of
from helpdesk.views.case_files import download
from helpdesk.views.request import desk, person, session
from helpdesk.workflows.assess_fleet import cancel_assessment, request_assessment
from helpdesk.workflows.derive_slots import request_derivation

blueprint = Blueprint("assessment", __name__, url_prefix="/assessment")

STATE_TONES = {"computed": "info", "corrected": "warning", "fixed": "success", "notified": "neutral"}


@blueprint.before_request
def _only_who_sees_results() -> None:
    require(person(), "see_results", "算定結果を見る")


@blueprint.context_processor
def _words() -> dict:
    return {
        "states": RESULT_STATES,
        "state_tones": STATE_TONES,
        "may_run": can(person(), "run_assessment"),
        "who_runs": holders_of("run_assessment"),
        "may_correct": can(person(), "correct_results"),
        "may_fix": can(person(), "fix_results"),
        "may_import": can(person(), "import_inputs"),
    }


@blueprint.get("/")
def index() -> str:
    """The year: months, inputs, the last computation, what stands out."""
    return _index_page(read_year(request.args.get("year", ""), this_year()), [])


@blueprint.get("/<int:year>/<int:month>")
def month(year: int, month: int) -> str:
    """The results of one month."""
    check_month(year, month)
    wanted = read_filter(request.args)
    kept = {"year": year, "month": month} | wanted.to_query()
    page = assessment_month.month_page(session(), year, month, wanted)
    return render_template(
        "assessment/month.html",
        page=page,
        wanted=wanted,
        shown=shown,
        year=year,
        month=month,
        label=month_label(year, month),
        neighbours=_neighbours(year, month),
        only=assessment_month.ONLY,
        sort_urls={
            key: url_for("assessment.month", **(kept | {"sort": key})) for key in assessment_month.SORTS
        },
        business=session().get(Business, wanted.business_id) if wanted.business_id else None,
        to_fix=_to_fix(year, month, wanted.business_id),
        newer_inputs=queries.newer_inputs(session(), year, month) if page.found else (),
        first_url=url_for("assessment.month", **kept) if wanted.after else None,
        more_url=url_for("assessment.month", **kept, after=page.after) if page.after else None,
        file_url=url_for("assessment.month_file", **kept),
    )


@blueprint.get("/<int:year>/<int:month>/results.csv")
def month_file(year: int, month: int) -> Response:
    """The results of a month as CSV, as filtered."""
    check_month(year, month)
    rows = assessment_month.all_rows(session(), year, month, read_filter(request.args))
    content = write_tables([assessment_month.results_table(month_label(year, month), rows)])
    return download(content, f"assessment-{year}-{month:02d}.csv")


@blueprint.post("/<int:year>/run")
def start(year: int) -> Response | tuple[str, int]:
    """一括算定 is asked for; a worker does it."""
    check_year(year)
    try:
        wish = read_run(request.form)
        scope = queries.scope_of(session(), wish.code)
        request_assessment(
            session(), desk(), fiscal_year=year, last_month=wish.last_month, scope=scope, by=person()
        )
    except Refused as refused:
        session().rollback()
        return _index_page(year, list(refused.problems)), refused.status
    flash("算定を始めます。終わると、この画面に結果が出ます", "success")
    return redirect(url_for("assessment.index", year=year))


@blueprint.post("/<int:year>/slots")
def derive(year: int) -> Response | tuple[str, int]:
    """停止計画からコマを作る: asked for; a worker does it."""
    check_year(year)
    try:
        request_derivation(session(), desk(), fiscal_year=year, by=person())
    except Refused as refused:
        session().rollback()
        return _index_page(year, list(refused.problems)), refused.status
    flash("停止計画からコマを作り始めます。終わってから算定してください", "success")
    return redirect(url_for("assessment.index", year=year))


@blueprint.post("/tasks/<int:task_id>/cancel")
def cancel(task_id: int) -> Response:
    """Stop a computation that waits or runs."""
    task = cancel_assessment(session(), desk(), task_id, by=person())
    flash("中止を受け付けました", "info")
    return redirect(url_for("assessment.index", year=task.input["fiscal_year"]))


def _to_fix(year: int, month: int, business_id: int | None) -> tuple[int, str] | None:
    if not can(person(), "fix_results"):
        return None
    return assessment_month.fingerprint_to_fix(session(), year, month, business_id)


def _index_page(year: int, problems: list) -> str:
    found = queries.overview(session(), year)
    return render_template(
        "assessment/index.html",
        found=found,
        year=year,
        ended=_ended(year, found.computable),
        problems=problems,
        scopes=queries.run_scopes(session(), found.runs),
        month_label=month_label,
    )


def _ended(fiscal_year: int, delivery_months: list[int]) -> list[int]:
    """Those of the months that are over: slots made from plans reach to the end of the year."""
    today = in_japan(desk().clock()).date()
    return [
        month for month in delivery_months if last_day_of_month(*calendar_month(fiscal_year, month)) < today
    ]


def this_year() -> int:
    """The fiscal year of today."""
    return fiscal_year_of(in_japan(desk().clock()).date())


def month_label(fiscal_year: int, delivery_month: int) -> str:
    """`2026年4月分`."""
    return "{}年{}月分".format(*calendar_month(fiscal_year, delivery_month))


def _neighbours(fiscal_year: int, delivery_month: int) -> list[tuple[str, str] | None]:
    """The months before and after, as label and address, within the fiscal year."""
    at = DELIVERY_MONTHS.index(delivery_month)
    found: list[tuple[str, str] | None] = []
    for other in (at - 1, at + 1):
        if 0 <= other < len(DELIVERY_MONTHS):
            month = DELIVERY_MONTHS[other]
            found.append((f"{month}月分", url_for("assessment.month", year=fiscal_year, month=month)))
        else:
            found.append(None)
    return found
