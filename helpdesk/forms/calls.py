"""電話の入力: beginning a call, what is typed while it lasts, how it ends, and the filters of the list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from cases.call_checks import DISCARDED, OUTCOMES
from cases.call_lists import CallFilter
from cases.call_state import DIRECTIONS
from cases.classification import TOPICS
from helpdesk.clock import JAPAN
from helpdesk.errors import Problem
from helpdesk.forms.fields import FormReader, row_number
from helpdesk.workflows.log_call import Finishing, NewCall

LABELS = {
    "telephone": "電話番号",
    "person_name": "相手の氏名",
    "subject": "件名",
    "content": "内容",
    "outcome": "結果",
    "next_call_at": "次の電話",
    "next_call_note": "次の電話のメモ",
    "promised_on": "入金約束日",
    "promised_yen": "入金約束額",
    "ended_at": "終了時刻",
    "started_at": "開始時刻",
}
SHOWN_OUTCOMES = OUTCOMES | {DISCARDED: "取消（電話ではなかった）"}
_TEXTS = ("telephone", "person_name", "subject", "content", "next_call_note")
_MOST_YEN = 10**15


@dataclass(frozen=True, slots=True)
class CallFilterForm:
    """絞り込み as typed; what is not a choice counts as not chosen."""

    operator: str
    business: str
    outcome: str
    on: str

    @property
    def is_filtered(self) -> bool:
        """Whether anything was chosen."""
        return bool(self.operator or self.business or self.outcome or self.on)

    def to_filter(self) -> CallFilter:
        """The filter for the query."""
        return CallFilter(
            operator_id=int(self.operator) if self.operator else None,
            business_id=int(self.business) if self.business else None,
            outcome=self.outcome or None,
            on=date.fromisoformat(self.on) if self.on else None,
        )


def read_begin(values: Mapping[str, str]) -> NewCall:
    """The button that begins a call. Raises `Refused`."""
    reader = FormReader(values)
    form = NewCall(
        direction=reader.choice("direction", "着信・発信", DIRECTIONS, required=True),
        telephone=reader.text("telephone", LABELS["telephone"], most=100),
        business_id=row_number(values.get("business", "")),
        contact_id=row_number(values.get("contact", "")),
        case_number=values.get("case", "").strip()[:40],
        started_at=_moment(reader, values, "started_at"),
        hang_up=values.get("hang_up") == "1",
    )
    reader.refuse_if_wrong()
    return form


def read_typed(values: Mapping[str, str]) -> dict[str, Any]:
    """What has been typed so far; a date or an amount that is not finished yet is left out, nothing is refused."""
    found: dict[str, Any] = {name: values[name] for name in _TEXTS if name in values}
    if "outcome" in values:
        found["outcome"] = values["outcome"]
    reader = FormReader(values)
    readings = {
        "next_call_at": _moment(reader, values, "next_call_at"),
        "promised_on": reader.day("promised_on", LABELS["promised_on"]),
        "promised_yen": reader.whole("promised_yen", LABELS["promised_yen"], least=1, most=_MOST_YEN),
    }
    wrong = {problem.where for problem in reader.problems}
    return found | {
        name: value for name, value in readings.items() if name in values and LABELS[name] not in wrong
    }


def read_end(values: Mapping[str, str]) -> tuple[Finishing, list[Problem]]:
    """How the call is to end, and what cannot be read of it: the call's own problems are to be said with these."""
    reader = FormReader(values)
    form = Finishing(
        typed={name: values.get(name, "") for name in _TEXTS},
        outcome=reader.choice("outcome", LABELS["outcome"], OUTCOMES, required=True),
        topic=reader.choice("topic", "区分", TOPICS) or None,
        ended_at=_moment(reader, values, "ended_at"),
        next_call_at=_moment(reader, values, "next_call_at"),
        promised_on=reader.day("promised_on", LABELS["promised_on"]),
        promised_yen=reader.whole("promised_yen", LABELS["promised_yen"], most=_MOST_YEN),
        assignee_id=row_number(values.get("assignee", "")) or None,
        close=values.get("close") == "1",
    )
    return form, reader.problems


def read_call_filter(values: Mapping[str, str]) -> CallFilterForm:
    """The filter bar's fields."""
    return CallFilterForm(
        operator=str(row_number(values.get("operator", "")) or ""),
        business=str(row_number(values.get("business", "")) or ""),
        outcome=values.get("outcome", "") if values.get("outcome", "") in SHOWN_OUTCOMES else "",
        on=_day(values.get("on", "")),
    )


def local_moment(moment: datetime | None) -> str:
    """A moment as a `datetime-local` field carries it, Japan time."""
    return moment.astimezone(JAPAN).strftime("%Y-%m-%dT%H:%M") if moment else ""


def _moment(reader: FormReader, values: Mapping[str, str], name: str) -> datetime | None:
    """A moment of a `datetime-local` field, or typed by hand (`2026-07-01 10:00`), Japan time."""
    text = values.get(name, "").strip().replace(" ", "T").replace("/", "-")
    if not text:
        return None
    for form in ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"):
        try:
            found = datetime.strptime(text, form).replace(tzinfo=JAPAN)
            return found.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    words = f"「{text[:20]}」は日時ではありません（例 2026-07-01 10:00）"
    reader.problems.append(Problem(LABELS[name], words))
    return None


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return ""
    return day.isoformat() if 1900 < day.year < 3000 else ""
