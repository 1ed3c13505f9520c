"""レポート: the weekly report of inquiries and the daily report, on the page and as files."""

from datetime import date, timedelta

from flask import Blueprint, Response, render_template, request

from alerts.words import DECISION_LABELS, EVENT_LABELS, STAGE_LABELS
from cases.call_checks import OUTCOMES
from cases.checklists import DUTIES
from cases.classification import TOPICS
from cases.kinds import CHANNELS, KINDS
from cases.lifecycle import STATE_LABELS
from cases.objection_state import DECISIONS
from cases.statistics import week_of
from helpdesk.clock import in_japan
from helpdesk.documents.formats import LABELS, DocumentFile
from helpdesk.documents.weekly_report import hours
from helpdesk.errors import Problem, Refused
from helpdesk.users.permissions import require
from helpdesk.views.request import desk, person, session
from helpdesk.workflows import report_day, report_week

blueprint = Blueprint("reports", __name__, url_prefix="/reports")

_WEEKS_OFFERED = 12
_YEARS = range(2000, 2100)


@blueprint.before_request
def _only_who_reports() -> None:
    require(person(), "export_reports", "報告書を見る")


@blueprint.get("/")
def index() -> str:
    """A week's figures; by default the last whole week."""
    this_week = week_of(desk().clock())
    monday = _monday(this_week - timedelta(days=7))
    figures = report_week.week(session(), monday=monday)
    days = [monday + timedelta(days=offset) for offset in range(7)]
    offered = [this_week - timedelta(days=7 * back) for back in range(_WEEKS_OFFERED)]
    return render_template(
        "reports/index.html",
        week=figures,
        sunday=days[-1],
        days=days,
        totals=[sum(column) for column in zip(*figures.topic_days.values(), strict=True)],
        weeks=[(each.isoformat(), f"{each} 〜 {each + timedelta(days=6)}") for each in offered],
        previous=monday - timedelta(days=7),
        following=monday + timedelta(days=7) if monday < this_week else None,
        is_running=monday >= this_week,
        topics=TOPICS,
        statuses=STATE_LABELS,
        hours=hours,
        formats=LABELS,
    )


@blueprint.get("/weekly.<any(pdf, docx, xlsx, csv):file_format>")
def weekly(file_format: str) -> Response:
    """The same figures as a file."""
    monday = _monday(week_of(desk().clock()) - timedelta(days=7))
    return _as_download(report_week.issue(desk(), monday=monday, file_format=file_format, by=person()))


@blueprint.get("/daily")
def daily() -> str:
    """A day's figures; by default today's so far."""
    now = desk().clock()
    today = in_japan(now).date()
    day = _day("day", "日付", today)
    found = report_day.figures_of(session(), day=day, now=now)
    return render_template(
        "reports/daily.html",
        day=day,
        today=today,
        work=found.operations,
        watch=found.watch,
        seal=found.seal,
        previous=day - timedelta(days=1),
        following=day + timedelta(days=1) if day < today else None,
        kinds=KINDS,
        channels=CHANNELS,
        outcomes=OUTCOMES,
        decisions=DECISIONS,
        duties=DUTIES,
        events=EVENT_LABELS,
        notice_decisions=DECISION_LABELS,
        stages=STAGE_LABELS,
        statuses=STATE_LABELS,
        formats=LABELS,
    )


@blueprint.get("/daily.<any(pdf, docx, xlsx, csv):file_format>")
def daily_file(file_format: str) -> Response:
    """The same figures as a file."""
    day = _day("day", "日付", in_japan(desk().clock()).date())
    return _as_download(report_day.issue(desk(), day=day, file_format=file_format, by=person()))


def _monday(default: date) -> date:
    return _day("monday", "週の初め", default)


def _day(name: str, label: str, default: date) -> date:
    wanted = request.args.get(name, "").strip()
    if not wanted:
        return default
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        message = f"「{wanted[:20]}」は日付ではありません（例 2026-06-22）"
        raise Refused([Problem(label, message)]) from None
    if day.year not in _YEARS:
        raise Refused([Problem(label, f"{_YEARS[0]} 年から {_YEARS[-1]} 年までの日付にしてください")])
    return day


def _as_download(report: DocumentFile) -> Response:
    response = Response(report.content, content_type=report.content_type)
    response.headers.set("Content-Disposition", "attachment", filename=report.file_name)
    return response
