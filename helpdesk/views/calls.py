"""電話: the list, beginning a call, the screen of a call while it lasts, and its end."""

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases import call_lists, callers
from cases import queries as case_queries
from cases.call_state import DIRECTIONS
from cases.classification import TOPICS, classify
from cases.errors import InputRefused, LineBusy, NumberInvalid
from cases.models import Case, PhoneCall
from cases.numbering import parse_number
from helpdesk.clock import in_japan
from helpdesk.errors import NotFound, Problem, Refused
from helpdesk.forms import calls as forms
from helpdesk.forms.fields import row_number
from helpdesk.queries import calls as queries
from helpdesk.queries.cases import business_choices, people_who_work
from helpdesk.users.permissions import can, require, visible_calls, visible_cases
from helpdesk.views.request import desk, person, session
from helpdesk.workflows import log_call
from helpdesk.workflows.call_late_payer import AlreadyPaid

blueprint = Blueprint("calls", __name__, url_prefix="/calls")


@blueprint.before_request
def _only_the_desk() -> None:
    require(person(), "see_all_cases", "電話の記録を見る")


@blueprint.get("/")
def index() -> str:
    """What is going on, what is to be called, and the calls made: today's, or all."""
    return _index([], {})


@blueprint.post("/")
def begin() -> str | Response | tuple[str, int]:
    """The telephone rings, or somebody is called."""
    require(person(), "work_on_cases", "電話を記録する")
    try:
        new = forms.read_begin(request.form)
        case = _case(new.case_number) if new.case_number else None
        call = log_call.begin(session(), desk(), new, case=case, by=person())
    except AlreadyPaid as paid:
        session().rollback()
        flash(str(paid), "success")
        return redirect(url_for("cases.show", number=case.number))
    except LineBusy as busy:
        session().rollback()
        running = queries.load_call(session(), busy.call_id, person())
        kept = {key: value for key, value in request.form.items() if key not in ("csrf_token", "once")}
        return render_template("calls/busy.html", call=running, kept=kept, directions=DIRECTIONS), 409
    except (Refused, InputRefused) as refused:
        session().rollback()
        return _index(refused.problems, request.form.to_dict()), 422
    return redirect(url_for("calls.show", call_id=call.id))


@blueprint.get("/callers")
def find_callers() -> Response:
    """Who may be meant, while somebody types (JSON)."""
    found = callers.find_callers(session(), request.args.get("q", ""))
    return jsonify(callers=[{name: getattr(each, name) for name in each.__slots__} for each in found])


@blueprint.get("/<int:call_id>")
def show(call_id: int) -> str:
    """One call: who it is, what is said, what to say."""
    return _screen(_call(call_id), {}, [], wanted=request.args.get("q", ""))


@blueprint.get("/<int:call_id>/hints")
def hints(call_id: int) -> Response:
    """What the words so far suggest: a topic and talk scripts (JSON)."""
    call = _call(call_id)
    found = classify(call.subject, call.content)
    suggested, _ = queries.scripts(session(), desk(), f"{call.subject}\n{call.content}", found.topic)
    return jsonify(
        topic=TOPICS[found.topic],
        topic_reason="、".join(found.reasons),
        scripts=[{"stem": each.stem, "title": each.title, "reason": each.reason} for each in suggested],
    )


@blueprint.post("/<int:call_id>/autosave")
def autosave(call_id: int) -> Response:
    """What is being typed (JSON); answers with the version for the next save."""
    typed = request.get_json(silent=True)
    values = {str(key): str(value) for key, value in typed.items()} if isinstance(typed, dict) else {}
    version = row_number(values.get("version", ""))
    call = log_call.keep(
        session(), desk(), _call(call_id), forms.read_typed(values), version=version, by=person()
    )
    return jsonify(version=call.version)


@blueprint.post("/<int:call_id>/save")
def save(call_id: int) -> str | Response | tuple[str, int]:
    """Keep what was typed."""
    return _typed(call_id, log_call.keep, saved="入力を保存しました")


@blueprint.post("/<int:call_id>/search")
def search(call_id: int) -> str | Response | tuple[str, int]:
    """Look for who it is, without losing what was typed."""
    return _typed(call_id, log_call.keep, q=request.form.get("q", "")[:100])


@blueprint.post("/<int:call_id>/identify")
def identify(call_id: int) -> str | Response | tuple[str, int]:
    """Say who is at the other end: `business:contact`."""
    business, _, contact = request.form.get("who", "").partition(":")
    chosen = {"business_id": row_number(business), "contact_id": row_number(contact)}
    return _typed(call_id, log_call.identify, **chosen)


@blueprint.post("/<int:call_id>/join")
def join(call_id: int) -> str | Response | tuple[str, int]:
    """Say which case it is about; without a number a new one."""
    number = request.form.get("case", "").strip() or request.form.get("case_number", "").strip()
    new = request.form.get("case") == "new" or not number
    try:
        case = None if new else _case(number)
    except NotFound as missing:
        problems = [Problem("案件番号", str(missing))]
        return _screen(_call(call_id), request.form.to_dict(), problems), 422
    return _typed(call_id, log_call.join, case=case)


