"""チェックリスト: the daily lists of the desks, and the templates of all lists."""

import secrets
from dataclasses import asdict
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases import checklists
from cases.errors import InputRefused
from cases.kinds import KINDS
from cases.models import ChecklistTemplate
from helpdesk.clock import in_japan
from helpdesk.errors import NotFound, Problem, Refused
from helpdesk.forms.checklists import read_template, read_tick
from helpdesk.queries.checklists import may_tick_duty, seen_duties
from helpdesk.users.permissions import can, require
from helpdesk.views.request import desk, person, session
from helpdesk.workflows import tick_checklist

blueprint = Blueprint("checklists", __name__, url_prefix="/checklists")
_DAYS_BACK = 400


@blueprint.get("/")
def index() -> str:
    """A day's lists of the desks that the person sees; by default today's."""
    duties = seen_duties(person())
    if not duties:
        raise NotFound("見られるチェックリストはありません")
    today = in_japan(desk().clock()).date()
    day = _day(request.args.get("day", ""), today)
    return render_template(
        "checklists/index.html",
        day=day,
        today=today,
        previous=day - timedelta(days=1),
        following=day + timedelta(days=1) if day < today else None,
        desks=[
            {
                "name": name,
                "lists": checklists.lists_of_day(session(), duty, day),
                "may_tick": may_tick_duty(person(), duty) and day in _open_days(today),
                "duty": duty,
            }
            for duty, name in duties.items()
        ],
        may_edit=can(person(), "edit_checklists"),
    )


@blueprint.post("/days/<day>/<any(operations, reserve):duty>")
def tick(day: str, duty: str) -> Response:
    """Tick an item of a desk's day, or take the tick back. The day before may still be finished."""
    today = in_japan(desk().clock()).date()
    wanted, form = _day(day, today), read_tick(request.form)
    if not may_tick_duty(person(), duty):
        require(
            person(),
            "work_on_cases" if duty == "operations" else "work_on_watch",
            "このチェックリストを付ける",
        )
    if wanted not in _open_days(today):
        raise Refused(
            [Problem("日付", f"{wanted} のチェックリストは締め切られています。前日分まで付けられます")]
        )
    tick_checklist.tick_item(session(), desk(), wanted, **asdict(form), by=person())
    return redirect(url_for("checklists.index", day=wanted, _anchor=f"checklist-{form.template_id}"))


@blueprint.get("/templates")
def templates() -> str:
    """All templates."""
    require(person(), "edit_checklists", "チェックリストのひな型を編集する")
    found = checklists.templates(session())
    return render_template(
        "checklists/templates.html", templates=found, duties=checklists.DUTIES, kinds=KINDS
    )


@blueprint.route("/templates/new", methods=["GET", "POST"])
@blueprint.route("/templates/<int:template_id>", methods=["GET", "POST"])
def edit(template_id: int | None = None) -> Response | str | tuple[str, int]:
    """One template; what was typed stays when it is refused."""
    require(person(), "edit_checklists", "チェックリストのひな型を編集する")
    template = session().get(ChecklistTemplate, template_id) if template_id else None
    if template_id and template is None:
        raise NotFound("そのひな型はありません")
    if request.method == "GET":
        return _form(template, {}, [])
    try:
        form = read_template(request.form, request.form.getlist("case_kinds"))
        checklists.save_template(
            session(),
            template,
            key=template.key if template else f"list-{secrets.token_hex(4)}",
            title=form.title,
            duty=form.duty,
            case_kinds=form.case_kinds,
            items=form.items,
            is_active=form.is_active,
            expected_version=form.version or None,
            by=person(),
            now=desk().clock(),
        )
    except (Refused, InputRefused) as refused:
        session().rollback()
        template = session().get(ChecklistTemplate, template_id) if template_id else None
        return _form(template, request.form.to_dict(flat=True), refused.problems), 422
    session().commit()
    flash("ひな型を保存しました。すでに始めたリストは変わりません", "success")
    return redirect(url_for("checklists.templates"))


def _form(template: ChecklistTemplate | None, typed: dict, problems: list) -> str:
    chosen = request.form.getlist("case_kinds") if problems else (template.case_kinds if template else [])
    return render_template(
        "checklists/edit.html",
        template=template,
        title=typed.get("title", template.title if template else ""),
        duty=typed.get("duty", template.duty if template else ""),
        case_kinds=chosen,
        items=typed.get("items", "\n".join(template.items) if template else ""),
        is_active=typed.get("is_active") == "1" if problems else (template.is_active if template else True),
        version=typed.get("version", template.version if template else ""),
        duties=checklists.DUTIES,
        kinds=KINDS,
        problems=problems,
    )


def _open_days(today: date) -> tuple[date, date]:
    """Today, and the day before: a night's watch ends in the morning."""
    return today, today - timedelta(days=1)


def _day(text: str, today: date) -> date:
    if not text:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused([Problem("日付", f"「{text[:20]}」は日付ではありません（例 2026-06-30）")]) from None
    if not today - timedelta(days=_DAYS_BACK) <= day <= today:
        raise Refused([Problem("日付", f"{_DAYS_BACK} 日前から今日までの日付にしてください")])
    return day
