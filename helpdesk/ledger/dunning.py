"""督促: which reminder of which overdue invoice is due today, and what holds it back?

Policy (nothing is published): step n is due so many bank days after the due day (`Settings.dunning_after_days`), and not
before the day has passed until which the step before asked to pay. An open objection to the invoice and a promised day
that has not passed hold the next step back; a debtor gets one letter a day, about all that is due.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.business_calendar import BANK, Holidays
from cases.payment_promises import PENDING
from helpdesk.ledger.due_days import BankDays
from helpdesk.ledger.models import DunningNotice, Invoice
from helpdesk.ledger.overdue import Standing, overdue_invoices, overdue_of_business
from helpdesk.ledger.promises import Followed, followed

TITLES: Final = ("督促状", "催告書", "最終催告書")
DAYS_TO_PAY = 7  # calendar days that a letter gives, moved to the next bank day
_ROWS_ASKED = 10_000  # every database takes so many at once


@dataclass(frozen=True, slots=True)
class Reminder:
    """督促の状況 of one overdue invoice: what was sent, which step is next and from when, and what holds it back."""

    standing: Standing
    sent: Sequence[DunningNotice]
    next_step: int | None  # None: all steps were taken
    due_from: date | None
    held: str  # why nothing is sent although a step may be due; empty: nothing holds it

    @property
    def invoice(self) -> Invoice:
        """The invoice."""
        return self.standing.invoice

    def is_due(self, today: date) -> bool:
        """Whether its letter goes out today."""
        return self.due_from is not None and self.due_from <= today and not self.held


def title_of(step: int) -> str:
    """督促状, 催告書, 最終催告書; from then on the last one."""
    return TITLES[min(step, len(TITLES)) - 1]


def pay_by(today: date, holidays: Holidays) -> date:
    """Until when a letter of today asks to pay."""
    return BANK.next_open_day(today + timedelta(days=DAYS_TO_PAY), holidays)


def reminders(
    session: Session, *, today: date, holidays: Holidays, after_days: Sequence[int]
) -> list[Reminder]:
    """All overdue invoices, the longest overdue first, in a fixed number of statements (for every 10,000)."""
    standings = overdue_invoices(session, today=today, holidays=holidays)
    return reminders_of(session, standings, today=today, holidays=holidays, after_days=after_days)


def reminders_of_business(
    session: Session, business_id: int, *, today: date, holidays: Holidays, after_days: Sequence[int]
) -> list[Reminder]:
    """The same of one business: a letter is about all of them."""
    standings = overdue_of_business(session, business_id, today=today, holidays=holidays)
    return reminders_of(session, standings, today=today, holidays=holidays, after_days=after_days)


def reminders_of(
    session: Session,
    standings: Sequence[Standing],
    *,
    today: date,
    holidays: Holidays,
    after_days: Sequence[int],
) -> list[Reminder]:
    """How the dunning of these invoices stands; of one that is paid nothing is due any more."""
    ids = [each.invoice.id for each in standings]
    sent, cases = notices_of(session, ids), followed(session, ids, today=today, holidays=holidays)
    written_today = _written_to(session, today)
    days = BankDays(today, holidays)
    return [
        _reminder(
            each,
            sent.get(each.invoice.id, []),
            cases.get(each.invoice.id),
            each.business.id in written_today,
            after_days,
            days,
        )
        for each in standings
    ]


def notices_of(session: Session, invoice_ids: Sequence[int]) -> dict[int, list[DunningNotice]]:
    """What was sent about each invoice, in the order of the steps."""
    found: dict[int, list[DunningNotice]] = defaultdict(list)
    for start in range(0, len(invoice_ids), _ROWS_ASKED):
        some = invoice_ids[start : start + _ROWS_ASKED]
        asked = select(DunningNotice).where(DunningNotice.invoice_id.in_(some)).order_by(DunningNotice.step)
        for each in session.scalars(asked):
            found[each.invoice_id].append(each)
    return found


def _written_to(session: Session, today: date) -> set[int]:
    """The businesses that were written to today."""
    return set(
        session.scalars(
            select(Invoice.business_id)
            .join(DunningNotice, DunningNotice.invoice_id == Invoice.id)
            .where(DunningNotice.dunned_on == today)
        )
    )


def _reminder(
    standing: Standing,
    sent: Sequence[DunningNotice],
    case: Followed | None,
    written_today: bool,
    after_days: Sequence[int],
    days: BankDays,
) -> Reminder:
    step = sent[-1].step + 1 if sent else 1
    if step > len(after_days) or not standing.is_overdue:
        return Reminder(standing, sent, None, None, "")
    due_from = days.after(standing.invoice.due_on, after_days[step - 1])
    if sent:
        due_from = max(due_from, days.after(sent[-1].pay_by, 1))
    held = _held(standing, case, written_today and due_from <= days.today)
    return Reminder(standing, sent, step, due_from, held)


def _held(standing: Standing, case: Followed | None, written_today: bool) -> str:
    if standing.paused_by:
        return standing.paused_by
    newest = case.judged[0] if case is not None and case.judged else None
    if newest is not None and newest.state == PENDING:
        return f"約束日（{newest.until.isoformat()}）まで待つ"
    return "この事業者には本日送付済み" if written_today else ""


def letter_number(today: date, business_code: str) -> str:
    """督促番号: one letter a day to a debtor, so day and business name it; nothing is drawn from a series."""
    return f"督促 第{today:%Y%m%d}-{business_code[:20]}号"


def notice_number(letter: str, place: int) -> str:
    """The number of one invoice's notice in a letter: the letter's own for the first."""
    return letter if place == 0 else f"{letter}（{place + 1}）"


def letter_of(notice: DunningNotice) -> str:
    """The number of the letter that a notice stood in."""
    return notice.number.partition("（")[0]
