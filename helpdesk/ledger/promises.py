"""入金の約束と実績: the late-payment cases of invoices, what came of their calls, and what came in since."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import late_payments
from cases.business_calendar import Holidays
from cases.late_payments import NOT_CALLED, FollowUp
from cases.models import Case, LatePayment
from cases.payment_promises import Judged, Payment, judge
from helpdesk.ledger.balances import in_force
from helpdesk.ledger.models import Allocation, Receipt

_ROWS_ASKED = 10_000  # every database takes so many at once


@dataclass(frozen=True, slots=True)
class Followed:
    """督促の経過 of one invoice: its case, the calls, and each promise as it stands today, the newest first."""

    case: Case
    follow_up: FollowUp = NOT_CALLED
    judged: Sequence[Judged] = ()


def followed(
    session: Session, invoice_ids: Sequence[int], *, today: date, holidays: Holidays
) -> dict[int, Followed]:
    """The invoices that have a late-payment case, in a fixed number of statements (for every 10,000)."""
    cases: dict[int, Case] = {}
    for start in range(0, len(invoice_ids), _ROWS_ASKED):
        rows = session.execute(
            select(LatePayment.invoice_reference, Case)
            .join(Case, Case.id == LatePayment.case_id)
            .where(LatePayment.invoice_reference.in_(invoice_ids[start : start + _ROWS_ASKED]))
        )
        cases |= {row[0]: row[1] for row in rows}
    follow_ups = late_payments.follow_ups(session, [case.id for case in cases.values()])
    payments = _payments(session, list(cases))
    found = {}
    for invoice_id, case in cases.items():
        follow_up = follow_ups.get(case.id, NOT_CALLED)
        paid = payments.get(invoice_id, [])
        judged = [judge(each, paid, today=today, holidays=holidays) for each in follow_up.promises]
        found[invoice_id] = Followed(case, follow_up, judged)
    return found


def _payments(session: Session, invoice_ids: Sequence[int]) -> dict[int, list[Payment]]:
    """What has come in for each invoice, and since when that is known."""
    found: dict[int, list[Payment]] = defaultdict(list)
    for start in range(0, len(invoice_ids), _ROWS_ASKED):
        rows = session.execute(
            select(Allocation.invoice_id, Receipt.received_on, Allocation.allocated_at, Allocation.amount_yen)
            .join(Receipt, Receipt.id == Allocation.receipt_id)
            .where(Allocation.invoice_id.in_(invoice_ids[start : start + _ROWS_ASKED]), in_force())
        )
        for invoice_id, received_on, known_at, amount_yen in rows:
            found[invoice_id].append(Payment(received_on, known_at, amount_yen))
    return found


def case_of(session: Session, invoice_id: int) -> Case | None:
    """The late-payment case of one invoice."""
    late = late_payments.late_payment_for(session, invoice_id)
    return late.case if late is not None else None
