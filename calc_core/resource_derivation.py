"""電源等の月次算定: one resource and delivery month, from its slots to shortfall, penalty, contract amount and payment.

The penalty follows the shortfall since April and the payment the amount, so each earlier month is computed on the way.
"""

from dataclasses import dataclass
from fractions import Fraction

from calc_core import catalogue, parameter_files
from calc_core.assessment.outage_plan import SOURCE, outage_plan
from calc_core.configuration import Configuration, RuleParameters
from calc_core.errors import InputRefused, Problem
from calc_core.explanation import Result
from calc_core.fiscal_year import LAST_DELIVERY_MONTH, months_until
from calc_core.inputs import check_all
from calc_core.month_shortfall import MonthShortfall, month_shortfall
from calc_core.resource_line import ResourceInput, ResourceLine, ResourceMonth
from calc_core.rule import Derivation
from calc_core.tables import check_slots

PENALTY = "penalty/outage_plan"
CONTRACT_AMOUNT = "settlement/contract_amount"
PAYMENT = "settlement/monthly_payment"
COAL_ASSESSMENT = "assessment/coal_curtailment"
COAL_PENALTY = "penalty/coal_curtailment"


@dataclass(frozen=True, slots=True)
class _Terms:
    """What stays the same over the months of one resource."""

    fiscal_year: int
    parameters: Configuration | None
    inefficient_coal: bool
    amount_yen: int
    penalty_basis_yen: int
    coal_penalty_yen: int


def compute_line(
    fiscal_year: int, delivery_month: int, resource: ResourceInput, parameters: Configuration | None = None
) -> ResourceLine:
    """The line of one resource. Raises `InputRefused` with every problem of its contract and its slots."""
    shortfalls, amount = _checked(fiscal_year, delivery_month, resource, parameters)
    basis_yen = _penalty_basis_yen(fiscal_year, resource, amount, parameters)
    coal = _coal(fiscal_year, resource, basis_yen, parameters)
    terms = _Terms(
        fiscal_year,
        parameters,
        resource.inefficient_coal,
        amount.value,
        basis_yen,
        coal[-1].value if coal else 0,
    )
    months: list[ResourceMonth] = []
    for month, shortfall in shortfalls.items():
        computed, penalty, payment = _month(terms, months, month, shortfall)
        months.append(computed)
    results = (_assessment(fiscal_year, months, shortfall), penalty, amount, *coal, payment)
    warnings = [each for result in results for each in result.warnings]
    if _coal_is_missing(fiscal_year, delivery_month, resource):
        warnings.append("稼働抑制の計量値がないため、稼働抑制のペナルティなしで計算しました")
    return ResourceLine(
        resource.resource,
        resource.name,
        amount.value,
        tuple(months),
        results,
        terms.coal_penalty_yen if coal else None,
        tuple(warnings),
    )


def _checked(
    year: int, delivery_month: int, resource: ResourceInput, parameters: Configuration | None
) -> tuple[dict[int, MonthShortfall], Result]:
    problems = _coal_problems(delivery_month, resource)
    contract = {
        "price_yen_per_kw": resource.price_yen_per_kw,
        "contract_kw": resource.contract_kw,
        "transitional_deduction_yen": resource.transitional_deduction_yen,
        "coordination_reduction_yen": resource.coordination_reduction_yen,
    }
    amount = None
    try:
        amount = catalogue.evaluate(CONTRACT_AMOUNT, year, contract, parameters)
        if amount.value < 0:
            message = (
                "控除額が契約価格×契約容量を上回っています。契約価格、契約容量、控除額を確かめてください"
            )
            problems.append(Problem("contract_amount_yen", message))
    except InputRefused as refused:
        problems += refused.problems
    capacity = [each for each in outage_plan.rule.inputs if each.name == "assessed_kw"]
    checked = check_all(capacity, {"assessed_kw": resource.assessed_kw}, problems)
    shortfalls = {}
    for month in months_until(delivery_month):
        tables = _tables(year, month, resource, problems)
        if tables is not None and "assessed_kw" in checked:
            shortfalls[month] = month_shortfall(*tables, checked["assessed_kw"])
    if problems or amount is None:
        raise InputRefused(problems)
    return shortfalls, amount


def _tables(year: int, month: int, resource: ResourceInput, problems: list[Problem]):
    found = []
    for name in ("offered_kw", "multiplier"):
        by_month = getattr(resource, f"{name}_by_month")
        where = f"{name}_by_month[{month}]"
        if month not in by_month:
            problems.append(Problem(where, f"{month}月分のコマ別データがありません。取り込んでください"))
            continue
        table = check_slots(
            by_month[month], name, fiscal_year=year, delivery_month=month, where=where, problems=problems
        )
        if table is not None:
            found.append(table)
    return found if len(found) == 2 else None


