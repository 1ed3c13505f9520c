"""算定（低予備率アセスメント対象コマ）: which slots of which areas count as low, and which publication or file decided it."""

from datetime import date, timedelta

from flask import render_template, request, url_for

from alerts.words import AREA_CODES, AREAS
from helpdesk.clock import in_japan
from helpdesk.errors import Problem, Refused
from helpdesk.forms.low_reserve import LONGEST_DAYS, read_span
from helpdesk.presentation import percent
from helpdesk.queries import low_reserve as queries
from helpdesk.queries.margin_map import span
from helpdesk.register.models import LOW_RESERVE_ORIGINS
from helpdesk.users.permissions import can
from helpdesk.views.assessment import blueprint
from helpdesk.views.request import desk, person, session


@blueprint.get("/low-reserve")
def low_reserve() -> str | tuple[str, int]:
    """The low-reserve slots of a span of days; of a single day slot by slot with what decided each."""
    today = in_japan(desk().clock()).date()
    problems: list[Problem] = []
    try:
        usual = queries.newest_low_day(session()) or today
        first, last, area = read_span(request.args, usual)
    except Refused as refused:
        problems, first, last, area = list(refused.problems), today.replace(day=1), today, ""
    areas = [area] if area else list(AREAS)
    is_day = first == last
    page = render_template(
        "low_reserve/index.html",
        first=first,
        last=last,
        area=area,
        areas=AREAS,
        area_codes=AREA_CODES,
        problems=problems,
        days=[] if is_day else queries.low_days(session(), first, last, areas),
        day=queries.low_day(session(), first, areas) if is_day else None,
        origins=LOW_RESERVE_ORIGINS,
        span=span,
        percent=percent,
        earlier=_beside(first, last, area, -1),
        later=_beside(first, last, area, 1),
        may_watch=can(person(), "see_watch"),
        longest_days=LONGEST_DAYS,
    )
    return (page, 422) if problems else page


def _beside(first: date, last: date, area: str, direction: int) -> str:
    """The address of the span before or after, as long as this one."""
    moved = timedelta(days=direction * ((last - first).days + 1))
    span_of = {"from": (first + moved).isoformat(), "to": (last + moved).isoformat()}
    return url_for("assessment.low_reserve", **span_of, **({"area": area} if area else {}))
