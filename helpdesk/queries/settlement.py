"""入金の画面: the overdue list with what came of the calls, and the follow-up of one invoice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from cases import late_payments
from cases.business_calendar import Holidays, load_holidays
from cases.call_checks import OUTCOMES
from cases.kinds import LATE_PAYMENT
from cases.late_payments import NOT_CALLED, FollowUp
from cases.models import Case, Contact, PhoneCall
from cases.payment_promises import BROKEN, PARTLY_KEPT, PENDING, Judged, Promise
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.ledger.dunning import Reminder, reminders_of
from helpdesk.ledger.invoices import invoice_by_number
from helpdesk.ledger.late_interest import KIND as LATE_INTEREST
from helpdesk.ledger.late_interest import LateInterest, late_interest
from helpdesk.ledger.models import INVOICE_KINDS, Invoice
from helpdesk.ledger.overdue import Standing, overdue_invoices, overdue_of_business, standing_of
from helpdesk.ledger.promises import Followed, followed
from helpdesk.queries.calculations import Section, sections_from
from helpdesk.register.derivations import Derivation
from helpdesk.users.permissions import Person, can
from helpdesk.workflows.bill_late_interest import interest_number

CALL, LATER, PAUSED, ALL = "call", "later", "paused", "all"
SCOPES: Final[dict[str, str]] = {CALL: "架電する", LATER: "次回・約束待ち", PAUSED: "停止中", ALL: "すべて"}
PAGE = 100
_UNREACHED_LIMIT, _BROKEN_LIMIT = 3, 2  # of the talk script: then a superior takes over


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """督促の一行: how the invoice stands, whom to call, what came of the calls, and what is to be done now."""

    standing: Standing
    case: Case | None
    contact: Contact | None
    follow_up: FollowUp
    promise: Promise | None
    judged: Judged | None
    broken_promises: int
    scope: str
    why: str
    reminder: Reminder
    letter_is_due: bool

    @property
    def key(self) -> str:
        """Where the row stands in the list."""
        return f"{self.standing.invoice.due_on.isoformat()}-{self.standing.invoice.id}"

    @property
    def last_call(self) -> PhoneCall | None:
        """The last call about this invoice."""
        return self.follow_up.last

    @property
    def needs_superior(self) -> bool:
        """Whether the talk script hands it to a superior: nobody reached three times, or two promises broken."""
        unreached = self.follow_up.unreached_in_a_row
        return unreached >= _UNREACHED_LIMIT or self.broken_promises >= _BROKEN_LIMIT


@dataclass(frozen=True, slots=True)
class OverdueList:
    """督促の一覧: one page of a scope, and the figures of all scopes."""

    rows: list[OverdueRow]
    counts: dict[str, int]
    open_yen: dict[str, int]
    found: int
    after: str | None
    has_before: bool
    letters_due: int  # businesses to which a letter goes today


@dataclass(frozen=True, slots=True)
class InvoiceMoney:
    """延滞利息 of one invoice: none where no rate is configured; its derivation; the invoice that asks for it."""

    interest: LateInterest | None
    sections: Sequence[Section]
    billed: Invoice | None


def overdue_list(session: Session, desk: Desk, *, scope: str, text: str = "", after: str = "") -> OverdueList:
    """The list at this moment, in a fixed number of statements."""
    today, holidays = in_japan(desk.clock()).date(), load_holidays(session)
    rows = _rows(session, overdue_invoices(session, today=today, holidays=holidays), desk, holidays)
    counts: dict[str, int] = dict.fromkeys(SCOPES, 0)
    open_yen: dict[str, int] = dict.fromkeys(SCOPES, 0)
    for row in rows:
        for each in (row.scope, ALL):
            counts[each] += 1
            open_yen[each] += row.standing.open_yen
    chosen = [row for row in rows if scope in (ALL, row.scope) and _says(row, text)]
    begin = next((at for at, row in enumerate(chosen, 1) if row.key == after), 0)
    page = chosen[begin : begin + PAGE]
    more = len(chosen) > begin + PAGE
    debtors = {row.standing.business.id for row in rows if row.letter_is_due}
    next_page = page[-1].key if more else None
    return OverdueList(page, counts, open_yen, len(chosen), next_page, begin > 0, len(debtors))


def overdue_row(session: Session, desk: Desk, invoice_id: int) -> OverdueRow | None:
    """The same of one invoice, paid or not."""
    today, holidays = in_japan(desk.clock()).date(), load_holidays(session)
    standing = standing_of(session, invoice_id, today=today, holidays=holidays)
    return _rows(session, [standing], desk, holidays)[0] if standing else None


def other_overdue(session: Session, standing: Standing, *, now: datetime) -> list[Standing]:
    """The other overdue invoices of the same business: one call is about all of them."""
    today, holidays = in_japan(now).date(), load_holidays(session)
    found = overdue_of_business(session, standing.business.id, today=today, holidays=holidays)
    return [each for each in found if each.invoice.id != standing.invoice.id]


def invoice_money(session: Session, desk: Desk, invoice: Invoice) -> InvoiceMoney:
    """What one invoice's lateness costs so far, how that came about, and the invoice that asks for it."""
    today, holidays = in_japan(desk.clock()).date(), load_holidays(session)
    interest = late_interest(session, [invoice], today=today, holidays=holidays).get(invoice.id)
    billed = invoice_by_number(session, interest_number(invoice)) if invoice.kind != LATE_INTEREST else None
    sections = []
    for part in interest.parts if interest else ():
        words = "支払" if part.is_paid else "現在の未入金"
        heading = f"{part.until.isoformat()} {words} {part.amount_yen:,}円"
        sections.append(Derivation(heading, None, part.result.to_json()))
    return InvoiceMoney(interest, sections_from(sections), billed)


