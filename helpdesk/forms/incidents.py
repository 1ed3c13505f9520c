"""事案の入力: acknowledging an incident, closing it, a note for the next one on duty, an inquiry that follows it."""

from collections.abc import Mapping
from dataclasses import dataclass

from helpdesk.forms.fields import FormReader

CASE_LABEL = "案件番号"
LABELS = {"acknowledge": "コメント", "close": "終了の理由", "note": "メモ", "link": CASE_LABEL}
TEXT_MOST = 2000


@dataclass(frozen=True, slots=True)
class IncidentForm:
    """確認・終了 as typed: the words, and the version of the incident that was on the screen."""

    text: str
    version: int


def read_acknowledgement(values: Mapping[str, str]) -> IncidentForm:
    """確認: a comment is welcome, not demanded; at 03:30 one click must do."""
    return _read(values, LABELS["acknowledge"], required=False)


def read_closing(values: Mapping[str, str]) -> IncidentForm:
    """終了: nobody closes an incident without saying why."""
    return _read(values, LABELS["close"], required=True)


def read_note(values: Mapping[str, str]) -> str:
    """メモ."""
    form = FormReader(values)
    text = form.text("text", LABELS["note"], required=True, most=TEXT_MOST)
    form.refuse_if_wrong()
    return text


def read_case_number(values: Mapping[str, str]) -> str:
    """The number of an inquiry, as it stands on its page."""
    form = FormReader(values)
    number = form.text("text", CASE_LABEL, required=True, most=50)
    form.refuse_if_wrong()
    return number


def _read(values: Mapping[str, str], label: str, *, required: bool) -> IncidentForm:
    form = FormReader(values)
    text = form.text("text", label, required=required, most=TEXT_MOST)
    version = form.whole("version", "版", required=True)
    form.refuse_if_wrong()
    return IncidentForm(text=text, version=version or 0)
