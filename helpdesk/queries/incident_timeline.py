"""事案の経過: publications that changed something, what was told or kept back and why, who acknowledged and closed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from alerts.models import Incident, Notice, Publication, Transition
from alerts.words import AREAS, DECISION_LABELS, EVENT_LABELS, LOW, STAGE_LABELS
from helpdesk.presentation import japan_time, percent
from helpdesk.queries.margin_map import span

_LOOKS = {"send": ("send", "accent"), "hold": ("clock", "warning"), "drop": ("close", "neutral")}


def timeline(
    incident: Incident, transitions: Iterable[Transition], notices: Iterable[Notice]
) -> list[dict[str, Any]]:
    """The entries of the time line, newest first, as the macro `timeline` takes them."""
    entries = [*_crossings(transitions), *(_told(notice) for notice in notices), *_handling(incident)]
    entries.sort(key=lambda entry: (entry["moment"], entry["order"]), reverse=True)
    return entries


def stretches(slots: Iterable[int]) -> str:
    """「16:30–19:00、20:00–20:30」: slots that follow one another joined."""
    joined: list[list[int]] = []
    for slot in sorted(slots):
        if joined and joined[-1][1] == slot - 1:
            joined[-1][1] = slot
        else:
            joined.append([slot, slot])
    return "、".join(span(first, last) for first, last in joined)


def _crossings(transitions: Iterable[Transition]) -> list[dict[str, Any]]:
    by_publication: dict[int, list[Transition]] = defaultdict(list)
    for transition in transitions:
        by_publication[transition.publication_id].append(transition)
    return [_publication(group[0].publication, group) for group in by_publication.values()]


def _publication(publication: Publication, changed: Sequence[Transition]) -> dict[str, Any]:
    """What one publication changed: 「8 %未満へ 65 コマ、8 %以上へ 3 コマ」, then by areas that share their slots."""
    fallen = [each for each in changed if each.to_state == LOW]
    risen = [each for each in changed if each.to_state != LOW]
    counts = [
        f"{words} {len(group)} コマ"
        for words, group in (("8 %未満へ", fallen), ("8 %以上へ", risen))
        if group
    ]
    parts = []
    if fallen:
        least = min(fallen, key=lambda each: each.margin_hundredths)
        lowest = f"（最低 {percent(least.margin_hundredths)}、{least.area} {span(least.slot)}）"
        parts.append(f"8 %未満へ：{_places(fallen)}{lowest}")
    if risen:
        parts.append(f"8 %以上へ：{_places(risen)}")
    stamp = publication.published_at or publication.fetched_at
    return _entry(
        publication.fetched_at,
        f"公表（UPDATE {japan_time(stamp)}）：{'、'.join(counts)}",
        "。".join(parts),
        icon="incoming",
        tone="danger" if fallen else "success",
        order=0,
    )


def _places(changed: Iterable[Transition]) -> str:
    """Areas with the same slots named together."""
    slots: dict[str, list[int]] = defaultdict(list)
    for each in changed:
        slots[each.area].append(each.slot)
    areas: dict[str, list[str]] = defaultdict(list)
    for area in sorted(slots, key=AREAS.index):
        areas[stretches(slots[area])].append(area)
    return "／".join(f"{'・'.join(names)} {when}" for when, names in areas.items())


def _told(notice: Notice) -> dict[str, Any]:
    icon, tone = _LOOKS[notice.decision]
    kept_back = f"（{STAGE_LABELS[notice.stage]}）" if notice.decision != "send" else ""
    return _entry(
        notice.decided_at,
        f"{DECISION_LABELS[notice.decision]}：{EVENT_LABELS[notice.event]} {'・'.join(notice.areas)}{kept_back}",
        notice.reason,
        icon=icon,
        tone=tone,
        order=1,
    )


def _handling(incident: Incident) -> list[dict[str, Any]]:
    entries = [_entry(incident.opened_at, f"事案 {incident.key} を開きました", "", icon="alert", order=2)]
    if incident.acknowledged_at is not None:
        entries.append(
            _entry(
                incident.acknowledged_at,
                "確認しました",
                incident.acknowledged_comment,
                actor=incident.acknowledged_by_name,
                icon="check",
                order=3,
            )
        )
    if incident.closed_at is not None:
        entries.append(
            _entry(
                incident.closed_at,
                "終了しました",
                incident.closed_comment,
                actor=incident.closed_by_name,
                icon="lock",
                order=4,
            )
        )
    return entries


def _entry(
    moment: datetime, title: str, detail: str, *, icon: str, order: int, tone: str = "plain", actor: str = ""
) -> dict[str, Any]:
    return {
        "moment": moment,
        "order": order,
        "at": japan_time(moment),
        "iso": moment.isoformat(),
        "actor": actor,
        "title": title,
        "detail": detail,
        "icon": icon,
        "tone": tone,
    }
