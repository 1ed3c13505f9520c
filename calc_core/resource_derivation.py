"""電源等の月次算定: one resource and delivery month, from its slots and events to penalties, contract amount and payment.

The penalties follow the sums since April and the payment the amount, so each earlier month is computed on the way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from calc_core import catalogue, parameter_files
from calc_core.configuration import Configuration, RuleParameters
from calc_core.contract_stretches import period_text
from calc_core.errors import InputRefused
from calc_core.event_shortfall import month_kwh
from calc_core.explanation import UNPUBLISHED_POLICY, Result, Step
from calc_core.fiscal_year import LAST_DELIVERY_MONTH, months_until
from calc_core.month_penalty import CAPS, Basis, MonthPenalty, YearSoFar, month_penalty
from calc_core.resource_assessment import assess_kind, assess_outage
from calc_core.resource_checks import CONTRACT_AMOUNT, CheckedResource, Contract, check_resource
from calc_core.resource_coal import coal_results, coal_warnings
from calc_core.resource_input import ResourceInput
from calc_core.resource_line import EventMonth, ResourceLine, ResourceMonth

PAYMENT = "settlement/monthly_payment"
AMOUNT_OF_MONTH = f"{UNPUBLISHED_POLICY}: 月の末コマに有効な契約の金額をその月の金額とする"


@dataclass(frozen=True, slots=True)
class _Month:
    """One computed month with its explanations."""

    figures: ResourceMonth
    penalty: MonthPenalty
    payment: Result


@dataclass(frozen=True, slots=True)
class _Terms:
    """What stays the same over the months of one resource."""

    fiscal_year: int
    parameters: Configuration | None
    checked: CheckedResource
    with_caps: bool
    coal_penalty_yen: int


def compute_line(
    fiscal_year: int, delivery_month: int, resource: ResourceInput, parameters: Configuration | None = None
) -> ResourceLine:
    """The line of one resource. Raises `InputRefused` with every problem of its contract, slots, events, settings."""
    checked = check_resource(fiscal_year, delivery_month, resource, parameters)
    _refuse_what_is_not_configured(fiscal_year, checked, parameters)
    contract = checked.contract_at_end(fiscal_year, delivery_month)
    period, basis_yen = (contract.period, contract.penalty_basis_yen) if contract else (None, 0)
    coal = coal_results(fiscal_year, delivery_month, resource, period, basis_yen, parameters)
    amount = _amount(fiscal_year, resource, contract)
    # Runs kept from before events and caps must repeat equal: what has neither stays uncapped without a word of caps.
    with_caps = bool(resource.periods or resource.events or (parameters or {}).get(CAPS))
    terms = _Terms(fiscal_year, parameters, checked, with_caps, coal[-1].value if coal else 0)
    months: list[_Month] = []
    for month in months_until(delivery_month):
        months.append(_month(terms, [each.figures for each in months], month))
    last = months[-1]
    results = [assess_outage(fiscal_year, checked.shortfalls), last.penalty.outage]
    for kind, by_month in checked.events.items():
        results += [assess_kind(fiscal_year, kind, by_month), last.penalty.events[kind]]
    results += [last.penalty.caps] if last.penalty.caps else []
    results += [amount, *coal, last.payment]
    warnings = [each for result in results for each in result.warnings]
    warnings += [each for month in months if month.penalty.caps for each in month.penalty.caps.warnings]
    warnings += coal_warnings(fiscal_year, delivery_month, resource, period)
    return ResourceLine(
        resource.resource,
        resource.name,
        amount.value,
        tuple(each.figures for each in months),
        tuple(results),
        terms.coal_penalty_yen if coal else None,
        tuple(dict.fromkeys(warnings)),
    )


def _month(terms: _Terms, earlier: list[ResourceMonth], month: int) -> _Month:
    year, checked = terms.fiscal_year, terms.checked
    shortfall, contract = checked.shortfalls[month], checked.contract_at_end(year, month)
    kwh = {kind: month_kwh(by_month[month]) for kind, by_month in checked.events.items()}
    so_far = YearSoFar(
        cumulative_slots=sum((each.shortfall_slots for each in earlier), shortfall.shortfall_slots),
        cumulative_kwh={
            kind: sum((each.events[kind].shortfall_kwh for each in earlier), kwh[kind]) for kind in kwh
        },
        outage_before_yen=sum(each.penalty_outage_yen for each in earlier),
        events_before_yen={kind: sum(each.events[kind].penalty_yen for each in earlier) for kind in kwh},
        charged_before_yen=sum(each.penalty_yen for each in earlier),
    )
    penalty = month_penalty(year, _basis(contract), so_far, terms.parameters, with_caps=terms.with_caps)
    amount_yen = contract.amount.value if contract else 0
    pay = {
        "contract_amount_yen": amount_yen,
        "delivery_month": month,
        "paid_before_yen": sum(each.payment_yen for each in earlier),
        "inefficient_coal": contract.period.inefficient_coal if contract else False,
        "coal_penalty_yen": terms.coal_penalty_yen if month == LAST_DELIVERY_MONTH else 0,
    }
    payment = catalogue.evaluate(PAYMENT, year, pay, terms.parameters)
    figures = ResourceMonth(
        month,
        shortfall.shortfall_slots,
        so_far.cumulative_slots,
        penalty.penalty_yen,
        payment.value,
        penalty.outage.value,
        shortfall.short_slots,
        amount_yen,
        _event_months(kwh, so_far.cumulative_kwh, penalty),
    )
    return _Month(figures, penalty, payment)


def _event_months(
    kwh: Mapping[str, Fraction], cumulative_kwh: Mapping[str, Fraction], penalty: MonthPenalty
) -> dict[str, EventMonth]:
    return {kind: EventMonth(kwh[kind], cumulative_kwh[kind], penalty.events[kind].value) for kind in kwh}


def _basis(contract: Contract | None) -> Basis | None:
    if contract is None:
        return None
    return Basis(contract.penalty_basis_yen, contract.period.contract_kw, contract.period.assessed_kw)


def _amount(year: int, resource: ResourceInput, contract: Contract | None) -> Result:
    """The month's contract amount; where periods decide, their choice is the first step."""
    if contract is None:
        source = parameter_files.load(CONTRACT_AMOUNT).source
        step = Step("容量確保契約金額（月の末コマに契約がない）", "0", {}, 0, "yen", source, AMOUNT_OF_MONTH)
        return Result(CONTRACT_AMOUNT, year, 0, "yen", {"contract_amount_yen": 0}, (step,))
    if not resource.periods:
        return contract.amount
    period = contract.period
    label = f"月の末コマに有効な契約の契約容量（{period_text(period)}の契約）"
    kw = contract.amount.steps[0].inputs["contract_kw"]
    chosen = Step(
        label, "contract_kw", {"contract_kw": kw}, kw, "kw", contract.amount.steps[0].source, AMOUNT_OF_MONTH
    )
    return replace(contract.amount, steps=(chosen, *contract.amount.steps))


def _refuse_what_is_not_configured(
    year: int, checked: CheckedResource, parameters: Configuration | None
) -> None:
    """Every setting that the penalties of these events need, at once; events without shortfall need none."""
    problems = []
    for kind, by_month in checked.events.items():
        if any(month_kwh(events) for events in by_month.values()):
            file = parameter_files.load(f"penalty/{kind}")
            problems += RuleParameters(file, year, parameters).problems()
    if problems:
        raise InputRefused(problems)
