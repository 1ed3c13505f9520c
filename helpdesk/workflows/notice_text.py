"""知らせの文面: which mail a notice becomes, and what stands in it: short, exact, readable at half past three on a phone."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from alerts.models import Incident, Notice
from alerts.rules.thresholds import LEVELS, level_of
from alerts.words import AREAS
from calc_core.slots import end_label, slot_of_end_label, start_label
from helpdesk.desk import Desk
from helpdesk.presentation import japanese_date, japanese_moment
from helpdesk.watch_clock import is_replayed

REPLAYED = "（再生）"
TROUBLE = "reserve_margin_feed_trouble"
TEMPLATES = {
    "first_low": "reserve_margin_low",
    "worsened": "reserve_margin_worsened",
    "recovered": "reserve_margin_recovered",
}
_AREAS_IN_SUBJECT = 2
_FACTS_SHOWN = 8

_TITLES = {
    "wrong_figure": "公表値に誤りの疑いがあります",
    "missing": "公表値のないコマがあります",
    "fetch_failed": "公表データを取得できません",
    "unreadable": "公表データを読み取れません",
    "stale": "新しい公表がありません",
    "over": "公表データの障害が解消しました",
}
_STEPS = {
    "wrong_figure": [
        "公表サイトの値を開き、下の内容と見比べる",
        "誤りと思われるときはリーダーに電話し、事業者への連絡が要るか判断を仰ぐ",
    ],
    "missing": ["公表サイトで同じコマが「***」か確かめる", "次の公表でも値がなければリーダーに電話する"],
    "fetch_failed": [
        "公表サイトをブラウザーで開けるか確かめる",
        "開けないときはリーダーに電話し、開けるときは管理者に知らせる",
    ],
    "unreadable": [
        "公表サイトをブラウザーで開き、保守やエラーの画面でないか確かめる",
        "公表が続いているのに読めないときは管理者に知らせる",
    ],
    "stale": [
        "公表サイトをブラウザーで開き、更新日時を確かめる",
        "止まっていればリーダーに電話し、公表サイトを目で確かめ続ける",
    ],
    "over": ["監視画面で、障害のあいだに 8%未満のコマが出ていないか確かめる"],
}


def template_of(notice: Notice) -> str:
    """The name of its mail."""
    return TEMPLATES.get(notice.event, TROUBLE)


def values_of(
    desk: Desk,
    notice: Notice,
    incident: Incident,
    *,
    trouble: str = "",
    last_read_at: datetime | None = None,
    still_low: int = 0,
) -> dict[str, Any]:
    """What the mail of a notice is filled with. `trouble`: the kind, for one about the feed as a whole."""
    if notice.event not in TEMPLATES:
        facts = [notice.reason] if notice.day is None else _details(notice.slots)
        source, kind = notice.publication.source, trouble or notice.event
        values = trouble_values(
            desk, kind, facts, source=source, last_read_at=last_read_at, incident=incident
        )
        return {**values, "areas": areas_in_short(notice.areas)}
    groups = _groups(notice.slots)
    worst = min(notice.slots, key=lambda slot: _margin(slot))
    common = {
        "mark": mark_of(notice.publication.source),
        "incident": incident.key,
        "url": incident_url(desk, incident),
        "day": japanese_date(incident.day if notice.day is None else notice.day),
        "areas": areas_in_short(notice.areas),
        "first_range": groups[0]["first"] + _and_others(groups),
        "groups": groups,
        "published_at": _stamp(notice.publication.published_at),
        "lowest_percent": worst["margin_percent"],
        "lowest_area": worst["area"],
        "lowest_range": _ranges([_slot(worst)]),
        "desk_name": desk.settings.desk_name,
    }
    if notice.event == "worsened":
        threshold = LEVELS[level_of(_margin(worst)) - 1] // 100
        first = _stamp(incident.first_publication.published_at)
        return {**common, "threshold": threshold, "first_published_at": first}
    return {**common, "still_low": still_low}


def trouble_values(
    desk: Desk,
    kind: str,
    facts: Sequence[str],
    *,
    source: str,
    last_read_at: datetime | None,
    incident: Incident | None,
) -> dict[str, Any]:
    """The mail about the feed as a whole: what is wrong with it (`kind`), or that it is over."""
    return {
        "mark": mark_of(source),
        "title": _TITLES[kind],
        "incident": incident.key if incident else "",
        "url": incident_url(desk, incident) if incident else f"{_base(desk)}/alerts/",
        "areas": "",
        "published_at": _stamp(last_read_at),
        "facts": list(facts),
        "steps": _STEPS[kind],
        "repeats": kind != "over",
        "desk_name": desk.settings.desk_name,
    }


def mark_of(source: str) -> str:
    """（再生） before everything that comes from a replayed day."""
    return REPLAYED if is_replayed(source) else ""


def incident_url(desk: Desk, incident: Incident) -> str:
    """Where the incident is worked on."""
    return f"{_base(desk)}/alerts/incidents/{incident.id}"


def areas_in_short(areas: Sequence[str]) -> str:
    """「東京」「東京・中部」「東京・中部ほか5エリア」."""
    shown = "・".join(areas[:_AREAS_IN_SUBJECT])
    return f"{shown}ほか{len(areas) - _AREAS_IN_SUBJECT}エリア" if len(areas) > _AREAS_IN_SUBJECT else shown


def _groups(slots: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Areas with the same slots and the same lowest margin together, in the order of the area codes."""
    by_area: dict[str, list[Mapping[str, Any]]] = {area: [] for area in AREAS}
    for slot in slots:
        by_area[slot["area"]].append(slot)
    shared: dict[tuple, list[str]] = {}
    for area, own in by_area.items():
        if own:
            lowest = min(own, key=lambda slot: _margin(slot))["margin_percent"]
            shared.setdefault((tuple(sorted(map(_slot, own))), lowest), []).append(area)
    return [
        {
            "areas": "・".join(areas),
            "ranges": _ranges(numbers),
            "first": _ranges(numbers).split("、")[0],
            "slots": len(numbers) * len(areas),
            "lowest_percent": lowest,
        }
        for (numbers, lowest), areas in shared.items()
    ]


