"""電源等の月次明細: one resource as it stands in a statement: its figures, its months, the results that led to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from calc_core import exact
from calc_core.explanation import Result
from calc_core.figures import KeyFigure

EVENT_LABELS = {
    "market_offer": "市場応札",
    "supply_instruction": "供給指示",
    "dispatch_order": "発動指令",
}


@dataclass(frozen=True, slots=True)
class EventMonth:
    """One kind of event in one month: kWh not delivered in the month and since April, and what the month is charged."""

    shortfall_kwh: Fraction
    cumulative_kwh: Fraction
    penalty_yen: int

    def to_json(self) -> dict[str, object]:
        """The figures with exact text."""
        return {
            "shortfall_kwh": exact.text(self.shortfall_kwh),
            "cumulative_kwh": exact.text(self.cumulative_kwh),
            "penalty_yen": exact.text(self.penalty_yen),
        }


@dataclass(frozen=True, slots=True)
class ResourceMonth:
    """One month of the year so far: shortfall of the month and since April, penalties and payment.

    `penalty_yen` is what the month comes to after the caps, `penalty_outage_yen` what the outage plan alone does before
    them. `events` holds the kinds that the resource has from April on.
    """

    month: int
    shortfall_slots: Fraction
    cumulative_slots: Fraction
    penalty_yen: int
    payment_yen: int
    penalty_outage_yen: int
    short_slots: int
    contract_amount_yen: int
    events: Mapping[str, EventMonth] = field(default_factory=dict)

    @property
    def penalty_is_outage(self) -> bool:
        """Whether the outage plan alone, uncapped, is the month's penalty: then it needs no figure of its own."""
        return self.penalty_outage_yen == self.penalty_yen

    def to_json(self) -> dict[str, object]:
        """The month with exact text."""
        told: dict[str, object] = {
            "month": self.month,
            "shortfall_slots": exact.text(self.shortfall_slots),
            "cumulative_slots": exact.text(self.cumulative_slots),
            "penalty_yen": exact.text(self.penalty_yen),
            "payment_yen": exact.text(self.payment_yen),
        }
        if not self.penalty_is_outage:
            told["penalty_outage_yen"] = exact.text(self.penalty_outage_yen)
        if self.events:
            told["events"] = {kind: each.to_json() for kind, each in self.events.items()}
        return told


@dataclass(frozen=True, slots=True)
class ResourceLine:
    """One resource's part of a statement: its results in order, and the months that led to them."""

    resource: str
    name: str
    contract_amount_yen: int
    months: tuple[ResourceMonth, ...]
    results: tuple[Result, ...]
    coal_penalty_yen: int | None = None
    warnings: tuple[str, ...] = field(default=())

    @property
    def payment_yen(self) -> int:
        """容量確保契約金額（各月） of the month."""
        return self.months[-1].payment_yen

    @property
    def penalty_yen(self) -> int:
        """経済的ペナルティ額 of the month, after the caps and without coal."""
        return self.months[-1].penalty_yen

    def key_figures(self) -> list[KeyFigure]:
        """The line's figures, keys `resource.<code>.<name>`."""
        month = self.months[-1]
        figures = [
            ("shortfall_slots", "未達成コマ（当月）", "slots", month.shortfall_slots),
            ("cumulative_slots", "未達成コマ（4月からの累計）", "slots", month.cumulative_slots),
            ("contract_amount_yen", "容量確保契約金額", "yen", self.contract_amount_yen),
            ("payment_yen", "容量確保契約金額（各月）", "yen", month.payment_yen),
            *_penalty_figures(month),
            ("penalty_yen", "経済的ペナルティ額", "yen", month.penalty_yen),
        ]
        if self.coal_penalty_yen is not None:
            figures.append(("coal_penalty_yen", "稼働抑制の経済的ペナルティ額", "yen", self.coal_penalty_yen))
        return [
            KeyFigure(f"resource.{self.resource}.{name}", f"{self.name} {label}", unit, exact.text(value))
            for name, label, unit, value in figures
        ]

    def to_json(self) -> dict[str, Any]:
        """The line as a run keeps it."""
        return {
            "resource": self.resource,
            "name": self.name,
            "months": [month.to_json() for month in self.months],
            "results": [result.to_json() for result in self.results],
        }


def _penalty_figures(month: ResourceMonth) -> list[tuple[str, str, str, int | Fraction]]:
    figures: list[tuple[str, str, str, int | Fraction]] = []
    if not month.penalty_is_outage:
        label = "経済的ペナルティ額（容量停止計画、上限適用前）"
        figures.append(("penalty_outage_yen", label, "yen", month.penalty_outage_yen))
    for kind, each in month.events.items():
        label = EVENT_LABELS[kind]
        figures += [
            (f"{kind}_shortfall_kwh", f"未達成量（{label}、当月）", "kwh", each.shortfall_kwh),
            (f"penalty_{kind}_yen", f"経済的ペナルティ額（{label}、上限適用前）", "yen", each.penalty_yen),
        ]
    return figures
