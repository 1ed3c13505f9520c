"""異議申立て: the list, receiving one, comparing line by line, deciding, and what follows."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from cases.errors import CasesError, InputRefused
from cases.models import Case, Contact, Objection
from cases.objection_state import DECISIONS, STATUS_LABELS, objection_of
from cases.quoting import new_text
from helpdesk.errors import Conflict, NotFound, Problem, Refused
from helpdesk.forms.fields import row_number
from helpdesk.forms.objections import ObjectionForm, read_accepted, read_decision, read_objection
from helpdesk.queries import objections
from helpdesk.queries.objection_form import choices, form_values, notice_of_case
from helpdesk.queries.objection_page import objection_page
from helpdesk.register.lookups import notified_by_id
from helpdesk.register.models import CalculationRun, NotifiedResult
from helpdesk.register.what_if import FIELDS
from helpdesk.users.permissions import can, require, visible_cases
from helpdesk.views.cases import back_to, load_case
from helpdesk.views.request import desk, person, session
from helpdesk.workflows.answer_text import last_incoming
from helpdesk.workflows.decide_objection import decide_objection, foresee, review_objection
from helpdesk.workflows.objection_letter import draft_decision
from helpdesk.workflows.receive_objection import change_objection, receive_objection, withdraw_objection

blueprint = Blueprint("objections", __name__, url_prefix="/objections")


@blueprint.before_request
def _only_the_desk() -> None:
    require(person(), "see_all_cases", "異議申立てを見る")


@blueprint.get("/")
def index() -> str:
    """The list by scope, newest first."""
    scope = request.args.get("scope", "open")
    scope = scope if scope in objections.SCOPES else "open"
    before = row_number(request.args.get("older", "")) or None
    rows, older = objections.objection_list(
        session(), scope, visible=visible_cases(person()), before=before, now=desk().clock()
    )
    return render_template(
        "objections/index.html",
        rows=rows,
        tabs=[
            {"label": label, "url": url_for("objections.index", scope=key), "active": key == scope}
            for key, label in objections.SCOPES.items()
        ],
        newer_url=url_for("objections.index", scope=scope) if before else None,
        older_url=url_for("objections.index", scope=scope, older=older) if older else None,
        statuses=STATUS_LABELS,
        decisions=DECISIONS,
        tones=objections.TONES,
        may_work=can(person(), "work_on_cases"),
    )


@blueprint.get("/new")
def new() -> str:
    """The form: first which notice, then what is claimed."""
    require(person(), "work_on_cases", "異議申立てを受け付ける")
    case = _case()
    asked = last_incoming(session(), case.id) if case else None
    grounds = new_text(asked.body_text).strip() if asked else ""
    return _new_page(read_objection(MultiDict({"grounds": grounds})), [])


@blueprint.post("/new")
def receive() -> str | Response | tuple[str, int]:
    """Take an objection down, out of a case or with one of its own."""
    require(person(), "work_on_cases", "異議申立てを受け付ける")
    form, case, notice = read_objection(request.form), _case(), _notice()
    if notice is None:
        raise Refused([Problem("対象の通知", "対象の通知を選んでください")])
    if case is None and not form.channel:
        return _new_page(form, [Problem("受付の方法", "一覧から選んでください")]), 422
    contact = session().get(Contact, form.contact_id) if form.contact_id else None
    if contact is not None and contact.business_id != notice.business_id:
        raise NotFound("その担当者は登録されていません")
    try:
        objection = receive_objection(
            session(),
            desk(),
            notice_id=notice.id,
            grounds=form.grounds,
            claims=form.claims,
            claimed_figures=form.amounts,
            case=case,
            channel=form.channel or "mail",
            contact=contact,
            by=person(),
        )
    except Refused as refused:
        session().rollback()
        return _new_page(form, refused.problems), refused.status
    flash("異議申立てとして受け付けました。次に、再計算して並べてください", "success")
    return redirect(url_for("objections.show", number=objection.case.number))


@blueprint.get("/<number>")
def show(number: str) -> str:
    """One objection, line by line."""
    return _page(_objection(number))


@blueprint.get("/<number>/edit")
def edit(number: str) -> str:
    """Its grounds and claims, to be corrected."""
    require(person(), "work_on_cases", "申立ての内容を変える")
    objection = _objection(number)
    rows = [{key: str(value) for key, value in claim.items()} for claim in objection.claims]
    typed = MultiDict(
        [("grounds", objection.grounds), ("version", str(objection.version))]
        + [(name, row.get(name, "")) for row in rows for name in FIELDS]
        + [(f"amount.{key}", exact) for key, _, _, exact in objection.claimed_figures]
    )
    return _edit_page(objection, read_objection(typed), [])


@blueprint.post("/<number>/edit")
def save(number: str) -> str | Response | tuple[str, int]:
    """Keep other grounds or claims."""
    objection, form = _objection(number), read_objection(request.form)
    try:
        change_objection(
            session(),
            desk(),
            objection,
            grounds=form.grounds,
            claims=form.claims,
            claimed_figures=form.amounts,
            version=form.version,
            by=person(),
        )
    except Refused as refused:
        session().rollback()
        return _edit_page(objection, form, refused.problems), refused.status
    flash("申立ての内容を変更しました。もう一度、再計算して並べてください", "success")
    return _back(objection)


@blueprint.post("/<number>/review")
def review(number: str) -> Response:
    """Compute as registered and as claimed."""
    objection = _objection(number)
    review_objection(session(), desk(), objection, by=person())
    flash("再計算して並べました", "success")
    return _back(objection, "comparison")


@blueprint.post("/<number>/decide")
def decide(number: str) -> str | Response | tuple[str, int]:
    """Decide, or first see what a decision would come to."""
    require(person(), "decide_objections", "異議申立てを決定する")
    objection = _objection(number)
    claims = len(objection.claims)
    if request.form.get("do") == "try":
        run = foresee(session(), desk(), objection, read_accepted(request.form, claims), by=person())
        return _page(objection, foreseen=run)
    try:
        decided, version = read_decision(request.form, claims)
        decide_objection(session(), desk(), objection, decided, version=version, by=person())
    except (Refused, Conflict, CasesError) as refused:
        session().rollback()
        return _page(objection, problems=_problems(refused)), _status(refused)
    flash(
        f"「{DECISIONS[decided.decision]}」と決定しました。続けて、決定のお知らせを作成してください",
        "success",
    )
    return _back(objection, "follow-ups")


@blueprint.post("/<number>/withdraw")
def withdraw(number: str) -> str | Response | tuple[str, int]:
    """The business gives it up."""
    objection = _objection(number)
    reason = request.form.get("reason", "")
    try:
        withdraw_objection(session(), desk(), objection, reason, by=person())
    except InputRefused as refused:
        session().rollback()
        return _page(objection, problems=_problems(refused)), 422
    flash("取下げを記録しました。案件を完了にできます", "success")
    return _back(objection)


@blueprint.post("/<number>/answer")
def draft_answer(number: str) -> Response:
    """Begin the letter about the decision; it is finished on the case."""
    objection = _objection(number)
    draft_decision(session(), desk(), objection, by=person())
    return back_to(objection.case, "answer")


def _objection(number: str) -> Objection:
    objection = objection_of(session(), load_case(number).id)
    if objection is None:
        raise NotFound(f"案件 {number[:20]} は異議申立てとして受け付けられていません")
    return objection


def _back(objection: Objection, anchor: str | None = None) -> Response:
    return redirect(url_for("objections.show", number=objection.case.number, _anchor=anchor))


def _case() -> Case | None:
    number = request.values.get("case", "")
    return load_case(number) if number else None


def _notice() -> NotifiedResult | None:
    wanted = row_number(request.values.get("notice", ""))
    return notified_by_id(session(), wanted) if wanted else None


def _problems(refused: Exception) -> list[Problem]:
    found = [Problem(each.where, each.message) for each in getattr(refused, "problems", [])]
    return found or [Problem("決定", str(refused))]


def _status(refused: Exception) -> int:
    return getattr(refused, "status", 409 if "Stale" in type(refused).__name__ else 422)


def _page(
    objection: Objection, *, foreseen: CalculationRun | None = None, problems: list[Problem] | None = None
) -> str:
    typed = request.form if request.method == "POST" else MultiDict()
    return render_template(
        "objections/show.html",
        **objection_page(session(), desk(), objection, person(), foreseen=foreseen),
        foreseen=foreseen,
        problems=problems or [],
        letter_formats=(("pdf", "PDF"), ("docx", "Word")),
        typed_decision=typed.get("decision", ""),
        typed_reason=typed.get("reason", "")[:20_000],
        typed_accepted=typed.getlist("accepted"),
    )


def _new_page(form: ObjectionForm, problems: list[Problem]) -> str:
    case, notice = _case(), _notice()
    if notice is None and case is not None:
        notice = notice_of_case(session(), case)
    business_id = row_number(request.values.get("business", "")) or None
    if case is not None:
        business_id = case.business_id
    elif notice is not None:
        business_id = notice.business_id
    return render_template(
        "objections/new.html",
        **choices(session(), case, business_id),
        **form_values(session(), form, notice, problems),
    )


def _edit_page(objection: Objection, form: ObjectionForm, problems: list[Problem]) -> str:
    notice = notified_by_id(session(), objection.notice_reference)
    values = form_values(session(), form, notice, problems)
    return render_template("objections/edit.html", case=objection.case, objection=objection, **values)
