"""算定（電源等）: a resource's year as a picture, its slots month by month, corrections of slots, what if they were others."""

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.errors import NotFound, Problem, Refused
from helpdesk.forms.assessment import (
    SlotChange,
    check_month,
    check_year,
    read_change,
    read_day,
    read_optional_day,
    read_year,
)
from helpdesk.queries import assessment_resource as queries
from helpdesk.queries.resource_requirements import requirements
from helpdesk.queries.resource_slots import slots_of_year
from helpdesk.queries.shortfall_map import LEVELS, PALETTES, month_rows, year_picture
from helpdesk.queries.slot_trial import Trial, try_change
from helpdesk.register.models import REQUIREMENT_STATES, REQUIREMENTS, SLOT_KINDS, Resource
from helpdesk.register.month_results import FIGURES, PENALTY_PARTS
from helpdesk.register.what_if import CHANGE, FIELDS, place
from helpdesk.users.permissions import require
from helpdesk.views.assessment import blueprint, month_label, this_year
from helpdesk.views.request import desk, person, session
from helpdesk.workflows import state_requirement as workflow
from helpdesk.workflows.correct_slots import NOUN, correct_slots, withdraw_correction

_REASON = "理由"
_FIELD_IDS = {label: name.replace("_", "-") for name, label in FIELDS.items()}
_STATED = ("requirement", "state", "on", "reason")
_FIGURES = {"near": "20", "low": "70", "tight": "100", "severe": "60", "critical": "100"}


@blueprint.get("/resources/")
def resources() -> str:
    """Find a resource by name, code or business."""
    year = read_year(request.args.get("year", ""), this_year())
    text = request.args.get("q", "").strip()[:60]
    found = queries.find_resources(session(), text=text, after=request.args.get("after", "")[:40])
    kept = {"year": year} | ({"q": text} if text else {})
    return render_template(
        "assessment_resources/index.html",
        found=found,
        text=text,
        year=year,
        first_url=url_for("assessment.resources", **kept) if request.args.get("after") else None,
        more_url=url_for("assessment.resources", **kept, after=found.after) if found.after else None,
    )


@blueprint.get("/resources/<int:resource_id>/<int:year>")
def resource(resource_id: int, year: int) -> str:
    """The year of one resource; with a change in the address, what would come of it."""
    return _year_page(resource_id, year, {}, [])


@blueprint.post("/resources/<int:resource_id>/<int:year>/requirements")
def state_requirement(resource_id: int, year: int) -> AnyResponse | tuple[str, int]:
    """余力活用契約・実効性テスト: its state is registered by hand."""
    check_year(year)
    typed = {name: request.form.get(name, "").strip()[:501] for name in _STATED}
    try:
        made = workflow.state_requirement(
            session(),
            desk(),
            resource_id,
            year,
            requirement=typed["requirement"],
            state=typed["state"],
            on=read_optional_day(typed["on"]),
            reason=typed["reason"],
            by=person(),
        )
    except Refused as refused:
        session().rollback()
        return _year_page(resource_id, year, typed, refused.problems), refused.status
    flash(f"{REQUIREMENTS[made.requirement]}を「{REQUIREMENT_STATES[made.state]}」と登録しました", "success")
    return redirect(
        url_for("assessment.resource", resource_id=resource_id, year=year, _anchor="requirements")
    )


def _year_page(resource_id: int, year: int, stated: dict[str, str], requirement_problems: list) -> str:
    found = queries.resource_by_id(session(), check_resource_year(resource_id, year))
    change = read_change(request.args)
    page = queries.resource_year(session(), desk().settings.slots_folder, found, year)
    trial, problems = _try(found, year, page.last_known_month, change)
    return render_template(
        "assessment_resources/show.html",
        page=page,
        year=year,
        change=change,
        trial=trial,
        problems=_as_labelled(change, problems),
        fields=_FIELD_IDS,
        requirements=requirements(session(), found.id, year),
        requirement_labels=REQUIREMENTS,
        requirement_states=REQUIREMENT_STATES,
        requirement_problems=requirement_problems,
        stated=stated,
        kinds_of_penalty=[(name, FIGURES[name][0]) for name in (*PENALTY_PARTS, "coal_penalty_yen")],
        **_words(),
    )


@blueprint.get("/resources/<int:resource_id>/<int:year>/<any(light, dark):scheme>.png")
def picture(resource_id: int, year: int, scheme: str) -> AnyResponse:
    """The year of one resource as a picture, in the colours of one scheme."""
    found = queries.resource_by_id(session(), check_resource_year(resource_id, year))
    slots = slots_of_year(session(), desk().settings.slots_folder, found, year)
    response = Response(year_picture(slots, scheme), mimetype="image/png")
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    return response.make_conditional(request)


