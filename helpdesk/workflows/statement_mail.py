"""発行のお知らせ: the mail that tells a business of a notice or an invoice, once each, in the transaction that made it.

It goes to 請求先 in force, else to the business's first contact with an address. It names no amount: they are in the
portal. Who cannot be written to is named in the account's history and told by post.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.business_calendar import load_holidays
from cases.history import Person
from cases.models import Business, Contact
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.errors import Refused
from helpdesk.ledger.account_history import Happened
from helpdesk.ledger.models import Invoice
from helpdesk.mail import outbox
from helpdesk.mail.compose import compose, new_message_id
from helpdesk.mail.errors import MailNotComposable
from helpdesk.presentation import japanese_date
from helpdesk.register.addressing import addressee_in_force
from helpdesk.settlement import answers, issuing
from helpdesk.settlement.items import month_name
from helpdesk.settlement.models import FAMILIES, BusinessStatement
from mail_templates.rendering import render

NO_ADDRESS = "請求先にも担当者にもメールアドレスがありません。書面で送ってください"


def tell_issued(
    session: Session,
    desk: Desk,
    statement: BusinessStatement,
    *,
    replaces: int | None,
    by: Person,
    now: datetime,
) -> Happened:
    """通知書発行のお知らせ; `replaces` is the statement whose notice is replaced. What became of it, for the history."""
    days = desk.settings.silence_confirms_after_days
    until = answers.silence_until(statement, days, load_holidays(session)) if days else None
    values = _about(desk, statement, now) | {
        "title": issuing.TITLES[statement.family],
        "number": statement.number,
        "replaces": session.get_one(BusinessStatement, replaces).number if replaces else "",
        "is_provisional": statement.family == "provisional",
        "silence_until": japanese_date(until) if until else "",
    }
    told = {"statement": statement.id, "number": statement.number}
    key = ("statement", statement.id)
    return _tell(session, desk, statement.business, "statement_issued", key, values, told, by=by, now=now)


def tell_invoiced(
    session: Session, desk: Desk, statement: BusinessStatement, invoice: Invoice, *, by: Person, now: datetime
) -> Happened:
    """請求書発行のお知らせ, with the day until which it is to be paid."""
    values = _about(desk, statement, now) | {
        "number": invoice.number,
        "notice_number": statement.number,
        "due_on": japanese_date(invoice.due_on),
    }
    told = {"invoice": invoice.id, "number": invoice.number}
    key = ("invoice", invoice.id)
    return _tell(session, desk, statement.business, "invoice_issued", key, values, told, by=by, now=now)


def _about(desk: Desk, statement: BusinessStatement, now: datetime) -> dict[str, Any]:
    settings = desk.settings
    return {
        "business_name": statement.business.name,
        "subject_matter": FAMILIES[statement.family],
        "period": month_name((statement.fiscal_year, statement.delivery_month)),
        "issued_on": japanese_date(in_japan(now)),
        "portal_url": f"{settings.base_url.rstrip('/')}/portal/statements/{statement.id}",
        "desk_name": settings.desk_name,
        "desk_address": settings.desk_address,
    }


def _tell(
    session: Session,
    desk: Desk,
    business: Business,
    template: str,
    key: tuple[str, int],
    values: dict[str, Any],
    told: dict[str, Any],
    *,
    by: Person,
    now: datetime,
) -> Happened:
    to, addressee = _addressee(session, business, now)
    if not to:
        return Happened(business.id, f"{key[0]}_not_mailed", told | {"reason": NO_ADDRESS})
    try:
        rendered = render(template, values | {"addressee": addressee})
        queued = _queue(session, desk, key, to, rendered.subject, rendered.body, by=by, now=now)
    except (MailNotComposable, Refused) as refused:
        content = told | {"to": to, "reason": f"お知らせのメールを作れません。{refused}"}
        return Happened(business.id, f"{key[0]}_not_mailed", content)
    return Happened(business.id, f"{key[0]}_mailed", told | {"to": to, "outbox": queued})


def _queue(
    session: Session,
    desk: Desk,
    key: tuple[str, int],
    to: str,
    subject: str,
    body: str,
    *,
    by: Person,
    now: datetime,
) -> int:
    settings, (kind, number) = desk.settings, key
    domain = settings.desk_address.split("@")[1]
    message_id = new_message_id(kind, str(number), settings.secret_key, domain)
    raw = compose(
        message_id=message_id,
        from_address=settings.desk_address,
        from_name=settings.desk_name,
        to=to,
        subject=subject,
        body_text=body,
        auto_submitted="auto-generated",
        date=now,
    )
    return outbox.queue(
        session,
        desk.blobs,
        key=f"{kind}:{number}",
        kind=kind,
        envelope_from=settings.desk_address,
        to=to,
        subject=subject,
        raw=raw,
        message_id=message_id,
        by=by,
        now=now,
    ).id


def _addressee(session: Session, business: Business, now: datetime) -> tuple[str, str]:
    found = addressee_in_force(session, [business.id], in_japan(now).date()).get(business.id)
    if found is not None and found.mail_address:
        return found.mail_address, f"{found.department} {found.person}".strip() or "ご担当者"
    contact = session.scalars(
        select(Contact)
        .where(Contact.business_id == business.id, Contact.mail_address.is_not(None))
        .order_by(Contact.id)
        .limit(1)
    ).one_or_none()
    if contact is None or not contact.mail_address:
        return "", ""
    return contact.mail_address, f"{contact.department} {contact.name}".strip()