def _and_others(groups: Sequence[Mapping[str, Any]]) -> str:
    """「ほか」 where the first range of the first group is not all there is to say."""
    return "ほか" if any(each["ranges"] != groups[0]["first"] for each in groups) else ""


def _details(slots: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is wrong where: slots of an area with the same words together, the first few."""
    shared: dict[tuple[str, str], list[int]] = {}
    for slot in slots:
        shared.setdefault((slot["area"], slot["detail"] or "公表値がない"), []).append(_slot(slot))
    lines = [f"{area} {_ranges(sorted(numbers))} {detail}" for (area, detail), numbers in shared.items()]
    rest = len(lines) - _FACTS_SHOWN
    return [
        *lines[:_FACTS_SHOWN],
        *([f"ほか {rest} 件（事案のページで確かめてください）"] if rest > 0 else []),
    ]


def _ranges(numbers: Sequence[int]) -> str:
    """「08:30〜09:30、15:00〜20:00」: neighbouring slots joined, from the start of the first to the end of the last."""
    joined: list[list[int]] = []
    for number in numbers:
        if joined and joined[-1][1] == number - 1:
            joined[-1][1] = number
        else:
            joined.append([number, number])
    return "、".join(f"{start_label(first)}〜{end_label(last)}" for first, last in joined)


def _slot(slot: Mapping[str, Any]) -> int:
    return slot_of_end_label(slot["slot_end"])


def _margin(slot: Mapping[str, Any]) -> Fraction:
    """The printed margin in hundredths of a per cent."""
    return Fraction(slot["margin_percent"]) * 100


def _stamp(moment: datetime | None) -> str:
    return japanese_moment(moment) if moment else "まだありません"


def _base(desk: Desk) -> str:
    return desk.settings.base_url.rstrip("/")
