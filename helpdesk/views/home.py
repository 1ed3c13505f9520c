"""ホーム: my work, what waits for me, and whether the desk is open today."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template

from cases import queries as case_queries
from cases.business_calendar import INQUIRY_DESK, load_holidays
from cases.call_lists import day_in_japan, next_calls
from cases.lifecycle import STATE_LABELS
from helpdesk.clock import in_japan
from helpdesk.ledger.lists import count_left
from helpdesk.queries.admin import count_quarantined
from helpdesk.queries.alerts import watch_summary
from helpdesk.queries.cases import CaseListRow, with_due_state
from helpdesk.queries.objections import count_waiting_for_decision
from helpdesk.queries.settlement import ALL, CALL, overdue_list
from helpdesk.queries.settlement_work import settlement_work
from helpdesk.queries.statements_approvals import count_for
from helpdesk.queries.watch_words import WATCH_WORDS
from helpdesk.register.parameter_sets import count_to_approve
from helpdesk.users.permissions import can, visible_calls, visible_cases
from helpdesk.views.request import desk, person, session
from helpdesk.watch_clock import watch_now, watch_source
from helpdesk.workflows import replay_day

blueprint = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of the tiles; `quarantined` and `objections` are None for who cannot act on them."""

    open: int
    mine: int
    unassigned: int
    awaiting: int
    overdue: int
    quarantined: int | None
    objections: int | None


@blueprint.get("/")
def show() -> str:
    """The first page after signing in."""
    now, who = desk().clock(), person()
    today = in_japan(now).date()
    verdict = INQUIRY_DESK.is_open_day(today, load_holidays(session()))
    sees = can(who, "see_all_cases")
    values = {"desk_day": verdict, "sees_cases": sees, "may_release": can(who, "release_answers")}
    values |= _watch(with_days=not sees)
    values["parameters"] = _parameters_to_approve()
    values["statements"] = count_for(session(), who, on=today)
    values["work"] = settlement_work(session(), who, today=today)
    visible = visible_cases(who)
    if not sees:
        return render_template("home/show.html", **values, money=_money())
    counts = case_queries.open_counts(session(), visible=visible, user_id=who.id, now=now)
    quarantined = count_quarantined(session()) if can(who, "handle_quarantine") else None

    def rows(found: list) -> list:
        return [with_due_state(row, now) for row in found]

    return render_template(
        "home/show.html",
        **values,
        statuses=STATE_LABELS,
        counts=Counts(
            open=counts.open,
            mine=counts.mine,
            unassigned=counts.unassigned,
            awaiting=counts.awaiting_release,
            overdue=counts.overdue,
            quarantined=quarantined,
            objections=count_waiting_for_decision(session()) if can(who, "decide_objections") else None,
        ),
        next_calls=next_calls(
            session(), visible=visible_calls(who), until=day_in_japan(today)[1], of_user=who.id
        ),
        may_call=can(who, "work_on_cases"),
        mine=sorted(rows(case_queries.my_work(session(), who.id, visible=visible)), key=_is_paused),
        unassigned=rows(case_queries.unassigned(session(), visible=visible)),
        to_release=sorted(
            rows(case_queries.awaiting_release(session(), visible=visible, not_by=who.id)), key=_deadline
        )
        if values["may_release"]
        else [],
    )


def _money() -> dict[str, int] | None:
    """入金 for those whose work it is: what is overdue, and which receipts nobody has placed."""
    if not can(person(), "see_ledger"):
        return None
    found = overdue_list(session(), desk(), scope=ALL)
    return {
        "to_call": found.counts[CALL],
        "overdue": found.counts[ALL],
        "overdue_yen": found.open_yen[ALL],
        "unplaced": count_left(session()),
    }


def _parameters_to_approve() -> int:
    """設定値 that wait for this person."""
    if not can(person(), "approve_parameters"):
        return 0
    return count_to_approve(session(), not_by=person().id)


def _watch(*, with_days: bool) -> dict[str, Any]:
    """監視 for who sees it: the state for everybody, the low slots for those whose only work it is."""
    if not can(person(), "see_watch"):
        return {"watch": None}
    now = watch_now(desk())
    today = in_japan(now).date()
    summary = watch_summary(
        session(),
        watch_source(desk()),
        days=(today, today + timedelta(days=1)) if with_days else (),
        now=now,
        late_after=desk().settings.feed_stale_after,
        replay=replay_day.state(desk()).state,
    )
    return {"watch": summary, "watch_words": WATCH_WORDS, "watch_time": now}


def _is_paused(row: CaseListRow) -> bool:
    return row.due_state == "paused"


def _deadline(row: CaseListRow) -> tuple[bool, datetime]:
    """For sorting: the longest overdue first, without a deadline last."""
    return row.due_at is None, row.due_at or row.received_at
