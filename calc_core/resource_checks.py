"""電源等の入力の検査: can one resource be computed up to a month? Every problem of contract, slots and events at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from calc_core import catalogue, parameter_files
from calc_core.assessment.outage_plan import outage_plan
from calc_core.configuration import Configuration, RuleParameters
from calc_core.contract_period import ContractPeriod
from calc_core.contract_stretches import (
    Stretch,
    contract_at_end,
    month_stretches,
    period_problems,
    without_idle_slots,
)
from calc_core.errors import InputRefused, Problem
from calc_core.event_shortfall import EventShortfall, assess_events
from calc_core.explanation import Result
from calc_core.fiscal_year import months_until
from calc_core.inputs import check_all
from calc_core.month_shortfall import MonthShortfall, month_shortfall
from calc_core.resource_coal import coal_problems
from calc_core.resource_input import ResourceInput
from calc_core.tables import check_slots

CONTRACT_AMOUNT = "settlement/contract_amount"


@dataclass(frozen=True, slots=True)
class Contract:
    """契約: a period with its explained amount, and the amount that penalties are computed on."""

    period: ContractPeriod
    amount: Result
    penalty_basis_yen: int


@dataclass(frozen=True, slots=True)
class CheckedResource:
    """A resource that can be computed: contracts, shortfall and events by month in order from April."""

    contracts: tuple[Contract, ...]
    shortfalls: dict[int, MonthShortfall]
    events: dict[str, dict[int, list[EventShortfall]]]

    def contract_at_end(self, fiscal_year: int, delivery_month: int) -> Contract | None:
        """The contract at a month's last slot, or none."""
        period = contract_at_end(fiscal_year, delivery_month, [each.period for each in self.contracts])
        return next((each for each in self.contracts if each.period is period), None)


def check_resource(
    year: int, delivery_month: int, resource: ResourceInput, parameters: Configuration | None
) -> CheckedResource:
    """The resource as it is computed. Raises `InputRefused` with every problem of contract, slots and events."""
    problems = coal_problems(delivery_month, resource)
    contracts = []
    for number, period in enumerate(resource.contract_periods()):
        place = f"periods[{number}]." if resource.periods else ""
        contract = _contract(year, period, resource.coordination_reduction_yen, place, parameters, problems)
        if contract is not None:
            contracts.append(contract)
    contracts_are_right = len(contracts) == len(resource.contract_periods())
    misplaced = period_problems(resource.periods)
    problems += misplaced
    periods = [each.period for each in contracts]
    months = months_until(delivery_month)
    shortfalls: dict[int, MonthShortfall] = {}
    events: dict[str, dict[int, list[EventShortfall]]] = {}
    for month in months if not misplaced else ():
        stretches = month_stretches(
            year, month, periods if contracts_are_right else resource.contract_periods()
        )
        tables = _tables(year, month, resource, stretches, problems) if stretches else ()
        if tables is not None and contracts_are_right:
            shortfalls[month] = month_shortfall(*tables, stretches) if tables else MonthShortfall(())
    if contracts_are_right and not misplaced:
        events = assess_events(year, months, resource.events, periods, parameters, problems)
    if problems:
        raise InputRefused(problems)
    return CheckedResource(tuple(contracts), shortfalls, events)


def _contract(
    year: int,
    period: ContractPeriod,
    reduction_yen: int,
    place: str,
    parameters: Configuration | None,
    problems: list[Problem],
) -> Contract | None:
    """A period with its amount, numbers as checked; None after noting what is wrong."""
    found: list[Problem] = []
    amount = None
    values = {
        "price_yen_per_kw": period.price_yen_per_kw,
        "contract_kw": period.contract_kw,
        "transitional_deduction_yen": period.transitional_deduction_yen,
        "coordination_reduction_yen": reduction_yen,
    }
    try:
        amount = catalogue.evaluate(CONTRACT_AMOUNT, year, values, parameters)
        if amount.value < 0:
            message = (
                "控除額が契約価格×契約容量を上回っています。契約価格、契約容量、控除額を確かめてください"
            )
            found.append(Problem("contract_amount_yen", message))
    except InputRefused as refused:
        found += refused.problems
    capacity = [each for each in outage_plan.rule.inputs if each.name == "assessed_kw"]
    checked = check_all(capacity, {"assessed_kw": period.assessed_kw}, found)
    problems += [Problem(f"{place}{each.where}", each.message) for each in found]
    if found or amount is None:
        return None
    settings = RuleParameters(parameter_files.load(CONTRACT_AMOUNT), year, parameters)
    after = settings.policy("penalty_basis").value == "after_coordination_reduction"
    basis_yen = amount.value if after else amount.value + reduction_yen
    return Contract(replace(period, assessed_kw=checked["assessed_kw"]), amount, basis_yen)


def _tables(
    year: int, month: int, resource: ResourceInput, stretches: Sequence[Stretch], problems: list[Problem]
) -> tuple[np.ndarray, ...] | None:
    """The month's tables as checked, 0 where no contract stands; None after noting what is wrong."""
    found = []
    for name in ("offered_kw", "multiplier"):
        by_month = getattr(resource, f"{name}_by_month")
        where = f"{name}_by_month[{month}]"
        if month not in by_month:
            problems.append(Problem(where, f"{month}月分のコマ別データがありません。取り込んでください"))
            continue
        given = without_idle_slots(np.asarray(by_month[month]), year, month, stretches)
        table = check_slots(
            given, name, fiscal_year=year, delivery_month=month, where=where, problems=problems
        )
        if table is not None:
            found.append(table)
    return tuple(found) if len(found) == 2 else None
