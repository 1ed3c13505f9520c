"""全電源算定の契約: are the contracts of a resource fit to compute with, and has it one that stands the whole year?"""

from calc_core.contract_period import ContractPeriod
from calc_core.contract_stretches import period_problems
from calc_core.errors import Problem
from calc_core.fiscal_year import first_day, last_day
from calc_core.fleet.resource import FleetResource
from calc_core.fleet.year import contract_amount_yen
from calc_core.slots import SLOTS_PER_DAY

LARGEST_KW = 2**31 - 1
_NUMBERS = {
    "contract_kw": ("契約容量", 1),
    "assessed_kw": ("アセスメント対象容量", 1),
    "price_yen_per_kw": ("契約価格", 0),
    "transitional_deduction_yen": ("経過措置控除額", 0),
}


def contract_problems(resource: FleetResource) -> list[Problem]:
    """Everything that is wrong with the contracts of a resource."""
    found = [] if resource.periods else [Problem(resource.resource, "契約がありません")]
    for number, period in enumerate(resource.periods):
        if not _is_sound(period):
            where = f"{resource.resource} periods[{number}]"
            found += [Problem(f"{where}.{name}", message) for name, message in contract_faults(period)]
    if len(resource.periods) > 1 or any(each.first or each.last for each in resource.periods):
        found += [
            Problem(f"{resource.resource} {each.where}", each.message)
            for each in period_problems(resource.periods)
        ]
    if resource.coal is not None and not any(each.inefficient_coal for each in resource.periods):
        message = "稼働抑制の対象でない電源等に計量値が指定されています"
        found.append(Problem(f"{resource.resource} coal", message))
    return found


def _is_sound(period: ContractPeriod) -> bool:
    contract_kw, assessed_kw = period.contract_kw, period.assessed_kw
    price, deduction = period.price_yen_per_kw, period.transitional_deduction_yen
    return (
        type(contract_kw) is type(assessed_kw) is type(price) is type(deduction) is int
        and contract_kw > 0
        and 0 < assessed_kw <= LARGEST_KW
        and price >= 0
        and 0 <= deduction <= price * contract_kw
    )


def contract_faults(period: ContractPeriod):
    """What is wrong with the numbers of a contract: the name of each and what to do."""
    whole = True
    for name, (label, lowest) in _NUMBERS.items():
        value = getattr(period, name)
        if type(value) is not int:
            whole = False
            yield name, f"{label}は整数で指定してください（{value!r}）"
        elif value < lowest:
            yield name, f"{label}は{lowest}以上で指定してください（{value}）"
    if whole and period.assessed_kw > LARGEST_KW:
        yield "assessed_kw", f"アセスメント対象容量は{LARGEST_KW:,}以下で指定してください"
    if whole and period.contract_kw > 0 and contract_amount_yen(period) < 0:
        message = "控除額が契約価格×契約容量を上回っています。契約価格、契約容量、控除額を確かめてください"
        yield "transitional_deduction_yen", message


def contract_of_the_year(fiscal_year: int, resource: FleetResource) -> ContractPeriod | None:
    """The contract that stands alone from the first slot of the year to its last; none where there are more or fewer."""
    if len(resource.periods) != 1:
        return None
    period = resource.periods[0]
    from_start = period.first is None or period.first <= (first_day(fiscal_year), 1)
    to_end = period.last is None or period.last >= (last_day(fiscal_year), SLOTS_PER_DAY)
    return period if from_start and to_end else None
