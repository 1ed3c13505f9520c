"""案件の入力: filters of the list, corrections, answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cases.case_filter import CaseFilter
from cases.classification import TOPICS
from cases.kinds import KINDS
from cases.lifecycle import CLOSED, STATE_LABELS
from helpdesk.forms.fields import FormReader
from helpdesk.users.permissions import Person, sees_inside


@dataclass(frozen=True, slots=True)
class CaseFilterForm:
    """絞り込み as typed; what is not a choice counts as not chosen."""

    q: str
    kind: str
    status: str
    topic: str
    business: str

    @property
    def is_filtered(self) -> bool:
        """Whether anything was chosen."""
        return bool(self.q or self.kind or self.status or self.topic or self.business)

    def to_filter(self, scope: str, person: Person, now: datetime) -> CaseFilter:
        """The filter for the query: the scope and what was chosen.

        Texts are searched only for who sees the desk's own side: a memo must not be found word by word.
        """
        return CaseFilter(
            open_only=scope in ("open", "mine", "unassigned", "overdue") and self.status != CLOSED,
            status=self.status or None,
            assignee_id=person.id if scope == "mine" else None,
            unassigned=scope == "unassigned",
            due_before=now if scope == "overdue" else None,
            kind=self.kind or None,
            topic=self.topic or None,
            business_id=int(self.business) if self.business else None,
            text=(self.q or None) if sees_inside(person) else None,
        )


@dataclass(frozen=True, slots=True)
class ChangeForm:
    """案件の訂正 as typed; `names_contact`: the page offered the people of the business."""

    topic: str
    business_id: int | None
    contact_id: int | None
    names_contact: bool
    assignee_id: int | None
    version: int


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """回答 as typed."""

    subject: str
    body: str
    version: int
    seen_message_id: int | None


def read_case_filter(values: Mapping[str, str]) -> CaseFilterForm:
    """The filter bar's fields."""
    business = values.get("business", "")
    return CaseFilterForm(
        q=values.get("q", "").strip()[:200],
        kind=values.get("kind", "") if values.get("kind", "") in KINDS else "",
        status=values.get("status", "") if values.get("status", "") in STATE_LABELS else "",
        topic=values.get("topic", "") if values.get("topic", "") in TOPICS else "",
        business=business if business.isascii() and business.isdigit() and len(business) < 10 else "",
    )


def read_change(values: Mapping[str, str]) -> ChangeForm:
    """The correction form. Raises `Refused`."""
    reader = FormReader(values)
    form = ChangeForm(
        topic=reader.choice("topic", "区分", TOPICS, required=True),
        business_id=reader.whole("business", "事業者"),
        contact_id=reader.whole("contact", "担当者"),
        names_contact="contact" in values,
        assignee_id=reader.whole("assignee", "担当"),
        version=reader.whole("version", "版", required=True) or 0,
    )
    reader.refuse_if_wrong()
    return form


def read_answer(values: Mapping[str, str]) -> AnswerForm:
    """The answer's form. Raises `Refused`."""
    reader = FormReader(values)
    form = AnswerForm(
        subject=reader.text("subject", "件名", required=True, most=300).replace("\n", " "),
        body=reader.text("body", "本文", required=True, most=50_000),
        version=reader.whole("version", "版", required=True) or 0,
        seen_message_id=reader.whole("seen", "読んだメール"),
    )
    reader.refuse_if_wrong()
    return form
