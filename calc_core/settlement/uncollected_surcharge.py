"""容量拠出金の未回収分負担額: what does each of the other retailers bear of contributions that were not paid?

Study document, example of claim and payment work (1/2), ①-4: it names the step and its input 入金結果, no formula.
The formula is that of `calc_core.proportional_sharing`.
"""

from typing import Any

from calc_core.configuration import RuleParameters
from calc_core.explanation import Result
from calc_core.inputs import yen
from calc_core.proportional_sharing import SHARES, TERMS, refuse_shares, share_out
from calc_core.rule import Output, rule

SOURCE = "検討資料 請求・交付業務の業務例（1/2）①-4 容量拠出金の未回収分金額の算定（算式の記載なし）"


@rule(
    "settlement/uncollected_surcharge",
    title="容量拠出金の未回収分負担額",
    inputs=(yen("amount_yen", "未回収分の総額"), SHARES),
    results=(Output("surcharge_yen", "未回収分負担額", "yen"),),
    terms=TERMS,
    refuse=refuse_shares,
)
def uncollected_surcharge(
    *, fiscal_year: int, amount_yen: int, shares: tuple[dict[str, Any], ...], parameters: RuleParameters
) -> Result:
    """未回収分負担額 by business; together the amount."""
    return share_out(
        uncollected_surcharge.rule,
        SOURCE,
        "未回収分負担額",
        fiscal_year=fiscal_year,
        amount_yen=amount_yen,
        shares=shares,
        parameters=parameters,
    )
