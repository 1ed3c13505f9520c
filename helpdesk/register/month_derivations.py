"""月次の結果の導出: how did the yen of one resource's month come about? From what results keep, without reading a slot.

The month's own figures say what it fell short of since April, the earlier months' what was charged and paid before, the
kept contract what all of it is computed on. The steps count only where they give every yen of the result.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from calc_core import catalogue
from calc_core.configuration import Configuration
from calc_core.contract_period import ContractPeriod
from calc_core.contract_stretches import contract_at_end
from calc_core.errors import CalcError
from calc_core.explanation import Result
from calc_core.month_penalty import Basis, MonthPenalty, YearSoFar, month_penalty
from calc_core.resource_checks import CONTRACT_AMOUNT
from calc_core.resource_coal import coal_results
from calc_core.resource_derivation import PAYMENT
from calc_core.resource_input import ResourceInput
from calc_core.slot_event import EVENTS
from helpdesk.register.kept_inputs import coal_of, periods_of
from helpdesk.register.month_results import number

Figures = Mapping[str, str]


def derive_month(
    year: int,
    delivery_month: int,
    figures: Figures,
    inputs: Mapping[str, Any],
    earlier: Sequence[Figures],
    parameters: Configuration | None = None,
) -> tuple[Result, ...] | None:
    """Contract amount, penalties, caps and payment of a month after these months; None where they give other yen."""
    if "contract" not in inputs:
        return None
    contract = contract_at_end(year, delivery_month, periods_of(inputs["contract"]))
    try:
        amount = _amount(year, contract, parameters)
        contract_yen = int(amount.value) if amount else 0  # type: ignore[arg-type]
        basis = Basis(contract_yen, contract.contract_kw, contract.assessed_kw) if contract else None
        penalty = month_penalty(year, basis, _so_far(figures, earlier), parameters, with_caps=True)
        coal = _coal(year, delivery_month, inputs, contract, contract_yen, parameters)
        pay = {
            "contract_amount_yen": contract_yen,
            "delivery_month": delivery_month,
            "paid_before_yen": _sum("payment_yen", earlier),
            "inefficient_coal": contract is not None and contract.inefficient_coal,
            "coal_penalty_yen": coal[-1].value if coal else 0,
        }
        payment = catalogue.evaluate(PAYMENT, year, pay, parameters)
    except CalcError:  # a number is no longer configured as it was, a contract can no longer be computed
        return None
    found = {
        "contract_amount_yen": contract_yen,
        "penalty_outage_yen": penalty.outage.value,
        **{f"penalty_{event}_yen": 0 for event in EVENTS},
        **{f"penalty_{event}_yen": each.value for event, each in penalty.events.items()},
        "penalty_total_yen": penalty.penalty_yen,
        "coal_penalty_yen": pay["coal_penalty_yen"],
        "payment_yen": payment.value,
    }
    if any(number(figures.get(name, "0")) != value for name, value in found.items()):
        return None
    return (*([amount] if amount else []), *_told(penalty, figures), *coal, payment)


def _amount(year: int, contract: ContractPeriod | None, parameters: Configuration | None) -> Result | None:
    if contract is None:
        return None
    names = ("price_yen_per_kw", "contract_kw", "transitional_deduction_yen")
    asked = {name: getattr(contract, name) for name in names}
    return catalogue.evaluate(CONTRACT_AMOUNT, year, asked, parameters)


def _so_far(figures: Figures, earlier: Sequence[Figures]) -> YearSoFar:
    """The year until the month: the kinds of events are those that fell short or were charged in any month of it."""
    months = [*earlier, figures]
    kinds = [
        event
        for event in EVENTS
        if _sum(f"{event}_shortfall_kwh", months) or _sum(f"penalty_{event}_yen", months)
    ]
    return YearSoFar(
        Fraction(number(figures["cumulative_slots"])),
        {event: Fraction(_sum(f"{event}_shortfall_kwh", months)) for event in kinds},
        _sum("penalty_outage_yen", earlier),
        {event: _sum(f"penalty_{event}_yen", earlier) for event in kinds},
        _sum("penalty_total_yen", earlier),
    )


def _coal(
    year: int,
    delivery_month: int,
    inputs: Mapping[str, Any],
    contract: ContractPeriod | None,
    basis_yen: int,
    parameters: Configuration | None,
) -> tuple[Result, ...]:
    if contract is None or not inputs.get("coal"):
        return ()
    metered = ResourceInput("", "", 1, 1, 0, 0, True, {}, {}, coal=coal_of(inputs["coal"]))
    return coal_results(year, delivery_month, metered, contract, basis_yen, parameters)


def _told(penalty: MonthPenalty, figures: Figures) -> list[Result]:
    """The penalties worth a word: of what fell short this year, or was charged or given back this month."""
    told = [penalty.outage] if number(figures["cumulative_slots"]) or penalty.outage.value else []
    return [*told, *penalty.events.values(), *([penalty.caps] if penalty.caps else [])]


def _sum(name: str, months: Sequence[Figures]) -> Any:
    return sum(number(each.get(name, "0")) for each in months)
