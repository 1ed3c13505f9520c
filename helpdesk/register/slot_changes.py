"""変わったコマ: which slot data of a resource were others between two computations: corrections with their reason, files.

Both runs name the base files and the corrections that they read; what one names and the other does not has changed.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import months_until
from helpdesk.register.models import ALL_SLOT_KINDS, MonthResult, SlotDay, SlotFile
from helpdesk.register.slot_store import SlotSource

_Named = set[tuple[str, str, int]]  # kind, ISO date, version


def slot_changes(session: Session, old: MonthResult, new: MonthResult) -> list[str]:
    """In Japanese, in the order of the days: what was corrected, withdrawn or replaced up to this month."""
    if old.fleet_run_id == new.fleet_run_id:
        return []
    before, after = (_sources(result) for result in (old, new))
    told = list(_corrections(session, new, _named(before, new), _named(after, new)))
    return told + list(_files(session, old, new, before, after))


def _sources(result: MonthResult) -> list[SlotSource]:
    months = months_until(result.delivery_month)
    kept = result.fleet_run.inputs.get("slot_sources", [])
    return [SlotSource.from_json(each) for each in kept if each["delivery_month"] in months]


def _named(sources: list[SlotSource], result: MonthResult) -> _Named:
    return {
        (source.kind, on, version)
        for source in sources
        for resource_id, on, version in source.corrections
        if resource_id == result.resource_id
    }


def _corrections(session: Session, result: MonthResult, before: _Named, after: _Named) -> Iterator[str]:
    days = {(kind, on) for kind, on, _ in before ^ after}
    if not days:
        return
    rows = session.scalars(
        select(SlotDay).where(
            SlotDay.resource_id == result.resource_id,
            SlotDay.date.in_({date.fromisoformat(on) for _, on in days}),
        )
    )
    of_day = {(row.kind, row.date.isoformat(), row.version): row for row in rows}
    told = []
    for kind, on in sorted(days, key=lambda each: (each[1], each[0])):
        was, now = (
            max((v for k, d, v in side if (k, d) == (kind, on)), default=0) for side in (before, after)
        )
        # without a version in force afterwards it was withdrawn: that is the next version of the day
        row = of_day.get((kind, on, now or was + 1))
        what = "訂正" if now > was else "訂正の取消" if not now else "以前の訂正"
        words = f"{ALL_SLOT_KINDS.get(kind, kind)}: {what}"
        told.append((on, f"{words}（{row.reason}、{row.created_by_name}）" if row else words))
    yield from _by_spans(told)


def _by_spans(told: list[tuple[str, str]]) -> list[str]:
    """Days in their order with what is told of each: the same of days in succession is told once."""
    spans: dict[tuple[str, str], str] = {}  # first day and words → last day
    open_spans: dict[str, str] = {}  # words → the first day of the span that may go on
    for on, words in told:
        first = open_spans.get(words)
        if first is None or date.fromisoformat(on) - date.fromisoformat(spans[first, words]) > timedelta(1):
            first = open_spans[words] = on
        spans[first, words] = on
    return [
        f"{first} の{words}" if first == last else f"{first}〜{last} の{words}"
        for (first, words), last in spans.items()
    ]


def _files(
    session: Session, old: MonthResult, new: MonthResult, before: list[SlotSource], after: list[SlotSource]
) -> Iterator[str]:
    """Base files that were replaced, of months in which this resource's slots came out otherwise."""
    changed = _changed_months(old, new)
    was = {(source.delivery_month, source.kind): source for source in before}
    replaced = [
        (was.get((source.delivery_month, source.kind)), source)
        for source in after
        if source.delivery_month in changed
        and getattr(was.get((source.delivery_month, source.kind)), "sha256", None) != source.sha256
    ]
    ids = {source.file_id for pair in replaced for source in pair if source and source.file_id}
    rows = session.execute(select(SlotFile.id, SlotFile.version).where(SlotFile.id.in_(ids)))
    versions = {row.id: row.version for row in rows}
    for one, other in replaced:
        label = f"{other.delivery_month}月分の{ALL_SLOT_KINDS.get(other.kind, other.kind)}"
        sides = [
            f"第{versions[side.file_id]}版" if side and side.file_id in versions else "なし"
            for side in (one, other)
        ]
        yield f"{label}: 登録されたデータが {sides[0]} → {sides[1]}"


def _changed_months(old: MonthResult, new: MonthResult) -> set[int]:
    months = months_until(new.delivery_month)
    one, other = (result.inputs.get("digests", {}).get("slots", []) for result in (old, new))
    return {
        month
        for position, month in enumerate(months)
        if (one[position] if position < len(one) else None)
        != (other[position] if position < len(other) else None)
    }
