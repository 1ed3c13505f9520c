"""What-if（試算）: what would twelve months of one resource be if some slots had been others? Answered while someone waits.

The year is prepared once; a change touches the sums of its months, and the money of the year follows from the sums.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from calc_core import catalogue
from calc_core.configuration import Configuration
from calc_core.contract_period import ContractPeriod
from calc_core.contract_stretches import Stretch, contract_at_end, month_stretches
from calc_core.errors import InputRefused, Problem
from calc_core.explanation import Result
from calc_core.fiscal_year import DELIVERY_MONTHS, LAST_DELIVERY_MONTH, days_in_month
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
    stretches = {month: month_stretches(fiscal_year, month, resource.periods) for month in in_order}
    tables = {
        month: _table(fiscal_year, month, resource, months[month], stretches[month], problems)
        for month in in_order
    }
    kwh = month_kwh(EventTerms(fiscal_year, parameters), fiscal_year, in_order, resource, problems)
    if problems:
        raise InputRefused(problems)
    shortfalls = {month: table.shortfall(stretches[month]) for month, table in tables.items() if table}
    return PreparedYear(terms, resource, stretches, YearSums(terms, resource, shortfalls, kwh))


@dataclass(frozen=True, slots=True)
class _Table:
    """A month of one resource, 1 × slots."""

    offered_kw: np.ndarray
    multiplier: np.ndarray

    def shortfall(self, stretches: list[Stretch]) -> MonthShortfall:
        """The sums of the month."""
        return month_shortfall(self.offered_kw, self.multiplier, stretches)


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
    """A year that stands ready: `sums` is the year as it is; changed months give the sums of another."""

    terms: FleetTerms
    resource: FleetResource
    stretches: Mapping[int, list[Stretch]]
    sums: YearSums

    def change(self, months: Mapping[int, FleetSlots]) -> YearSums:
        """The year if these months' slots had been so; the others stay. Raises `InputRefused` with every problem."""
        year, problems = (
            self.terms.fiscal_year,
            [
                Problem(
                    f"months[{month}]", f"{self.terms.fiscal_year}年度の算定した月ではありません（{month}月）"
                )
                for month in months
                if month not in self.stretches
            ],
        )
        tables: dict[int, _Table] = {}
        for month, slots in months.items():
            if month in self.stretches:
                table = _table(year, month, self.resource, slots, self.stretches[month], problems)
                if table is not None:
                    tables[month] = table
        if problems:
            raise InputRefused(problems)
        changed = {month: table.shortfall(self.stretches[month]) for month, table in tables.items()}
        return replace(self.sums, shortfalls={**self.sums.shortfalls, **changed})


def _table(
    year: int,
    month: int,
    resource: FleetResource,
    slots: FleetSlots,
    stretches: list[Stretch],
    problems: list[Problem],
) -> _Table | None:
    rows = slots_as_rows(slots, 1, days_in_month(year, month), f"months[{month}]", problems)
    if rows is None:
        return None
    spans = {0: [(each.begin, each.end) for each in stretches]}
    problems += slot_problems(year, month, [resource], *rows, spans)
    return _Table(*rows)
