"""再現: recorded publications through the live engine, oldest first; nothing is stored, nothing is sent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from alerts.exact_figures import percent_text
from alerts.judging import judge
from alerts.notices import NoticeDecision
from alerts.readings import Determination, SlotKey
from alerts.tracking import Crossing, SlotState
from calc_core.slots import JAPAN, end_label


def replay(determinations: Iterable[Determination]) -> Iterator[dict[str, Any]]:
    """What each publication changed and what would have been told, as the command prints it (`design.md` §4).

    The same publication twice is one, also from files of both layouts; of those the fuller one is judged.
    """
    states: dict[SlotKey, SlotState] = {}
    for each in _once(determinations):
        judgement = judge(states, each, now=each.published_at)
        states.update(judgement.changes)
        stamp = f"{each.published_at.astimezone(JAPAN):%Y-%m-%d %H:%M}"
        yield from (_transition(stamp, crossing) for crossing in judgement.crossings)
        yield from (_notice(stamp, notice) for notice in judgement.notices)


def _once(determinations: Iterable[Determination]) -> Iterator[Determination]:
    by_stamp: dict[datetime, list[Determination]] = defaultdict(list)
    for each in determinations:
        by_stamp[each.published_at].append(each)
    for _, same_stamp in sorted(by_stamp.items()):
        if len(same_stamp) == 1:
            yield from same_stamp
            continue
        fullest: dict[str, Determination] = {}
        for each in same_stamp:
            digest = each.content_digest(shared_columns_only=True)
            known = fullest.get(digest)
            if known is None or (known.readings[0].block is None and each.readings[0].block is not None):
                fullest[digest] = each
        yield from fullest.values()


def _transition(stamp: str, crossing: Crossing) -> dict[str, Any]:
    day, slot, area = crossing.key
    return {
        "kind": "transition",
        "published_at": stamp,
        "area": area,
        "date": day.isoformat(),
        "slot_end": end_label(slot),
        "from": crossing.from_state,
        "to": crossing.to_state,
        "margin_percent": percent_text(crossing.margin),
    }


def _notice(stamp: str, notice: NoticeDecision) -> dict[str, Any]:
    return {
        "kind": "notice",
        "published_at": stamp,
        "event": notice.event,
        "areas": notice.areas,
        "slots": notice.slots(),
        "decision": notice.decision,
        "stage": notice.stage,
        "reason": notice.reason,
    }
