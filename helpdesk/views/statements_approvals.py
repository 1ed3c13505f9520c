"""精算（承認待ち）: what waits for me and for others, and who stands in for whom."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from helpdesk.errors import Conflict, Refused
from helpdesk.forms.statements import read_deputy
from helpdesk.queries import statements_approvals as queries
from helpdesk.settlement.deputies import deputies as deputies_since
from helpdesk.settlement.deputies import steps_to_appoint
from helpdesk.settlement.steps import STEPS
from helpdesk.users.permissions import can
from helpdesk.views.request import desk, person, session
from helpdesk.views.statements import blueprint, flash_problems, today
from helpdesk.workflows.approve_statements import appoint_deputy, revoke_deputy


@blueprint.get("/approvals")
def approvals() -> str:
    """承認待ち: month by month and family by family."""
    found = queries.inbox(session(), person(), on=today())
    own = queries.steps_of(session(), person(), on=today())
    return render_template(
        "statements_approvals/index.html",
        mine=[each for each in found if each.for_me],
        others=[each for each in found if not each.for_me],
        own=[(step, own[step.number]) for step in STEPS if step.number in own],
    )


@blueprint.get("/deputies")
def deputies() -> str:
    """Who stands in for which role, now and later."""
    return _deputies_page(MultiDict(), [])


@blueprint.post("/deputies")
def appoint() -> Response | tuple[str, int]:
    """代理の指定."""
    try:
        typed = read_deputy(request.form, queries.people_to_appoint(session(), person()))
        made = appoint_deputy(
            session(),
            desk(),
            step=typed.step,
            user_id=typed.user_id,
            valid_from=typed.valid_from,
            valid_to=typed.valid_to,
            reason=typed.reason,
            by=person(),
        )
    except Refused as refused:
        session().rollback()
        return _deputies_page(request.form, list(refused.problems)), refused.status
    flash(f"{made.user_name}さんを代理に指定しました", "success")
    return redirect(url_for("statements.deputies"))


@blueprint.post("/deputies/<int:deputy_id>/revoke")
def revoke(deputy_id: int) -> Response:
    """代理の取消."""
    try:
        revoked = revoke_deputy(session(), desk(), deputy_id, by=person())
    except (Refused, Conflict) as refused:
        session().rollback()
        flash_problems(refused)
    else:
        flash(f"{revoked.user_name}さんの代理を取り消しました", "success")
    return redirect(url_for("statements.deputies"))


def _deputies_page(typed: MultiDict[str, str], problems: list) -> str:
    appointable = steps_to_appoint(person()) if can(person(), "appoint_deputies") else ()
    found = deputies_since(session(), since=today())
    return render_template(
        "statements_approvals/deputies.html",
        rows=found,
        steps={step.number: step for step in STEPS},
        appointable=[(step.number, step.label) for step in STEPS if step.number in appointable],
        people=queries.people_to_appoint(session(), person()) if appointable else {},
        today=today(),
        typed=typed,
        problems=problems,
    )
