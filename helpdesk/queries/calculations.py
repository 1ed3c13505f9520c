"""計算の見せ方: figures side by side, and the derivation in sections, as the pages take them."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import FIRST_DELIVERY_MONTH, days_in_month
from calc_core.narration import UNITS, WORDS, number_text
from cases.models import Business, Case
from helpdesk.register.derivations import Derivation, derivations, remarks
from helpdesk.register.lookups import compare_with_notified
from helpdesk.register.models import CalculationRun, CaseRun, Contract, NotifiedResult
from helpdesk.register.slot_store import first_day
from helpdesk.register.what_if import LABELS

VALUE_UNITS = {
    "offered_kw": "kW",
    "multiplier": "倍",
    "contract_kw": "kW",
    "assessed_kw": "kW",
    "price_yen_per_kw": "円/kW",
    "transitional_deduction_yen": "円",
    "inefficient_coal": "はい・いいえ",
}
_TOTALS = ("total_yen",)
_LAST_RUNS = 50


@dataclass(frozen=True, slots=True)
class Section:
    """導出の一節: one rule's result with its steps."""

    id: str
    title: str
    note: str
    steps: list[dict[str, Any]]
    warnings: list[str]
    open: bool


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in the list."""

    id: int
    business_name: str | None
    fiscal_year: int
    delivery_month: int | None
    kind: str
    total_yen: str | None
    created_by_name: str
    created_at: Any


def latest_runs(session: Session) -> list[RunRow]:
    """The newest runs, in one statement."""
    rows = session.execute(
        select(
            CalculationRun.id,
            Business.name,
            CalculationRun.fiscal_year,
            CalculationRun.delivery_month,
            CalculationRun.kind,
            CalculationRun.figures,
            CalculationRun.created_by_name,
            CalculationRun.created_at,
        )
        .outerjoin(Business, Business.id == CalculationRun.business_id)
        .order_by(CalculationRun.id.desc())
        .limit(_LAST_RUNS)
    )
    return [RunRow(row[0], row[1], row[2], row[3], row[4], _total(row[5]), row[6], row[7]) for row in rows]


def case_numbers_of(session: Session, run_id: int) -> list[str]:
    """The cases a run is attached to."""
    statement = select(Case.number).join(CaseRun, CaseRun.case_id == Case.id).where(CaseRun.run_id == run_id)
    return list(session.scalars(statement.order_by(Case.number)))


def change_kinds() -> list[tuple[str, str]]:
    """What a what-if or a claim can change, with its unit, for choosing one."""
    return [(kind, f"{label}（{VALUE_UNITS[kind]}）") for kind, label in LABELS.items()]


def comparison(notified: NotifiedResult, run: CalculationRun) -> list[dict[str, Any]]:
    """通知・再計算・差, a row a figure."""
    return [
        _row(row.key, row.label, row.unit)
        | {
            "notified": readable(row.notified),
            "recomputed": readable(row.computed),
            "difference": readable(row.difference),
        }
        for row in compare_with_notified(notified, run)
    ]


def is_telling(row: dict[str, Any], against: str = "difference") -> bool:
    """Whether a row of a comparison is read first: one that differs, or one of the business's own totals."""
    return row[against] != "0" or _resource_of(row["key"]) is None


def differing_resources(notified: NotifiedResult, run: CalculationRun) -> list[str]:
    """The codes of the resources whose figures the run finds otherwise than the notice, in the notice's order."""
    found = [_resource_of(row.key) for row in compare_with_notified(notified, run) if row.difference != "0"]
    return list(dict.fromkeys(code for code in found if code))


def named_resources(contracts: Iterable[Contract], text: str) -> list[str]:
    """The codes of the resources that a text names, by name (however it is spaced or widened) or by code."""
    plain = _plain(text)
    resources = [contract.resource for contract in contracts]
    return [each.code for each in resources if _plain(each.name) in plain or _plain(each.code) in plain]


