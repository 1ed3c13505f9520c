"""設定値: the numbers that no document publishes and this desk computes with; proposed, looked at, put in force by another."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from calc_core.configuration_text import with_value
from calc_core.errors import InputRefused
from calc_core.fiscal_year import fiscal_year_of
from helpdesk.clock import in_japan
from helpdesk.errors import Conflict, Problem, Refused
from helpdesk.forms.parameters import SETTING, SOURCE, VALUE, YEAR, Edit, read_addition, read_edit
from helpdesk.queries import parameters as queries
from helpdesk.register.models import PARAMETER_SET_STATES
from helpdesk.register.parameter_sets import CONTENT, DECISION, REASON, check_content, set_in_force
from helpdesk.register.parameter_values import CHANGES
from helpdesk.users.permissions import can, require
from helpdesk.views.request import desk, person, session
from helpdesk.workflows import change_parameters

blueprint = Blueprint("parameters", __name__, url_prefix="/parameters")

_FIELDS = {REASON: "reason", SETTING: "setting", YEAR: "year", VALUE: "value", SOURCE: "source"}


@blueprint.before_request
def _only_who_sees_results() -> None:
    require(person(), "see_results", "設定値を見る")


@blueprint.get("/")
def index() -> str:
    """What is in force, what is not configured, what waits, every version."""
    return render_template(
        "parameters/index.html",
        page=queries.parameters_page(session(), _this_year()),
        states=PARAMETER_SET_STATES,
        may_propose=can(person(), "propose_parameters"),
    )


@blueprint.get("/new")
def new() -> str:
    """The editor, with the text in force."""
    require(person(), "propose_parameters", "設定値を提案する")
    before = set_in_force(session())
    begun = Edit(before.content if before else queries.EMPTY, "", before.id if before else None)
    return _editor(begun, [])


@blueprint.post("/new")
def change() -> str | Response | tuple[str, int]:
    """Put one value into the text, check the text, or propose it."""
    require(person(), "propose_parameters", "設定値を提案する")
    edit = read_edit(request.form)
    wanted = request.form.get("do", "")
    try:
        if wanted == "add":
            return _editor(_with_addition(edit), [], added=True)
        if wanted == "check":
            problems = check_content(edit.content)
            return _editor(edit, problems, checked=not problems), 422 if problems else 200
        made = change_parameters.propose_parameters(
            session(), desk(), edit.content, edit.reason, based_on=edit.based_on, by=person()
        )
    except Refused as refused:
        session().rollback()
        return _editor(edit, refused.problems), refused.status
    except Conflict as conflict:
        session().rollback()
        return _editor(edit, [Problem("設定値", str(conflict))]), conflict.status
    flash(f"第{made.version}版を承認に出しました。承認は、別の人が行います", "success")
    return redirect(url_for("parameters.show", version=made.version))


@blueprint.get("/<int:version>")
def show(version: int) -> str:
    """One version: what it changes, its text, its decision."""
    return _version(version, [])


@blueprint.post("/<int:version>/approve")
def approve(version: int) -> Response | tuple[str, int]:
    """承認."""
    try:
        change_parameters.approve_parameters(session(), desk(), version, by=person())
    except Refused as refused:
        session().rollback()
        return _version(version, refused.problems), refused.status
    flash(f"第{version}版を適用しました。これからの算定に使われます", "success")
    return redirect(url_for("parameters.index"))


@blueprint.post("/<int:version>/reject")
def reject(version: int) -> Response | tuple[str, int]:
    """却下, or 取下げ of one's own."""
    decision = request.form.get("decision", "").replace("\x00", "")
    try:
        change_parameters.reject_parameters(session(), desk(), version, decision, by=person())
    except Refused as refused:
        session().rollback()
        return _version(version, refused.problems, decision), refused.status
    flash(f"第{version}版を却下しました。適用中の値は変わりません", "success")
    return redirect(url_for("parameters.index"))


def _with_addition(edit: Edit) -> Edit:
    added = read_addition(request.form, dict(queries.options()))
    try:
        content = with_value(edit.content, added.rule, added.name, added.year, added.value, added.source)
    except InputRefused as refused:
        raise Refused([Problem(each.where, each.message) for each in refused.problems]) from refused
    return Edit(content, edit.reason, edit.based_on)


def _editor(edit: Edit, problems: list[Problem], *, checked: bool = False, added: bool = False) -> str:
    before = set_in_force(session())
    old = before.content if before else ""
    typed = MultiDict() if added else request.form
    return render_template(
        "parameters/edit.html",
        edit=edit,
        typed=typed,
        problems=problems,
        fields={each.where: _FIELDS.get(each.where, "content") for each in problems},
        of_content=[each.message for each in problems if each.where == CONTENT],
        options=queries.options(),
        changes=queries.changes_between(old, edit.content) if checked else [],
        lines=queries.line_changes(old, edit.content) if checked else [],
        kinds=CHANGES,
        checked=checked,
        added=added,
        before=before,
        usual_year=_this_year(),
        sample=queries.SAMPLE,
    )


def _version(version: int, problems: list[Problem], decision: str = "") -> str:
    page = queries.version_page(session(), version)
    own = page.shown.proposed_by_id == person().id
    return render_template(
        "parameters/show.html",
        page=page,
        states=PARAMETER_SET_STATES,
        kinds=CHANGES,
        problems=problems,
        decision=decision,
        reject_label=DECISION,
        is_own=own,
        may_approve=can(person(), "approve_parameters"),
        may_take_back=own and can(person(), "propose_parameters"),
    )


def _this_year() -> int:
    return fiscal_year_of(in_japan(desk().clock()).date())
