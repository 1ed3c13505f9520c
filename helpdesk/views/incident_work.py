"""事案の業務記録: ticking the checklists of an incident's case, and the time the watch works on it."""

from dataclasses import asdict

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from cases import working_time
from cases.models import Case
from helpdesk.forms.checklists import read_tick
from helpdesk.views.alerts import blueprint
from helpdesk.views.incidents import work_on
from helpdesk.views.request import desk, person, session
from helpdesk.workflows import tick_checklist
from helpdesk.workflows.handle_incident import OPENED_BY_HAND
from helpdesk.workflows.incident_cases import case_of


@blueprint.post("/incidents/<int:incident_id>/checklists")
def tick_item(incident_id: int) -> Response:
    """Tick an item, or take the tick back."""
    form, case = read_tick(request.form), _case(incident_id)
    tick_checklist.tick_item(session(), desk(), case, **asdict(form), by=person())
    anchor = f"checklist-{form.template_id}"
    return redirect(url_for("alerts.incident", incident_id=incident_id, _anchor=anchor))


@blueprint.post("/incidents/<int:incident_id>/beat")
def beat(incident_id: int) -> Response:
    """The open page says that it is in use (by script, every half minute)."""
    working_time.beat(session(), _case(incident_id), by=person(), now=desk().clock())
    session().commit()
    return Response(status=204)


def _case(incident_id: int) -> Case:
    found = work_on(incident_id)
    return case_of(session(), found, why=OPENED_BY_HAND, now=desk().clock())
