"""精算の入力: which year, month and family, which statements of a list, which of them are approved, who stands in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from werkzeug.datastructures import MultiDict

from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.errors import NotFound, Problem, Refused
from helpdesk.forms.fields import FormReader, row_number
from helpdesk.queries.statements_list import ANSWER_FILTERS, SORTS, Filter
from helpdesk.settlement.models import DIRECTIONS, STATES, WHOLE_YEAR, YEARLY
from helpdesk.settlement.steps import STEPS

FIRST_YEAR, LAST_YEAR = 2024, 2100  # of delivery, in the capacity market
MONTHS = (*DELIVERY_MONTHS, WHOLE_YEAR)
_MOST_CHOSEN = 5_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """選んだ精算: a statement as the person saw it, enough for the fingerprint of what was shown."""

    id: int
    state: str
    round: int
    newest: bool = True


@dataclass(frozen=True, slots=True)
class DeputyForm:
    """代理の指定 as typed."""

    step: int
    user_id: int
    valid_from: date
    valid_to: date
    reason: str


def check_year(fiscal_year: int) -> int:
    """A fiscal year of delivery, or `NotFound`."""
    if not FIRST_YEAR <= fiscal_year <= LAST_YEAR:
        raise NotFound(f"{fiscal_year} 年度の精算はありません")
    return fiscal_year


def check_month(fiscal_year: int, delivery_month: int, family: str | None = None) -> tuple[int, int]:
    """A fiscal year and a month of it (0: the whole year) that this family has, or `NotFound`."""
    if delivery_month not in MONTHS:
        raise NotFound(f"{delivery_month} 月という月はありません")
    if family is not None and (family in YEARLY) != (delivery_month == WHOLE_YEAR):
        raise NotFound("その月にこの区分の精算はありません")
    return check_year(fiscal_year), delivery_month


def read_year(text: str, usual: int) -> int:
    """The year in an address; the usual one where none is given. Raises `NotFound`."""
    return check_year(int(text)) if text.isdecimal() and text.isascii() and len(text) == 4 else usual


def read_filter(values: Mapping[str, str]) -> Filter:
    """Which statements of a list; what is unknown does not filter."""
    wanted = {name: values.get(name, "") for name in ("state", "direction", "answer", "sort")}
    return Filter(
        text=values.get("q", "").strip()[:60],
        state=wanted["state"] if wanted["state"] in STATES else "",
        direction=wanted["direction"] if wanted["direction"] in DIRECTIONS else "",
        answer=wanted["answer"] if wanted["answer"] in ANSWER_FILTERS else "",
        sort=wanted["sort"] if wanted["sort"] in SORTS else "code",
        after=values.get("after", "")[:80],
    )


def read_step(values: Mapping[str, str]) -> int:
    """The step that is taken. Raises `Refused`."""
    text = values.get("step", "")
    if text not in {str(step.number) for step in STEPS}:
        raise Refused([Problem("承認の段階", "画面を開き直して、もう一度実行してください")])
    return int(text)


def read_chosen(values: MultiDict[str, str]) -> list[Chosen]:
    """The ticked statements, each as `id-state-round`. Raises `Refused` where none is, or a value is not ours."""
    found = []
    for text in values.getlist("chosen")[:_MOST_CHOSEN]:
        number, _, rest = text.partition("-")
        state, _, round_text = rest.partition("-")
        if not row_number(number) or state not in STATES or not row_number(round_text):
            raise Refused([Problem("選んだ精算", "画面を開き直して、もう一度選んでください")])
        found.append(Chosen(row_number(number), state, row_number(round_text)))
    if not found:
        raise Refused([Problem("選んだ精算", "承認する精算を一つ以上選んでください")])
    return found


def read_deputy(values: Mapping[str, str], people: Mapping[str, str]) -> DeputyForm:
    """The form of the deputies' page; `people` are those who can be chosen. Raises `Refused` with every problem."""
    reader = FormReader(values)
    steps = {str(step.number): step.label for step in STEPS}
    step = reader.choice("step", "段階", steps, required=True)
    user = reader.choice("user", "代理", people, required=True)
    valid_from = reader.day("valid_from", "開始日", required=True)
    valid_to = reader.day("valid_to", "終了日", required=True)
    reason = reader.text("reason", "理由", required=True, most=2_000)
    reader.refuse_if_wrong()
    assert valid_from is not None
    assert valid_to is not None
    return DeputyForm(int(step), int(user), valid_from, valid_to, reason)
