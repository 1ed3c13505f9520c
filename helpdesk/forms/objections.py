"""異議申立ての入力: which notice, why, which inputs and amounts are claimed; and the decision."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from cases.objection_state import ACCEPTED, DECISIONS
from cases.objections import Decision
from helpdesk.forms.calculations import changes_of, field_ids, read_rows
from helpdesk.forms.fields import FormReader, row_number
from helpdesk.register.claims import CLAIM, amount_place, claimable
from helpdesk.register.models import NotifiedResult

CHANNELS = {"phone": "電話", "letter": "書面"}
_LONGEST = 20_000
_AMOUNT = "amount."


@dataclass(frozen=True, slots=True)
class ObjectionForm:
    """申立ての内容 as typed: nothing is judged here but length."""

    grounds: str
    rows: list[dict[str, str]]
    amounts: dict[str, str]
    channel: str
    contact_id: int
    version: int

    @property
    def claims(self) -> list[dict[str, str | int]]:
        """The rows that claim something."""
        return changes_of(self.rows)

    def fields(self, notice: NotifiedResult) -> dict[str, str]:
        """The id of the field that each problem's place names."""
        amounts = {amount_place(label): f"amount-{at}" for at, (_, label) in enumerate(claimable(notice), 1)}
        return field_ids(CLAIM, self.rows) | amounts | {"申立ての理由": "grounds", "受付の方法": "channel"}


def read_objection(values: MultiDict[str, str]) -> ObjectionForm:
    """The form of an objection, for entering it and for changing its claims."""
    return ObjectionForm(
        grounds=values.get("grounds", "").replace("\r\n", "\n").replace("\x00", "").strip()[: _LONGEST + 1],
        rows=read_rows(values),
        amounts={
            name.removeprefix(_AMOUNT): value.strip()[:40]
            for name, value in values.items()
            if name.startswith(_AMOUNT) and value.strip()
        },
        channel=values.get("channel", "") if values.get("channel", "") in CHANNELS else "",
        contact_id=row_number(values.get("contact", "")),
        version=row_number(values.get("version", "")),
    )


def amount_fields(notice: NotifiedResult, amounts: dict[str, str]) -> list[dict[str, str]]:
    """One field for each amount of the notice, with what was typed."""
    exact = {figure[0]: figure[3] for figure in notice.figures}
    return [
        {
            "id": f"amount-{at}",
            "name": f"{_AMOUNT}{key}",
            "label": label,
            "value": amounts.get(key, ""),
            "notified": exact[key],
            "place": amount_place(label),
        }
        for at, (key, label) in enumerate(claimable(notice), 1)
    ]


def read_decision(values: MultiDict[str, str], claims: int) -> tuple[Decision, int]:
    """The decision and the version that the decider saw. Raises `Refused`."""
    reader = FormReader(values)
    decision = reader.choice("decision", "決定", DECISIONS, required=True)
    reason = reader.text("reason", "決定の理由", required=True, most=_LONGEST)
    version = reader.whole("version", "版", required=True) or 0
    reader.refuse_if_wrong()
    return Decision(decision, reason, read_accepted(values, claims)), version


def read_accepted(values: MultiDict[str, str], claims: int) -> frozenset[int]:
    """The numbers of the claims that are ticked; 認容 with none ticked means all of them."""
    ticked = frozenset(row_number(text) for text in values.getlist("accepted"))
    return ticked or frozenset(range(1, claims + 1)) if values.get("decision") == ACCEPTED else ticked
