"""仮の条件 (what-if): changes of slots or contract values for one calculation, checked completely, then applied.

A change is a row of named values as a form, a command or a stored run holds it:
`{"kind": "offered_kw" | "multiplier", "resource", "first_date", "last_date", "first_slot", "last_slot", "value"}` or
`{"kind": "contract_kw" | …, "resource", "value"}`. Nothing is written into the register.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from calc_core.fiscal_year import FIRST_DELIVERY_MONTH, days_in_month
from calc_core.slots import SLOTS_PER_DAY
from helpdesk.errors import Problem, Refused
from helpdesk.register.models import SLOT_KINDS
from helpdesk.register.slot_store import first_day
from helpdesk.register.statement_inputs import ResourceMaterial, StatementInputs

LABELS = {
    **SLOT_KINDS,
    "contract_kw": "契約容量",
    "assessed_kw": "アセスメント対象容量",
    "price_yen_per_kw": "契約単価",
    "transitional_deduction_yen": "経過措置控除額",
    "inefficient_coal": "非効率石炭火力",
}
_UNITS = {
    "offered_kw": " kW",
    "multiplier": " 倍",
    "contract_kw": " kW",
    "assessed_kw": " kW",
    "price_yen_per_kw": " 円/kW",
    "transitional_deduction_yen": " 円",
}
_LIMITS = {
    "offered_kw": (0, 2**31 - 1),
    "multiplier": (0, 127),
    "contract_kw": (1, 2**31 - 1),
    "assessed_kw": (1, 2**31 - 1),
    "price_yen_per_kw": (0, 2**31 - 1),
    "transitional_deduction_yen": (0, 2**53),
}
_TRUTH = {"true": True, "1": True, "はい": True, "false": False, "0": False, "いいえ": False}


@dataclass(frozen=True, slots=True)
class Change:
    """One checked change; the dates and slots are there for slot values only."""

    kind: str
    resource: ResourceMaterial
    value: int | bool
    first_date: date | None = None
    last_date: date | None = None
    first_slot: int = 1
    last_slot: int = SLOTS_PER_DAY

    def row(self) -> dict[str, Any]:
        """The change as a run keeps it."""
        kept: dict[str, Any] = {"kind": self.kind, "resource": self.resource.code, "value": self.value}
        if self.first_date and self.last_date:
            kept |= {"first_date": self.first_date.isoformat(), "last_date": self.last_date.isoformat()}
            kept |= {"first_slot": self.first_slot, "last_slot": self.last_slot}
        return kept


def apply_changes(inputs: StatementInputs, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Change the inputs in place; what was changed, each as its row with a Japanese `text` beside it.

    Raises `Refused` with every problem of every row; then nothing is changed.
    """
    problems: list[Problem] = []
    checked = [_check(inputs, row, f"変更 {at}", problems) for at, row in enumerate(rows, 1)]
    changes = [change for change in checked if change is not None]
    problems += _deductions_too_large(inputs, changes)
    if problems:
        raise Refused(problems)
    return [change.row() | {"text": _apply(inputs, change)} for change in changes]


def _check(
    inputs: StatementInputs, row: Mapping[str, Any], where: str, problems: list[Problem]
) -> Change | None:
    before = len(problems)
    kind = str(row.get("kind", ""))
    if kind not in LABELS:
        problems.append(
            Problem(where, f"変更の種類「{kind}」はありません。{'、'.join(LABELS)} から選んでください")
        )
        return None
    where = f"{where}（{LABELS[kind]}）"
    wanted = str(row.get("resource", ""))
    resource = next((each for each in inputs.resources if each.code == wanted), None)
    if resource is None:
        problems.append(Problem(where, f"電源等「{wanted}」はこの計算に含まれていません"))
    value = _value(kind, row.get("value"), where, problems)
    known = {"kind", "resource", "value"}
    dates: dict[str, Any] = {}
    if kind in SLOT_KINDS:
        known |= {"first_date", "last_date", "first_slot", "last_slot"}
        dates = _dates(inputs, row, where, problems)
    problems += [
        Problem(where, f"項目「{name}」は使えません") for name in sorted(row.keys() - known - {"text"})
    ]
    if len(problems) > before or resource is None or value is None:
        return None
    return Change(kind, resource, value, **dates)


