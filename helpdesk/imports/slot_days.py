"""コマ別の取り込み: days and cells of resources gathered from a file, shown by day, laid over what is recorded.

One entry is a resource's day of one kind. A file counts by days of resources: a day is new, corrected or known.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import fiscal_year_of
from cases.history import Person
from helpdesk.desk import Desk
from helpdesk.imports.checked import Checked
from helpdesk.imports.columns import TableReader
from helpdesk.imports.kept import Kept
from helpdesk.imports.resources import KnownResources
from helpdesk.register.models import ALL_SLOT_KINDS, NO_VALUE, ImportedFile, Resource
from helpdesk.register.slot_entries import Cells, LaidOver, lay_over

_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class DayEntry:
    """ある日の値: the cells of one resource, day and kind, by slot or all 48."""

    kind: str
    resource_id: int
    on: date
    cells: Cells


@dataclass(slots=True)
class SlotDays:
    """Gathers the days of a file; what stands twice is noted where it stands again."""

    reader: TableReader
    resources: KnownResources
    today: date
    is_measured: bool = False  # so that no day can lie ahead
    _cells: dict[tuple[int, date], dict[str, Cells]] = field(default_factory=dict)
    _rows: dict[tuple[int, date, int, str], int] = field(default_factory=dict)
    _years: dict[int, bool] = field(default_factory=dict)

    def day(self, name: str = "date") -> date | None:
        """The day of the current row; None after noting that no contract is of its year, or that it lies ahead."""
        on = self.reader.day(name)
        if on is None:
            return None
        year = fiscal_year_of(on)
        if not self._years.setdefault(year, self.resources.has_year(year)):
            words = f"{year}年度の契約は登録されていません。年を確かめるか、先に契約を取り込んでください"
            self.reader.note(name, words)
            return None
        if self.is_measured and on > self.today:
            self.reader.note(name, f"今日（{self.today.isoformat()}）より先の日です")
            return None
        return on

    def is_first(self, number: int, resource_id: int, on: date, *, slot: int = 0, kind: str = "") -> bool:
        """Whether this day of a resource (its slot, its kind) stands in no row before; otherwise that is noted."""
        before = self._rows.setdefault((resource_id, on, slot, kind), number)
        if before == number:
            return True
        at = f"{self.resources.label_of(resource_id)} {on.isoformat()}"
        at += f" コマ{slot}" if slot else ""
        at += f" {ALL_SLOT_KINDS[kind]}" if kind else ""
        words = f"{at} は {before}行目にもあります。どちらかを除いてください"
        self.reader.note("slot" if slot else "date", words)
        return False

    def add_day(self, kind: str, resource_id: int, on: date, values: Cells) -> None:
        """All 48 slots of a day, or those that a row states."""
        self._cells.setdefault((resource_id, on), {})[kind] = values

    def add_slot(self, kind: str, resource_id: int, on: date, slot: int, value: int) -> None:
        """One slot of a day."""
        cells = self._cells.setdefault((resource_id, on), {}).setdefault(kind, {})
        cells[slot] = value  # type: ignore[index]

    def checked(self, kinds: Sequence[str], warnings: Iterable[str] = ()) -> Checked:
        """What was gathered, a row a day for the preview. Raises `Refused` with everything that was noted."""
        self.reader.refuse_if_wrong()
        entries, rows = [], []
        for (resource_id, on), by_kind in self._cells.items():
            entries += [DayEntry(kind, resource_id, on, cells) for kind, cells in by_kind.items()]
            shown = [_shown(kind, by_kind[kind]) if kind in by_kind else "" for kind in kinds]
            rows.append([self.resources.label_of(resource_id), on.isoformat(), *shown])
        headings = ["電源等", "日", *(ALL_SLOT_KINDS[kind] for kind in kinds)]
        return Checked(entries, headings, rows, [*self.reader.warnings, *warnings])


def keep_days(
    session: Session, desk: Desk, checked: Checked, *, file: ImportedFile | None, by: Person, now: datetime
) -> Kept:
    """Lay the days over the bases of their months; a day is corrected where any of its cells said otherwise."""
    values: dict[tuple[int, str], dict[int, dict[date, Cells]]] = {}
    for entry in checked.entries:
        of_kind = values.setdefault((fiscal_year_of(entry.on), entry.kind), {})
        of_kind.setdefault(entry.resource_id, {})[entry.on] = entry.cells
    laid = {
        (year, kind): lay_over(
            session, desk.settings.slots_folder, fiscal_year=year, kind=kind, values=of_kind, now=now
        )
        for (year, kind), of_kind in values.items()
    }
    days = dict.fromkeys((entry.resource_id, entry.on) for entry in checked.entries)
    states = [_state(laid.values(), day) for day in days]
    counts = [states.count(state) for state in ("new", "corrected", "known")]
    told = {
        f"slots_{name}": sum(getattr(each, name) for each in laid.values()) for name in ("new", "corrected")
    }
    return Kept(*counts, states=states, changes=_changes(session, laid), told=told)


def empty_slots(resources: KnownResources, counts: Counter[int]) -> list[str]:
    """A warning that names the resources with slots in which nothing stands."""
    return counted_slots(resources, counts, "は空です。値なしとして登録します")


def counted_slots(resources: KnownResources, counts: Counter[int], words: str) -> list[str]:
    """A warning about so many slots of each resource."""
    names = [f"{resources.label_of(each)} {count:,}コマ" for each, count in counts.items() if count]
    return [f"{listed(names)}{words}"] if names else []


def listed(names: Sequence[str]) -> str:
    """So many names, of many the first."""
    more = f" ほか {len(names) - _MOST_NAMED:,} 件" if len(names) > _MOST_NAMED else ""
    return f"{len(names):,} 件 " + "、".join(names[:_MOST_NAMED]) + more


def _state(laid: Iterable[LaidOver], day: tuple[int, date]) -> str:
    found = {each.states.get(day, "known") for each in laid}
    return next((state for state in ("corrected", "new") if state in found), "known")


def _changes(session: Session, laid: Mapping[tuple[int, str], LaidOver]) -> list[str]:
    """What was otherwise before, in words; of very many cells the rest is counted."""
    named = {change.resource_id for each in laid.values() for change in each.changes}
    named |= {resource_id for each in laid.values() for resource_id, _ in each.hidden}
    rows = session.execute(select(Resource.id, Resource.name, Resource.code).where(Resource.id.in_(named)))
    labels = {row.id: f"{row.name}（{row.code}）" for row in rows}
    words = []
    for (_, kind), each in laid.items():
        words += [
            f"{labels[change.resource_id]} {change.on.isoformat()} コマ{change.slot} {ALL_SLOT_KINDS[kind]}："
            f"{_written(kind, change.before)} → {_written(kind, change.after)}"
            for change in each.changes
        ]
        if each.corrected > len(each.changes):
            words.append(f"{ALL_SLOT_KINDS[kind]}：このほかに {each.corrected - len(each.changes):,} コマ")
        words += [
            f"{labels[resource_id]} {on.isoformat()} {ALL_SLOT_KINDS[kind]}：画面での訂正が優先され、"
            "取り込んだ値は使われません"
            for resource_id, on in each.hidden[:_MOST_NAMED]
        ]
        if len(each.hidden) > _MOST_NAMED:
            more = len(each.hidden) - _MOST_NAMED
            words.append(f"{ALL_SLOT_KINDS[kind]}：画面での訂正が優先される日はこのほかに {more:,} 日")
    return words


def _shown(kind: str, cells: Cells) -> str:
    """A day in one cell of the preview."""
    values = [
        int(each) for each in (cells.values() if isinstance(cells, Mapping) else cells) if each != NO_VALUE
    ]
    if not values:
        return "値なし"
    if kind.endswith("_wh"):
        return f"{len(values)}コマ 合計 {_written(kind, sum(values))}"
    least, most = min(values), max(values)
    span = f"{least:,}〜" if least != most else ""
    return f"{len(values)}コマ {span}{_written(kind, most)}"


def _written(kind: str, value: int) -> str:
    if value == NO_VALUE:
        return "値なし"
    if not kind.endswith("_wh"):
        return f"{value:,} kW"
    decimals = f".{value % 1000:03d}".rstrip("0").rstrip(".")
    return f"{value // 1000:,}{decimals} kWh"
