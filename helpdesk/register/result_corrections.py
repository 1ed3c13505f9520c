"""算定結果の修正: a person changes figures of a month's result, with the reason; the result is a new version beside it.

What follows from a changed figure follows at once: the cumulative slots move with the month's own, and the penalty of
the month is the sum of its parts, as long as no cap has cut it. Where a cap has, the total has to be told. Other months
stay as they are: what is wrong in slots or contracts is corrected there and computed again.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from calc_core import exact
from cases.history import Person
from helpdesk.errors import Conflict, Problem, Refused
from helpdesk.register.models import MonthResult
from helpdesk.register.month_results import FIGURES, PENALTY_PARTS, hold_year, listed, next_version

LARGEST_YEN = 2**53
LARGEST_NUMBER = 10**12  # of slots and kWh
LONGEST_REASON = 2_000
MAY_BE_NEGATIVE = (
    *PENALTY_PARTS,
    "penalty_total_yen",
    "payment_yen",
)  # a correction in favour of the business
_SEPARATED = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_WHOLE = re.compile(r"-?[0-9]{1,16}")
_TOTAL = "penalty_total_yen"

Refuse = Callable[[str, str], None]


def correct(
    session: Session,
    result: MonthResult,
    changes: Mapping[str, str],
    *,
    reason: str,
    by: Person,
    now: datetime,
) -> MonthResult:
    """修正: the next version with these figures, by name in typed text; it is the newest from now on, flushed.

    An empty text leaves a figure as it is. Raises `Refused` with every problem, `Conflict` for an older version.
    """
    hold_year(session, result.fiscal_year)
    session.refresh(result)
    if not result.newest:
        raise Conflict("この結果には新しい版があります。新しい版を開いてから修正してください")
    problems: list[Problem] = []
    figures = corrected_figures(result.figures, changes, problems)
    if not reason.strip():
        problems.append(Problem("理由", "修正の理由を入力してください"))
    elif len(reason.strip()) > LONGEST_REASON:
        problems.append(Problem("理由", f"理由は {LONGEST_REASON:,} 文字までにしてください"))
    if problems:
        raise Refused(problems)
    made = MonthResult(
        resource_id=result.resource_id,
        business_id=result.business_id,
        fiscal_year=result.fiscal_year,
        delivery_month=result.delivery_month,
        version=next_version(session, result),
        newest=True,
        state="corrected",
        **listed(figures, result.figures),
        figures=figures,
        inputs=result.inputs
        | {"computed": computed_figures(result), "corrected_by": [*_hands(result), by.id]},
        fleet_run_id=result.fleet_run_id,
        reason=reason.strip(),
        created_at=now,
        created_by_id=by.id,
        created_by_name=by.display_name,
    )
    result.newest = False
    session.flush()  # before the next one: only one version of a month is the newest
    session.add(made)
    session.flush()
    return made


def computed_figures(result: MonthResult) -> dict[str, str]:
    """What the last computation gave: of a version that a person made, the figures it was made from."""
    return result.inputs.get("computed", result.figures)


def _hands(result: MonthResult) -> list[int | None]:
    """Who corrected what nobody has fixed yet."""
    return [] if result.fixed_at is not None else result.inputs.get("corrected_by", [])


def corrected_figures(
    figures: Mapping[str, str], changes: Mapping[str, str], problems: list[Problem]
) -> dict[str, str]:
    """The figures with the typed changes and what follows from them; what is wrong is added to the problems."""
    found = len(problems)

    def refuse(name: str, message: str) -> None:
        problems.append(Problem(figure_place(name), message))

    typed = {}
    for name, text in changes.items():
        if name not in FIGURES:
            refuse(name, "この名前の数値はありません")
        elif str(text).strip():
            value = _read(name, str(text), refuse)
            if value is not None:
                typed[name] = value
    if len(problems) > found:
        return dict(figures)
    before = {name: exact.read(text) for name, text in figures.items()}
    after = before | typed
    _follow(before, typed, after, refuse)
    if after == before and len(problems) == found:
        problems.append(Problem("修正", "変わる数値がありません。修正する数値を入力してください"))
    return {name: exact.text(after[name]) for name in FIGURES if name in after}


def figure_place(name: str) -> str:
    """Where a problem of a typed figure is."""
    return f"修正・{FIGURES[name][0] if name in FIGURES else name[:60]}"


def _follow(
    before: Mapping[str, Fraction], typed: Mapping[str, Fraction], after: dict[str, Fraction], refuse: Refuse
) -> None:
    if "shortfall_slots" in typed and "cumulative_slots" not in typed:
        after["cumulative_slots"] = (
            before["cumulative_slots"] + typed["shortfall_slots"] - before["shortfall_slots"]
        )
    if after["cumulative_slots"] < after["shortfall_slots"]:
        refuse("cumulative_slots", "当月の未達成コマより小さくなります。両方の値を確かめてください")
    parts = sum(after[name] for name in PENALTY_PARTS)
    was_uncut = before[_TOTAL] == sum(before[name] for name in PENALTY_PARTS)
    if _TOTAL in typed:
        if after[_TOTAL] > parts or (parts <= 0 and after[_TOTAL] != parts):
            message = (
                f"内訳の合計 {exact.text(parts)} 円と合いません。内訳も修正するか、合計を確かめてください"
            )
            refuse(_TOTAL, message)
    elif any(name in typed for name in PENALTY_PARTS):
        if not was_uncut:
            refuse(_TOTAL, "この月には上限が適用されています。上限適用後の額も入力してください")
        after[_TOTAL] = parts


def _read(name: str, typed: str, refuse: Refuse) -> Fraction | None:
    plain = unicodedata.normalize("NFKC", typed).replace("−", "-").replace("‐", "-").strip()
    shown = f"「{typed.strip()[:30]}」"
    is_yen = FIGURES[name][1] == "yen"
    if is_yen:
        plain = plain.removeprefix("¥").removesuffix("円").strip()
    if "," in plain and not _SEPARATED.fullmatch(plain):
        refuse(name, f"{shown}は桁区切りの位置が3桁ごとではありません")
        return None
    plain = plain.replace(",", "")
    if is_yen:
        if not _WHOLE.fullmatch(plain) or abs(int(plain)) > LARGEST_YEN:
            refuse(name, f"{shown}は円単位の整数ではありません。例：1,234,567")
            return None
        value = Fraction(int(plain))
    else:
        try:
            value = exact.read(plain)
        except ValueError as error:
            refuse(name, f"{shown}は使えません。{error}")
            return None
    if not is_yen and value > LARGEST_NUMBER:
        refuse(name, f"{shown}は大きすぎます。{LARGEST_NUMBER:,} までにしてください")
        return None
    if value < 0 and name not in MAY_BE_NEGATIVE:
        refuse(name, f"{shown}は負です。0 以上にしてください")
        return None
    return value