def _value(kind: str, given: Any, where: str, problems: list[Problem]) -> int | bool | None:
    text = str(given if given is not None else "").strip().replace(",", "").lower()
    if kind == "inefficient_coal":
        if text not in _TRUTH:
            problems.append(Problem(where, f"値「{given}」は使えません。はい か いいえ にしてください"))
        return _TRUTH.get(text)
    lowest, highest = _LIMITS[kind]
    number = _whole(text)
    if number is None or not lowest <= number <= highest:
        problems.append(
            Problem(where, f"値「{given}」は使えません。{lowest}〜{highest:,} の整数にしてください")
        )
        return None
    return number


def _dates(
    inputs: StatementInputs, row: Mapping[str, Any], where: str, problems: list[Problem]
) -> dict[str, Any]:
    earliest = first_day(inputs.fiscal_year, FIRST_DELIVERY_MONTH)
    start = first_day(inputs.fiscal_year, inputs.delivery_month)
    latest = start.replace(day=days_in_month(inputs.fiscal_year, inputs.delivery_month))
    first = _date(row.get("first_date"))
    last = _date(row.get("last_date") or row.get("first_date"))
    if first is None or last is None:
        problems.append(Problem(where, "日付は 2026-05-03 の形で入力してください"))
    elif not earliest <= first <= last <= latest:
        problems.append(
            Problem(where, f"期間は {earliest} から {latest} までの中で、始まりを先にしてください")
        )
    given = [row.get(name, "") for name in ("first_slot", "last_slot")]
    slots = [
        usual if each in ("", None) else _whole(str(each))
        for each, usual in zip(given, (1, SLOTS_PER_DAY), strict=True)
    ]
    if None in slots or not 1 <= slots[0] <= slots[1] <= SLOTS_PER_DAY:
        problems.append(Problem(where, "コマは 1〜48 の整数で、始まりを先にしてください"))
    return {"first_date": first, "last_date": last, "first_slot": slots[0], "last_slot": slots[1]}


def _deductions_too_large(inputs: StatementInputs, changes: list[Change]) -> list[Problem]:
    """A contract whose deduction exceeds price × kW would have a negative amount."""
    problems = []
    for resource in {change.resource.code: change.resource for change in changes}.values():
        values = resource.contract | {
            change.kind: change.value
            for change in changes
            if change.resource is resource and change.kind in resource.contract
        }
        if values["transitional_deduction_yen"] > values["price_yen_per_kw"] * values["contract_kw"]:
            message = "経過措置控除額が契約単価 × 契約容量を超えます。値を確かめてください"
            problems.append(Problem(f"電源等 {resource.name}", message))
    return problems


def _apply(inputs: StatementInputs, change: Change) -> str:
    resource, label = change.resource, LABELS[change.kind]
    if change.first_date is None or change.last_date is None:
        before = resource.contract[change.kind]
        resource.contract[change.kind] = change.value
        return f"{resource.name}: {label}を {_shown(change.kind, before)} から {_shown(change.kind, change.value)} に"
    seen: set[int] = set()
    day = change.first_date
    while day <= change.last_date:
        values = resource.slots[day.month, change.kind][day.day - 1]
        part = slice(change.first_slot - 1, change.last_slot)
        seen |= {int(each) for each in values[part]}
        values[part] = change.value
        day += timedelta(days=1)
    period = f"{change.first_date}" + (
        f"〜{change.last_date}" if change.last_date != change.first_date else ""
    )
    before = "〜".join(_shown(change.kind, each) for each in sorted({min(seen), max(seen)}))
    slots = f"コマ {change.first_slot}〜{change.last_slot}"
    return (
        f"{resource.name}: {period} {slots}の{label}を {before} から {_shown(change.kind, change.value)} に"
    )


def _shown(kind: str, value: int | bool) -> str:
    if kind == "inefficient_coal":
        return "はい" if value else "いいえ"
    return f"{value:,}{_UNITS[kind]}"


def _whole(text: str) -> int | None:
    plain = text.strip()
    return int(plain) if plain.removeprefix("-").isdecimal() and len(plain) <= 18 else None


def _date(given: Any) -> date | None:
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(str(given or ""))
    except ValueError:
        return None
