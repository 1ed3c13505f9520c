"""比率による配分: what does each business bear or receive of one amount, by its ratio?

`settlement/uncollected_surcharge` and `settlement/refund` share this. The documents at hand name both steps and their
inputs, no formula: proportional to the normalised ratios, by the largest remainder, is a policy.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from calc_core.configuration import RuleParameters
from calc_core.errors import Problem
from calc_core.explanation import Result
from calc_core.inputs import quantity, rows, text
from calc_core.proportion import largest_remainder
from calc_core.rule import Derivation, Rule

SHARES = rows("shares", "事業者ごとの比率", text("business", "事業者"), quantity("ratio", "比率", "ratio"))
TERMS = {"amount_by_business_yen": "事業者ごとの額"}


def refuse_shares(inputs: Mapping[str, Any]) -> Iterable[Problem]:
    """A business twice, and ratios that come to nothing."""
    if "shares" not in inputs:
        return
    yield from repeated("shares", "business", inputs["shares"])
    if not any(row["ratio"] for row in inputs["shares"]):
        yield Problem(
            "shares", "比率の合計が0のため配分できません。0より大きい比率を持つ事業者を指定してください"
        )


def repeated(name: str, key: str, listed: Iterable[Mapping[str, Any]]) -> Iterable[Problem]:
    """Every further row of the same name in a list whose rows must differ."""
    times = Counter(row[key] for row in listed)
    for row in sorted(row for row, count in times.items() if count > 1):
        yield Problem(name, f"「{row}」が{times[row]}回あります。1行にまとめてください")


def share_out(
    declared: Rule,
    source: str,
    label: str,
    *,
    fiscal_year: int,
    amount_yen: int,
    shares: tuple[dict[str, Any], ...],
    parameters: RuleParameters,
) -> Result:
    """事業者ごとの額: amount × ratio / Σ ratios by the largest remainder, ties by business code; they come to the amount."""
    derivation = Derivation(source)
    ordered = sorted(shares, key=lambda row: row["business"])
    businesses, ratios = [row["business"] for row in ordered], [row["ratio"] for row in ordered]
    amounts = derivation.step(
        f"{label}（比率による配分、端数は最大剰余法）",
        "largest_remainder(amount_yen, ratio)",
        largest_remainder(amount_yen, ratios),
        "yen",
        parameters.policy("sharing"),
        business=businesses,
        amount_yen=amount_yen,
        ratio=ratios,
    )
    derivation.step(
        f"{label}の合計（配分する額と一致）",
        "sum(amount_by_business_yen)",
        sum(amounts),
        "yen",
        business=businesses,
        amount_by_business_yen=amounts,
    )
    named = dict(zip(businesses, amounts, strict=True))
    return derivation.result(declared, fiscal_year, **{declared.value.name: named})
