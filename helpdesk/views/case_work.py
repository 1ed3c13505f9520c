"""案件の業務記録: ticking a case's checklists and measuring the time worked on it. Part of the case's screen."""

from dataclasses import asdict

from flask import flash, request
from werkzeug.wrappers import Response

from cases import working_time
from helpdesk.forms.checklists import read_minutes, read_tick
from helpdesk.views.cases import back_to, blueprint, work_on
from helpdesk.views.request import desk, person, session
from helpdesk.workflows import tick_checklist


@blueprint.post("/<number>/checklists")
def tick_item(number: str) -> Response:
    """Tick an item, or take the tick back."""
    case, form = work_on(number), read_tick(request.form)
    tick_checklist.tick_item(session(), desk(), case, **asdict(form), by=person())
    return back_to(case, f"checklist-{form.template_id}")


@blueprint.post("/<number>/work")
def enter_time(number: str) -> Response:
    """Time spent away from the page."""
    case, form = work_on(number), read_minutes(request.form)
    working_time.enter(session(), case, form.minutes, note=form.note, by=person(), now=desk().clock())
    session().commit()
    flash(f"対応時間 {form.minutes} 分を記録しました", "success")
    return back_to(case, "work")


@blueprint.post("/<number>/work/beat")
def beat(number: str) -> Response:
    """The open page says that it is in use (by script, every half minute)."""
    working_time.beat(session(), work_on(number), by=person(), now=desk().clock())
    session().commit()
    return Response(status=204)
