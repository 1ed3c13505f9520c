"""電源等の年: the months of one resource from what its slots, events and contracts come to; exact, in whole numbers.

Each penalty follows what has accumulated since April, is floored once, and what the same kind was charged before is taken
off. The contract of a month is that in force at its last slot (policy); where none is, its amount is 0 and no penalty
is added in that month.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from calc_core import catalogue
from calc_core.coal_year import CoalYear
from calc_core.contract_period import ContractPeriod
from calc_core.contract_stretches import contract_at_end
from calc_core.dispatch_order_terms import dispatch_order_terms
from calc_core.errors import InputRefused, Problem
from calc_core.event_shortfall import orders_in
from calc_core.fiscal_year import LAST_DELIVERY_MONTH
from calc_core.fleet.month import NO_KWH, NO_YEN, FleetMonth
from calc_core.fleet.resource import FleetResource
from calc_core.fleet.terms import COAL_ASSESSMENT, COAL_PENALTY, FleetTerms
from calc_core.month_shortfall import MonthShortfall


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """What stands before any money: shortfall of the slots, kWh of the events, and the month's contract."""

    delivery_month: int
    shortfall_slots: Fraction
    short_slots: int
    contract: ContractPeriod | None
    shortfall_kwh: Mapping[str, Fraction]


def month_facts(
    terms: FleetTerms,
    resource: FleetResource,
    delivery_month: int,
    shortfall: MonthShortfall,
    kwh: Mapping[str, Mapping[int, Fraction]],
) -> MonthFacts:
    """What stands of a month, from its sums and the kWh of its events."""
    return MonthFacts(
        delivery_month,
        shortfall.shortfall_slots,
        shortfall.short_slots,
        contract_at_end(terms.fiscal_year, delivery_month, resource.periods),
        {kind: by_month[delivery_month] for kind, by_month in kwh.items()},
    )


def too_many_orders(terms: FleetTerms, resource: FleetResource, months: Sequence[int]) -> list[str]:
    """The warning of a resource that was ordered more often than agreed."""
    places = sorted(
        (each.date, each.slot)
        for each in resource.events
        if each.event == "dispatch_order" and each.date.month in months
    )
    if not places:
        return []
    agreed = dispatch_order_terms(terms.fiscal_year)
    told = agreed.warning(orders_in(places, agreed.slots_per_order))
    return [f"{resource.resource}: {told}"] if told else []


def contract_amount_yen(period: ContractPeriod) -> int:
    """容量確保契約金額 of a contract (`settlement/contract_amount`)."""
    return period.price_yen_per_kw * period.contract_kw - period.transitional_deduction_yen


def year_of(
    terms: FleetTerms,
    resource: FleetResource,
    facts: Sequence[MonthFacts],
    problems: list[Problem],
    warnings: list[str],
) -> list[FleetMonth]:
    """The months in order; what cannot be computed is added to `problems`, what a person should see to `warnings`."""
    year = _Year(terms, resource, problems, warnings)
    months = [year.add(each) for each in facts]
    if terms.lacks_caps and any(each.penalty_total_yen for each in months):
        warnings.append(uncapped(resource.resource))
    return months


def metered_inputs(coal: CoalYear, contract: ContractPeriod) -> dict[str, object]:
    """What `assessment/coal_curtailment` is asked with."""
    return {
        "metered_kwh": coal.metered_kwh,
        "low_reserve_kwh": coal.low_reserve_kwh,
        "contract_kw": contract.contract_kw,
    }


def coal_charge(coal: CoalYear, amount_yen: int, utilisation_percent: object) -> dict[str, object]:
    """What `penalty/coal_curtailment` is asked with."""
    mixed = {"coal_kw": coal.coal_kw, "total_kw": coal.total_kw}
    return {
        "contract_amount_yen": amount_yen,
        "utilisation_percent": utilisation_percent,
        **{name: value for name, value in mixed.items() if value is not None},
    }


def uncapped(resource: str) -> str:
    """The warning of a resource whose penalties stand without a cap."""
    return f"{resource}: ペナルティの上限（penalty/caps）は未設定のため適用していません"


def coal_metering_is_missing(resource: str) -> str:
    """The warning of an inefficient coal resource in March without metering."""
    return f"{resource}: 稼働抑制の計量値がないため、稼働抑制のペナルティなしで計算しました"


