"""経済的ペナルティの上限: how much of a month's penalties may be charged, by the month and by the year?

No document at hand tells the two ratios; a cap that is not configured is not applied, and the result says so. A negative
month is a correction in favour of the business and stays as it is.
"""

from calc_core import rounding
from calc_core.configuration import RuleParameters
from calc_core.explanation import Result
from calc_core.inputs import yen
from calc_core.rule import Derivation, Output, rule

SOURCE = "公表資料に定めなし（月間・年間の上限）"


@rule(
    "penalty/caps",
    title="経済的ペナルティの上限（月間・年間）",
    inputs=(
        yen("contract_amount_yen", "容量確保契約金額"),
        yen("month_yen", "当月のペナルティ額の合計（上限適用前）", negative=True),
        yen("year_before_yen", "前月までのペナルティ額の合計（上限適用後）"),
    ),
    results=(Output("penalty_yen", "上限適用後の当月の経済的ペナルティ額", "yen"),),
    terms={
        "monthly_cap_yen": "月間の上限額",
        "annual_cap_yen": "年間の上限額",
        "annual_left_yen": "年間の上限額の残り",
    },
)
def caps(
    *,
    fiscal_year: int,
    contract_amount_yen: int,
    month_yen: int,
    year_before_yen: int,
    parameters: RuleParameters,
) -> Result:
    """ペナルティ額 = min(month, floor(amount × monthly ratio), what floor(amount × annual ratio) leaves, never below 0)."""
    derivation = Derivation(SOURCE)
    bounds = {"month_yen": month_yen}
    if parameters.is_configured("monthly_ratio"):
        bounds["monthly_cap_yen"] = _cap(derivation, parameters, "monthly", "月間", contract_amount_yen)
    else:
        derivation.warn(_not_applied("月間", "monthly_ratio"))
    if parameters.is_configured("annual_ratio"):
        annual_cap_yen = _cap(derivation, parameters, "annual", "年間", contract_amount_yen)
        bounds["annual_left_yen"] = derivation.step(
            "年間の上限額の残り",
            "max(annual_cap_yen - year_before_yen, 0)",
            max(annual_cap_yen - year_before_yen, 0),
            "yen",
            annual_cap_yen=annual_cap_yen,
            year_before_yen=year_before_yen,
        )
    else:
        derivation.warn(_not_applied("年間", "annual_ratio"))
    capped = len(bounds) > 1
    penalty_yen = derivation.step(
        "上限適用後の当月の経済的ペナルティ額" if capped else "当月の経済的ペナルティ額（上限の設定なし）",
        f"min({', '.join(bounds)})" if capped else "month_yen",
        min(bounds.values()),
        "yen",
        parameters.policy("capped_sum"),
        parameters.policy("cut_part"),
        **bounds,
    )
    return derivation.result(caps.rule, fiscal_year, penalty_yen=penalty_yen)


def _cap(
    derivation: Derivation, parameters: RuleParameters, which: str, label: str, contract_amount_yen: int
) -> int:
    ratio = parameters.number(f"{which}_ratio")
    return derivation.step(
        f"{label}の上限額（円未満切り捨て）",
        f"floor(contract_amount_yen * {which}_ratio)",
        rounding.floor(contract_amount_yen * ratio.value),
        "yen",
        ratio,
        contract_amount_yen=contract_amount_yen,
    )


def _not_applied(label: str, name: str) -> str:
    return f"{label}の上限は未設定のため適用していません（penalty/caps.{name} に設定すると適用されます）"
