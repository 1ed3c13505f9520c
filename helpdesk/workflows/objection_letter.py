"""決定のお知らせ: the letter that tells a business what became of its objection, with figures bound to the run decided on.

The draft goes through the desk's usual review and release; the decision letter as a document says the same.
"""

from typing import Any

from sqlalchemy.orm import Session

from calc_core.figures import compare_figures
from cases import answering
from cases.errors import ObjectionRefused
from cases.models import Answer, Objection
from cases.objection_state import DECIDED, DECISIONS, REJECTED, carried_out
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.documents.decision_letter import MEANINGS
from helpdesk.presentation import japanese_date
from helpdesk.register.lookups import notified_by_id, run_by_id
from helpdesk.register.models import CalculationRun, NotifiedResult
from helpdesk.users.permissions import Person, require
from mail_templates.figures import field_of
from mail_templates.rendering import render

TEMPLATE = "objection_decision"


def decided_run(session: Session, objection: Objection) -> CalculationRun:
    """The run that the decision stands on. Raises `ObjectionRefused` before the decision."""
    if objection.status != DECIDED:
        raise ObjectionRefused(
            f"案件 {objection.case.number} の異議申立ては、まだ決定していません。決定してから回答を作成してください"
        )
    run_id = carried_out(session, objection).get("run") or objection.recomputed_run_reference
    return run_by_id(session, run_id or 0)


def corrected_notice(session: Session, objection: Objection) -> NotifiedResult | None:
    """The version of the notice that the decision issued, if any."""
    notice_id = carried_out(session, objection).get("notice")
    return notified_by_id(session, notice_id) if notice_id else None


def draft_decision(session: Session, desk: Desk, objection: Objection, *, by: Person) -> Answer:
    """Begin the letter about the decision; every figure in it is a field."""
    require(by, "work_on_cases", "回答を書く")
    run = decided_run(session, objection)
    subject, body = _first_draft(session, desk, objection, run, author=by)
    answer = answering.draft(
        session,
        objection.case,
        template=TEMPLATE,
        subject=subject,
        body_text=body,
        run_reference=run.id,
        run_digest=run.digest,
        by=by,
        now=desk.clock(),
    )
    session.commit()
    return answer


def _first_draft(
    session: Session, desk: Desk, objection: Objection, run: CalculationRun, *, author: Person
) -> tuple[str, str]:
    case, notice = objection.case, notified_by_id(session, objection.notice_reference)
    corrected = corrected_notice(session, objection)
    values: dict[str, Any] = {
        "case_number": case.number,
        "business_name": case.business.name if case.business else "",
        "contact_name": case.contact.name if case.contact else "ご担当者",
        "author_name": author.display_name,
        "received_on": japanese_date(in_japan(objection.received_at)),
        "notice_number": objection.notice_number,
        "period": f"{notice.fiscal_year}年度{notice.delivery_month}月分",
        "notified_on": japanese_date(notice.notified_on),
        "decision": f"{DECISIONS[objection.decision or REJECTED]}（{MEANINGS[objection.decision or REJECTED]}）",
        "reason": objection.decision_reason,
        "claims": [
            {"verdict": "認めます" if claim.get("accepted") else "認めません", "text": claim["text"]}
            for claim in objection.claims
        ],
        "lines": _lines(objection, notice, run),
        "corrected": {
            "document_number": corrected.document_number,
            "notified_on": japanese_date(corrected.notified_on),
            "settles": any(
                line.differs
                for line in compare_figures(notice.figures, corrected.figures)
                if line.key == "total_yen"
            ),
        }
        if corrected
        else None,
        "derivation": "{{derivation}}",
        "desk_name": desk.settings.desk_name,
        "desk_address": desk.settings.desk_address,
    }
    rendered = render(TEMPLATE, values)
    return rendered.subject, rendered.body


def _lines(objection: Objection, notice: NotifiedResult, run: CalculationRun) -> list[dict[str, str]]:
    """The amounts that are told: what differs from the notice, what was claimed, and the total."""
    claimed = {figure[0] for figure in objection.claimed_figures}
    return [
        {
            "label": line.label,
            "notified": field_of(f"notified.{line.key}") if line.first is not None else "なし",
            "claimed": field_of(f"claimed.{line.key}") if line.key in claimed else "",
            "decided": field_of(line.key) if line.second is not None else "なし",
        }
        for line in compare_figures(notice.figures, run.figures)
        if line.differs or line.key in claimed or line.key == "total_yen"
    ]
