"""年度の負担額による配分: how is one amount of a year shared among retailers by what they bore of the contribution?

The ratio of a retailer is the contribution of its months of the year, as last computed. The rule shares over all; each
statement explains its own share beside the sum of the others, and says where the largest remainder moves a yen.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from calc_core import catalogue
from calc_core.configuration import Configuration
from helpdesk.settlement.area_statements import OTHERS, Figure, Part, codes
from helpdesk.settlement.billed_parts import last_figures
from helpdesk.settlement.contribution import FAMILY as CONTRIBUTION
from helpdesk.settlement.contribution import TOTAL
from helpdesk.settlement.own_share import percent_text

EVERYWHERE = "全エリア"


@dataclass(frozen=True, slots=True)
class Burden:
    """年度の負担額: a retailer's contribution of a year."""

    business_id: int
    code: str
    yen: int


def burdens(session: Session, fiscal_year: int) -> list[Burden]:
    """What each retailer bore of the contribution of a year, by their codes; nobody twice."""
    by_business: dict[int, int] = {}
    for (business_id, _), figures in last_figures(session, CONTRIBUTION, fiscal_year).items():
        by_business[business_id] = by_business.get(business_id, 0) + int(figures.get(TOTAL[0], "0"))
    named = codes(session)
    found = [Burden(business_id, named[business_id], yen) for business_id, yen in by_business.items()]
    return sorted(found, key=lambda each: each.code)


def shared_out(
    rule: str,
    result: tuple[str, str],
    fiscal_year: int,
    amount_yen: int,
    of: Sequence[Burden],
    parameters: Configuration | None,
    *,
    figures: Sequence[Figure] = (),
    without: Collection[int] = (),
) -> dict[int, Part]:
    """Each retailer's part by its id; `result` is the rule's value and its label. Those in `without` bear nothing.

    Raises the rule's `InputRefused` where nobody is left to share among.
    """
    sharing = [each for each in of if each.business_id not in without and each.yen > 0]
    shares = [{"business": each.code, "ratio": each.yen} for each in sharing]
    inputs = {"amount_yen": amount_yen, "shares": shares}
    values: Mapping[str, Any] = catalogue.evaluate(rule, fiscal_year, inputs, parameters).values
    whole = sum(each.yen for each in sharing)
    name, label = result
    parts = {}
    for each in sharing:
        own = _beside_others(each, whole, len(sharing), amount_yen)
        alone: Mapping[str, Any] = catalogue.evaluate(rule, fiscal_year, own, parameters).values
        yen = values[name][each.code]
        told = [
            *figures,
            ["burden_yen", "年度の容量拠出金", "yen", str(each.yen)],
            ["share_percent", "配分比率", "percent", percent_text(each.yen, whole)],
            [name, label, "yen", str(yen)],
        ]
        parts[each.business_id] = Part(
            EVERYWHERE, own, name, yen, each.code, yen - alone[name][each.code], figures=told
        )
    return parts


def _beside_others(each: Burden, whole: int, count: int, amount_yen: int) -> dict[str, Any]:
    shares = [{"business": each.code, "ratio": each.yen}]
    if count > 1:
        shares.append({"business": OTHERS.format(count=count - 1), "ratio": whole - each.yen})
    return {"amount_yen": amount_yen, "shares": shares}
