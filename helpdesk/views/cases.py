"""案件: the list, the one screen of a case, and what an operator does there."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases import assignment, classification, intake, lifecycle, memos
from cases import queries as case_queries
from cases.classification import TOPICS
from cases.errors import NumberInvalid
from cases.kinds import KINDS
from cases.lifecycle import STATE_LABELS
from cases.models import Business, Case, Contact
from cases.numbering import parse_number
from helpdesk.errors import Conflict, NotFound, Problem, Refused
from helpdesk.forms.cases import read_case_filter, read_change
from helpdesk.forms.fields import row_number
from helpdesk.queries import cases as queries
from helpdesk.queries.case_screen import case_screen
from helpdesk.users.accounts import user_by_id
from helpdesk.users.models import User
from helpdesk.users.permissions import can, require, visible_cases
from helpdesk.views.request import desk, person, session
from helpdesk.workflows import recompute_for_case

blueprint = Blueprint("cases", __name__, url_prefix="/cases")

SCOPES = {
    "open": "対応中",
    "mine": "自分の担当",
    "unassigned": "担当未定",
    "overdue": "期限超過",
    "all": "すべて",
}


def load_case(number: str) -> Case:
    """The case of an address, if this person may see it."""
    case = case_queries.case_by_number(session(), number, visible=visible_cases(person()))
    if case is None:
        raise NotFound(f"案件 {number[:20]} は見つかりません。番号を確かめてください")
    return case


def back_to(case: Case, anchor: str = "") -> Response:
    """The case's page, at the place where the person was."""
    return redirect(url_for("cases.show", number=case.number, _anchor=anchor or None))


def work_on(number: str) -> Case:
    """The case, for somebody who may work on it."""
    require(person(), "work_on_cases", "案件に対応する")
    return load_case(number)


def _colleague(user_id: int) -> User:
    """Somebody who can be given a case."""
    colleague = user_by_id(session(), user_id)
    if not colleague.is_active or not can(colleague, "work_on_cases"):
        raise Refused(
            [Problem("担当", f"{colleague.display_name}さんは案件に対応できません。別の人を選んでください")]
        )
    return colleague


def _contact(contact_id: int | None) -> Contact | None:
    """Somebody of a business, to whom the case's mails go."""
    contact = session().get(Contact, contact_id) if contact_id else None
    if contact_id and contact is None:
        raise Refused([Problem("担当者", "その担当者は登録されていません。一覧から選んでください")])
    return contact


@blueprint.get("/")
def index() -> str:
    """The list, by scope and filter, newest change first."""
    scope = request.args.get("scope", "open")
    scope = scope if scope in SCOPES else "open"
    form = read_case_filter(request.args)
    now = desk().clock()
    page = case_queries.case_list(
        session(),
        visible=visible_cases(person()),
        filters=form.to_filter(scope, person(), now),
        before=request.args.get("older") or None,
        after=request.args.get("newer") or None,
    )
    kept = {key: value for key, value in request.args.items() if key not in ("older", "newer") and value}
    tabs = [
        {"label": label, "url": url_for("cases.index", scope=key), "active": key == scope}
        for key, label in SCOPES.items()
    ]
    return render_template(
        "cases/index.html",
        rows=[queries.with_due_state(row, now) for row in page.rows],
        newer_url=url_for("cases.index", **kept, newer=page.newer) if page.newer else None,
        older_url=url_for("cases.index", **kept, older=page.older) if page.older else None,
        scope=scope,
        tabs=tabs,
        form=form,
        filtered=form.is_filtered,
        kinds=KINDS,
        statuses=STATE_LABELS,
        topics=TOPICS,
        businesses=queries.business_choices(session()),
        may_export=can(person(), "export_reports"),
    )


