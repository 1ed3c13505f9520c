"""仮の条件 (what-if): changes of slots or contract values for one calculation, checked completely, then applied.

A change is a row of named values as a form, a command or a stored run holds it:
`{"kind": "offered_kw" | "multiplier", "resource", "first_date", "last_date", "first_slot", "last_slot", "value"}` or
`{"kind": "contract_kw" | …, "resource", "value"}`; `row` may say which line of a form it is. Nothing is written into
the register. A problem's place names the line and its field, as `place` writes it. A contract value is changed in the
periods of the contract too (`what_if_contract`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from calc_core.fiscal_year import FIRST_DELIVERY_MONTH, days_in_month
from calc_core.slots import SLOTS_PER_DAY, end_label, start_label
from helpdesk.errors import Problem, Refused
from helpdesk.register.models import SLOT_KINDS
from helpdesk.register.slot_store import first_day
from helpdesk.register.statement_inputs import ResourceMaterial, StatementInputs
from helpdesk.register.typed_slots import slot_text
from helpdesk.register.what_if_contract import change_contract, contract_problems

LABELS = {
    **SLOT_KINDS,
    "contract_kw": "契約容量",
    "assessed_kw": "アセスメント対象容量",
    "price_yen_per_kw": "契約単価",
    "transitional_deduction_yen": "経過措置控除額",
    "inefficient_coal": "非効率石炭火力",
}
FIELDS = {
    "kind": "変えるもの",
    "resource": "電源等",
    "value": "新しい値",
    "first_date": "始まりの日",
    "last_date": "終わりの日",
    "first_slot": "始まりのコマ",
    "last_slot": "終わりのコマ",
}
CHANGE = "変更"
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
_NO_SLOT = f"コマは 1〜{SLOTS_PER_DAY} の整数か、30分ごとの時刻（始まり 00:00〜23:30、終わり 00:30〜24:00）にしてください"
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


SpeaksAgainst = Callable[[Change], str | None]  # why a value that could be computed with is refused


def place(noun: str, at: int, kind: str = "", field: str = "") -> str:
    """Where a problem is: 変更 2（倍率）・始まりの日."""
    label = f"（{LABELS[kind]}）" if kind in LABELS else ""
    return f"{noun} {at}{label}" + (f"・{FIELDS[field]}" if field else "")


def apply_changes(inputs: StatementInputs, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Change the inputs in place; what was changed, each as its row with a Japanese `text` beside it.

    Raises `Refused` with every problem of every row; then nothing is changed.
    """
    return [change.row() | {"text": _apply(inputs, change)} for change in check_changes(inputs, rows)]


def check_changes(
    inputs: StatementInputs,
    rows: Sequence[Mapping[str, Any]],
    *,
    noun: str = CHANGE,
    speaks_against: SpeaksAgainst | None = None,
) -> list[Change]:
    """The rows as checked changes; the inputs stay as they are. Raises `Refused` with every problem of every row."""
    problems: list[Problem] = []
    changes = []
    for position, row in enumerate(rows, 1):
        at = int(row.get("row") or position)
        change = _check(inputs, row, noun, at, problems)
        reason = speaks_against(change) if change and speaks_against else None
        if reason is not None:
            problems.append(Problem(place(noun, at, change.kind, "value"), reason))
        elif change is not None:
            changes.append(change)
    problems += _impossible_contracts(changes)
    if problems:
        raise Refused(problems)
    return changes


def _check(
    inputs: StatementInputs, row: Mapping[str, Any], noun: str, at: int, problems: list[Problem]
) -> Change | None:
    before = len(problems)
    kind = str(row.get("kind", ""))

    def refuse(field: str, message: str) -> None:
        problems.append(Problem(place(noun, at, kind, field), message))

    if kind not in LABELS:
        refuse("kind", f"変更の種類「{kind}」はありません。{'、'.join(LABELS)} から選んでください")
        return None
    wanted = str(row.get("resource", ""))
    resource = next((each for each in inputs.resources if each.code == wanted), None)
    if resource is None:
        refuse("resource", f"電源等「{wanted}」はこの計算に含まれていません")
    value = _value(kind, row.get("value"), refuse)
    known = {"row", "kind", "resource", "value", "text"}
    dates: dict[str, Any] = {}
    if kind in SLOT_KINDS:
        known |= {"first_date", "last_date", "first_slot", "last_slot"}
        dates = _dates(inputs, row, refuse) | _slots(row, refuse)
    for name in sorted(row.keys() - known):
        refuse("", f"項目「{name}」は使えません")
    if len(problems) > before or resource is None or value is None:
        return None
    return Change(kind, resource, value, **dates)


