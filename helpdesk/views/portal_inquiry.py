"""新しい問合せ: the form that opens a case, about a notice or about anything else."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.classification import TOPICS
from cases.models import Business
from helpdesk.errors import Refused
from helpdesk.forms.portal_cases import ACCEPT
from helpdesk.forms.portal_inquiry import read_inquiry
from helpdesk.queries.portal_notices import choices
from helpdesk.views.portal import blueprint, own_business_id
from helpdesk.views.request import desk, person, session
from helpdesk.workflows import receive_form


@blueprint.get("/inquiry")
def inquiry() -> str:
    """An empty form; from a notice's page that notice is chosen already."""
    values = {"person_name": person().display_name, "notice": request.args.get("notice", "")}
    return _page(values, [])


@blueprint.post("/inquiry")
def send_inquiry() -> Response | tuple[str, int]:
    """Open the case and confirm it."""
    own = {notice_id for notice_id, _ in choices(session(), own_business_id())}
    try:
        form = read_inquiry(request.form, request.files, own)
        case = receive_form.open_inquiry(session(), desk(), form, by=person())
    except Refused as refused:
        session().rollback()
        return _page(request.form, refused.problems), refused.status
    return redirect(url_for("portal.received", number=case.number))


def _page(values: Any, problems: list) -> str:
    return render_template(
        "portal_inquiry/show.html",
        values=values,
        problems=problems,
        topics=TOPICS,
        accept=ACCEPT,
        notices=choices(session(), own_business_id()),
        business=session().get_one(Business, own_business_id()),
    )
