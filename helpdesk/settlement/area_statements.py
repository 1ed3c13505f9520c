"""エリアごとの計算による精算: how do parts of several areas (or one of all) become a business's statement?

Its inputs are those of `derivation`: each part with the rule's inputs that explain it and what came of it, then the items.
What is invoiced stands in the figures as a positive amount; the statement's own amounts are signed as everywhere. No tax
is added, nothing is set off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.models import Business
from helpdesk.settlement.computed import ComputedStatement
from helpdesk.settlement.items import adjustments
from helpdesk.settlement.models import SettlementItem

OTHERS = "他の小売電気事業者（{count}者の合計）"

Figure = Sequence[str]  # key, label, unit, exact text


@dataclass(frozen=True, slots=True)
class Part:
    """エリアの部分: the inputs of the rule that give the business its yen, and figures beside it.

    `name` and `of` say which value of the rule is its own; `rounding_yen` is what the largest remainder over all
    businesses adds to what the rule gives for this business beside the sum of the others.
    """

    area: str
    inputs: Mapping[str, Any]
    name: str
    yen: int
    of: str | None = None
    rounding_yen: int = 0
    figures: Sequence[Figure] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """As a statement keeps it."""
        return {
            "area": self.area,
            "inputs": self.inputs,
            "name": self.name,
            "of": self.of,
            "yen": str(self.yen - self.rounding_yen),
        }


def area_statement(
    business_id: int,
    rule: str,
    parts: Sequence[Part],
    items: Sequence[SettlementItem],
    *,
    total: tuple[str, str],
    given: bool = False,
    figures: Sequence[Figure] = (),
) -> ComputedStatement:
    """A business's statement of these parts; `total` is key and label of their sum, `given` says that it is paid out."""
    own_yen = sum(part.yen for part in parts)
    sign = 1 if given else -1
    extra = adjustments(items)
    rounding_yen = sum(part.rounding_yen for part in parts)
    if rounding_yen:
        extra.append({"reason": "端数の配分（最大剰余法による1円）", "yen": sign * rounding_yen})
    net_yen = sign * own_yen + sum(item.yen for item in items)
    told = [
        [f"area.{part.area}.{key}", f"{part.area} {label}", unit, text]
        for part in parts
        for key, label, unit, text in part.figures
    ]
    told += [list(each) for each in figures]
    told.append([*total, "yen", str(own_yen)])
    if items:
        told.append(
            [
                "adjustments_yen",
                "精算項目の合計（正は貴社に有利な額）",
                "yen",
                str(sum(item.yen for item in items)),
            ]
        )
        label = "還元額（精算項目を含む）" if given else "請求額（精算項目を含む。負は交付額）"
        told.append(["claim_yen", label, "yen", str(sign * net_yen)])
    return ComputedStatement(
        business_id,
        rule,
        {"areas": [part.to_json() for part in parts], "adjustments": extra},
        net_yen=net_yen,
        tax_yen=0,
        offset_yen=0,
        total_yen=net_yen,
        carried_debt_yen=0,
        figures=told,
        sources={"items": [item.id for item in items]},
    )


def codes(session: Session) -> dict[int, str]:
    """The code of every business, by its id."""
    return {row.id: row.code for row in session.execute(select(Business.id, Business.code))}
