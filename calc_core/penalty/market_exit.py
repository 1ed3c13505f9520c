"""市場退出時の経済的ペナルティ: what does leaving the market with all or part of a contract cost?

Supplementary document on the penalty and contract amount manual, October 2024, p. 4: it arises beside the contract amount.
No document at hand tells the rates before and after the cut-off of the additional auction; only the one needed is asked.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from calc_core import rounding
from calc_core.configuration import RuleParameters
from calc_core.errors import Problem
from calc_core.explanation import Result
from calc_core.inputs import flag, whole, yen
from calc_core.rule import Derivation, Output, rule

SOURCE = "意見募集補足説明資料 p.4 市場退出時の経済的ペナルティ"


def _refuse(inputs: Mapping[str, Any]) -> Iterable[Problem]:
    exited_kw, contract_kw = inputs.get("exited_kw"), inputs.get("contract_kw")
    if exited_kw is not None and contract_kw is not None and exited_kw > contract_kw:
        message = f"退出した容量は契約容量 contract_kw 以下で指定してください（{exited_kw} > {contract_kw}）"
        yield Problem("exited_kw", message)


def _needs(inputs: Mapping[str, Any]) -> Iterable[str]:
    if "after_cut_off" in inputs:
        yield _rate(inputs["after_cut_off"])


def _rate(after_cut_off: bool) -> str:
    return "rate_after" if after_cut_off else "rate_before"


@rule(
    "penalty/market_exit",
    title="市場退出時の経済的ペナルティ",
    inputs=(
        yen("contract_amount_yen", "容量確保契約金額"),
        whole("exited_kw", "退出した容量", "kw"),
        whole("contract_kw", "契約容量", "kw", positive=True),
        flag("after_cut_off", "追加オークションの開催判断に必要な情報の締切後か"),
    ),
    results=(Output("penalty_yen", "経済的ペナルティ額", "yen"),),
    refuse=_refuse,
    needs=_needs,
)
def market_exit(
    *,
    fiscal_year: int,
    contract_amount_yen: int,
    exited_kw: int,
    contract_kw: int,
    after_cut_off: bool,
    parameters: RuleParameters,
) -> Result:
    """ペナルティ額 = floor(amount × exited kW / contract kW × the rate before or after the cut-off)."""
    derivation = Derivation(SOURCE)
    rate = parameters.number(_rate(after_cut_off))
    penalty_yen = derivation.step(
        f"経済的ペナルティ額（締切{'後' if after_cut_off else '前'}の率、円未満切り捨て）",
        f"floor(contract_amount_yen * exited_kw * {rate.name} / contract_kw)",
        rounding.floor(contract_amount_yen * exited_kw * rate.value / contract_kw),
        "yen",
        rate,
        contract_amount_yen=contract_amount_yen,
        exited_kw=exited_kw,
        contract_kw=contract_kw,
        after_cut_off=after_cut_off,
    )
    return derivation.result(market_exit.rule, fiscal_year, penalty_yen=penalty_yen)