def late_payment_panel(session: Session, desk: Desk, case: Case, person: Person) -> dict[str, Any]:
    """案件画面の入金遅延: invoice, promise, calls of a late-payment case, for who may see the ledger."""
    row = None
    if case.kind == LATE_PAYMENT and can(person, "see_ledger"):
        late = late_payments.late_payment_of(session, case.id)
        row = overdue_row(session, desk, late.invoice_reference) if late else None
    if row is None:
        return {"late_payment": None}
    return {
        "late_payment": row,
        "late_payment_words": {"kinds": INVOICE_KINDS, "outcomes": OUTCOMES},
        "may_call": can(person, "work_on_cases") and row.standing.may_be_called_about,
    }


def _rows(
    session: Session, standings: Sequence[Standing], desk: Desk, holidays: Holidays
) -> list[OverdueRow]:
    today = in_japan(desk.clock()).date()
    ids = [each.invoice.id for each in standings]
    cases = followed(session, ids, today=today, holidays=holidays)
    contacts = late_payments.contacts_to_call(session, {each.business.id for each in standings})
    after_days = desk.settings.dunning_after_days
    stands = reminders_of(session, standings, today=today, holidays=holidays, after_days=after_days)
    return [
        _row(reminder, cases.get(reminder.invoice.id), contacts.get(reminder.standing.business.id), today)
        for reminder in stands
    ]


def _row(reminder: Reminder, case: Followed | None, contact: Contact | None, today: date) -> OverdueRow:
    follow_up = case.follow_up if case else NOT_CALLED
    judged = case.judged if case else ()
    newest = judged[0] if judged else None
    scope, why = _what_to_do(reminder.standing, follow_up, newest, today)
    return OverdueRow(
        reminder.standing,
        case.case if case else None,
        contact,
        follow_up,
        follow_up.promises[0] if judged else None,
        newest,
        sum(each.state in (BROKEN, PARTLY_KEPT) for each in judged),
        scope,
        why,
        reminder,
        reminder.is_due(today),
    )


def _what_to_do(
    standing: Standing, follow_up: FollowUp, judged: Judged | None, today: date
) -> tuple[str, str]:
    """The scope of a row and why, in Japanese."""
    if standing.paused_by:
        return PAUSED, standing.paused_by
    if standing.overdue.bank_days == 0:
        return LATER, "期限日の入金データ待ち（翌銀行営業日から架電）"
    planned = follow_up.next_call
    if planned is not None and in_japan(planned.next_call_at).date() > today:
        return LATER, "次の電話の日を待つ"
    if planned is None and judged is not None and judged.state == PENDING:
        return LATER, "約束日を待つ"
    if judged is not None and judged.state in (BROKEN, PARTLY_KEPT):
        return CALL, "約束の日を過ぎても入金がない" if judged.state == BROKEN else "約束の一部だけの入金"
    return CALL, "次の電話の日" if planned is not None else "再架電" if follow_up.calls else "未架電"


def _says(row: OverdueRow, text: str) -> bool:
    words = (row.standing.business.name, row.standing.business.code, row.standing.invoice.number)
    return not text or any(text in each for each in words)
