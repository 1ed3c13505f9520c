"""電源等の月次明細: one resource as it comes in (contract, slots by month) and as it stands in a statement (its line)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from calc_core import exact
from calc_core.explanation import Result
from calc_core.figures import KeyFigure
from calc_core.month_shortfall import SlotShortfall, slots_with_shortfall


@dataclass(frozen=True)
class ResourceInput:
    """One resource of a business in a fiscal year: its contract and its slots by delivery month (days × 48).

    The coal figures (exact text) are given for 3月分 of an inefficient coal resource only.
    """

    resource: str
    name: str
    contract_kw: int
    assessed_kw: int
    price_yen_per_kw: int
    transitional_deduction_yen: int
    inefficient_coal: bool
    offered_kw_by_month: Mapping[int, np.ndarray]
    multiplier_by_month: Mapping[int, np.ndarray]
    coal_metered_kwh: str | None = None
    coal_low_reserve_kwh: str | None = None
    coordination_reduction_yen: int = 0

    def slots_with_shortfall(self, fiscal_year: int, delivery_month: int) -> list[SlotShortfall]:
        """The slots of a month that lack supply, for display."""
        return slots_with_shortfall(
            fiscal_year=fiscal_year,
            delivery_month=delivery_month,
            offered_kw=self.offered_kw_by_month[delivery_month],
            multiplier=self.multiplier_by_month[delivery_month],
            assessed_kw=self.assessed_kw,
        )


@dataclass(frozen=True, slots=True)
class ResourceMonth:
    """One month of the year so far: shortfall slots of the month and since April, penalty and payment."""

    month: int
    shortfall_slots: Fraction
    cumulative_slots: Fraction
    penalty_yen: int
    payment_yen: int

    def to_json(self) -> dict[str, object]:
        """The month with exact text."""
        return {
            "month": self.month,
            "shortfall_slots": exact.text(self.shortfall_slots),
            "cumulative_slots": exact.text(self.cumulative_slots),
            "penalty_yen": exact.text(self.penalty_yen),
            "payment_yen": exact.text(self.payment_yen),
        }


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
        """経済的ペナルティ額 of the month, without coal."""
        return self.months[-1].penalty_yen

    def key_figures(self) -> list[KeyFigure]:
        """The line's figures, keys `resource.<code>.<name>`."""
        month = self.months[-1]
        figures = [
            ("shortfall_slots", "未達成コマ（当月）", "slots", month.shortfall_slots),
            ("cumulative_slots", "未達成コマ（4月からの累計）", "slots", month.cumulative_slots),
            ("contract_amount_yen", "容量確保契約金額", "yen", self.contract_amount_yen),
            ("payment_yen", "容量確保契約金額（各月）", "yen", month.payment_yen),
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
