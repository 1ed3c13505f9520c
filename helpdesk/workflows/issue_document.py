"""文書の発行: a payment notice or a decision is drawn once, archived, and from then on returned byte for byte.

The caller has checked that the person may see it. Notices of a settlement and invoices
have modules of their own, handed on here.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.models import Answer, Objection
from cases.objection_state import DECIDED, REJECTED
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.documents import decision_letter, payment_notice
from helpdesk.documents.decision_letter import DecidedClaim, DecisionTold
from helpdesk.documents.document import Document
from helpdesk.documents.formats import DocumentFile
from helpdesk.errors import NotFound
from helpdesk.register.lookups import notified_by_id, run_by_id
from helpdesk.register.models import CalculationRun, NotifiedResult
from helpdesk.register.notice_derivations import statement_of_notice
from helpdesk.settlement.lists import told_by_notice
from helpdesk.users.permissions import Person
from helpdesk.workflows.document_archive import ToIssue, issue, issue_within
from helpdesk.workflows.issue_invoice_document import issue_invoice_document as issue_invoice_document
from helpdesk.workflows.issue_invoice_document import issue_invoice_documents as issue_invoice_documents
from helpdesk.workflows.issue_statement_document import issue_statement_document as issue_statement_document
from helpdesk.workflows.issue_statement_document import (
    issue_statement_documents as issue_statement_documents,
)
from helpdesk.workflows.issue_statement_document import statement_to_issue
from helpdesk.workflows.objection_letter import TEMPLATE as DECISION_TEMPLATE
from helpdesk.workflows.objection_letter import corrected_notice, decided_run


def issue_payment_notice(desk: Desk, notice_id: int, *, file_format: str, by: Person) -> DocumentFile:
    """交付額通知書 of a notified result: the notice of its statement; without one, with its derivation where it has one."""
    return issue(desk, lambda session: _payment_notice(session, desk, notice_id), file_format, by=by)


def issue_decision_letter(desk: Desk, objection_id: int, *, file_format: str, by: Person) -> DocumentFile:
    """異議申立て決定通知書. Raises `ObjectionRefused` before the decision."""
    return issue(desk, lambda session: _decision_letter(session, desk, objection_id), file_format, by=by)


def letter_of_decision(session: Session, desk: Desk, answer: Answer, *, by: Person) -> list[DocumentFile]:
    """What goes out with an answer about a decision: the letter as PDF, archived in the same transaction; else nothing."""
    if answer.template != DECISION_TEMPLATE:
        return []
    decided = select(Objection.id).where(Objection.case_id == answer.case_id, Objection.status == DECIDED)
    objection_id = session.scalar(decided)
    if objection_id is None:
        return []
    wanted = _decision_letter(session, desk, objection_id)
    return [issue_within(session, desk, wanted, "pdf", by=by)]


def _payment_notice(session: Session, desk: Desk, notice_id: int) -> ToIssue:
    notice, statement_id = notified_by_id(session, notice_id), told_by_notice(session, notice_id)
    if statement_id is not None:  # one number, one file
        return statement_to_issue(session, desk, statement_id)
    replaced = _version_before(session, notice)

    def describe() -> Document:
        statement = statement_of_notice(session, notice, desk.settings.slots_folder)
        sender = [desk.settings.desk_name]
        return payment_notice.document_of(notice, sender=sender, statement=statement, replaced=replaced)

    return ToIssue(
        kind="payment_notice",
        reference=f"notified_result:{notice.id}",
        made_from={
            "figures": notice.figures,
            "number": notice.document_number,
            "on": notice.notified_on,
            "reason": notice.reason,
            "replaces": replaced.id if replaced else None,
        },
        stem=f"notice-{notice.fiscal_year}-{notice.delivery_month:02d}-{notice.business.code}-v{notice.version}",
        describe=describe,
        stream=f"notice:{notice.id}",
    )


def _version_before(session: Session, notice: NotifiedResult) -> NotifiedResult | None:
    return session.scalars(
        select(NotifiedResult).where(
            NotifiedResult.business_id == notice.business_id,
            NotifiedResult.fiscal_year == notice.fiscal_year,
            NotifiedResult.delivery_month == notice.delivery_month,
            NotifiedResult.version == notice.version - 1,
        )
    ).one_or_none()


def _decision_letter(session: Session, desk: Desk, objection_id: int) -> ToIssue:
    objection = session.get(Objection, objection_id)
    if objection is None:
        raise NotFound("その異議申立てはありません")
    case, run = objection.case, decided_run(session, objection)
    return ToIssue(
        kind="decision_letter",
        reference=f"objection:{objection.id}",
        made_from={
            "decision": objection.decision,
            "reason": objection.decision_reason,
            "decided_at": objection.decided_at,
            "run": run.digest,
            "notice": objection.notice_reference,
        },
        stem=f"decision-{case.number}",
        describe=lambda: decision_letter.document_of(_told(session, desk, objection, run)),
        stream=f"case:{case.id}",
        case_id=case.id,
    )


def _told(session: Session, desk: Desk, objection: Objection, run: CalculationRun) -> DecisionTold:
    case, notice = objection.case, notified_by_id(session, objection.notice_reference)
    corrected = corrected_notice(session, objection)
    recomputed = run_by_id(session, objection.recomputed_run_reference or run.id)
    claimed_run = objection.claimed_run_reference
    claimed = run_by_id(session, claimed_run).figures if claimed_run else objection.claimed_figures
    decided_at = objection.decided_at or desk.clock()
    return DecisionTold(
        case_number=case.number,
        business_name=case.business.name if case.business else "",
        contact_name=case.contact.name if case.contact else "ご担当者",
        sender=[desk.settings.desk_name],
        decided_at=decided_at,
        dated=in_japan(decided_at).date(),
        received_on=in_japan(objection.received_at).date(),
        notice_number=objection.notice_number,
        period=f"{notice.fiscal_year}年度{notice.delivery_month}月分",
        notified_on=notice.notified_on,
        grounds=objection.grounds,
        claims=[DecidedClaim(claim["text"], bool(claim.get("accepted"))) for claim in objection.claims],
        decision=objection.decision or REJECTED,
        reason=objection.decision_reason,
        notified=notice.figures,
        recomputed=recomputed.figures,
        claimed_figures=claimed,
        decided=run.figures,
        corrected_notice=(corrected.document_number, corrected.notified_on) if corrected else None,
        statement=run.result,
    )