@blueprint.get("/resources/<int:resource_id>/<int:year>/<int:month>")
def slots(resource_id: int, year: int, month: int) -> str:
    """The slots of a resource's month."""
    check_month(year, month)
    return _slots_page(queries.resource_by_id(session(), resource_id), year, month, SlotChange(), [], None)


@blueprint.post("/resources/<int:resource_id>/<int:year>/<int:month>")
def correct(resource_id: int, year: int, month: int) -> AnyResponse | tuple[str, int] | str:
    """Look at what a correction would change, or make it."""
    require(person(), "correct_results", "コマ別データを訂正する")
    check_month(year, month)
    found = queries.resource_by_id(session(), resource_id)
    change = read_change(request.form)
    if request.form.get("do") != "save":
        trial, problems = _try(found, year, month, change)
        session().rollback()
        if not change.reason:
            problems = [*problems, Problem(_REASON, "訂正の理由を入力してください")]
        page = _slots_page(found, year, month, change, problems, trial)
        return (page, 422) if problems else page
    row = {name: value for name, value in change.values.items() if value}
    try:
        made = correct_slots(session(), desk(), resource_id, year, [row], reason=change.reason, by=person())
    except Refused as refused:
        session().rollback()
        return _slots_page(found, year, month, change, refused.problems, None), refused.status
    flash(f"{len(made)} 日分のコマを訂正しました。算定し直すと結果に反映されます", "success")
    return redirect(url_for("assessment.slots", resource_id=resource_id, year=year, month=month))


@blueprint.post("/resources/<int:resource_id>/<int:year>/<int:month>/withdraw")
def withdraw(resource_id: int, year: int, month: int) -> AnyResponse:
    """訂正の取消: the imported values of a day count again."""
    check_month(year, month)
    kind, on = request.form.get("kind", ""), read_day(request.form.get("date", ""))
    try:
        withdraw_correction(
            session(), desk(), resource_id, kind, on, reason=read_change(request.form).reason, by=person()
        )
    except Refused as refused:
        session().rollback()
        for each in refused.problems:
            flash(f"{each.where}：{each.message}", "danger")
    else:
        flash(f"{on.isoformat()} の訂正を取り消しました。算定し直すと結果に反映されます", "success")
    return redirect(url_for("assessment.slots", resource_id=resource_id, year=year, month=month))


def check_resource_year(resource_id: int, year: int) -> int:
    """The resource's id, once the year is one of delivery."""
    check_year(year)
    return resource_id


def _try(
    found: Resource, year: int, last_month: int | None, change: SlotChange
) -> tuple[Trial | None, list[Problem]]:
    if not change.is_given:
        return None, []
    if last_month is None:
        return None, [Problem("コマ別データ", "4月のコマ別データがありません。取り込んでから試してください")]
    folder, row = desk().settings.slots_folder, change.row(found.code)
    try:
        return try_change(session(), folder, found, year, last_month, row), []
    except Refused as refused:
        return None, list(refused.problems)


def _slots_page(
    found: Resource, year: int, month: int, change: SlotChange, problems: list, trial: Trial | None
) -> str:
    corrections = queries.month_corrections(session(), found.id, year, month)
    slots = slots_of_year(session(), desk().settings.slots_folder, found, year)
    if month not in slots.known_months and not slots.periods:
        raise NotFound(f"{found.name} には {year} 年度の契約もコマ別データもありません")
    at = DELIVERY_MONTHS.index(month)
    return render_template(
        "assessment_resources/slots.html",
        resource=found,
        year=year,
        month=month,
        label=month_label(year, month),
        is_known=month in slots.known_months,
        rows=month_rows(slots, month, {(each.date, each.kind): each.reason for each in corrections}),
        corrections=corrections,
        earlier=DELIVERY_MONTHS[at - 1] if at else None,
        later=DELIVERY_MONTHS[at + 1] if at + 1 < len(DELIVERY_MONTHS) else None,
        change=change,
        problems=_as_labelled(change, problems),
        trial=trial,
        fields=_FIELD_IDS | {_REASON: "reason"},
        **_words(),
    )


def _as_labelled(change: SlotChange, problems: list[Problem]) -> list[Problem]:
    """The problems of the form's one change, each under the label of its field."""
    kind = change.values.get("kind", "")
    labels = {place(noun, 1, kind, name): label for noun in (CHANGE, NOUN) for name, label in FIELDS.items()}
    return [Problem(labels.get(each.where, each.where), each.message) for each in problems]


def _words() -> dict:
    return {
        "levels": LEVELS,
        "level_figures": _FIGURES,
        "kinds": SLOT_KINDS,
        "changeable": {"offered_kw": "供給力（kW）", "multiplier": "倍率（倍）"},
        "shown": queries.shown,
        "schemes": tuple(PALETTES),
        "month_label": month_label,
    }
