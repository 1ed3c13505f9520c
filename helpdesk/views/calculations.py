"""計算: runs as they were recorded, and what-if from a case."""

from flask import Blueprint, flash, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from cases.models import Case
from helpdesk.errors import NotFound, Refused
from helpdesk.forms.calculations import changes_of, field_ids, read_rows
from helpdesk.queries import calculations as queries
from helpdesk.register.case_links import attached_run
from helpdesk.register.lookups import contracts_of_business, notified_in_force, run_by_id
from helpdesk.register.models import RUN_KINDS, CalculationRun, NotifiedResult
from helpdesk.register.what_if import CHANGE
from helpdesk.users.permissions import require
from helpdesk.views.case_files import download
from helpdesk.views.cases import back_to, load_case
from helpdesk.views.request import desk, person, session
from helpdesk.workflows.issue_document import issue_payment_notice
from helpdesk.workflows.recompute_for_case import notified_for, try_what_if

blueprint = Blueprint("calculations", __name__, url_prefix="/calculations")

_TWO_SIDES = [
    {"key": "notified", "label": "通知値"},
    {"key": "recomputed", "label": "再計算値"},
    {"key": "difference", "label": "差", "kind": "difference"},
]
_WHAT_IF = [
    {"key": "notified", "label": "通知値"},
    {"key": "recomputed", "label": "再計算値"},
    {"key": "what_if", "label": "試算", "kind": "what_if"},
    {"key": "change", "label": "試算の差", "note": "再計算値との差", "kind": "difference"},
]


@blueprint.before_request
def _only_who_sees_results() -> None:
    require(person(), "see_results", "算定結果を見る")


@blueprint.get("/")
def index() -> str:
    """The newest runs."""
    return render_template("calculations/index.html", runs=queries.latest_runs(session()), kinds=RUN_KINDS)


@blueprint.get("/<int:run_id>")
def show(run_id: int) -> str:
    """One run as it was recorded."""
    run = run_by_id(session(), run_id)
    notified = None
    if run.business_id is not None and run.delivery_month is not None:
        notified = notified_in_force(session(), run.business_id, run.fiscal_year, run.delivery_month)
    rows = queries.comparison(notified, run) if notified else queries.own_rows(run)
    return render_template(
        "calculations/show.html",
        run=run,
        kinds=RUN_KINDS,
        case_numbers=queries.case_numbers_of(session(), run.id),
        rows=rows,
        columns=_TWO_SIDES if notified else _TWO_SIDES[1:2],
        comparison_title="通知との比較" if notified else "計算の結果",
        warnings=queries.warnings_of(run),
        sections=queries.sections(run),
    )


@blueprint.get("/notices/<int:notice_id>.<any(pdf, docx, xlsx):file_format>")
def notice(notice_id: int, file_format: str) -> Response:
    """交付額通知書, as it was issued."""
    made = issue_payment_notice(desk(), notice_id, file_format=file_format, by=person())
    return download(made.content, made.file_name)


@blueprint.get("/what-if/<number>")
def what_if(number: str) -> str:
    """The form for other conditions."""
    case, notified = _case_with_notice(number)
    return _what_if_page(case, notified, read_rows(MultiDict()), [], None)


@blueprint.post("/what-if/<number>")
def compute_what_if(number: str) -> str | Response | tuple[str, int]:
    """Compute with other conditions; kept only where asked."""
    case, notified = _case_with_notice(number)
    rows = read_rows(request.form)
    keep = request.form.get("do") == "keep"
    try:
        run = try_what_if(session(), desk(), case, changes_of(rows), keep=keep, by=person())
    except Refused as refused:
        session().rollback()
        return _what_if_page(case, notified, rows, refused.problems, None), refused.status
    if keep:
        flash(f"試算を計算 #{run.id} として記録しました", "success")
        return back_to(case, "results")
    return _what_if_page(case, notified, rows, [], run)


def _case_with_notice(number: str) -> tuple[Case, NotifiedResult]:
    require(person(), "recompute", "試算する")
    case = load_case(number)
    notified = notified_for(session(), case)
    if notified is None:
        raise NotFound("この案件には通知が結び付いていません。先に案件の画面で対象の通知を選んでください")
    return case, notified


def _what_if_page(
    case: Case, notified: NotifiedResult, rows: list, problems: list, run: CalculationRun | None
) -> str:
    result = None
    base = attached_run(session(), case.id)
    if run is not None:
        compared = queries.what_if_comparison(notified, base, run)
        result = {
            "changes": [change["text"] for change in run.changes],
            "rows": [row for row in compared if queries.is_telling(row, "change")],
            "unchanged": [row for row in compared if not queries.is_telling(row, "change")],
            "columns": _WHAT_IF if base else [_WHAT_IF[0], *_WHAT_IF[2:]],
            "sections": queries.sections(run),
        }
    contracts = contracts_of_business(session(), notified.business_id, notified.fiscal_year)
    disputed = queries.differing_resources(notified, base) if base else []
    disputed += queries.named_resources(contracts, case.subject)
    first_date, last_date = queries.slot_period(notified)
    return render_template(
        "calculations/what_if.html",
        case=case,
        notified=notified,
        business_name=notified.business.name,
        rows=rows,
        kinds=queries.change_kinds(),
        units=queries.VALUE_UNITS,
        usual_resource=disputed[0] if disputed else "",
        days={"min": first_date.isoformat(), "max": last_date.isoformat()},
        resources=[
            (each.resource.code, f"{each.resource.name}（{each.resource.code}）") for each in contracts
        ],
        problems=problems,
        fields=field_ids(CHANGE, rows),
        result=result,
    )
