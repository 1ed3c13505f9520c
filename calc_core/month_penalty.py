"""当月の経済的ペナルティ: what is one resource charged for a month: outage plan, events, and the caps over their sum.

Each kind follows its own sum from April, floored once, less what it was charged before (before caps). A month whose last
slot has no contract charges nothing new (policy). Caps are asked only where the month's sum is not 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from calc_core import catalogue, parameter_files
from calc_core.configuration import Configuration, RuleParameters
from calc_core.errors import InputRefused
from calc_core.explanation import UNPUBLISHED_POLICY, Result, Step

OUTAGE = "penalty/outage_plan"
CAPS = "penalty/caps"
CAPACITY = {
    "market_offer": "contract_kw",
    "supply_instruction": "contract_kw",
    "dispatch_order": "assessed_kw",
}
NO_CONTRACT = f"{UNPUBLISHED_POLICY}: 月の末コマに契約のない月は、新たなペナルティを算定しない"


@dataclass(frozen=True, slots=True)
class Basis:
    """What a month's penalties are computed on: amount and capacities of the contract at the month's last slot."""

    contract_amount_yen: int
    contract_kw: int
    assessed_kw: int


@dataclass(frozen=True, slots=True)
class MonthPenalty:
    """The month's penalties with their explanations; `caps` only where they were asked."""

    outage: Result
    events: Mapping[str, Result]
    caps: Result | None

    @property
    def before_caps_yen(self) -> int:
        """The sum of all kinds."""
        return self.outage.value + sum(each.value for each in self.events.values())

    @property
    def penalty_yen(self) -> int:
        """経済的ペナルティ額 of the month, after the caps."""
        return self.before_caps_yen if self.caps is None else self.caps.value


@dataclass(frozen=True, slots=True)
class YearSoFar:
    """Sums since April with this month, and what earlier months were charged: by kind before caps, in all after them."""

    cumulative_slots: Fraction
    cumulative_kwh: Mapping[str, Fraction]
    outage_before_yen: int
    events_before_yen: Mapping[str, int]
    charged_before_yen: int


def month_penalty(
    year: int,
    basis: Basis | None,
    so_far: YearSoFar,
    parameters: Configuration | None,
    *,
    with_caps: bool,
) -> MonthPenalty:
    """The penalties of one month; `basis` is none where its last slot has no contract. Raises `InputRefused`."""
    outage = _outage(year, basis, so_far, parameters)
    events = {kind: _event(year, kind, basis, so_far, parameters) for kind in so_far.cumulative_kwh}
    uncapped = MonthPenalty(outage, events, None)
    if basis is None or not with_caps or not uncapped.before_caps_yen:
        return uncapped
    capped = _capped(year, basis, uncapped.before_caps_yen, so_far.charged_before_yen, parameters)
    return MonthPenalty(outage, events, capped)


def _capped(
    year: int, basis: Basis, month_yen: int, year_before_yen: int, parameters: Configuration | None
) -> Result:
    """The caps by their rule's own function: after a cut month and its correction the year so far may be below 0,
    which nobody types as an input; its exact number counts."""
    settings = RuleParameters(parameter_files.load(CAPS), year, parameters)
    if problems := settings.problems():
        raise InputRefused(problems)
    return catalogue.find(CAPS).function(
        fiscal_year=year,
        contract_amount_yen=basis.contract_amount_yen,
        month_yen=month_yen,
        year_before_yen=year_before_yen,
        parameters=settings,
    )


def _outage(year: int, basis: Basis | None, so_far: YearSoFar, parameters: Configuration | None) -> Result:
    if basis is None:
        return _nothing(year, OUTAGE, "月の末コマに契約がない", NO_CONTRACT)
    charge = {
        "contract_amount_yen": basis.contract_amount_yen,
        "shortfall_slots": so_far.cumulative_slots,
        "charged_before_yen": so_far.outage_before_yen,
    }
    return catalogue.evaluate(OUTAGE, year, charge, parameters)


def _event(
    year: int, kind: str, basis: Basis | None, so_far: YearSoFar, parameters: Configuration | None
) -> Result:
    """Without a shortfall nothing is asked of a rule, not even a number that nobody has published."""
    rule = f"penalty/{kind}"
    if not so_far.cumulative_kwh[kind]:
        return _nothing(year, rule, "未達成量がない", None)
    if basis is None:
        return _nothing(year, rule, "月の末コマに契約がない", NO_CONTRACT)
    charge = {
        "contract_amount_yen": basis.contract_amount_yen,
        "shortfall_kwh": so_far.cumulative_kwh[kind],
        CAPACITY[kind]: getattr(basis, CAPACITY[kind]),
        "charged_before_yen": so_far.events_before_yen[kind],
    }
    return catalogue.evaluate(rule, year, charge, parameters)


def _nothing(year: int, rule: str, reason: str, policy: str | None) -> Result:
    source = parameter_files.load(rule).source
    step = Step(f"当月の経済的ペナルティ額（{reason}）", "0", {}, 0, "yen", source, policy)
    return Result(rule, year, 0, "yen", {"penalty_yen": 0}, (step,))