def _value(kind: str, given: Any, refuse: Callable[[str, str], None]) -> int | bool | None:
    text = str(given if given is not None else "").strip().replace(",", "").lower()
    if kind == "inefficient_coal":
        if text not in _TRUTH:
            refuse("value", f"{_given(given)}はい か いいえ にしてください")
        return _TRUTH.get(text)
    lowest, highest = _LIMITS[kind]
    number = _whole(text)
    if number is None or not lowest <= number <= highest:
        refuse("value", f"{_given(given)}{lowest}〜{highest:,} の整数にしてください")
        return None
    return number


def _given(value: Any) -> str:
    return "値がありません。" if value in ("", None) else f"値「{str(value)[:30]}」は使えません。"


def _dates(
    inputs: StatementInputs, row: Mapping[str, Any], refuse: Callable[[str, str], None]
) -> dict[str, Any]:
    earliest = first_day(inputs.fiscal_year, FIRST_DELIVERY_MONTH)
    start = first_day(inputs.fiscal_year, inputs.delivery_month)
    latest = start.replace(day=days_in_month(inputs.fiscal_year, inputs.delivery_month))
    names = ("first_date", "last_date") if row.get("last_date") else ("first_date",)
    found: dict[str, date | None] = {}
    right = True
    for name in names:
        found[name] = day = _date(row.get(name))
        if day is None:
            refuse(name, "日付は 2026-05-03 の形で入力してください")
        elif not earliest <= day <= latest:
            refuse(name, f"期間は {earliest} から {latest} までの中で、始まりを先にしてください")
        right = right and day is not None and earliest <= day <= latest
    first = found["first_date"]
    last = found.get("last_date", first)
    if right and first is not None and last is not None and first > last:
        refuse("last_date", f"期間は始まりの日（{first}）を先にしてください")
    return {"first_date": first, "last_date": last}


def _slots(row: Mapping[str, Any], refuse: Callable[[str, str], None]) -> dict[str, Any]:
    found: dict[str, int | None] = {}
    for name, usual in (("first_slot", 1), ("last_slot", SLOTS_PER_DAY)):
        given = row.get(name, "")
        slot = usual if given in ("", None) else _whole(slot_text(given, ends=name == "last_slot"))
        if slot is None or not 1 <= slot <= SLOTS_PER_DAY:
            refuse(name, _NO_SLOT)
            slot = None
        found[name] = slot
    first, last = found["first_slot"], found["last_slot"]
    if first is not None and last is not None and first > last:
        begins, ends = f"コマ{first}、{start_label(first)}から", f"コマ{last}、{end_label(last)}まで"
        refuse("last_slot", f"終わり（{ends}）が始まり（{begins}）より前です。始まりを先にしてください")
    return found


def _impossible_contracts(changes: list[Change]) -> list[Problem]:
    """Contracts that could not stand as the changes together would make them."""
    problems = []
    for resource in {change.resource.code: change.resource for change in changes}.values():
        of_contract = [
            (change.kind, change.value)
            for change in changes
            if change.resource is resource and change.kind in resource.contract
        ]
        problems += contract_problems(resource, of_contract) if of_contract else []
    return problems


def _apply(inputs: StatementInputs, change: Change) -> str:
    resource, label = change.resource, LABELS[change.kind]
    if change.first_date is None or change.last_date is None:
        before = resource.contract[change.kind]
        moved = change_contract(resource, change.kind, change.value)
        in_periods = "、".join(
            f"{period}は {_shown(change.kind, old)} から {_shown(change.kind, new)} に"
            for period, old, new in moved
        )
        told = f"{label}を {_shown(change.kind, before)} から {_shown(change.kind, change.value)} に"
        return f"{resource.name}: {told}" + (f"（{in_periods}）" if in_periods else "")
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
