"""回答の文面: from a template to an editable draft, and from the draft to what is sent, figures filled from the run."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.models import Answer, Case, Message
from helpdesk.desk import Desk
from helpdesk.presentation import japanese_date
from helpdesk.register.derivations import derivations
from helpdesk.register.lookups import compare_with_notified
from helpdesk.register.models import CalculationRun, NotifiedResult
from helpdesk.users.permissions import Person
from mail_templates.figures import Figure, field_of, fill, format_figure
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


def figures_of(run: CalculationRun | None) -> dict[str, Figure]:
    """The figures of a run by key: what the fields of an answer may name."""
    if run is None:
        return {}
    return {key: Figure(label, unit, exact) for key, label, unit, exact in run.figures}


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
        lines = [
            {"label": label, "field": field_of(key)}
            for key, label, _, _ in run.figures
            if key.rpartition(".")[2] in _LETTER_KEYS
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
    answered = last_incoming(session, case.id)
    body = fill(answer.body_text, figures_of(run), derivation_lines(run))
    return Letter(
        to=recipient(case, answered), subject=" ".join(answer.subject.split()), body=body, answered=answered
    )


def recipient(case: Case, answered: Message | None) -> str:
    """Where the answer goes: to who asked, else to the case's contact; empty when nobody is known."""
    if answered is not None and answered.from_address:
        return answered.from_address
    return (case.contact.mail_address or "") if case.contact else ""


def last_incoming(session: Session, case_id: int) -> Message | None:
    """The newest message from the business that a person wrote: what an answer answers."""
    return session.scalars(
        select(Message)
        .where(Message.case_id == case_id, Message.direction == "in", Message.automatic.is_(False))
        .order_by(Message.id.desc())
        .limit(1)
    ).first()


def derivation_lines(run: CalculationRun | None) -> list[str]:
    """The run's derivation as lines of a letter: each step with formula, figure, clause and policy."""
    if run is None:
        return []
    lines: list[str] = []
    for derived in derivations(run.result):
        lines.append(f"◆ {derived.heading}")
        for number, step in enumerate(derived.steps, 1):
            lines.append(f"  {number}. {step['label']} ＝ {_figure_of(step)}")
            lines.append(f"     式： {step['words']}")
            basis = step["source"] + (
                "（公表されていないため、運用上の取扱いによる）" if step["policy"] else ""
            )
            lines.append(f"     根拠： {basis}")
    return lines


def _figure_of(step: dict[str, Any]) -> str:
    if isinstance(step["value"], str):
        return format_figure(Figure(step["label"], step["unit"], step["value"]))
    return "該当" if step["value"] is True else "非該当" if step["value"] is False else "内訳のとおり"


def _notified_words(notified: NotifiedResult, run: CalculationRun) -> dict[str, str]:
    different = [row for row in compare_with_notified(notified, run) if row.differs]
    if not different:
        comparison = "再算定の結果は、通知した金額と一致しています。"
    else:
        comparison = "\n".join(
            f"  {row.label}： 通知 "
            + (
                format_figure(Figure(row.label, row.unit, row.notified))
                if row.notified is not None
                else "なし"
            )
            + " → 再算定 "
            + (field_of(row.key) if row.computed is not None else "なし")
            for row in different
        )
    return {
        "document_number": notified.document_number,
        "notified_on": japanese_date(notified.notified_on),
        "comparison": comparison,
    }
