"""デモの案件: three hundred cases with their histories, played through the same workflows as real ones, in order of time.

Written inquiries, everyday mails and calls, objections and late payments share one timeline. Each step happens at its own
moment of the past weeks, counted in working days of the inquiry desk back from the last day that is over; so lists,
deadlines and reports look as they would after weeks of work, whenever it is loaded.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from cases.business_calendar import INQUIRY_DESK, Holidays, load_holidays
from helpdesk.clock import JAPAN
from helpdesk.demo import packaged
from helpdesk.demo.call_steps import CALL_STEPS
from helpdesk.demo.desk_steps import DESK_STEPS
from helpdesk.demo.duties import tick_past_duties
from helpdesk.demo.mail_steps import MAIL_STEPS
from helpdesk.demo.market import Market
from helpdesk.demo.objection_steps import OBJECTION_STEPS
from helpdesk.demo.payments import PAYMENT_STEPS, record_demo_invoices
from helpdesk.demo.routine import routine_inquiries
from helpdesk.demo.stage import Play, Step
from helpdesk.desk import Desk
from helpdesk.users.models import User

_REVIEWED_AFTER = timedelta(minutes=35)
_STEPS: dict[str, Callable[[Play, Step], None]] = (
    MAIL_STEPS | DESK_STEPS | CALL_STEPS | OBJECTION_STEPS | PAYMENT_STEPS
)
_PLAYED_PER_REPORT = 500


def all_stories() -> list[dict[str, Any]]:
    """Every story of the demonstration: a first step with its subject, and the steps after it."""
    return [
        *packaged.read_toml("inquiries.toml")["inquiries"],
        *packaged.read_toml("objections.toml")["objections"],
        *packaged.read_toml("payments.toml")["late_payments"],
        *routine_inquiries(),
    ]


def load_stories(
    desk: Desk,
    people: Mapping[str, User],
    market: Market,
    *,
    progress: Callable[[str], None] = lambda line: None,
) -> int:
    """Play all stories; how many cases there are then."""
    stories = all_stories()
    with desk.database.read_session() as session:
        holidays = load_holidays(session)
    last_day = _last_full_day(desk.clock(), holidays)
    play = Play(desk, people, market, stories, {}, last_day, holidays)
    record_demo_invoices(play)
    tick_past_duties(play)
    steps = timeline(stories, now=desk.clock(), holidays=holidays)
    for number, step in enumerate(steps, 1):
        at_the_time = replace(play, desk=replace(desk, clock=lambda step=step: step.at))
        _STEPS[step.what["do"]](at_the_time, step)
        if number % _PLAYED_PER_REPORT == 0:
            progress(f"案件の経過を再現しています（{number * 100 // len(steps)} %）")
    return len(play.case_ids)


def timeline(stories: Sequence[Mapping[str, Any]], *, now: datetime, holidays: Holidays) -> list[Step]:
    """All steps of all stories in order of time, all of them before `now`."""
    last = _last_full_day(now, holidays)
    steps = []
    for number, story in enumerate(stories):
        for what in ({**story, "do": story.get("opens", "receive")}, *story.get("steps", ())):
            day = INQUIRY_DESK.add_business_days(last, -what["ago"], holidays)
            moment = datetime.combine(day, time.fromisoformat(what["at"]), JAPAN)
            steps += [
                Step(moment + after, number, {**what, "do": do, **changed})
                for after, do, changed in _parts(what)
            ]
    return sorted(steps, key=lambda step: step.at)


def _parts(what: Mapping[str, Any]) -> list[tuple[timedelta, str, dict[str, Any]]]:
    """What a step consists of: an answer is drafted, its release asked for, and given by a second person."""
    reviewed = (_REVIEWED_AFTER, "release", {"who": what.get("reviewer")})
    if what["do"] == "answer":
        return [(timedelta(), "draft", {}), (timedelta(minutes=5), "submit", {}), reviewed]
    if what["do"] == "letter" and "reviewer" in what:
        return [(timedelta(), "letter", {}), reviewed]
    return [(timedelta(), what["do"], {})]


def _last_full_day(now: datetime, holidays: Holidays) -> date:
    """The last working day whose opening hours (and the mail after them) are over."""
    local = now.astimezone(JAPAN)
    over = INQUIRY_DESK.is_open_day(local.date(), holidays).open and local.hour >= 18
    return local.date() if over else INQUIRY_DESK.add_business_days(local.date(), -1, holidays)
