"""算定の入力: which year, which results of a month, what to compute, which slots to correct or to try."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.errors import NotFound, Problem, Refused
from helpdesk.queries.assessment_month import ONLY, SORTS, Filter
from helpdesk.register.models import RESULT_STATES, SLOT_KINDS
from helpdesk.register.month_results import FIGURES
from helpdesk.register.typed_slots import slot_text

FIRST_YEAR, LAST_YEAR = 2024, 2100  # of delivery, in the capacity market
TRIED = {
    "first_date": "始まりの日",
    "last_date": "終わりの日",
    "first_slot": "始まりのコマ",
    "last_slot": "終わりのコマ",
    "kind": "変えるもの",
    "value": "新しい値",
}


@dataclass(frozen=True, slots=True)
class RunWish:
    """一括算定の範囲: until which month, and the code of one business or resource (none: all)."""

    last_month: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class SlotChange:
    """コマの変更 as typed: for trying out, and for a correction with its reason."""

    values: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""

    @property
    def is_given(self) -> bool:
        """Whether something was asked for."""
        return bool(self.values.get("first_date") or self.values.get("value"))

    def row(self, resource_code: str) -> dict[str, str | int]:
        """The change as `register.what_if` takes it."""
        return {"row": 1, "resource": resource_code} | {
            name: value for name, value in self.values.items() if value
        }


def check_year(fiscal_year: int) -> int:
    """A fiscal year of delivery, or `NotFound`."""
    if not FIRST_YEAR <= fiscal_year <= LAST_YEAR:
        raise NotFound(f"{fiscal_year} 年度の算定はありません")
    return fiscal_year


def check_month(fiscal_year: int, delivery_month: int) -> tuple[int, int]:
    """A fiscal year and one of its months, or `NotFound`."""
    if delivery_month not in DELIVERY_MONTHS:
        raise NotFound(f"{delivery_month} 月という月はありません")
    return check_year(fiscal_year), delivery_month


def read_year(text: str, usual: int) -> int:
    """The year in an address; the usual one where none is given. Raises `NotFound`."""
    if not text:
        return usual
    return check_year(int(text)) if text.isdecimal() and text.isascii() and len(text) == 4 else usual


def read_filter(values: Mapping[str, str]) -> Filter:
    """Which results of a month; what is unknown does not filter."""
    state, only, sort = (values.get(name, "") for name in ("state", "only", "sort"))
    return Filter(
        text=values.get("q", "").strip()[:60],
        state=state if state in RESULT_STATES else "",
        only=only if only in ONLY else "",
        sort=sort if sort in SORTS else "code",
        after=values.get("after", "")[:80],
        business_id=read_number(values.get("business", "")),
    )


def read_run(values: Mapping[str, str]) -> RunWish:
    """What to compute. Raises `Refused`."""
    month = values.get("last_month", "")
    if month not in {str(each) for each in DELIVERY_MONTHS}:
        raise Refused([Problem("何月分まで", "一覧から月を選んでください")])
    return RunWish(int(month), values.get("code", "").strip()[:40])


def read_change(values: Mapping[str, str]) -> SlotChange:
    """A changed value of slots as typed; an offered kW unless another kind is named."""
    given = {name: values.get(name, "").strip()[:40] for name in TRIED}
    given |= {name: slot_text(given[name], ends=name == "last_slot") for name in ("first_slot", "last_slot")}
    given["value"] = _number_text(given["value"])
    if given["kind"] not in SLOT_KINDS:
        given["kind"] = "offered_kw"
    return SlotChange(given, values.get("reason", "").strip()[:2_000])


def _number_text(typed: str) -> str:
    """A typed number in half width without its unit; the separators are the reader's business."""
    return re.sub(r"(?:kw|倍)$", "", unicodedata.normalize("NFKC", typed), flags=re.IGNORECASE).strip()


def read_day(text: str) -> date:
    """A day as a form of ours sends it. Raises `Refused`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused([Problem("日付", "日付は 2026-05-03 の形で入力してください")]) from None


def read_optional_day(text: str) -> date | None:
    """A day as a form of ours sends it; none for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_figures(values: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Typed figures of a result by name (an empty one changes nothing), and the reason."""
    typed = {name: values.get(name, "").strip()[:60] for name in FIGURES}
    return {name: text for name, text in typed.items() if text}, values.get("reason", "").strip()[:2_001]


def read_number(text: str) -> int | None:
    """A row's number; none for anything else."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= 9 else None
