"""督促状の材料: what the letter to one debtor says today, from the ledger as it is; nothing is written here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from cases.business_calendar import Holidays, load_holidays
from cases.late_payments import handles_money
from cases.models import Business, Contact
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.documents.addressee_lines import addressee_lines, pay_to_facts, sender_lines
from helpdesk.documents.dunning_letter import DunnedInvoice, DunningTold
from helpdesk.ledger.dunning import (
    Reminder,
    letter_number,
    pay_by,
    reminders,
    reminders_of_business,
    title_of,
)
from helpdesk.ledger.late_interest import late_interest
from helpdesk.ledger.models import INVOICE_KINDS, Invoice
from helpdesk.register.addressing import addressee_in_force
from helpdesk.settlement.items import month_name
from helpdesk.settlement.models import WHOLE_YEAR


@dataclass(frozen=True, slots=True)
class DueLetter:
    """送るべき督促状: the reminders in it, what it says, and whom it is mailed to (empty: it goes by post)."""

    business: Business
    reminders: Sequence[Reminder]
    told: DunningTold
    mail_address: str
    greeting: str


def debtors_due(session: Session, desk: Desk) -> list[int]:
    """The businesses to which a letter is due today, the one that is overdue the longest first."""
    today, holidays = in_japan(desk.clock()).date(), load_holidays(session)
    after_days = desk.settings.dunning_after_days
    found = reminders(session, today=today, holidays=holidays, after_days=after_days)
    return list(dict.fromkeys(each.standing.business.id for each in found if each.is_due(today)))


def due_letter(session: Session, desk: Desk, business_id: int, *, now: datetime) -> DueLetter | None:
    """The letter to this business, about all of its invoices that are due to be reminded of; None: nothing is due."""
    today, holidays = in_japan(now).date(), load_holidays(session)
    found = reminders_of_business(
        session,
        business_id,
        today=today,
        holidays=holidays,
        after_days=desk.settings.dunning_after_days,
    )
    due = [each for each in found if each.is_due(today)]
    return _letter(session, desk, due, today, holidays) if due else None


def subject_of(invoice: Invoice) -> str:
    """2026年度 4月分 容量拠出金."""
    period = month_name((invoice.fiscal_year, invoice.delivery_month or WHOLE_YEAR))
    return f"{period} {INVOICE_KINDS[invoice.kind]}"


def _letter(
    session: Session, desk: Desk, due: Sequence[Reminder], today: date, holidays: Holidays
) -> DueLetter:
    business = due[0].standing.business
    addressee = addressee_in_force(session, [business.id], today).get(business.id)
    interest = late_interest(session, [each.invoice for each in due], today=today, holidays=holidays)
    step = max(each.next_step or 1 for each in due)
    told = DunningTold(
        number=letter_number(today, business.code),
        title=title_of(step),
        step=step,
        dated=today,
        pay_by=pay_by(today, holidays),
        addressee=addressee_lines(business, addressee),
        sender=sender_lines(desk.settings),
        desk_name=desk.settings.desk_name,
        invoices=[
            DunnedInvoice(
                each.invoice.number,
                subject_of(each.invoice),
                each.standing.overdue.due_on,
                each.invoice.amount_yen,
                each.standing.open_yen,
                each.standing.overdue.calendar_days,
                each.next_step or 1,
                interest[each.invoice.id].interest_yen if each.invoice.id in interest else None,
            )
            for each in due
        ],
        pay_to=pay_to_facts(desk.settings),
    )
    if addressee is not None and addressee.mail_address:
        person = " ".join(part for part in (addressee.department, addressee.person) if part)
        return DueLetter(business, due, told, addressee.mail_address, f"{person or 'ご担当者'} 様")
    contact = _who_handles_money(business.contacts)
    if contact is not None:
        return DueLetter(business, due, told, contact.mail_address, f"{contact.name} 様")
    return DueLetter(business, due, told, "", "")


def _who_handles_money(contacts: Sequence[Contact]) -> Contact | None:
    found = (each for each in contacts if each.mail_address and handles_money(each))
    return min(found, key=lambda each: each.id, default=None)
