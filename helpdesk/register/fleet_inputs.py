"""一括算定の入力: resources and slots of a fiscal year as `calc_core.fleet` takes them, from what is in force now.

What is gathered is names: base files, corrections, contracts, events. The slots of a month are built when they are asked
for (the memory-mapped base itself where nothing lies over it), so that one month at a time is in memory.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from calc_core.fiscal_year import LAST_DELIVERY_MONTH, days_in_month
from calc_core.fleet.resource import FleetResource, FleetSlots
from calc_core.slots import SLOTS_PER_DAY
from cases.models import Business
from helpdesk.errors import NotFound, Problem, Refused
from helpdesk.register import slot_files, slot_rows
from helpdesk.register.assessed_resources import AssessedResource, assessed_resources
from helpdesk.register.errors import SlotsMissing
from helpdesk.register.kept_inputs import coal_json, event_text, period_text
from helpdesk.register.models import SLOT_KINDS, Resource
from helpdesk.register.slot_store import SlotSource, first_day
from helpdesk.register.statement_inputs import months_until

IDLE = {"offered_kw": 0, "multiplier": 1}  # where no contract stands and nobody sent anything


@dataclass(slots=True)
class FleetInputs:
    """一括算定の入力: resources in the order of their codes, with ids beside them, and the names of their slots."""

    fiscal_year: int
    last_month: int
    scope: dict[str, int]
    resources: list[FleetResource]
    ids: list[int]
    business_ids: list[int]
    warnings: list[str]
    sources: dict[tuple[int, str], SlotSource]
    _folder: Path
    _rows: dict[int, np.ndarray]  # by file: the row of each resource, -1 where it has none
    _overlays: dict[tuple[int, str, str, int], np.ndarray]
    _digests: dict[int, list[str]] = field(default_factory=dict)  # of slots, by month
    _of_events: list[dict[int, str]] = field(default_factory=list)

    @property
    def delivery_months(self) -> tuple[int, ...]:
        """From April to the last month."""
        return months_until(self.last_month)

    def slots(self, delivery_month: int) -> FleetSlots:
        """The effective slots of a month, resources × days × 48, int32; they are to be read only."""
        return FleetSlots(*(self._values(delivery_month, kind) for kind in SLOT_KINDS))

    def months(self) -> Mapping[int, FleetSlots]:
        """All months as `calc_core.fleet.assess` takes them: each is built when it is asked for, and not kept."""
        return _MonthsWhenAsked(self)

    def digests(self, index: int, delivery_month: int) -> dict[str, str]:
        """SHA-256 of what one resource's month was computed from: its slots, its contract, its events (and coal)."""
        if delivery_month not in self._digests:
            slots = self.slots(delivery_month)
            self._digests[delivery_month] = [
                hashlib.sha256(offered.tobytes() + multiplier.tobytes()).hexdigest()
                for offered, multiplier in zip(slots.offered_kw, slots.multiplier, strict=True)
            ]
        resource = self.resources[index]
        start = first_day(self.fiscal_year, delivery_month)
        end = start.replace(day=days_in_month(self.fiscal_year, delivery_month))
        periods = [
            each
            for each in resource.periods
            if (each.first is None or each.first[0] <= end) and (each.last is None or start <= each.last[0])
        ]
        return {
            "slots": self._digests[delivery_month][index],
            "contract": _digest(map(period_text, periods)),
            "events": self._events_digests()[index].get(delivery_month, _NOTHING),
        }

    def to_json(self) -> dict[str, Any]:
        """What was used, by name: base files, corrections over them, digests of contracts and of events."""
        contracts = (f"{each.resource} {period_text(one)}" for each in self.resources for one in each.periods)
        events = (f"{code} {month} {digest}" for code, month, digest in self._all_events_digests())
        return {
            "fiscal_year": self.fiscal_year,
            "last_month": self.last_month,
            "scope": dict(self.scope),
            "resources": len(self.resources),
            "slot_sources": [source.to_json() for source in self.sources.values()],
            "contracts_digest": _digest(contracts),
            "events": sum(len(each.events) for each in self.resources),
            "events_digest": _digest(events),
        }

    def _all_events_digests(self) -> Iterator[tuple[str, int, str]]:
        for each, by_month in zip(self.resources, self._events_digests(), strict=True):
            yield from ((each.resource, month, by_month[month]) for month in sorted(by_month))

    def _events_digests(self) -> list[dict[int, str]]:
        """By resource: the digest of each month's events, and of the metered coal with March."""
        if not self._of_events:
            for resource in self.resources:
                texts: dict[int, list[str]] = {}
                for event in resource.events:
                    texts.setdefault(event.date.month, []).append(event_text(event))
                if resource.coal is not None:
                    texts.setdefault(LAST_DELIVERY_MONTH, []).append(str(coal_json(resource.coal)))
                self._of_events.append({month: _digest(found) for month, found in texts.items()})
        return self._of_events

    def _values(self, delivery_month: int, kind: str) -> np.ndarray:
        source = self.sources[delivery_month, kind]
        days = days_in_month(self.fiscal_year, delivery_month)
        if source.sha256 is None or source.file_id is None:
            return np.full((len(self.ids), days, SLOTS_PER_DAY), IDLE[kind], dtype=np.int32)
        base, rows = slot_files.open_mapped(self._folder, source.sha256), self._rows[source.file_id]
        if not source.corrections and np.array_equal(rows, np.arange(len(base))):
            return base
        values = np.asarray(base[np.maximum(rows, 0)])
        values[rows < 0] = IDLE[kind]
        place = {each: at for at, each in enumerate(self.ids)}
        for resource_id, on, version in source.corrections:
            day = int(on[-2:]) - 1
            values[place[resource_id], day] = self._overlays[resource_id, kind, on, version]
        return values