def _penalty_basis_yen(
    year: int, resource: ResourceInput, amount: Result, parameters: Configuration | None
) -> int:
    settings = RuleParameters(parameter_files.load(CONTRACT_AMOUNT), year, parameters)
    after = settings.policy("penalty_basis").value == "after_coordination_reduction"
    return amount.value if after else amount.value + resource.coordination_reduction_yen


def _month(
    terms: _Terms, earlier: list[ResourceMonth], month: int, shortfall: MonthShortfall
) -> tuple[ResourceMonth, Result, Result]:
    cumulative_slots = sum((each.shortfall_slots for each in earlier), shortfall.shortfall_slots)
    charge = {
        "contract_amount_yen": terms.penalty_basis_yen,
        "shortfall_slots": cumulative_slots,
        "charged_before_yen": sum(each.penalty_yen for each in earlier),
    }
    penalty = catalogue.evaluate(PENALTY, terms.fiscal_year, charge, terms.parameters)
    pay = {
        "contract_amount_yen": terms.amount_yen,
        "delivery_month": month,
        "paid_before_yen": sum(each.payment_yen for each in earlier),
        "inefficient_coal": terms.inefficient_coal,
        "coal_penalty_yen": terms.coal_penalty_yen if month == LAST_DELIVERY_MONTH else 0,
    }
    payment = catalogue.evaluate(PAYMENT, terms.fiscal_year, pay, terms.parameters)
    computed = ResourceMonth(month, shortfall.shortfall_slots, cumulative_slots, penalty.value, payment.value)
    return computed, penalty, payment


def _assessment(year: int, months: list[ResourceMonth], shortfall: MonthShortfall) -> Result:
    derivation = Derivation(SOURCE)
    month = months[-1].month
    derivation.step(
        f"{month}月分の未達成コマ（{shortfall.slots:,}コマのうち{shortfall.short_slots:,}コマで供給力が不足）",
        "weighted_shortfall_kw / assessed_kw",
        shortfall.shortfall_slots,
        "slots",
        weighted_shortfall_kw=shortfall.weighted_shortfall_kw,
        assessed_kw=shortfall.assessed_kw,
    )
    by_month: list[Fraction] = [each.shortfall_slots for each in months]
    derivation.step(
        "4月からの未達成コマの累計",
        "sum(shortfall_slots)",
        months[-1].cumulative_slots,
        "slots",
        month=[f"{each.month}月分" for each in months],
        shortfall_slots=by_month,
    )
    return derivation.result(outage_plan.rule, year, shortfall_slots=months[-1].shortfall_slots)


def _coal(
    year: int, resource: ResourceInput, basis_yen: int, parameters: Configuration | None
) -> tuple[Result, ...]:
    if resource.coal_metered_kwh is None:
        return ()
    metered = {
        "metered_kwh": resource.coal_metered_kwh,
        "low_reserve_kwh": resource.coal_low_reserve_kwh or "0",
        "contract_kw": resource.contract_kw,
    }
    assessed = catalogue.evaluate(COAL_ASSESSMENT, year, metered, parameters)
    charge = {"contract_amount_yen": basis_yen, "utilisation_percent": assessed.value}
    return assessed, catalogue.evaluate(COAL_PENALTY, year, charge, parameters)


def _coal_problems(delivery_month: int, resource: ResourceInput) -> list[Problem]:
    problems = []
    for name in ("coal_metered_kwh", "coal_low_reserve_kwh"):
        if getattr(resource, name) is None:
            continue
        if delivery_month != LAST_DELIVERY_MONTH:
            problems.append(
                Problem(name, "稼働抑制の計量値は3月分だけに指定できます。他の月では省いてください")
            )
        if not resource.inefficient_coal:
            problems.append(Problem(name, "稼働抑制の対象でない電源等に計量値が指定されています"))
    if resource.coal_low_reserve_kwh is not None and resource.coal_metered_kwh is None:
        problems.append(Problem("coal_metered_kwh", "年間の計量値も指定してください"))
    return problems


def _coal_is_missing(year: int, delivery_month: int, resource: ResourceInput) -> bool:
    due = delivery_month == LAST_DELIVERY_MONTH and catalogue.in_force(COAL_ASSESSMENT, year)
    return due and resource.inefficient_coal and resource.coal_metered_kwh is None