def split_by_resource(
    rows: list[dict[str, Any]], codes: Sequence[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows to read first (the business's totals, then the named resources), and the others."""
    totals = [row for row in rows if _resource_of(row["key"]) is None]
    named = [row for row in rows if _resource_of(row["key"]) in codes]
    rest = [row for row in rows if row not in totals and row not in named]
    return totals + named, rest


def slot_period(notified: NotifiedResult) -> tuple[date, date]:
    """The days whose slots count for a notice: from the year's first month to the end of its own."""
    year, month = notified.fiscal_year, notified.delivery_month
    last = first_day(year, month).replace(day=days_in_month(year, month))
    return first_day(year, FIRST_DELIVERY_MONTH), last


def notified_rows(notified: NotifiedResult) -> list[dict[str, Any]]:
    """The notified figures alone."""
    return [
        _row(key, label, unit) | {"notified": readable(exact)} for key, label, unit, exact in notified.figures
    ]


def what_if_comparison(
    notified: NotifiedResult, base: CalculationRun | None, what_if: CalculationRun
) -> list[dict[str, Any]]:
    """通知・再計算・試算 and what the what-if changes against the recomputation (or, without one, the notice)."""
    recomputed = {figure[0]: figure[3] for figure in base.figures} if base else {}
    rows = []
    for row in compare_with_notified(notified, what_if):
        against = recomputed.get(row.key) if base else row.notified
        rows.append(
            _row(row.key, row.label, row.unit)
            | {
                "notified": readable(row.notified),
                "recomputed": readable(recomputed.get(row.key)),
                "what_if": readable(row.computed),
                "change": readable(difference(against, row.computed)),
            }
        )
    return rows


def own_rows(run: CalculationRun) -> list[dict[str, Any]]:
    """A run's figures alone."""
    return [
        _row(key, label, unit) | {"recomputed": readable(exact)} for key, label, unit, exact in run.figures
    ]


def sections(run: CalculationRun) -> list[Section]:
    """The derivation of a run, rule by rule in the order of the calculation; the business's total first."""
    return sections_of(run.result)


def warnings_of(run: CalculationRun) -> list[str]:
    """What a person should look at in a run that stands in no section of its derivation."""
    return remarks(run.result)


def sections_of(statement: dict[str, Any]) -> list[Section]:
    """The derivation of a statement as a run keeps it."""
    return sections_from(derivations(statement))


def sections_from(derived_results: Iterable[Derivation]) -> list[Section]:
    """Results with their headings as sections of a page, the first one open."""
    found: list[Section] = []
    for derived in derived_results:
        found.append(
            Section(
                id=f"rule-{len(found) + 1}",
                title=derived.heading,
                note=number_text(derived.result["value"], derived.result["unit"]),
                steps=[_step(step) for step in derived.steps()],
                warnings=derived.result["warnings"],
                open=not found,
            )
        )
    return found


def readable(exact: str | None) -> str | None:
    """An exact text as a page shows it: a fraction that does not terminate as 約 and four decimals."""
    if exact is None or "/" not in exact:
        return WORDS.get(exact, exact) if exact else exact
    rounded = (abs(Fraction(exact)) * 20_000 + 1) // 2  # half up at the fourth decimal
    return f"約{'−' if exact.startswith('-') else ''}{rounded // 10_000:,}.{rounded % 10_000:04d}"


def difference(before: str | None, after: str | None) -> str | None:
    """after − before, exact; none where one side is missing."""
    if before is None or after is None:
        return None
    try:
        return str(Fraction(after) - Fraction(before))
    except ValueError:  # words, such as a direction
        return "0" if before == after else None


def _resource_of(key: str) -> str | None:
    """`resource.P001-0601.penalty_yen` → `P001-0601`; None for a figure of the business."""
    return key.split(".")[1] if key.startswith("resource.") else None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _row(key: str, label: str, unit: str) -> dict[str, Any]:
    return {"key": key, "label": label, "unit": UNITS.get(unit, unit), "total": key in _TOTALS}


def _step(step: dict[str, Any]) -> dict[str, Any]:
    return {
        "label": step["label"],
        "formula": step["words"],
        "substituted": step["numbers"],
        "value": readable(step["value"]) if isinstance(step["value"], str) else number_text(step["value"]),
        "unit": UNITS.get(step["unit"], step["unit"]),
        "source": step["source"],
        "policy": step["policy"],
    }


def _total(figures: list[list[str]]) -> str | None:
    return next((figure[3] for figure in figures if figure[0] == "total_yen"), None)