class _MonthsWhenAsked(Mapping[int, FleetSlots]):
    def __init__(self, inputs: FleetInputs) -> None:
        self._inputs = inputs

    def __getitem__(self, delivery_month: int) -> FleetSlots:
        if delivery_month not in self._inputs.delivery_months:
            raise KeyError(delivery_month)
        return self._inputs.slots(delivery_month)

    def __iter__(self) -> Iterator[int]:
        return iter(self._inputs.delivery_months)

    def __len__(self) -> int:
        return len(self._inputs.delivery_months)


def gather_fleet(
    session: Session, folder: Path, *, fiscal_year: int, last_month: int, scope: Mapping[str, int]
) -> FleetInputs:
    """What is in force now. `scope`: {} is all, {"business": id} or {"resource": id} one.

    Raises `NotFound`, `Refused` without contracts, `SlotsMissing` with everything that is missing.
    """
    months = months_until(last_month)
    business_id, resource_id = _scope(session, scope)
    assessed = assessed_resources(
        session,
        folder,
        fiscal_year=fiscal_year,
        delivery_months=months,
        business_id=business_id,
        resource_id=resource_id,
    )
    if not assessed.resources:
        message = f"{fiscal_year} 年度の契約が登録されていません。契約を取り込んでください"
        raise Refused([Problem("一括算定", message)])
    ids = [each.row.id for each in assessed.resources]
    sources, rows = _sources(session, fiscal_year, months, assessed.resources, is_all=not scope)
    corrections = [each for source in sources.values() for each in source.corrections]
    return FleetInputs(
        fiscal_year,
        last_month,
        dict(scope),
        [_fleet_resource(each) for each in assessed.resources],
        ids,
        [each.row.business_id for each in assessed.resources],
        assessed.warnings,
        sources,
        folder,
        rows,
        slot_rows.corrected_values(session, corrections),
    )


def _scope(session: Session, scope: Mapping[str, int]) -> tuple[int | None, int | None]:
    if len(scope) > 1 or not scope.keys() <= {"business", "resource"}:
        raise Refused([Problem("算定の範囲", "全体、1事業者、1電源等のいずれかにしてください")])
    business_id, resource_id = scope.get("business"), scope.get("resource")
    if business_id is not None and session.get(Business, business_id) is None:
        raise NotFound(f"事業者 {business_id} は登録されていません")
    if resource_id is not None and session.get(Resource, resource_id) is None:
        raise NotFound(f"電源等 {resource_id} は登録されていません")
    return business_id, resource_id


def _sources(
    session: Session,
    fiscal_year: int,
    months: Sequence[int],
    resources: Sequence[AssessedResource],
    *,
    is_all: bool,
) -> tuple[dict[tuple[int, str], SlotSource], dict[int, np.ndarray]]:
    """Base and corrections of each month and kind, and by file the row of each resource."""
    ids = [each.row.id for each in resources]
    starts = {month: first_day(fiscal_year, month) for month in months}
    names = {month: f"{start:%Y-%m}" for month, start in starts.items()}
    files = slot_rows.newest_files(session, fiscal_year, list(names.values()))
    corrections = slot_rows.corrections_in_force(session, None if is_all else ids, list(starts.values()))
    asked = set(ids)
    sources: dict[tuple[int, str], SlotSource] = {}
    rows: dict[int, np.ndarray] = {}
    missing = []
    for month, name in names.items():
        owing = np.array([not each.is_idle(fiscal_year, month) for each in resources])
        for kind, label in SLOT_KINDS.items():
            file = files.get((name, kind))
            row_of = {each: at for at, each in enumerate(file.resource_ids)} if file else {}
            found = np.array([row_of.get(each, -1) for each in ids])
            absent = int(np.count_nonzero(owing & (found < 0)))
            if absent:
                missing.append(f"{name} の{label}（電源等 {absent} 件）")
            of_month = corrections.get((name, kind), [])
            laid = tuple(each for each in of_month if each[0] in asked)
            days = days_in_month(fiscal_year, month) if file is None else 0
            named = (file.id, file.sha256) if file else (None, None)
            sources[month, kind] = SlotSource(month, kind, *named, laid if file else (), days)
            if file:
                rows[file.id] = found
    if missing:
        message = f"コマ別データがありません: {'、'.join(missing)}"
        raise SlotsMissing(f"{message}。取り込むか、停止計画からコマを作ってから、もう一度計算してください")
    return sources, rows


def _fleet_resource(each: AssessedResource) -> FleetResource:
    row = each.row
    return FleetResource(
        row.code, row.business.code, row.area, row.category, each.periods, each.events, each.coal
    )


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


_NOTHING = _digest(())
