"""算定（結果）: one result with its versions; corrected with a reason, fixed by somebody else, told to the business."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from helpdesk.errors import Conflict, Refused
from helpdesk.forms.assessment import check_month, read_figures, read_number
from helpdesk.queries import assessment_result as queries
from helpdesk.queries import assessment_run
from helpdesk.queries.assessment import newer_inputs
from helpdesk.queries.assessment_resource import shown
from helpdesk.queries.calculations import readable
from helpdesk.register.month_results import FIGURES
from helpdesk.register.result_comparison import CAUSES
from helpdesk.register.result_corrections import figure_place
from helpdesk.views.assessment import blueprint, month_label
from helpdesk.views.request import desk, person, session
from helpdesk.workflows import settle_results

_REASON = "理由"


@blueprint.get("/results/<int:result_id>")
def result(result_id: int) -> str:
    """One result: figures, versions, what changed and why."""
    return _result_page(result_id, MultiDict(), [])


@blueprint.post("/results/<int:result_id>/correct")
def correct_result(result_id: int) -> Response | tuple[str, int]:
    """修正: a new version with the typed figures."""
    changes, reason = read_figures(request.form)
    try:
        made = settle_results.correct_result(
            session(), desk(), result_id, changes, reason=reason, by=person()
        )
    except (Refused, Conflict) as refused:
        session().rollback()
        if isinstance(refused, Conflict):
            flash(str(refused), "warning")
            return redirect(url_for("assessment.result", result_id=result_id))
        return _result_page(result_id, request.form, refused.problems), refused.status
    flash(f"第{made.version}版として修正しました。確定は、別の人が行います", "success")
    return redirect(url_for("assessment.result", result_id=made.id))


@blueprint.post("/results/<int:result_id>/fix")
def fix_result(result_id: int) -> Response | tuple[str, int]:
    """確定 of one result."""
    try:
        accept_newer = "accept_newer" in request.form
        settle_results.fix_result(session(), desk(), result_id, accept_newer=accept_newer, by=person())
    except Refused as refused:
        session().rollback()
        return _result_page(result_id, MultiDict(), refused.problems), refused.status
    flash("確定しました", "success")
    return redirect(url_for("assessment.result", result_id=result_id))


@blueprint.post("/<int:year>/<int:month>/fix")
def fix_month(year: int, month: int) -> Response:
    """確定 of a month, or of one business's part of it."""
    check_month(year, month)
    business_id = read_number(request.form.get("business", ""))
    try:
        fixed = settle_results.fix_month(
            session(),
            desk(),
            fiscal_year=year,
            delivery_month=month,
            business_id=business_id,
            shown=request.form.get("shown", "")[:80],
            accept_newer="accept_newer" in request.form,
            by=person(),
        )
    except (Refused, Conflict) as refused:
        session().rollback()
        _flash_problems(refused)
    else:
        flash(f"{month_label(year, month)}の結果 {len(fixed):,} 件を確定しました", "success")
    return redirect(url_for("assessment.month", year=year, month=month, business=business_id))


@blueprint.post("/<int:year>/<int:month>/notify")
def notify(year: int, month: int) -> Response:
    """通知: the notice of one business from its fixed results."""
    check_month(year, month)
    business_id = read_number(request.form.get("business", "")) or 0
    try:
        told = settle_results.notify_business(
            session(),
            desk(),
            business_id=business_id,
            fiscal_year=year,
            delivery_month=month,
            reason=request.form.get("reason", "").strip()[:2_000],
            by=person(),
        )
    except (Refused, Conflict) as refused:
        session().rollback()
        _flash_problems(refused)
    else:
        flash(f"{told.notice.document_number} を発行しました", "success")
    return redirect(url_for("assessment.month", year=year, month=month, business=business_id))


@blueprint.get("/runs/<int:run_id>")
def run(run_id: int) -> str:
    """One run over the fleet; with another one in the address, what is different."""
    return render_template(
        "assessment_results/run.html",
        page=assessment_run.run_page(session(), run_id, against=read_number(request.args.get("with", ""))),
        month_label=month_label,
        causes=CAUSES,
        readable=readable,
        most_shown=assessment_run.MOST_SHOWN,
    )


def _result_page(result_id: int, typed: MultiDict[str, str], problems: list) -> str:
    against = read_number(request.args.get("with", ""))
    page = queries.result_page(session(), desk().blobs, result_id, against=against)
    wanted = request.args.get("explain") == "1"
    folder = desk().settings.slots_folder
    explained = queries.explanation(session(), folder, desk().blobs, page.result) if wanted else None
    fields = {figure_place(name): name for name in FIGURES} | {_REASON: "reason"}
    return render_template(
        "assessment_results/show.html",
        page=page,
        label=month_label(page.result.fiscal_year, page.result.delivery_month),
        typed=typed,
        problems=problems,
        fields=fields,
        places={name: figure_place(name) for name in FIGURES},
        figures=FIGURES,
        shown=shown,
        explained=explained,
        newer_inputs=newer_inputs(session(), page.result.fiscal_year, page.result.delivery_month)
        if page.result.newest
        else (),
        causes=CAUSES,
    )


def _flash_problems(refused: Refused | Conflict) -> None:
    problems = getattr(refused, "problems", None)
    if not problems:
        flash(str(refused), "warning")
        return
    for each in problems[:5]:
        flash(f"{each.where}：{each.message}", "danger")
    if len(problems) > 5:
        flash(f"ほか {len(problems) - 5:,} 件", "danger")
