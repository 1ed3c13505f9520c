"""A late payer is called: the money is looked at once more, the case is opened at the first call, the call begins."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import late_payments, phone_calls
from cases.business_calendar import load_holidays
from cases.late_payments import UnpaidInvoice
from cases.models import Case, Contact, LatePayment, PhoneCall
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.errors import Conflict, NotFound, Problem, Refused
from helpdesk.ledger.due_days import POLICY
from helpdesk.ledger.models import INVOICE_KINDS, Invoice
from helpdesk.ledger.overdue import Standing, standing_of
from helpdesk.register.case_links import link_result
from helpdesk.users.permissions import Person, require
from kb.models import Article, Revision

_TOPICS = {
    "contribution": "contribution",
    "utility_share": "contribution",
    "surcharge": "contribution",
    "late_interest": "contribution",
    "penalty": "penalty",
    "statement": "contract_amount",
}


class AlreadyPaid(Conflict):
    """入金済み: the invoice has been paid since the list was made; nobody is to be called."""


def open_case(session: Session, desk: Desk, invoice_id: int, *, by: Person) -> Case:
    """Open the case of an overdue invoice, or find the one it has. Raises `AlreadyPaid`, `Refused`."""
    require(by, "work_on_cases", "入金遅延の案件を開く")
    late = _late_payment(session, desk, _overdue(session, desk, invoice_id), by=by)
    session.commit()
    return late.case


def call(
    session: Session,
    desk: Desk,
    invoice_id: int,
    *,
    contact: Contact | None = None,
    telephone: str = "",
    by: Person,
) -> PhoneCall:
    """Begin an outgoing call about an overdue invoice; `contact` none: whoever handles money there.

    Raises `AlreadyPaid`, and `Refused` while an objection is open.
    """
    require(by, "work_on_cases", "架電する")
    standing = _overdue(session, desk, invoice_id)
    _refuse_if_paused(standing)
    late = _late_payment(session, desk, standing, by=by)
    if contact is None or contact.business_id != standing.business.id:
        contact = late_payments.contacts_to_call(session, [standing.business.id]).get(standing.business.id)
    begun = phone_calls.begin(
        session,
        direction="out",
        telephone=telephone,
        business=standing.business,
        contact=contact,
        case=late.case,
        by=by,
        now=desk.clock(),
    )
    script = _talk_script(session)
    if script:
        phone_calls.note(
            session, begun, expected_version=begun.version, by=by, now=desk.clock(), talk_script=script
        )
    session.commit()
    return begun


def title_of(invoice: Invoice) -> str:
    """How an invoice is named in a subject: number, year and month, kind."""
    month = f" {invoice.delivery_month}月分" if invoice.delivery_month else ""
    return f"請求書 {invoice.number}（{invoice.fiscal_year}年度{month} {INVOICE_KINDS[invoice.kind]}）"


def _overdue(session: Session, desk: Desk, invoice_id: int) -> Standing:
    today = in_japan(desk.clock()).date()
    standing = standing_of(session, invoice_id, today=today, holidays=load_holidays(session))
    if standing is None:
        raise NotFound("その請求書は登録されていません")
    number = standing.invoice.number
    if standing.open_yen == 0:
        raise AlreadyPaid(f"請求書 {number} は入金済みです。電話は必要ありません")
    if not standing.is_overdue:
        until = standing.overdue.due_on.isoformat()
        raise Refused([Problem(f"請求書 {number}", f"支払期限（{until}）を過ぎていません。架電の対象外です")])
    return standing


def _refuse_if_paused(standing: Standing) -> None:
    where = f"請求書 {standing.invoice.number}"
    if standing.paused_by:
        words = f"{standing.paused_by}のため、架電を止めています"
        raise Refused([Problem(where, words)])
    if standing.overdue.bank_days == 0:
        raise Refused([Problem(where, f"期限日の入金データがまだ届いていません。{POLICY}")])


def _talk_script(session: Session) -> str:
    """The published wording that leads the call, as `stem@number`; empty where none is published."""
    number = session.scalars(
        select(Revision.number)
        .join(Article, Article.published_revision_id == Revision.id)
        .where(Article.stem == late_payments.TALK_SCRIPT, Article.archived.is_(False))
    ).one_or_none()
    return f"{late_payments.TALK_SCRIPT}@{number}" if number is not None else ""


def _late_payment(session: Session, desk: Desk, standing: Standing, *, by: Person) -> LatePayment:
    invoice, now = standing.invoice, desk.clock()
    contact = late_payments.contacts_to_call(session, [standing.business.id]).get(standing.business.id)
    unpaid = UnpaidInvoice(invoice.id, invoice.number, title_of(invoice), _TOPICS[invoice.kind])
    late = late_payments.open_late_payment(session, unpaid, standing.business, contact, by=by, now=now)
    if invoice.notified_result is not None and late.case.business_id == invoice.business_id:
        link_result(session, late.case, invoice.notified_result, by=by, now=now)
    return late
