"""全電源算定の条件: the numbers in force in a fiscal year, looked up once, and the money of a month by them.

The arithmetic is that of the rules, without their steps; tests hold each function equal to `catalogue.evaluate`.
"""

from dataclasses import dataclass, field
from fractions import Fraction

from calc_core import catalogue, parameter_files, rounding
from calc_core.configuration import Configuration, RuleParameters
from calc_core.errors import InputRefused, Problem
from calc_core.fiscal_year import LAST_DELIVERY_MONTH

OUTAGE = "penalty/outage_plan"
CAPS = "penalty/caps"
PAYMENT = "settlement/monthly_payment"
AMOUNT = "settlement/contract_amount"
COAL_ASSESSMENT = "assessment/coal_curtailment"
COAL_PENALTY = "penalty/coal_curtailment"
ALWAYS = ("assessment/outage_plan", OUTAGE, AMOUNT, PAYMENT, CAPS)


@dataclass(frozen=True, slots=True)
class FleetTerms:
    """What stands in a fiscal year for every resource."""

    fiscal_year: int
    parameters: Configuration | None
    allowed_outage_slots: Fraction
    penalty_rate_per_slot: Fraction
    withheld_ratio: Fraction
    payments_per_year: Fraction
    monthly_cap_ratio: Fraction | None
    annual_cap_ratio: Fraction | None
    coal_is_assessed: bool
    event_rates: dict[str, Fraction] = field(default_factory=dict, compare=False)  # as they are asked for

    @property
    def lacks_caps(self) -> bool:
        """Whether a cap is not configured: penalties then stand uncapped, with a warning."""
        return self.monthly_cap_ratio is None or self.annual_cap_ratio is None

    def outage_to_date_yen(self, amount_yen: int, shortfall_slots: Fraction) -> int:
        """容量停止計画のペナルティ of the year so far (`penalty/outage_plan`)."""
        excess_slots = max(shortfall_slots - self.allowed_outage_slots, 0)
        return rounding.floor(amount_yen * excess_slots * self.penalty_rate_per_slot)

    def event_to_date_yen(
        self, event: str, amount_yen: int, shortfall_kwh: Fraction, capacity_kw: int
    ) -> int:
        """The penalty of a kind of event of the year so far (`penalty/<event>`), by the kW that the rule divides by.

        Raises `InputRefused` where a number is not configured; without a shortfall nothing is asked.
        """
        if not shortfall_kwh:
            return 0
        if event not in self.event_rates:
            self.event_rates[event] = self._event_rate(event)
        return rounding.floor(amount_yen * shortfall_kwh * self.event_rates[event] / capacity_kw)

    def _event_rate(self, event: str) -> Fraction:
        settings = RuleParameters(parameter_files.load(f"penalty/{event}"), self.fiscal_year, self.parameters)
        if problems := settings.problems():
            raise InputRefused(problems)
        if event != "dispatch_order":
            return 1 / Fraction(settings.number("tight_hours").value)
        ratio, hours, orders = (
            Fraction(settings.number(name).value)
            for name in ("penalty_ratio", "hours_per_order", "orders_per_year")
        )
        return ratio / (hours * orders)

    def payable_ratio(self, inefficient_coal: bool) -> Fraction:
        """The part of the amount that a month but the last pays."""
        return (1 - self.withheld_ratio if inefficient_coal else Fraction(1)) / self.payments_per_year

    def payment_yen(
        self,
        delivery_month: int,
        amount_yen: int,
        paid_before_yen: int,
        inefficient_coal: bool,
        coal_penalty_yen: int,
    ) -> int:
        """容量確保契約金額（各月） (`settlement/monthly_payment`)."""
        if delivery_month == LAST_DELIVERY_MONTH:
            return amount_yen - paid_before_yen - coal_penalty_yen
        return rounding.floor(amount_yen * self.payable_ratio(inefficient_coal))

    def capped_yen(self, amount_yen: int, month_yen: int, year_before_yen: int) -> int:
        """The month's penalties after both caps (`penalty/caps`); a correction in favour is not capped."""
        if month_yen <= 0:
            return month_yen
        capped_yen = month_yen
        if self.monthly_cap_ratio is not None:
            capped_yen = min(capped_yen, rounding.floor(amount_yen * self.monthly_cap_ratio))
        if self.annual_cap_ratio is not None:
            left_yen = rounding.floor(amount_yen * self.annual_cap_ratio) - year_before_yen
            capped_yen = min(capped_yen, max(left_yen, 0))
        return capped_yen


def terms_of(fiscal_year: object, parameters: Configuration | None) -> FleetTerms:
    """The numbers in force. Raises `InputRefused` with what is wrong with the year or the configuration."""
    problems: list[Problem] = []
    year = catalogue.check_fiscal_year(fiscal_year, problems)
    if year is None:
        raise InputRefused(problems)
    settings = {}
    for rule_id in ALWAYS:
        file = parameter_files.load(rule_id)
        if year < file.in_force_from:
            message = (
                f"{year}年度の算定規則（{rule_id}）がありません。{file.in_force_from}年度から適用されます"
            )
            problems.append(Problem("fiscal_year", message))
        settings[rule_id] = RuleParameters(file, year, parameters)
        problems += settings[rule_id].problems()
    if problems:
        raise InputRefused(problems)

    def published(rule_id: str, name: str) -> Fraction:
        return Fraction(settings[rule_id].number(name).value)

    def configured(name: str) -> Fraction | None:
        return published(CAPS, name) if settings[CAPS].is_configured(name) else None

    return FleetTerms(
        year,
        parameters,
        published(OUTAGE, "allowed_outage_slots"),
        published(OUTAGE, "penalty_rate_per_slot"),
        published(PAYMENT, "withheld_ratio"),
        published(PAYMENT, "payments_per_year"),
        configured("monthly_ratio"),
        configured("annual_ratio"),
        catalogue.in_force(COAL_PENALTY, year),
    )
