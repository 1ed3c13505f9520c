"""申立ての内容の点検: claimed inputs and claimed amounts against one notified result, checked completely, all at once.

Claimed inputs have the shape of what-if changes (`what_if`), but must also be possible: nothing beyond the contract.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.errors import Problem, Refused
from helpdesk.register.models import NotifiedResult
from helpdesk.register.runs import gather_for
from helpdesk.register.statement_inputs import StatementInputs
from helpdesk.register.what_if import Change, apply_changes, check_changes

CLAIM = "主張"
MOST_CLAIMS = 20
_WHOLE_YEN = re.compile(r"-?[0-9]{1,16}")
_LARGEST_YEN = 2**53
_MAY_BE_NEGATIVE = ("net_yen", "tax_yen", "total_yen")


def check_claims(
    session: Session,
    folder: Path,
    notice: NotifiedResult,
    rows: Sequence[Mapping[str, Any]],
    amounts: Mapping[str, str],
) -> tuple[list[dict[str, Any]], list[list[str]]]:
    """The claims with a Japanese `text` each, and the claimed amounts as [key, label, unit, exact].

    `amounts`: what was typed, by key of the notice's figures; an empty one is not claimed. Raises `Refused` with every
    problem of every field, `SlotsMissing` when there is nothing to compare the claims with.
    """
    figures, problems = _claimed_figures(notice, amounts)
    claims: list[dict[str, Any]] = []
    if len(rows) > MOST_CLAIMS:
        problems.append(
            Problem(CLAIM, f"一度に申し立てられるのは {MOST_CLAIMS} 件までです（いま {len(rows)} 件）")
        )
    elif rows:
        inputs = gather_for(session, folder, notice)
        try:
            check_changes(inputs, rows, noun=CLAIM, speaks_against=_impossible)
            claims = apply_changes(inputs, rows)
        except Refused as refused:
            problems = refused.problems + problems
    if problems:
        raise Refused(problems)
    return claims, figures


def claimable(notice: NotifiedResult) -> list[tuple[str, str]]:
    """Key and label of the amounts of a notice that can be claimed to be others: all in yen."""
    return [(key, label) for key, label, unit, _ in notice.figures if unit == "yen"]


def amount_place(label: str) -> str:
    """Where a problem of a claimed amount is."""
    return f"主張する金額・{label}"


def apply_claims(inputs: StatementInputs, claims: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Put kept claims into inputs; raises `Refused` when they no longer fit what is registered."""
    kept = [{name: value for name, value in claim.items() if name != "accepted"} for claim in claims]
    check_changes(inputs, kept, noun=CLAIM, speaks_against=_impossible)
    return apply_changes(inputs, kept)


def _impossible(change: Change) -> str | None:
    """A claim is written into the one registered contract; what a substitution made of it is no value of its own."""
    if change.resource.periods and change.kind in change.resource.contract:
        return (
            "電源等差替で契約が年度の途中に変わっています。主張としては計算できません。"
            "仮の条件で試算し、契約か電源等差替の取り込みで訂正してください"
        )
    contract_kw = change.resource.contract["contract_kw"]
    if change.kind in ("offered_kw", "assessed_kw") and change.value > contract_kw:
        return f"契約容量 {contract_kw:,} kW を超えています。契約容量以下にしてください"
    return None


def _claimed_figures(
    notice: NotifiedResult, amounts: Mapping[str, str]
) -> tuple[list[list[str]], list[Problem]]:
    labels = dict(claimable(notice))
    figures, problems = [], []
    for key in sorted(amounts.keys() - labels.keys()):
        problems.append(Problem("主張する金額", f"「{key[:60]}」は、この通知の金額の項目にありません"))
    for key, label in labels.items():
        typed = str(amounts.get(key, ""))
        plain = unicodedata.normalize("NFKC", typed).replace(",", "").replace("−", "-").strip()
        plain = plain.removeprefix("¥").removesuffix("円").strip()
        if not plain:
            continue
        if not _WHOLE_YEN.fullmatch(plain) or abs(int(plain)) > _LARGEST_YEN:
            message = f"「{typed[:30]}」は円単位の整数ではありません。例：1,234,567"
        elif int(plain) < 0 and key not in _MAY_BE_NEGATIVE:
            message = f"「{typed[:30]}」は負の金額です。0 以上にしてください"
        else:
            figures.append([key, label, "yen", str(int(plain))])
            continue
        problems.append(Problem(amount_place(label), message))
    return figures, problems
