"""実効性テストの経済的ペナルティ: what does an effectiveness test that was not passed cost?

Supplementary document on the penalty and contract amount manual, October 2024, p. 4: it names the requirement, no formula.
The formula is that of `calc_core.state_penalty`.
"""

from datetime import date

from calc_core.configuration import RuleParameters
from calc_core.explanation import Result
from calc_core.rule import rule
from calc_core.state_penalty import INPUTS, RESULTS, charge_by_state, needs_rate

SOURCE = "意見募集補足説明資料 p.4 実効性テスト（率と算式の記載なし）"


@rule(
    "penalty/effectiveness_test",
    title="実効性テストの経済的ペナルティ",
    inputs=INPUTS,
    results=RESULTS,
    needs=needs_rate,
)
def effectiveness_test(
    *,
    fiscal_year: int,
    contract_amount_yen: int,
    state: str,
    on: date,
    reason: str,
    parameters: RuleParameters,
) -> Result:
    """ペナルティ額 = 0 where the requirement is met, else floor(amount × rate)."""
    return charge_by_state(
        effectiveness_test.rule,
        SOURCE,
        fiscal_year=fiscal_year,
        contract_amount_yen=contract_amount_yen,
        state=state,
        on=on,
        reason=reason,
        parameters=parameters,
    )