@blueprint.get("/jump")
def jump() -> Response:
    """The box in the top bar: a case number opens the case, anything else is searched for."""
    wanted = request.args.get("q", "").strip()
    if not wanted:
        return redirect(url_for("cases.index"))
    try:
        number = parse_number(wanted)
    except NumberInvalid as invalid:
        digits = sum(letter.isdigit() for letter in wanted)
        if digits >= 10 and digits * 2 > len(wanted):
            flash(str(invalid), "warning")
        return redirect(url_for("cases.index", scope="all", q=wanted))
    return redirect(url_for("cases.show", number=number))


@blueprint.get("/<number>")
def show(number: str) -> str:
    """The one screen: conversation, notified and recomputed result with its derivation, knowledge, answer."""
    return render_template("cases/show.html", **case_screen(session(), desk(), load_case(number), person()))


@blueprint.post("/<number>/assign")
def assign(number: str) -> Response:
    """Take the case, or give it to somebody."""
    case = work_on(number)
    to = request.form.get("to", "")
    colleague = _colleague(row_number(to)) if to else None
    assignment.assign(session(), case, colleague, by=person(), now=desk().clock())
    if colleague is not None and case.status == lifecycle.RECEIVED:
        lifecycle.move(
            session(), case, lifecycle.IN_PROGRESS, by=person(), now=desk().clock(), reason="担当が決まった"
        )
    session().commit()
    return back_to(case)


@blueprint.post("/<number>/change")
def change(number: str) -> Response:
    """Correct topic, business, the person there, and assignee."""
    case, now = work_on(number), desk().clock()
    form = read_change(request.form)
    if form.version != case.version:
        raise Conflict("開いている間に別の人が案件を更新しました。画面を読み直してから変更してください")
    if form.topic != case.topic:
        classification.change_topic(session(), case, form.topic, by=person(), now=now)
    if form.business_id != case.business_id:
        business = session().get(Business, form.business_id) if form.business_id else None
        if form.business_id and business is None:
            raise Refused([Problem("事業者", "その事業者は登録されていません。一覧から選んでください")])
        intake.correct_business(session(), case, business, None, by=person(), now=now)
    elif form.names_contact and form.contact_id != case.contact_id:
        intake.correct_business(
            session(), case, case.business, _contact(form.contact_id), by=person(), now=now
        )
    if form.assignee_id != case.assignee_id:
        colleague = _colleague(form.assignee_id) if form.assignee_id else None
        assignment.assign(session(), case, colleague, by=person(), now=now)
    session().commit()
    flash("変更を保存しました", "success")
    return back_to(case)


@blueprint.post("/<number>/move")
def move(number: str) -> Response:
    """Put the case into another state."""
    case = work_on(number)
    to, reason = request.form.get("to", ""), request.form.get("reason", "")[:500]
    if to == lifecycle.AWAITING_RELEASE:
        raise Refused([Problem("状態", "「承認待ち」には、回答の承認を依頼すると自動でなります")])
    lifecycle.move(session(), case, to, by=person(), now=desk().clock(), reason=reason)
    session().commit()
    flash(f"「{STATE_LABELS[to]}」にしました", "success")
    return back_to(case)


@blueprint.post("/<number>/notes")
def add_note(number: str) -> Response:
    """An internal memo."""
    case = work_on(number)
    memos.add_memo(session(), case, request.form.get("text", ""), by=person(), now=desk().clock())
    session().commit()
    return back_to(case, "conversation")


@blueprint.post("/<number>/result")
def link_result(number: str) -> Response:
    """Say which notice the case is about."""
    case = work_on(number)
    wanted = row_number(request.form.get("result", ""))
    recompute_for_case.link(session(), desk(), case, wanted, by=person())
    return back_to(case, "results")


@blueprint.post("/<number>/recompute")
def recompute(number: str) -> Response:
    """Compute the month again and attach the run."""
    case = load_case(number)
    run = recompute_for_case.recompute(session(), desk(), case, by=person())
    flash(f"再計算しました（計算 #{run.id}）", "success")
    return back_to(case, "results")
