"""What-if（試算）: what would twelve months of one resource be if one day had been otherwise? Answered while someone waits.

The year is prepared once; a changed day touches one month's sums, and the money of the year follows from the sums.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import numpy as np

from calc_core import catalogue
from calc_core.configuration import Configuration
from calc_core.contract_period import ContractPeriod
from calc_core.contract_stretches import Stretch, contract_at_end, month_stretches
from calc_core.errors import InputRefused, Problem
from calc_core.explanation import Result
from calc_core.fiscal_year import DELIVERY_MONTHS, LAST_DELIVERY_MONTH, days_in_month, fiscal_year_of
from calc_core.fleet.contracts import contract_problems
from calc_core.fleet.events import EventTerms, month_kwh
from calc_core.fleet.faults import slot_problems, slots_as_rows
from calc_core.fleet.month import FleetMonth
from calc_core.fleet.resource import FleetResource, FleetSlots
from calc_core.fleet.terms import AMOUNT, COAL_ASSESSMENT, COAL_PENALTY, PAYMENT, FleetTerms, terms_of
from calc_core.fleet.year import coal_charge, metered_inputs, month_facts, year_of
from calc_core.month_penalty import Basis, YearSoFar, month_penalty
from calc_core.month_shortfall import MonthShortfall, month_shortfall
from calc_core.resource_assessment import assess_outage
from calc_core.slots import SLOTS_PER_DAY


def prepare(
    fiscal_year: int,
    resource: FleetResource,
    months: Mapping[int, FleetSlots],
    *,
    parameters: Configuration | None = None,
) -> "PreparedYear":
    """The year of one resource, tables of 1 × days × 48 by month from April. Raises `InputRefused` with every problem."""
    terms = terms_of(fiscal_year, parameters)
    problems = contract_problems(resource)
    in_order = DELIVERY_MONTHS[: len(months)]
    if not months or set(months) != set(in_order):
        problems.append(Problem("months", "4月から続けて、間を空けずに指定してください（4〜12、1〜3）"))
    if problems:
        raise InputRefused(problems)
    tables, stretches = {}, {}
    for month in in_order:
        days = days_in_month(fiscal_year, month)
        rows = slots_as_rows(months[month], 1, days, f"months[{month}]", problems)
        if rows is not None:
            stretches[month] = month_stretches(fiscal_year, month, resource.periods)
            tables[month] = _Table(*rows)
            spans = {0: [(each.begin, each.end) for each in stretches[month]]}
            problems += slot_problems(fiscal_year, month, [resource], *rows, spans)
    kwh = month_kwh(EventTerms(fiscal_year, parameters), fiscal_year, in_order, resource, problems)
    if problems:
        raise InputRefused(problems)
    shortfalls = {month: tables[month].shortfall(stretches[month]) for month in in_order}
    return PreparedYear(terms, resource, tables, stretches, YearSums(terms, resource, shortfalls, kwh))


@dataclass(frozen=True, slots=True)
class _Table:
    """A month of one resource, 1 × slots."""

    offered_kw: np.ndarray
    multiplier: np.ndarray

    def shortfall(self, stretches: list[Stretch]) -> MonthShortfall:
        """The sums of the month."""
        return month_shortfall(self.offered_kw, self.multiplier, stretches)

    def with_day(self, day: int, values: Mapping[str, np.ndarray]) -> "_Table":
        """The same month with other values of the day (counted from 0)."""
        part = slice(day * SLOTS_PER_DAY, (day + 1) * SLOTS_PER_DAY)
        changed = {}
        for name, row in values.items():
            table = getattr(self, name).astype(np.int64)
            table[0, part] = row
            changed[name] = table
        return replace(self, **changed)


@dataclass(frozen=True, slots=True)
class YearSums:
    """The sums of a year, month by month, and everything that follows from them."""

    terms: FleetTerms
    resource: FleetResource
    shortfalls: Mapping[int, MonthShortfall]
    kwh: Mapping[str, Mapping[int, Fraction]]

    def months(self) -> list[FleetMonth]:
        """The figures of all months. Raises `InputRefused` where a number is not configured."""
        problems: list[Problem] = []
        facts = [
            month_facts(self.terms, self.resource, month, shortfall, self.kwh)
            for month, shortfall in self.shortfalls.items()
        ]
        found = year_of(self.terms, self.resource, facts, problems, [])
        if problems:
            raise InputRefused(problems)
        return found

    def explain(self, delivery_month: int) -> tuple[Result, ...]:
        """How the figures of one month come about: its slots, each penalty, the caps, amount and payment."""
        year, parameters = self.terms.fiscal_year, self.terms.parameters
        until = list(self.shortfalls)[: list(self.shortfalls).index(delivery_month) + 1]
        *earlier, month = self.months()[: len(until)]
        contract = contract_at_end(year, delivery_month, self.resource.periods)
        cumulative_kwh = {
            kind: sum((by_month[each] for each in until), Fraction(0)) for kind, by_month in self.kwh.items()
        }
        so_far = YearSoFar(
            month.cumulative_slots,
            cumulative_kwh,
            sum(each.penalty_outage_yen for each in earlier),
            {kind: sum(each.penalty_yen[kind] for each in earlier) for kind in cumulative_kwh},
            sum(each.penalty_total_yen for each in earlier),
        )
        basis = None
        amount = []
        if contract is not None:
            basis = Basis(month.contract_amount_yen, contract.contract_kw, contract.assessed_kw)
            names = ("price_yen_per_kw", "contract_kw", "transitional_deduction_yen")
            asked = {name: getattr(contract, name) for name in names}
            amount = [catalogue.evaluate(AMOUNT, year, asked, parameters)]
        penalty = month_penalty(year, basis, so_far, parameters, with_caps=True)
        pay = {
            "contract_amount_yen": month.contract_amount_yen,
            "delivery_month": delivery_month,
            "paid_before_yen": sum(each.payment_yen for each in earlier),
            "inefficient_coal": contract is not None and contract.inefficient_coal,
            "coal_penalty_yen": month.coal_penalty_yen,
        }
        assessed = assess_outage(year, {each: self.shortfalls[each] for each in until})
        caps = [penalty.caps] if penalty.caps else []
        payment = catalogue.evaluate(PAYMENT, year, pay, parameters)
        coal = self._coal(contract, month) if delivery_month == LAST_DELIVERY_MONTH else ()
        return (assessed, penalty.outage, *penalty.events.values(), *caps, *amount, *coal, payment)

    def _coal(self, contract: ContractPeriod | None, month: FleetMonth) -> tuple[Result, ...]:
        coal = self.resource.coal
        if coal is None or contract is None or not contract.inefficient_coal:
            return ()
        year, parameters = self.terms.fiscal_year, self.terms.parameters
        asked = metered_inputs(coal, contract)
        assessed = catalogue.evaluate(COAL_ASSESSMENT, year, asked, parameters)
        charge = coal_charge(coal, month.contract_amount_yen, assessed.value)
        return assessed, catalogue.evaluate(COAL_PENALTY, year, charge, parameters)


@dataclass(frozen=True, slots=True)
class PreparedYear:
    """A year that stands ready: `sums` is the year as it is; a changed day gives the sums of another."""

    terms: FleetTerms
    resource: FleetResource
    tables: Mapping[int, _Table]
    stretches: Mapping[int, list[Stretch]]
    sums: YearSums

    def change_day(
        self,
        day: date,
        *,
        offered_kw: np.ndarray | list[int] | None = None,
        multiplier: np.ndarray | list[int] | None = None,
    ) -> YearSums:
        """The year if the 48 slots of the day had been so. Raises `InputRefused` with every problem."""
        year, month = self.terms.fiscal_year, day.month
        if fiscal_year_of(day) != year or month not in self.tables:
            message = f"{year}年度の算定した月の日ではありません（{day.isoformat()}）"
            raise InputRefused([Problem("day", message)])
        given = {"offered_kw": offered_kw, "multiplier": multiplier}
        values = {name: np.asarray(row) for name, row in given.items() if row is not None}
        problems = [
            Problem(name, f"{SLOTS_PER_DAY} コマ分の整数で指定してください")
            for name, row in values.items()
            if row.shape != (SLOTS_PER_DAY,) or not np.issubdtype(row.dtype, np.integer)
        ]
        if problems:
            raise InputRefused(problems)
        table = self.tables[month].with_day(day.day - 1, values)
        spans = {0: [(each.begin, each.end) for each in self.stretches[month]]}
        problems = slot_problems(year, month, [self.resource], table.offered_kw, table.multiplier, spans)
        if problems:
            raise InputRefused(problems)
        shortfalls = {**self.sums.shortfalls, month: table.shortfall(self.stretches[month])}
        return replace(self.sums, shortfalls=shortfalls)
