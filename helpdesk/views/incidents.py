"""監視の事案: the list, one incident with everything around it, and what the desk does there."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from alerts.models import Incident
from cases import queries as case_queries
from cases.errors import InputRefused
from cases.lifecycle import STATE_LABELS
from helpdesk.errors import Conflict, NotFound, Problem, Refused
from helpdesk.forms.fields import row_number
from helpdesk.forms.incidents import (
    CASE_LABEL,
    LABELS,
    read_acknowledgement,
    read_case_number,
    read_closing,
    read_note,
)
from helpdesk.queries import incidents as queries
from helpdesk.queries.cases import DELIVERIES
from helpdesk.users.permissions import can, require, visible_cases
from helpdesk.views.alerts import blueprint
from helpdesk.views.request import desk, person, session
from helpdesk.workflows import handle_incident

Answer = str | Response | tuple[str, int]

STATES = {
    "unclosed": "未終了",
    "open": "未確認",
    "acknowledged": "確認済み",
    "closed": "終了",
    "all": "すべて",
}


@blueprint.get("/incidents")
def incidents() -> str:
    """The incidents, newest first."""
    state = request.args.get("state", "")
    state = state if state in STATES else "unclosed"
    before_id = row_number(request.args.get("before", "")) or None
    rows, following = queries.incident_rows(session(), state=state, before_id=before_id)
    return render_template(
        "incidents/index.html",
        rows=rows,
        tabs=[
            {"label": label, "url": url_for("alerts.incidents", state=key), "active": key == state}
            for key, label in STATES.items()
        ],
        newest_url=url_for("alerts.incidents", state=state) if before_id else None,
        older_url=url_for("alerts.incidents", state=state, before=following) if following else None,
        sees_cases=can(person(), "see_all_cases"),
    )


@blueprint.get("/incidents/<int:incident_id>")
def incident(incident_id: int) -> str:
    """One incident: its time line, what was told and delivered, the margins of its day."""
    return _page(_load(incident_id))


@blueprint.post("/incidents/<int:incident_id>/acknowledge")
def acknowledge(incident_id: int) -> Answer:
    """確認: I have seen it and take care."""
    found = work_on(incident_id)
    return _do(found, "acknowledge", lambda: _acknowledge(found), "確認を記録しました")


@blueprint.post("/incidents/<int:incident_id>/close")
def close(incident_id: int) -> Answer:
    """終了: nothing more is to be done, and why."""
    found = work_on(incident_id)
    return _do(found, "close", lambda: _close(found), "事案を終了しました")


@blueprint.post("/incidents/<int:incident_id>/notes")
def note(incident_id: int) -> Answer:
    """メモ: what the next one on duty must know."""
    found = work_on(incident_id)
    return _do(found, "note", lambda: _note(found), "メモを案件に残しました")


@blueprint.post("/incidents/<int:incident_id>/cases")
def link(incident_id: int) -> Answer:
    """Tie an inquiry to the incident that it follows."""
    found = work_on(incident_id)
    return _do(found, "link", lambda: _link(found), "案件を結び付けました")


def _acknowledge(found: Incident) -> None:
    form = read_acknowledgement(request.form)
    handle_incident.acknowledge(
        session(), desk(), found, comment=form.text, version=form.version, by=person()
    )


def _close(found: Incident) -> None:
    form = read_closing(request.form)
    handle_incident.close(session(), desk(), found, reason=form.text, version=form.version, by=person())


def _note(found: Incident) -> None:
    handle_incident.note(session(), desk(), found, read_note(request.form), by=person())


def _link(found: Incident) -> None:
    number = read_case_number(request.form)
    case = case_queries.case_by_number(session(), number, visible=visible_cases(person()))
    if case is None:
        message = f"案件 {number[:20]} は見つかりません。番号を確かめてください"
        raise Refused([Problem(CASE_LABEL, message)])
    handle_incident.link_case(session(), desk(), found, case, by=person())


def _do(found: Incident, action: str, act: Callable[[], None], done: str) -> Answer:
    """Act and come back; what was refused is shown on the page, with what was typed."""
    incident_id = found.id
    try:
        act()
    except (Refused, InputRefused, Conflict) as refused:
        session().rollback()
        fresh = _load(incident_id)
        status = getattr(refused, "status", 422)
        return _page(
            fresh, _problems(refused, action), {"action": action, "text": request.form.get("text", "")}
        ), status
    flash(done, "success")
    return redirect(url_for("alerts.incident", incident_id=incident_id))


def _problems(refused: Exception, action: str) -> list:
    """What was wrong, at the field that it is about."""
    found = getattr(refused, "problems", None)
    return found or [Problem(LABELS[action], str(refused))]


def work_on(incident_id: int) -> Incident:
    """The incident, for somebody who does the watch's work."""
    require(person(), "work_on_watch", "事案に対応する")
    return _load(incident_id)


def _load(incident_id: int) -> Incident:
    found = session().get(Incident, incident_id)
    if found is None:
        raise NotFound("その事案はありません。事案の一覧から選んでください")
    return found


def _page(shown: Incident, problems: list | None = None, typed: dict[str, str] | None = None) -> str:
    return render_template(
        "incidents/show.html",
        page=queries.incident_page(session(), shown),
        problems=problems or [],
        typed=typed or {},
        statuses=STATE_LABELS,
        deliveries=DELIVERIES,
        sees_cases=can(person(), "see_all_cases"),
        may_work=can(person(), "work_on_watch"),
    )
