"""回答の文面: from a template to an editable draft, and from the draft to what is sent, figures filled from the run."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from cases.kinds import OBJECTION
from cases.models import Answer, Case, Message
from cases.objection_state import objection_of
from cases.reply_address import reply_address
from cases.thread_matching import answered_message, parties
from helpdesk.desk import Desk
from helpdesk.presentation import japanese_date
from helpdesk.register.derivations import derivations
from helpdesk.register.lookups import compare_with_notified, notified_by_id
from helpdesk.register.models import CalculationRun, NotifiedResult
from helpdesk.users.permissions import Person
from helpdesk.workflows.recompute_for_case import notified_for
from mail_templates.figures import Figure, field_of, fill
from mail_templates.rendering import render

TO_WRITE = "（ここに回答を書いてください）"
_LETTER_KEYS = ("payment_yen", "penalty_yen", "net_yen", "tax_yen", "total_yen")


@dataclass(frozen=True, slots=True)
class Letter:
    """送られる文面: where it goes, and exactly what it says."""

    to: str
    subject: str
    body: str
    answered: Message | None


@dataclass(frozen=True, slots=True)
class Told:
    """相手の知る金額: what the business was told, and what it claims instead."""

    notified: NotifiedResult | None
    claimed: Sequence[Sequence[str]] = ()


def told_before(session: Session, case: Case) -> Told:
    """The notice that a letter compares with: of an objection the version it objects to, else the one tied last."""
    objection = objection_of(session, case.id) if case.kind == OBJECTION else None
    if objection is None:
        return Told(notified_for(session, case))
    return Told(notified_by_id(session, objection.notice_reference), objection.claimed_figures)


def figures_of(run: CalculationRun | None, told: Told) -> dict[str, Figure]:
    """What the fields of an answer may name: the run's figures, `notified.<key>` and, claimed, `claimed.<key>`."""
    if run is None:
        return {}
    found = {key: Figure(label, unit, exact) for key, label, unit, exact in run.figures}
    for prefix, word, figures in (
        ("notified", "通知", told.notified.figures if told.notified else ()),
        ("claimed", "お申立て", told.claimed),
    ):
        found |= {
            f"{prefix}.{key}": Figure(f"{word} {label}", unit, exact) for key, label, unit, exact in figures
        }
    return found


def first_draft(
    desk: Desk,
    case: Case,
    template: str,
    *,
    run: CalculationRun | None,
    notified: NotifiedResult | None,
    author: Person,
) -> tuple[str, str]:
    """Subject and text of a new draft; every figure in it is a field, none is a number."""
    values: dict[str, Any] = {
        "case_number": case.number,
        "subject": case.subject,
        "business_name": case.business.name if case.business else "",
        "contact_name": case.contact.name if case.contact else "ご担当者",
        "author_name": author.display_name,
        "desk_name": desk.settings.desk_name,
        "desk_address": desk.settings.desk_address,
        "answer": TO_WRITE,
    }
    if run is not None:
        telling = _telling_resources(run, notified)
        lines = [
            {"label": label, "field": field_of(key)}
            for key, label, _, _ in run.figures
            if key.rpartition(".")[2] in _LETTER_KEYS and _resource_of(key) in {"", *telling}
        ]
        values |= {
            "period": f"{run.fiscal_year}年度{run.delivery_month}月分",
            "lines": lines,
            "derivation": "{{derivation}}",
            "notified": _notified_words(notified, run) if notified else None,
        }
    rendered = render(template, values)
    return rendered.subject, rendered.body


def letter_of(session: Session, case: Case, answer: Answer, run: CalculationRun | None) -> Letter:
    """What would be sent now. Raises `FigureUnknown` for a field that the run does not have."""
    answered, told = last_incoming(session, case.id), told_before(session, case)
    return Letter(
        to=recipient(case, answered, known=parties(session, case)),
        subject=" ".join(answer.subject.split()),
        body=fill(answer.body_text, figures_of(run, told), derivation_lines(run, told.notified)),
        answered=answered,
    )


def recipient(case: Case, answered: Message | None, *, known: Container[str] = ()) -> str:
    """Where the answer goes: to who asked, else to the case's contact; empty when nobody is known.

    A Reply-To at another company counts only if it is among those `known` to have a part in the case.
    """
    if answered is not None and answered.from_address:
        return reply_address(answered.from_address, answered.reply_to, known=known)
    return (case.contact.mail_address or "") if case.contact else ""


def last_incoming(session: Session, case_id: int) -> Message | None:
    """What an answer answers: the newest message that a person with a part in the case wrote (no outsider's)."""
    return answered_message(session, session.get_one(Case, case_id))


def derivation_lines(run: CalculationRun | None, notified: NotifiedResult | None) -> list[str]:
    """The derivation as a letter tells it: the total, and the resources that it turns on."""
    if run is None:
        return []
    telling = _telling_resources(run, notified)
    found = [each for each in derivations(run.result) if each.resource is None or each.resource in telling]
    return [line for each in found for line in each.lines()]


def _telling_resources(run: CalculationRun, notified: NotifiedResult | None) -> set[str]:
    """The resources whose figures differ from the notice; if none does, those with a penalty."""
    rows = compare_with_notified(notified, run) if notified else []
    keys = [row.key for row in rows if row.differs and row.key.startswith("resource.")]
    if not keys:
        keys = [key for key, _, _, exact in run.figures if key.endswith(".penalty_yen") and exact != "0"]
    return {_resource_of(key) for key in keys}


def _resource_of(key: str) -> str:
    """The resource that a figure is about; empty for one of the whole business."""
    return key.split(".", 1)[1].rpartition(".")[0] if key.startswith("resource.") else ""


def _notified_words(notified: NotifiedResult, run: CalculationRun) -> dict[str, str]:
    different = [row for row in compare_with_notified(notified, run) if row.differs]
    if not different:
        comparison = "再算定の結果は、通知した金額と一致しています。"
    else:
        comparison = "\n".join(
            f"  {row.label}： 通知 "
            + (field_of(f"notified.{row.key}") if row.notified is not None else "なし")
            + " → 再算定 "
            + (field_of(row.key) if row.computed is not None else "なし")
            for row in different
        )
    return {
        "document_number": notified.document_number,
        "notified_on": japanese_date(notified.notified_on),
        "comparison": comparison,
    }
