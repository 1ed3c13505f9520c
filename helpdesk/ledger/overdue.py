"""未入金: which invoices are overdue at the moment of asking, and which of them stand still because of an objection."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from cases.business_calendar import Holidays
from cases.models import Business, Case, Objection
from cases.objection_state import OPEN_STATUSES
from helpdesk.ledger.balances import paid_yen
from helpdesk.ledger.due_days import BankDays, Overdue
from helpdesk.ledger.models import Invoice
from helpdesk.register.models import NotifiedResult
from helpdesk.settlement.models import BusinessStatement

_Month = tuple[int, int, int]  # business, fiscal year, delivery month


@dataclass(frozen=True, slots=True)
class Standing:
    """一件の請求の状況: what is open, since when it is overdue, and the objection that pauses it.

    An objection has its case; to a statement without a notice of its own (contributions) it is only marked there.
    """

    invoice: Invoice
    business: Business
    open_yen: int
    overdue: Overdue
    objection_case: str | None
    statement_objected: bool = False

    @property
    def paused_by(self) -> str:
        """What pauses calls and letters, in words; empty: nothing."""
        if self.objection_case is not None:
            return f"異議申立て（案件 {self.objection_case}）の審査中"
        return "精算への異議申立ての審査中" if self.statement_objected else ""

    @property
    def is_overdue(self) -> bool:
        """Whether its last day is over and something is open."""
        return self.open_yen > 0 and self.overdue.calendar_days > 0

    @property
    def may_be_called_about(self) -> bool:
        """Whether the desk calls: overdue, the banks have told of the last day, and nobody objects."""
        return self.is_overdue and self.overdue.bank_days > 0 and not self.paused_by


def overdue_invoices(session: Session, *, today: date, holidays: Holidays) -> list[Standing]:
    """All overdue invoices, the longest overdue first: two statements."""
    remaining = Invoice.amount_yen - paid_yen()
    found = _standings(session, today, holidays, Invoice.due_on < today, remaining > 0)
    return [each for each in found if each.is_overdue]


def standing_of(session: Session, invoice_id: int, *, today: date, holidays: Holidays) -> Standing | None:
    """How one invoice stands, paid or not."""
    found = _standings(session, today, holidays, Invoice.id == invoice_id)
    return found[0] if found else None


def overdue_of_business(
    session: Session, business_id: int, *, today: date, holidays: Holidays
) -> list[Standing]:
    """The overdue invoices of one business: a call is about all of them."""
    remaining = Invoice.amount_yen - paid_yen()
    conditions = (Invoice.business_id == business_id, Invoice.due_on < today, remaining > 0)
    return [each for each in _standings(session, today, holidays, *conditions) if each.is_overdue]


def _standings(
    session: Session, today: date, holidays: Holidays, *conditions: ColumnElement[bool]
) -> list[Standing]:
    days, objections = BankDays(today, holidays), _objections(session)
    month = (NotifiedResult.business_id, NotifiedResult.fiscal_year, NotifiedResult.delivery_month)
    rows: Sequence = session.execute(
        select(Invoice, Business, Invoice.amount_yen - paid_yen(), BusinessStatement.answer, *month)
        .join(Business, Business.id == Invoice.business_id)
        .outerjoin(NotifiedResult, NotifiedResult.id == Invoice.notified_result_id)
        .outerjoin(BusinessStatement, BusinessStatement.id == Invoice.statement_id)
        .where(*conditions)
        .order_by(Invoice.due_on, Invoice.id)
    ).all()
    return [
        Standing(
            row[0],
            row[1],
            row[2],
            days.overdue(row[0].due_on),
            objections.get((row[4], row[5], row[6])),
            row[3] == "objected",
        )
        for row in rows
    ]


def _objections(session: Session) -> dict[_Month, str]:
    """The months against whose notice, in whatever version, an objection is open, with the number of its case."""
    rows = session.execute(
        select(
            NotifiedResult.business_id,
            NotifiedResult.fiscal_year,
            NotifiedResult.delivery_month,
            Case.number,
        )
        .join(Objection, Objection.notice_reference == NotifiedResult.id)
        .join(Case, Case.id == Objection.case_id)
        .where(Objection.status.in_(OPEN_STATUSES))
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows}
