"""電源等の稼働抑制: what does a year of metered coal cost one resource, and is what it takes there?

The metering (`CoalYear`, or the older single texts) is looked at in 3月分 alone, against the contract at its last slot.
Where coal is mixed with other units in one metering, the penalty counts by the share of installed kW. More metered in
tight slots than in all is warned of and counts as no utilisation.
"""

from fractions import Fraction

from calc_core import catalogue
from calc_core.coal_year import CoalYear
from calc_core.configuration import Configuration
from calc_core.contract_period import ContractPeriod
from calc_core.errors import Problem
from calc_core.explanation import Result
from calc_core.fiscal_year import LAST_DELIVERY_MONTH
from calc_core.resource_input import ResourceInput

ASSESSMENT = "assessment/coal_curtailment"
PENALTY = "penalty/coal_curtailment"
NOT_METERED = "稼働抑制の計量値がないため、稼働抑制のペナルティなしで計算しました"
NO_LONGER_COAL = "3月末の契約が稼働抑制の対象でないため、稼働抑制のペナルティなしで計算しました"


def coal_results(
    year: int,
    delivery_month: int,
    resource: ResourceInput,
    contract: ContractPeriod | None,
    basis_yen: int,
    parameters: Configuration | None,
) -> tuple[Result, ...]:
    """Utilisation and penalty of the year, in 3月分 of what is still inefficient coal; otherwise nothing."""
    metered = _metered(resource)
    if metered is None or not _is_due(delivery_month, contract):
        return ()
    assessed = catalogue.evaluate(
        ASSESSMENT, year, metered | {"contract_kw": contract.contract_kw}, parameters
    )
    mixed = resource.coal or CoalYear(0)
    charge = {"contract_amount_yen": basis_yen, "utilisation_percent": max(assessed.value, 0)}
    charge |= {
        name: getattr(mixed, name) for name in ("coal_kw", "total_kw") if getattr(mixed, name) is not None
    }
    return assessed, catalogue.evaluate(PENALTY, year, charge, parameters)


def coal_warnings(
    year: int, delivery_month: int, resource: ResourceInput, contract: ContractPeriod | None
) -> list[str]:
    """What a person should look at: coal that nobody metered, metering of what is coal no longer."""
    if not catalogue.in_force(ASSESSMENT, year) or delivery_month != LAST_DELIVERY_MONTH:
        return []
    if _is_due(delivery_month, contract):
        return [NOT_METERED] if _metered(resource) is None else []
    return [NO_LONGER_COAL] if _metered(resource) is not None else []


def coal_problems(delivery_month: int, resource: ResourceInput) -> list[Problem]:
    """What is wrong with the metering as it was given."""
    problems = []
    is_coal = any(each.inefficient_coal for each in resource.contract_periods())
    for name in ("coal_metered_kwh", "coal_low_reserve_kwh"):
        if getattr(resource, name) is None:
            continue
        if delivery_month != LAST_DELIVERY_MONTH:
            problems.append(
                Problem(name, "稼働抑制の計量値は3月分だけに指定できます。他の月では省いてください")
            )
        if not is_coal:
            problems.append(Problem(name, "稼働抑制の対象でない電源等に計量値が指定されています"))
    if resource.coal_low_reserve_kwh is not None and resource.coal_metered_kwh is None:
        problems.append(Problem("coal_metered_kwh", "年間の計量値も指定してください"))
    if resource.coal is not None and resource.coal_metered_kwh is not None:
        problems.append(Problem("coal", "計量値は coal か coal_metered_kwh の一方で指定してください"))
    return problems


def _is_due(delivery_month: int, contract: ContractPeriod | None) -> bool:
    return delivery_month == LAST_DELIVERY_MONTH and contract is not None and contract.inefficient_coal


def _metered(resource: ResourceInput) -> dict[str, int | Fraction | str] | None:
    if resource.coal is not None:
        return {"metered_kwh": resource.coal.metered_kwh, "low_reserve_kwh": resource.coal.low_reserve_kwh}
    if resource.coal_metered_kwh is None:
        return None
    return {
        "metered_kwh": resource.coal_metered_kwh,
        "low_reserve_kwh": resource.coal_low_reserve_kwh or "0",
    }
