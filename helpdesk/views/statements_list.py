"""精算（一覧）: the statements of a family and month; some or all of them approved at once; the list as a file."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.documents.document import Document
from helpdesk.documents.formats import write
from helpdesk.errors import Conflict, Refused
from helpdesk.forms.statements import check_month, read_chosen, read_filter, read_step
from helpdesk.queries import statements_list as queries
from helpdesk.queries.statements_approvals import steps_of, taken_by
from helpdesk.queries.statements_list import Filter, Waiting
from helpdesk.settlement.approval import fingerprint
from helpdesk.settlement.models import FAMILIES
from helpdesk.settlement.steps import STEPS, Step, step_by_number
from helpdesk.views.case_files import download
from helpdesk.views.request import desk, person, session
from helpdesk.views.statements import FAMILY, blueprint, flash_problems, month_label, today
from helpdesk.workflows.approve_statements import approve_month


@blueprint.get(f"/<int:year>/<int:month>/{FAMILY}")
def listed(year: int, month: int, family: str) -> str:
    """The statements as filtered, with the batch of what this person may approve."""
    check_month(year, month, family)
    wanted = read_filter(request.args)
    kept = {"year": year, "month": month, "family": family} | wanted.to_query()
    page = queries.list_page(session(), family, year, month, wanted)
    step, batch = _batch(family, year, month, wanted)
    mine = {row.id for row in batch}
    return render_template(
        "statements_list/index.html",
        page=page,
        wanted=wanted,
        year=year,
        month=month,
        family=family,
        label=month_label(year, month),
        step=step,
        batch=batch,
        choosable=[row.id for row in page.rows if row.id in mine],
        shown=fingerprint(batch),
        answer_filters=queries.ANSWER_FILTERS,
        sort_urls={key: url_for("statements.listed", **(kept | {"sort": key})) for key in queries.SORTS},
        first_url=url_for("statements.listed", **kept) if wanted.after else None,
        more_url=url_for("statements.listed", **kept, after=page.after) if page.after else None,
        file_urls={
            file_format: url_for("statements.list_file", **kept, file_format=file_format)
            for file_format in ("xlsx", "csv")
        },
        kept=wanted.to_query(),
    )


@blueprint.post(f"/<int:year>/<int:month>/{FAMILY}/approve")
def approve(year: int, month: int, family: str) -> Response:
    """One step of the ticked statements, or of all that the filter finds and this person may approve."""
    check_month(year, month, family)
    wanted = read_filter(request.args)
    try:
        step = read_step(request.form)
        if request.form.get("do") == "all":
            _, batch = _batch(family, year, month, wanted)
            ids, shown = [row.id for row in batch], request.form.get("shown", "")[:80]
        else:
            chosen = read_chosen(request.form)
            ids, shown = [each.id for each in chosen], fingerprint(chosen)
        approved = approve_month(
            session(),
            desk(),
            family=family,
            fiscal_year=year,
            delivery_month=month,
            step=step,
            statement_ids=ids,
            shown=shown,
            by=person(),
        )
    except (Refused, Conflict) as refused:
        session().rollback()
        flash_problems(refused)
    else:
        flash(f"「{step_by_number(step).label}」を {len(approved):,} 件について行いました", "success")
    return redirect(url_for("statements.listed", year=year, month=month, family=family, **wanted.to_query()))


@blueprint.get(f"/<int:year>/<int:month>/{FAMILY}.<any(xlsx, csv):file_format>")
def list_file(year: int, month: int, family: str, file_format: str) -> Response:
    """The list as filtered, as Excel or CSV."""
    check_month(year, month, family)
    rows = queries.all_rows(session(), family, year, month, read_filter(request.args))
    money = queries.money_of(session(), [row.id for row in rows if row.state == "billed"])
    title = f"{month_label(year, month)}の精算（{FAMILIES[family]}）"
    document = Document(title=title, blocks=[queries.list_table(title, rows, money)], created=desk().clock())
    name = f"statements-{family}-{year}-{month:02d}.{file_format}"
    return download(write(document, file_format), name)


def _batch(family: str, year: int, month: int, wanted: Filter) -> tuple[Step | None, list[Waiting]]:
    """The step at which this person may approve here, and what of the list: not where he or she has taken another step."""
    own = steps_of(session(), person(), on=today())
    steps = [step for step in STEPS if step.number in own and wanted.state in ("", step.state_from)]
    if not steps:
        return None, []
    states = [step.state_from for step in steps]
    every = queries.waiting_rows(session(), family, year, month, wanted, states)
    step = next((step for step in steps if any(row.state == step.state_from for row in every)), steps[0])
    waiting = [row for row in every if row.state == step.state_from]
    taken = taken_by(session(), person().id, [row.id for row in waiting])
    return step, [row for row in waiting if row.id not in taken]
