"""監視の入力: which day, area and slot an address or a filter names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from alerts.words import AREA_CODES, DECISIONS
from calc_core.slots import SLOTS
from helpdesk.errors import NotFound, Problem, Refused
from helpdesk.forms.fields import FormReader, row_number

YEARS = range(2016, 2100)  # the feed begins later; nothing lies outside
AREAS_BY_CODE = {code: area for area, code in AREA_CODES.items()}


@dataclass(frozen=True, slots=True)
class NoticeFilterForm:
    """知らせの絞り込み as typed; what is not a choice counts as not chosen."""

    day: date | None
    decision: str
    before_id: int | None


@dataclass(frozen=True, slots=True)
class ReplayForm:
    """再生 as typed: which recorded day, and how many times as fast."""

    day: date
    speed: int


def read_day(text: str, default: date, *, where: str = "日付") -> date:
    """The day of an address, or the default where none is named. Raises `Refused`."""
    wanted = text.strip()
    if not wanted:
        return default
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        message = f"「{wanted[:20]}」は日付ではありません（例 2026-07-22）"
        raise Refused([Problem(where, message)]) from None
    if day.year not in YEARS:
        message = f"{YEARS[0]} 年から {YEARS[-1]} 年までの日付にしてください"
        raise Refused([Problem(where, message)])
    return day


def area_of_code(code: str) -> str:
    """東京 for 03."""
    if code not in AREAS_BY_CODE:
        raise NotFound("そのエリアはありません。エリアは 01（北海道）から 10（沖縄）までです")
    return AREAS_BY_CODE[code]


def read_area_day(values: Mapping[str, str], default: date) -> tuple[date, str]:
    """Which area's day to look at, and the code of the area."""
    day, code = read_day(values.get("day", ""), default), values.get("area", "")
    if code not in AREAS_BY_CODE:
        raise Refused([Problem("エリア", "一覧から選んでください")])
    return day, code


def read_notice_filter(values: Mapping[str, str]) -> NoticeFilterForm:
    """The filter bar of the notices. A day that is none is refused: an empty list would look like silence."""
    typed = values.get("day", "")
    decision = values.get("decision", "")
    return NoticeFilterForm(
        day=read_day(typed, date.min, where="対象日") if typed.strip() else None,
        decision=decision if decision in DECISIONS else "",
        before_id=row_number(values.get("before", "")) or None,
    )


def read_replay(values: Mapping[str, str], action: str) -> ReplayForm:
    """What a replay needs: a day and a speed to start, a speed to change it, nothing to stop it."""
    form = FormReader(values)
    day = form.day("day", "日付", required=action == "start")
    speed = form.whole("speed", "速さ", required=action in ("start", "speed"))
    form.refuse_if_wrong()
    return ReplayForm(day=day or date.min, speed=speed or 0)


def known_slot(slot: int) -> int:
    """A slot of the day, 1 … 48."""
    if slot not in SLOTS:
        raise NotFound("そのコマはありません。コマは 1 から 48 までです")
    return slot
