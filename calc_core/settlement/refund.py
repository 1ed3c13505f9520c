"""還元額: what does each retailer receive of the penalties that came in?

Study document, example of claim and payment work (1/2), ①-5: it names the step and its input 還元総額, no formula.
The formula is that of `calc_core.proportional_sharing`.
"""

from typing import Any

from calc_core.configuration import RuleParameters
from calc_core.explanation import Result
from calc_core.inputs import yen
from calc_core.proportional_sharing import SHARES, TERMS, refuse_shares, share_out
from calc_core.rule import Output, rule

SOURCE = "検討資料 請求・交付業務の業務例（1/2）①-5 還元金額の算定（算式の記載なし）"


@rule(
    "settlement/refund",
    title="還元額",
    inputs=(yen("amount_yen", "還元総額"), SHARES),
    results=(Output("refund_yen", "還元額", "yen"),),
    terms=TERMS,
    refuse=refuse_shares,
)
def refund(
    *, fiscal_year: int, amount_yen: int, shares: tuple[dict[str, Any], ...], parameters: RuleParameters
) -> Result:
    """還元額 by business; together the amount."""
    return share_out(
        refund.rule,
        SOURCE,
        "還元額",
        fiscal_year=fiscal_year,
        amount_yen=amount_yen,
        shares=shares,
        parameters=parameters,
    )
