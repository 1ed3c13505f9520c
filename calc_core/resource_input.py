"""電源等の計算の入力: one resource of a business as it comes in: its contract, its slots by month, its events, its coal."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from calc_core.coal_year import CoalYear
from calc_core.configuration import Configuration
from calc_core.contract_period import ContractPeriod
from calc_core.contract_stretches import Stretch, month_stretches
from calc_core.errors import InputRefused, Problem
from calc_core.event_shortfall import EventShortfall, assess_events
from calc_core.month_shortfall import SlotShortfall, slots_with_shortfall
from calc_core.slot_event import SlotEvent


@dataclass(frozen=True)
class ResourceInput:
    """One resource of a business in a fiscal year: its contract and its slots by delivery month (days × 48).

    Where `periods` are given they are the contract, and the single values say nothing; without them these hold all year.
    The coal figures are given for 3月分 of an inefficient coal resource only: as exact text, or as `coal`, which is
    simply not used before 3月分.
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
    periods: tuple[ContractPeriod, ...] = ()
    events: tuple[SlotEvent, ...] = ()
    coal: CoalYear | None = None

    def contract_periods(self) -> tuple[ContractPeriod, ...]:
        """契約の期間: the periods, or the one that holds all year."""
        return self.periods or (
            ContractPeriod(
                self.contract_kw,
                self.assessed_kw,
                self.price_yen_per_kw,
                self.transitional_deduction_yen,
                self.inefficient_coal,
            ),
        )

    def stretches(self, fiscal_year: int, delivery_month: int) -> list[Stretch]:
        """The stretches of one assessed kW of a month."""
        return month_stretches(fiscal_year, delivery_month, self.contract_periods())

    def slots_with_shortfall(self, fiscal_year: int, delivery_month: int) -> list[SlotShortfall]:
        """The slots of a month that lack supply, for display."""
        stretches = self.stretches(fiscal_year, delivery_month)
        if not stretches:
            return []
        return slots_with_shortfall(
            fiscal_year=fiscal_year,
            delivery_month=delivery_month,
            offered_kw=self.offered_kw_by_month[delivery_month],
            multiplier=self.multiplier_by_month[delivery_month],
            stretches=stretches,
        )

    def events_with_shortfall(
        self, fiscal_year: int, delivery_month: int, parameters: Configuration | None = None
    ) -> list[EventShortfall]:
        """The events of a month that were not wholly answered, kind by kind in time order, for display."""
        problems: list[Problem] = []
        found = assess_events(
            fiscal_year, (delivery_month,), self.events, self.contract_periods(), parameters, problems
        )
        if problems:
            raise InputRefused(problems)
        return [each for kind in found.values() for each in kind[delivery_month] if each.shortfall_kwh]
