"""結果の比較: what differs between two versions of a month's result, and why (requirements A2.6, A7).

The figures are compared exactly. Why is read from what both versions kept: who corrected it, which slots, contract
values and events were others, in this month or an earlier one of the year, which numbers were configured, which code.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core import narration
from calc_core.figures import FigureDifference, compare_figures
from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.blobs import BlobStore
from helpdesk.clock import in_japan
from helpdesk.register.event_changes import event_changes
from helpdesk.register.models import FleetRun, ImportedFile, MonthResult
from helpdesk.register.month_results import figure_list
from helpdesk.register.slot_changes import slot_changes

CAUSES = {
    "person": "担当者による修正",
    "slots": "コマ別データ",
    "contract": "契約",
    "events": "市場応札・指示・発動・稼働抑制の実績",
    "parameters": "設定値",
    "code": "計算コード",
}
_CONTRACT = {
    "first": "始まり",
    "last": "終わり",
    "contract_kw": "契約容量（kW）",
    "assessed_kw": "アセスメント対象容量（kW）",
    "price_yen_per_kw": "契約単価（円/kW）",
    "transitional_deduction_yen": "経過措置控除額（円）",
    "inefficient_coal": "非効率石炭火力",
}
_EVENTS = {
    "market_offer": "市場応札の対象コマ",
    "supply_instruction": "供給指示",
    "dispatch_order": "発動指令",
}
_FILES_TOLD = 20


@dataclass(frozen=True, slots=True)
class Cause:
    """変わった理由: its kind (see `CAUSES`) and a Japanese sentence that says what was and what is."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ResultComparison:
    """二つの版の比較: every figure on both sides with its difference, and why they differ."""

    figures: list[FigureDifference]
    causes: list[Cause]
    files: list[ImportedFile]  # imported between the two computations, newest first

    @property
    def differing(self) -> list[FigureDifference]:
        """The figures that are not the same."""
        return [line for line in self.figures if line.differs]


def compare(
    session: Session, old: MonthResult, new: MonthResult, *, blobs: BlobStore | None = None
) -> ResultComparison:
    """What changed from one version of a month to another, and why.

    With the blob store changed events are told slot by slot with what was and what is, otherwise by their number.
    """
    in_detail = event_changes(blobs, old, new) if blobs is not None else None
    events = [Cause("events", text) for text in in_detail] if in_detail else _events(old.inputs, new.inputs)
    causes = [
        *_by_person(old, new),
        *(Cause("slots", text) for text in slot_changes(session, old, new)),
        *_contract(old.inputs.get("contract", []), new.inputs.get("contract", [])),
        *events,
        *_coal_metering(old.inputs.get("coal"), new.inputs.get("coal")),
        *run_causes(old.fleet_run, new.fleet_run),
    ]
    return ResultComparison(
        compare_figures(figure_list(old), figure_list(new)),
        causes,
        _files(session, old.fleet_run, new.fleet_run),
    )


def changed_inputs(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Which kinds of inputs (slots, contract, events) of two versions are not the same."""
    before, after = old.get("digests", {}), new.get("digests", {})
    return [kind for kind in ("slots", "contract", "events") if before.get(kind) != after.get(kind)]


def run_causes(old: FleetRun, new: FleetRun) -> list[Cause]:
    """What two runs did not have in common beside their inputs: configured numbers and the code."""
    before, after = (dict(_settings(run.inputs.get("configuration", {}))) for run in (old, new))
    causes = []
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            text = f"{name}: {before.get(name, '設定なし')} → {after.get(name, '設定なし')}"
            causes.append(Cause("parameters", text))
    if old.code_version != new.code_version:
        causes.append(Cause("code", f"計算コードの版: {old.code_version} → {new.code_version}"))
    return causes


def _by_person(old: MonthResult, new: MonthResult) -> Iterator[Cause]:
    for result, words in ((old, "比較元の版"), (new, "この版")):
        if result.reason:
            when = f"{in_japan(result.created_at):%Y-%m-%d %H:%M}"
            yield Cause(
                "person", f"{words}は{result.created_by_name}が修正しました（{when}）: {result.reason}"
            )


def _contract(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[Cause]:
    if old == new:
        return
    if len(old) == len(new):
        for before, after in zip(old, new, strict=True):
            for field, label in _CONTRACT.items():
                if before.get(field) != after.get(field):
                    which = f"{_period(after)}の" if len(new) > 1 else ""
                    yield Cause(
                        "contract",
                        f"{which}{label}: {_value(before.get(field))} → {_value(after.get(field))}",
                    )
        return
    yield Cause(
        "contract",
        f"契約の期間: {'、'.join(map(_period, old)) or 'なし'} → {'、'.join(map(_period, new)) or 'なし'}",
    )


def _events(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Cause]:
    before, after = old.get("events", {}), new.get("events", {})
    for event, label in _EVENTS.items():
        one, other = before.get(event, []), after.get(event, [])
        for position, month in enumerate(DELIVERY_MONTHS[: max(len(one), len(other))]):
            was, now = (side[position] if position < len(side) else [0, ""] for side in (one, other))
            if was != now:
                counts = f"{was[0]} コマ → {now[0]} コマ" if was[0] != now[0] else f"{now[0]} コマの内容"
                yield Cause("events", f"{month}月分の{label}: {counts}")


def _coal_metering(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[Cause]:
    if old != new:
        yield Cause("events", f"稼働抑制の計量値: {_coal(old)} → {_coal(new)}")


def _settings(configuration: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every configured number under a name that can be read: rule, setting, fiscal year."""
    for rule, settings in configuration.items():
        for path, value in _leaves(settings):
            name = "倍率の条件" if rule == "multiplier_conditions" else narration.title(rule)
            yield f"{name}・{'・'.join(path)}", str(value)


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping):
        for name, below in value.items():
            yield from _leaves(below, (*path, str(name)))
    elif isinstance(value, list):
        for number, below in enumerate(value, 1):
            yield from _leaves(below, (*path, str(number)))
    else:
        yield path, value


def _period(period: Mapping[str, Any]) -> str:
    first, last = (period.get(name) for name in ("first", "last"))
    if not first and not last:
        return "年度を通じた契約"
    return f"{_place(first)}〜{_place(last)}"


def _place(place: list[Any] | None) -> str:
    return f"{place[0]} コマ{place[1]}" if place else ""


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, list):
        return _place(value)
    return "なし" if value is None else f"{value:,}"


def _coal(coal: Mapping[str, Any] | None) -> str:
    return "なし" if not coal else f"{coal['metered_kwh']} kWh（うち低予備率 {coal['low_reserve_kwh']} kWh）"


def _files(session: Session, old: FleetRun, new: FleetRun) -> list[ImportedFile]:
    if old.id == new.id:
        return []
    first, last = sorted((old.created_at, new.created_at))
    found = (
        select(ImportedFile)
        .where(ImportedFile.imported_at > first, ImportedFile.imported_at <= last)
        .order_by(ImportedFile.id.desc())
    )
    return list(session.scalars(found.limit(_FILES_TOLD)))
