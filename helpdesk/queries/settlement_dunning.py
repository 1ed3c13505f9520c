"""督促状の画面: which letters are due today, what is held back, what can be invoiced as interest, and what went out."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from cases.business_calendar import load_holidays
from cases.models import Business
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.ledger.dunning import Reminder, letter_of, pay_by, reminders, title_of
from helpdesk.ledger.models import DunningNotice, Invoice
from helpdesk.task_models import Task
from helpdesk.workflows.bill_late_interest import Billable, billable
from helpdesk.workflows.dun_late_payers import KIND

PAGE = 100
_DUE_SHOWN = 200


@dataclass(frozen=True, slots=True)
class DueDebtor:
    """督促する事業者: what is due of it today."""

    business: Business
    reminders: Sequence[Reminder]

    @property
    def open_yen(self) -> int:
        """What its letter is about."""
        return sum(each.standing.open_yen for each in self.reminders)

    @property
    def title(self) -> str:
        """The letter's title: of its highest step."""
        return title_of(max(each.next_step or 1 for each in self.reminders))


@dataclass(frozen=True, slots=True)
class SentLetter:
    """送った督促状の一行: one notice of one invoice, and the letter that it stood in."""

    notice: DunningNotice
    business_name: str
    letter: str
    title: str


@dataclass(frozen=True, slots=True)
class DunningPage:
    """督促状の画面."""

    due: Sequence[DueDebtor]
    due_count: int
    held: Sequence[Reminder]
    pay_by: str
    interest: Sequence[Billable]
    sent: Sequence[SentLetter]
    older: int | None
    task: Task | None

    @property
    def interest_yen(self) -> int:
        """All interest that can be invoiced."""
        return sum(each.interest.interest_yen for each in self.interest)


def dunning_page(session: Session, desk: Desk, *, only_paper: bool, before: int | None) -> DunningPage:
    """Everything of the page, in a fixed number of statements."""
    today, holidays = in_japan(desk.clock()).date(), load_holidays(session)
    after_days = desk.settings.dunning_after_days
    found = reminders(session, today=today, holidays=holidays, after_days=after_days)
    debtors: dict[int, list[Reminder]] = {}
    for each in found:
        if each.is_due(today):
            debtors.setdefault(each.standing.business.id, []).append(each)
    due = [DueDebtor(some[0].standing.business, some) for some in debtors.values()]
    held = [each for each in found if each.held and each.due_from is not None and each.due_from <= today]
    sent, older = _sent(session, only_paper=only_paper, before=before)
    return DunningPage(
        due[:_DUE_SHOWN],
        len(due),
        held[:_DUE_SHOWN],
        pay_by(today, holidays).isoformat(),
        billable(session, today=today, holidays=holidays),
        sent,
        older,
        session.scalars(select(Task).where(Task.kind == KIND).order_by(Task.id.desc()).limit(1)).first(),
    )


def _sent(session: Session, *, only_paper: bool, before: int | None) -> tuple[list[SentLetter], int | None]:
    asked = (
        select(DunningNotice, Business.name)
        .join(Invoice, Invoice.id == DunningNotice.invoice_id)
        .join(Business, Business.id == Invoice.business_id)
        .options(joinedload(DunningNotice.invoice))
        .order_by(DunningNotice.id.desc())
        .limit(PAGE + 1)
    )
    if only_paper:
        asked = asked.where(DunningNotice.addressee == "")
    if before is not None:
        asked = asked.where(DunningNotice.id < before)
    rows = [
        SentLetter(row[0], row[1], letter_of(row[0]), title_of(row[0].step)) for row in session.execute(asked)
    ]
    shown = rows[:PAGE]
    return shown, shown[-1].notice.id if len(rows) > PAGE else None