class _Year:
    """What has accumulated since April."""

    def __init__(
        self,
        terms: FleetTerms,
        resource: FleetResource,
        problems: list[Problem],
        warnings: list[str],
    ) -> None:
        self._terms = terms
        self._resource = resource
        self._problems = problems
        self._warnings = warnings
        self._slots = Fraction(0)
        self._kwh: dict[str, Fraction] = {}
        self._charged: dict[str, int] = {}
        self._total_yen = 0
        self._paid_yen = 0

    def add(self, facts: MonthFacts) -> FleetMonth:
        """The next month."""
        contract = facts.contract
        amount_yen = 0 if contract is None else contract_amount_yen(contract)
        self._slots += facts.shortfall_slots
        for kind, kwh in facts.shortfall_kwh.items():
            self._kwh[kind] = self._kwh.get(kind, Fraction(0)) + kwh
        outage_yen = 0
        by_event = dict.fromkeys(facts.shortfall_kwh, 0)
        if contract is not None:
            outage_yen = self._terms.outage_to_date_yen(amount_yen, self._slots) - self._charged.get("", 0)
            self._charged[""] = self._charged.get("", 0) + outage_yen
            by_event = {kind: self._charge(kind, contract, amount_yen) for kind in facts.shortfall_kwh}
        month_yen = outage_yen + sum(by_event.values())
        total_yen = self._terms.capped_yen(amount_yen, month_yen, self._total_yen)
        self._total_yen += total_yen
        coal_yen = self._coal_yen(contract, amount_yen) if facts.delivery_month == LAST_DELIVERY_MONTH else 0
        payment_yen = self._terms.payment_yen(
            facts.delivery_month,
            amount_yen,
            self._paid_yen,
            contract is not None and contract.inefficient_coal,
            coal_yen,
        )
        self._paid_yen += payment_yen
        if payment_yen < 0:
            self._warnings.append(
                f"{self._resource.resource}: {facts.delivery_month}月分の容量確保契約金額（各月）が負になりました。"
                "契約・既払額・稼働抑制のペナルティ額を確かめてください"
            )
        return FleetMonth(
            self._resource.resource,
            facts.delivery_month,
            facts.shortfall_slots,
            facts.short_slots,
            self._slots,
            amount_yen,
            outage_yen,
            total_yen,
            payment_yen,
            NO_KWH | dict(facts.shortfall_kwh),
            NO_YEN | by_event,
            coal_yen,
        )

    def _charge(self, kind: str, contract: ContractPeriod, amount_yen: int) -> int:
        capacity_kw = contract.assessed_kw if kind == "dispatch_order" else contract.contract_kw
        charged_before_yen = self._charged.get(kind, 0)
        try:
            to_date_yen = self._terms.event_to_date_yen(kind, amount_yen, self._kwh[kind], capacity_kw)
        except InputRefused as refused:
            self._refuse(refused)
            return 0
        self._charged[kind] = to_date_yen
        return to_date_yen - charged_before_yen

    def _coal_yen(self, contract: ContractPeriod | None, amount_yen: int) -> int:
        coal = self._resource.coal
        name = self._resource.resource
        flagged = contract is not None and contract.inefficient_coal
        if coal is None:
            if flagged and self._terms.coal_is_assessed:
                self._warnings.append(coal_metering_is_missing(name))
            return 0
        if contract is None or not flagged:
            self._warnings.append(f"{name}: 3月の最後に稼働抑制の対象でないため、計量値を使いませんでした")
            return 0
        utilisation_percent = self._evaluate(COAL_ASSESSMENT, metered_inputs(coal, contract))
        return self._evaluate(COAL_PENALTY, coal_charge(coal, amount_yen, utilisation_percent))

    def _evaluate(self, rule_id: str, inputs: Mapping[str, object]) -> int:
        try:
            result = catalogue.evaluate(rule_id, self._terms.fiscal_year, inputs, self._terms.parameters)
        except InputRefused as refused:
            self._refuse(refused)
            return 0
        self._warnings += [f"{self._resource.resource}: {each}" for each in result.warnings]
        return int(result.value)

    def _refuse(self, refused: InputRefused) -> None:
        name = self._resource.resource
        told = [Problem(f"{name} {each.where}", each.message) for each in refused.problems]
        self._problems += [each for each in told if each not in self._problems]
