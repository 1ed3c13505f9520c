"""監視: the watch page, the slots of an area and their versions, and what was told; incidents stand beside it."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from calc_core.slots import SLOTS_PER_DAY
from helpdesk.errors import NotFound
from helpdesk.feed_troubles import LABELS as TROUBLES
from helpdesk.forms.alerts import (
    area_of_code,
    known_slot,
    read_area_day,
    read_day,
    read_notice_filter,
    read_replay,
)
from helpdesk.presentation import japanese_date
from helpdesk.queries import alerts as queries
from helpdesk.queries import slot_versions
from helpdesk.queries.incidents import NOTICES_SHOWN, notice_page
from helpdesk.queries.margin_map import LEGEND, LEGEND_FIGURES
from helpdesk.queries.watch_words import WATCH_WORDS
from helpdesk.users.permissions import can, require
from helpdesk.views.request import desk, person, session
from helpdesk.watch_clock import DEFAULT_SPEED, FASTEST, SLOWEST, watch_day, watch_now, watch_source
from helpdesk.workflows import replay_day

blueprint = Blueprint("alerts", __name__, url_prefix="/alerts")

SPEEDS = (SLOWEST, 30, 60, DEFAULT_SPEED, 300, FASTEST)


@blueprint.before_request
def _only_who_watches() -> None:
    require(person(), "see_watch", "監視画面を見る")


@blueprint.context_processor
def _words() -> dict[str, Any]:
    """The watch's words, and its time: on a replayed day that is not the time of the clock."""
    return {"watch_words": WATCH_WORDS, "now": watch_now(desk())}


@blueprint.get("/")
def index() -> str:
    """The watch: freshness, low slots in words, the map of today and tomorrow, what is open."""
    settings, today = desk().settings, watch_day(desk())
    day = read_day(request.args.get("day", ""), today)
    is_wall = request.args.get("view") == "wall"
    replay = replay_day.state(desk()) if settings.demo else None
    page = queries.watch_page(
        session(),
        watch_source(desk()),
        day=day,
        now=watch_now(desk()),
        late_after=settings.feed_stale_after,
        replay=replay.state if replay else "none",
    )
    frame = {"navigation": []} if is_wall else {}  # the wall screen has no menu
    return render_template(
        "alerts/index.html",
        page=page,
        day=day,
        today=today,
        is_wall=is_wall,
        kept={"day": day.isoformat()} if day != today else {},
        legend=LEGEND,
        legend_figures=LEGEND_FIGURES,
        receivers=settings.duty_addresses,
        watch_enabled=settings.watch_enabled,
        trouble_labels=TROUBLES,
        may_work=can(person(), "work_on_watch"),
        replay=replay,
        **_replay_choices(replay),
        **frame,
    )


@blueprint.post("/replay/<any(start, speed, stop, resume):action>")
def play(action: str) -> AnyResponse:
    """再生: let a recorded day run again; in a demonstration only."""
    require(person(), "work_on_watch", "再生を操作する")
    if not desk().settings.demo:
        raise NotFound("再生はデモでのみ使えます")
    form = read_replay(request.form, action)
    session().rollback()  # the replay writes by itself
    if action == "start":
        replay_day.start(desk(), day=form.day, speed=form.speed, by=person())
    elif action == "speed":
        replay_day.change_speed(desk(), speed=form.speed, by=person())
    elif action == "stop":
        replay_day.stop(desk(), by=person())
    else:
        replay_day.resume(desk(), by=person())
    return redirect(url_for("alerts.index"))


@blueprint.get("/changes")
def changes() -> AnyResponse:
    """変更番号: what the watch page's script asks again and again; 304 as long as nothing changed."""
    mark = queries.change_mark(session(), watch_source(desk()), now=watch_now(desk()))
    response = Response(mark, mimetype="text/plain")
    response.set_etag(mark)
    response.headers["Cache-Control"] = "no-cache"
    return response.make_conditional(request)


@blueprint.get("/areas")
def find_area() -> AnyResponse:
    """Which area and day to look at, as chosen in a form."""
    day, code = read_area_day(request.args, watch_day(desk()))
    return redirect(url_for("alerts.area", day=day.isoformat(), area=code))


@blueprint.get("/areas/<day>/<area>")
def area(day: str, area: str) -> str:
    """One area's day, slot by slot, over all its publications."""
    name, wanted = area_of_code(area), read_day(day, watch_day(desk()))
    slots = slot_versions.area_slots(session(), watch_source(desk()), wanted, name)
    return render_template("alerts/area.html", day=wanted, area=name, code=area, slots=slots)


@blueprint.get("/slots/<day>/<area>/<int:slot>")
def slot(day: str, area: str, slot: int) -> str:
    """Every version of one slot, with the stamp of its publication."""
    name, number, wanted = area_of_code(area), known_slot(slot), read_day(day, watch_day(desk()))
    source = watch_source(desk())

    def beside(other: int) -> str | None:
        within = 1 <= other <= SLOTS_PER_DAY
        return url_for("alerts.slot", day=wanted.isoformat(), area=area, slot=other) if within else None

    return render_template(
        "alerts/slot.html",
        day=wanted,
        area=name,
        code=area,
        slot=number,
        versions=slot_versions.slot_versions(session(), source, wanted, name, number),
        transitions=slot_versions.transitions_of_slot(session(), source, wanted, name, number),
        earlier=beside(number - 1),
        later=beside(number + 1),
    )


@blueprint.get("/notices")
def notices() -> str:
    """What was told, held and dropped, each with its reason."""
    form = read_notice_filter(request.args)
    rows = notice_page(session(), form.day, decision=form.decision, before_id=form.before_id)
    kept = {"day": form.day.isoformat() if form.day else None, "decision": form.decision or None}
    shown = rows[:NOTICES_SHOWN]
    return render_template(
        "alerts/notices.html",
        rows=shown,
        day=form.day,
        decision=form.decision,
        newest_url=url_for("alerts.notices", **kept) if form.before_id else None,
        older_url=url_for("alerts.notices", **kept, before=shown[-1].id) if len(rows) > len(shown) else None,
    )


def _replay_choices(replay: replay_day.ReplayState | None) -> dict[str, Any]:
    if replay is None:
        return {}
    played = replay.replay
    speed = played.speed if played else DEFAULT_SPEED
    return {
        "replay_days": [(each.isoformat(), japanese_date(each)) for each in replay.days],
        "replay_day": (played.day if played else replay_day.DEFAULT_DAY).isoformat(),
        "replay_speeds": [(each, f"{each} 倍") for each in sorted({*SPEEDS, speed})],
        "replay_speed": speed,
    }