@blueprint.post("/<int:call_id>/script")
def choose_script(call_id: int) -> str | Response | tuple[str, int]:
    """Choose the talk script to be led by."""
    return _typed(call_id, log_call.choose_script, stem=request.form.get("script", "")[:80])


@blueprint.post("/<int:call_id>/hang-up")
def hang_up(call_id: int) -> str | Response | tuple[str, int]:
    """The line is free; the record stays open."""
    return _typed(call_id, log_call.hang_up, saved="通話を終えました。記録を仕上げてください")


@blueprint.post("/<int:call_id>/end")
def end(call_id: int) -> str | Response | tuple[str, int]:
    """The call is written down in its case."""
    call = _call(call_id)
    form, unreadable = forms.read_end(request.form)
    version = row_number(request.form.get("version", ""))
    try:
        message = log_call.finish(session(), desk(), call, form, unreadable, version=version, by=person())
    except Refused as refused:
        session().rollback()
        return _screen(_call(call_id), request.form.to_dict(), refused.problems), 422
    if message is None:
        flash("番号違いの電話として記録しました", "success")
        return redirect(url_for("calls.index"))
    flash(f"電話を案件 {call.case.number} に記録しました", "success")
    return redirect(url_for("cases.show", number=call.case.number, _anchor=f"message-{message.id}"))


@blueprint.post("/<int:call_id>/discard")
def discard(call_id: int) -> str | Response | tuple[str, int]:
    """It was no call."""
    try:
        log_call.take_back(session(), desk(), _call(call_id), request.form.get("reason", ""), by=person())
    except InputRefused as refused:
        session().rollback()
        return _screen(_call(call_id), {}, refused.problems), 422
    flash("電話の記録を取り消しました", "success")
    return redirect(url_for("calls.index"))


@blueprint.post("/<int:call_id>/next-call")
def settle_next_call(call_id: int) -> Response:
    """The call that was to be made is not needed any more."""
    reason = request.form.get("reason", "")[:200]
    log_call.settle_next_call(session(), desk(), _call(call_id), reason, by=person())
    flash("「次の電話」を済みにしました", "success")
    return redirect(url_for("calls.index"))


def _typed(call_id: int, act: Any, *, saved: str = "", q: str = "", **chosen: Any) -> Any:
    """Keep what was typed and do one thing more; what cannot be kept comes back as it was typed."""
    version = row_number(request.form.get("version", ""))
    typed = forms.read_typed(request.form)
    try:
        act(session(), desk(), _call(call_id), typed, **chosen, version=version, by=person())
    except (Refused, InputRefused) as refused:
        session().rollback()
        return _screen(_call(call_id), request.form.to_dict(), refused.problems), 422
    if saved:
        flash(saved, "success")
    return redirect(url_for("calls.show", call_id=call_id, q=q or None))


def _index(problems: list[Any], typed: dict[str, str]) -> str:
    now, who = desk().clock(), person()
    form = forms.read_call_filter(request.args)
    scope = "all" if request.args.get("scope") == "all" or form.is_filtered else "today"
    today = in_japan(now).date()
    filters = form.to_filter() if scope == "all" else call_lists.CallFilter(on=today)
    visible = visible_calls(who)
    page = call_lists.call_page(
        session(),
        visible=visible,
        filters=filters,
        before=request.args.get("older"),
        after=request.args.get("newer"),
    )
    kept = {key: value for key, value in request.args.items() if key not in ("older", "newer") and value}
    wanted = request.args.get("q", "").strip()[:100]
    return render_template(
        "calls/index.html",
        rows=page.rows,
        newer_url=url_for("calls.index", **kept, newer=page.newer) if page.newer else None,
        older_url=url_for("calls.index", **kept, older=page.older) if page.older else None,
        going_on=call_lists.going_on(session(), visible=visible, now=now),
        next_calls=call_lists.next_calls(session(), visible=visible),
        form=form,
        scope=scope,
        tabs=[
            {"label": "今日", "url": url_for("calls.index"), "active": scope == "today"},
            {"label": "すべて", "url": url_for("calls.index", scope="all"), "active": scope == "all"},
        ],
        wanted=wanted,
        callers=callers.find_callers(session(), wanted),
        directions=DIRECTIONS,
        outcomes=forms.SHOWN_OUTCOMES,
        people=people_who_work(session()),
        businesses=business_choices(session()),
        may_call=can(who, "work_on_cases"),
        user_id=who.id,
        problems=problems,
        typed=typed,
    )


def _screen(call: PhoneCall, typed: dict[str, str], problems: list[Any], *, wanted: str = "") -> str:
    values = queries.call_screen(session(), desk(), call, person(), typed=typed, wanted=wanted.strip()[:100])
    return render_template("calls/show.html", **values, problems=problems)


def _call(call_id: int) -> PhoneCall:
    return queries.load_call(session(), call_id, person())


def _case(typed: str) -> Case:
    """The case that a number names, if this person may see it."""
    try:
        number = parse_number(typed)
    except NumberInvalid as invalid:
        raise NotFound(str(invalid)) from None
    case = case_queries.case_by_number(session(), number, visible=visible_cases(person()))
    if case is None:
        raise NotFound(f"案件 {number} は見つかりません。番号を確かめてください")
    return case
