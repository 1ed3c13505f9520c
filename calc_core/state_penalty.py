"""達否によるペナルティ: what does a requirement cost that is either met or not, with its day and its reason?

`penalty/residual_capacity_contract` and `penalty/effectiveness_test` share this. No document at hand tells rate or basis:
the rate must be configured where the requirement is not met, and the basis is a policy. A requirement that is met costs
nothing and needs no rate.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from calc_core import rounding
from calc_core.configuration import RuleParameters
from calc_core.explanation import Result
from calc_core.inputs import day, text, yen
from calc_core.rule import Derivation, Output, Rule

MET, NOT_MET = "met", "not_met"
INPUTS = (
    yen("contract_amount_yen", "容量確保契約金額"),
    text("state", "リクワイアメントの達否", choices=(MET, NOT_MET)),
    day("on", "判定した日"),
    text("reason", "判定の理由"),
)
RESULTS = (
    Output("penalty_yen", "経済的ペナルティ額", "yen"),
    Output("state", "リクワイアメントの達否", ""),
    Output("on", "判定した日", ""),
    Output("reason", "判定の理由", ""),
)


def needs_rate(inputs: Mapping[str, Any]) -> Iterable[str]:
    """The rate, where the requirement is not met."""
    return ("rate",) if inputs.get("state") == NOT_MET else ()


def charge_by_state(
    declared: Rule,
    source: str,
    *,
    fiscal_year: int,
    contract_amount_yen: int,
    state: str,
    on: date,
    reason: str,
    parameters: RuleParameters,
) -> Result:
    """ペナルティ額 = 0 where met, else floor(amount × rate); state, day and reason stay in the result."""
    derivation = Derivation(source)
    judged = {"state": state, "on": on, "reason": reason}
    derivation.step(f"リクワイアメントの達否（{on.isoformat()} {reason}）", "state", state, "", **judged)
    if state == MET:
        penalty_yen = derivation.step("経済的ペナルティ額（達成しているため0円）", "0", 0, "yen", **judged)
    else:
        basis = parameters.policy("penalty_base")
        rate = parameters.number("rate")
        by_month = basis.value == "monthly_amount"
        exact_yen = contract_amount_yen * rate.value / (12 if by_month else 1)
        penalty_yen = derivation.step(
            "経済的ペナルティ額（円未満切り捨て）",
            f"floor(contract_amount_yen * rate{' / 12' if by_month else ''})",
            rounding.floor(exact_yen),
            "yen",
            rate,
            basis,
            contract_amount_yen=contract_amount_yen,
        )
    return derivation.result(declared, fiscal_year, penalty_yen=penalty_yen, **judged)
