"""計算の見せ方: figures side by side, and the derivation in sections, as the pages take them."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.models import Business, Case
from helpdesk.register.derivations import derivations
from helpdesk.register.lookups import compare_with_notified
from helpdesk.register.models import CalculationRun, CaseRun, NotifiedResult
from mail_templates.figures import Figure, format_figure

UNITS = {"yen": "円", "slots": "コマ", "kw": "kW", "kwh": "kWh", "percent": "％", "yen_per_kw": "円/kW"}
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


def comparison(notified: NotifiedResult, run: CalculationRun) -> list[dict[str, Any]]:
    """通知・再計算・差, a row a figure."""
    return [
        _row(row.key, row.label, row.unit)
        | {
            "notified": row.notified,
            "recomputed": row.computed,
            "difference": difference(row.notified, row.computed),
        }
        for row in compare_with_notified(notified, run)
    ]


def is_telling(row: dict[str, Any]) -> bool:
    """Whether a row of a comparison is read first: one that differs, or one of the business's own totals."""
    return row["difference"] != "0" or not row["key"].startswith("resource.")


def notified_rows(notified: NotifiedResult) -> list[dict[str, Any]]:
    """The notified figures alone."""
    return [_row(key, label, unit) | {"notified": exact} for key, label, unit, exact in notified.figures]


def with_what_if(rows: list[dict[str, Any]], what_if: CalculationRun) -> list[dict[str, Any]]:
    """The comparison with the what-if's figures and what they change beside it."""
    figures = {figure[0]: figure[3] for figure in what_if.figures}
    return [
        row
        | {
            "what_if": figures.get(row["key"]),
            "change": difference(row["recomputed"], figures.get(row["key"])),
        }
        for row in rows
    ]


def own_rows(run: CalculationRun) -> list[dict[str, Any]]:
    """A run's figures alone."""
    return [_row(key, label, unit) | {"recomputed": exact} for key, label, unit, exact in run.figures]


def sections(run: CalculationRun) -> list[Section]:
    """The derivation of a run, rule by rule in the order of the calculation; the business's total first."""
    found = []
    for derived in derivations(run.result):
        value, unit = derived.result["value"], derived.result["unit"]
        found.append(
            Section(
                id=f"rule-{len(found) + 1}",
                title=derived.heading,
                note=format_figure(Figure(derived.heading, unit, value)) if isinstance(value, str) else "",
                steps=[_step(step) for step in derived.steps],
                warnings=derived.result["warnings"],
                open=not found,
            )
        )
    return found


def difference(before: str | None, after: str | None) -> str | None:
    """after − before, exact; none where one side is missing."""
    if before is None or after is None:
        return None
    try:
        return str(Fraction(after) - Fraction(before))
    except ValueError:  # words, such as a direction
        return "0" if before == after else None


def _row(key: str, label: str, unit: str) -> dict[str, Any]:
    return {"key": key, "label": label, "unit": UNITS.get(unit, unit), "total": key in _TOTALS}


def _step(step: dict[str, Any]) -> dict[str, Any]:
    shown = step | {"unit": UNITS.get(step["unit"], step["unit"]), "formula": step["words"]}
    if not isinstance(step["value"], str):
        shown["value"] = (
            "該当" if step["value"] is True else "非該当" if step["value"] is False else "内訳のとおり"
        )
    return shown


def _total(figures: list[list[str]]) -> str | None:
    return next((figure[3] for figure in figures if figure[0] == "total_yen"), None)
