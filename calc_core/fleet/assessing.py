"""全電源算定: one fiscal year of all resources at once, exact to the yen and equal to the calculation of each alone.

Per resource and month Σ multiplier × max(assessed − offered, 0) is added up in whole numbers, over each stretch of slots
in which assessed kW is the same (`fleet.numerators`); the division by it and the floor of a yen happen once a month.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from calc_core.configuration import Configuration
from calc_core.contract_period import ContractPeriod
from calc_core.contract_stretches import Stretch, month_stretches
from calc_core.errors import InputRefused, Problem
from calc_core.fiscal_year import DELIVERY_MONTHS, LAST_DELIVERY_MONTH, days_in_month
from calc_core.fleet.contracts import contract_of_the_year, contract_problems
from calc_core.fleet.events import EventTerms, month_kwh
from calc_core.fleet.faults import resource_problems, slot_problems, slots_as_rows
from calc_core.fleet.month import FleetMonth, FleetMonths, FleetResult
from calc_core.fleet.numerators import AddUp, adding_up
from calc_core.fleet.plain import fits_in_64_bits, plain_months
from calc_core.fleet.resource import FleetResource, FleetSlots
from calc_core.fleet.terms import FleetTerms, terms_of
from calc_core.fleet.year import coal_metering_is_missing, month_facts, too_many_orders, uncapped, year_of
from calc_core.month_shortfall import MonthShortfall, StretchShortfall
from calc_core.slots import SLOTS_PER_DAY

__all__ = ["FleetMonth", "FleetResource", "FleetResult", "FleetSlots", "assess"]


def assess(
    fiscal_year: int,
    resources: Sequence[FleetResource],
    months: Mapping[int, FleetSlots],
    *,
    parameters: Configuration | None = None,
    compiled: bool | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> FleetResult:
    """Every delivery month of `months` (from April without a gap) of every resource.

    A month's slots are taken from `months` once, in order, and let go, so that a mapping may load them when asked.
    `compiled`: None takes the compiled engine where it is installed. `progress` is told months done and of how many.
    Slots without a contract are not looked at. Raises `InputRefused` with every problem, its resource and place.
    """
    terms = terms_of(fiscal_year, parameters)
    delivery_months = _in_order(months)
    problems = resource_problems(resources)
    for resource in resources:
        problems += contract_problems(resource)
    if problems:
        raise InputRefused(problems)
    run = _Run(terms, resources, delivery_months)
    with adding_up(compiled=compiled) as add_up:
        for number, month in enumerate(delivery_months):
            run.add_up(number, months[month], add_up, problems)
            if progress is not None:
                progress(number + 1, len(delivery_months))
    result = run.result(problems)
    if problems:
        raise InputRefused(problems)
    return result


def _in_order(months: Mapping[int, FleetSlots]) -> tuple[int, ...]:
    given = set(months)
    expected = DELIVERY_MONTHS[: len(given)]
    if not given or given != set(expected):
        message = "4月から続けて、間を空けずに指定してください（4〜12、1〜3）"
        raise InputRefused([Problem("months", message)])
    return expected


class _Run:
    """One computation: resources with one contract all year in arrays, the others month by month."""

    def __init__(
        self,
        terms: FleetTerms,
        resources: Sequence[FleetResource],
        delivery_months: tuple[int, ...],
    ) -> None:
        self._terms = terms
        self._resources = resources
        self._months = delivery_months
        fits = fits_in_64_bits(terms)
        self._plain = [self._plain_contract(each, fits) for each in resources]
        self._assessed_kw = np.array([each.assessed_kw if each else 0 for each in self._plain], np.int64)
        shape = (len(resources), len(delivery_months))
        self._weighted_kw = np.zeros(shape, np.int64)
        self._short_slots = np.zeros(shape, np.int64)
        self._sums: dict[int, list[MonthShortfall]] = {
            row: [] for row, contract in enumerate(self._plain) if contract is None
        }

    def _plain_contract(
        self, resource: FleetResource, fits: Callable[[ContractPeriod], bool]
    ) -> ContractPeriod | None:
        if resource.events or resource.coal is not None:
            return None
        period = contract_of_the_year(self._terms.fiscal_year, resource)
        return period if period is not None and fits(period) else None

    def add_up(self, number: int, slots: FleetSlots, add_up: AddUp, problems: list[Problem]) -> None:
        """Take the sums of one month."""
        year, month = self._terms.fiscal_year, self._months[number]
        days = days_in_month(year, month)
        rows = slots_as_rows(slots, len(self._resources), days, f"months[{month}]", problems)
        if rows is None:
            return
        offered_kw, multiplier = rows
        assessed_kw = self._assessed_kw.copy()
        cut: dict[int, list[Stretch]] = {}
        for row in self._sums:
            stretches = month_stretches(year, month, self._resources[row].periods)
            cut[row] = stretches
            if len(stretches) == 1 and stretches[0].slots == days * SLOTS_PER_DAY:
                assessed_kw[row] = stretches[0].assessed_kw
        found = add_up(offered_kw, multiplier, assessed_kw)
        self._weighted_kw[:, number] = found.weighted_kw
        self._short_slots[:, number] = found.short_slots
        faulty = {int(row): [(0, days * SLOTS_PER_DAY)] for row in np.flatnonzero(found.faulty)}
        for row, stretches in cut.items():
            sums = []
            for each in stretches:
                if assessed_kw[row]:
                    total, short = found.weighted_kw[row], found.short_slots[row]
                else:
                    part = (slice(row, row + 1), slice(each.begin, each.end))
                    owed = np.array([each.assessed_kw], np.int64)
                    alone = add_up(offered_kw[part], multiplier[part], owed)
                    total, short = alone.weighted_kw[0], alone.short_slots[0]
                    if alone.faulty[0]:
                        faulty.setdefault(row, []).append((each.begin, each.end))
                sums.append(StretchShortfall(each, int(total), int(short)))
            self._sums[row].append(MonthShortfall(tuple(sums)))
        problems += slot_problems(year, month, self._resources, offered_kw, multiplier, faulty)

    def result(self, problems: list[Problem]) -> FleetResult:
        """The months, and what is wrong with events and their money."""
        warnings: list[str] = []
        events = EventTerms(self._terms.fiscal_year, self._terms.parameters)
        others = {}
        for row, sums in self._sums.items():
            resource = self._resources[row]
            year = self._terms.fiscal_year
            kwh = month_kwh(events, year, self._months, resource, problems, warnings)
            if problems:
                continue
            by_month = zip(self._months, sums, strict=True)
            facts = [month_facts(self._terms, resource, *each, kwh) for each in by_month]
            others[row] = year_of(self._terms, resource, facts, problems, warnings)
            warnings += too_many_orders(self._terms, resource, self._months)
        if problems:
            return FleetResult(self._terms.fiscal_year, [], warnings)
        plain = plain_months(self._terms, self._plain, self._months, self._weighted_kw, self._short_slots)
        warnings += self._plain_warnings(plain.total_yen)
        months = FleetMonths([each.resource for each in self._resources], self._months, plain, others)
        return FleetResult(self._terms.fiscal_year, months, warnings)

    def _plain_warnings(self, total_yen: np.ndarray) -> list[str]:
        charged = total_yen.any(axis=1)
        coal_is_due = self._terms.coal_is_assessed and self._months[-1] == LAST_DELIVERY_MONTH
        told = []
        for row, contract in enumerate(self._plain):
            if contract is None:
                continue
            if coal_is_due and contract.inefficient_coal:
                told.append(coal_metering_is_missing(self._resources[row].resource))
            if charged[row] and self._terms.lacks_caps:
                told.append(uncapped(self._resources[row].resource))
        return told
