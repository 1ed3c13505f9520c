"""入金遅延: the case of one unpaid invoice, from its opening to the day it is paid (requirement B1.4).

Amounts and due dates stay the ledger's; what is here is who is called, what came of the calls, and that it is settled.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, defer

from cases import lifecycle
from cases.call_checks import UNREACHED
from cases.history import Person, record_on_case
from cases.kinds import LATE_PAYMENT
from cases.models import Business, Case, Contact, LatePayment, PhoneCall
from cases.opening import NewCase, open_case
from cases.payment_promises import Promise

TALK_SCRIPT = "talk-contribution-late-payment-call"
_MONEY_WORDS = ("経理", "財務", "会計", "出納", "支払")


@dataclass(frozen=True, slots=True)
class UnpaidInvoice:
    """未入金の請求書 as the ledger tells it: its id there, its number, what the case is called and about."""

    reference: int
    number: str
    title: str
    topic: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """架電の経過 of one case: the finished calls, the newest first, and what stands of them."""

    calls: Sequence[PhoneCall]

    @property
    def last(self) -> PhoneCall | None:
        """The last call."""
        return self.calls[0] if self.calls else None

    @property
    def next_call(self) -> PhoneCall | None:
        """The newest call that says when to call next, while that has not been done."""
        return next((each for each in self.calls if each.next_call_at and not each.next_call_done_at), None)

    @property
    def promises(self) -> list[Promise]:
        """All promises, the newest first."""
        return [
            Promise(each.promised_on, each.promised_yen, each.started_at)
            for each in self.calls
            if each.promised_on is not None and each.promised_yen is not None
        ]

    @property
    def unreached_in_a_row(self) -> int:
        """How many times nobody was reached since somebody was."""
        count = 0
        for each in self.calls:
            if each.outcome not in UNREACHED:
                break
            count += 1
        return count


NOT_CALLED = FollowUp(())


def open_late_payment(
    session: Session,
    invoice: UnpaidInvoice,
    business: Business,
    contact: Contact | None,
    *,
    by: Person,
    now: datetime,
) -> LatePayment:
    """The case of an unpaid invoice: the one there is, or a new one. Events `received` and `late_payment_opened`."""
    found = late_payment_for(session, invoice.reference)
    if found is not None:
        return found
    new = NewCase(
        kind=LATE_PAYMENT,
        channel="system",
        subject=f"入金遅延：{invoice.title}",
        topic=invoice.topic,
        business=business,
        contact=contact,
        business_reason=f"請求書 {invoice.number} の請求先",
    )
    case = open_case(session, new, by=by, now=now)
    made = LatePayment(
        case=case, invoice_reference=invoice.reference, invoice_number=invoice.number, opened_at=now
    )
    session.add(made)
    session.flush()
    content = {"invoice": invoice.reference, "number": invoice.number}
    record_on_case(session, case, "late_payment_opened", content, by=by, now=now)
    return made


def settle(session: Session, late: LatePayment, *, reason: str, by: Person, now: datetime) -> None:
    """入金済み: the invoice is paid. The case is closed, and nobody is to be called about it any more.

    A case whose answer is being released keeps its state; its deadline and its answer are not the money's.
    """
    case = _held(session, late)
    late.settled_at = now
    session.execute(
        update(PhoneCall)
        .where(
            PhoneCall.case_id == case.id,
            PhoneCall.next_call_at.is_not(None),
            PhoneCall.next_call_done_at.is_(None),
            PhoneCall.message_id.is_not(None),
        )
        .values(next_call_done_at=now)
    )
    _record(session, case, "late_payment_settled", late, reason, by=by, now=now)
    if lifecycle.CLOSED in lifecycle.possible(case):
        lifecycle.move(session, case, lifecycle.CLOSED, by=by, now=now, reason=reason)


def unsettle(session: Session, late: LatePayment, *, reason: str, by: Person, now: datetime) -> None:
    """入金済みの取消: the invoice is open again, and so is its case."""
    case = _held(session, late)
    late.settled_at = None
    _record(session, case, "late_payment_unsettled", late, reason, by=by, now=now)
    if case.status == lifecycle.CLOSED:
        lifecycle.move(session, case, lifecycle.IN_PROGRESS, by=by, now=now, reason=reason)


def late_payment_for(session: Session, invoice_reference: int) -> LatePayment | None:
    """The follow-up of an invoice."""
    found = select(LatePayment).where(LatePayment.invoice_reference == invoice_reference)
    return session.scalars(found).one_or_none()


def late_payment_of(session: Session, case_id: int) -> LatePayment | None:
    """The follow-up that a case is about."""
    return session.scalars(select(LatePayment).where(LatePayment.case_id == case_id)).one_or_none()


def follow_ups(session: Session, case_ids: Iterable[int]) -> dict[int, FollowUp]:
    """The finished calls of several cases, without what was said in them, in one statement."""
    wanted = set(case_ids)
    calls: dict[int, list[PhoneCall]] = defaultdict(list)
    found = (
        select(PhoneCall)
        .where(PhoneCall.case_id.in_(wanted), PhoneCall.message_id.is_not(None))
        .order_by(PhoneCall.started_at.desc(), PhoneCall.id.desc())
        .options(defer(PhoneCall.content))
    )
    for call in session.scalars(found):
        calls[call.case_id].append(call)
    return {case_id: FollowUp(each) for case_id, each in calls.items()}


def contacts_to_call(session: Session, business_ids: Iterable[int]) -> dict[int, Contact]:
    """Whom to call of each business about money: who has a number, and an accounting department before others."""
    found = select(Contact).where(Contact.business_id.in_(set(business_ids)), Contact.telephone != "")
    chosen: dict[int, Contact] = {}
    for contact in session.scalars(found.order_by(Contact.id)):
        other = chosen.get(contact.business_id)
        if other is None or (handles_money(contact) and not handles_money(other)):
            chosen[contact.business_id] = contact
    return chosen


def handles_money(contact: Contact) -> bool:
    """Whether somebody works where money is handled."""
    return any(word in contact.department for word in _MONEY_WORDS)


def _held(session: Session, late: LatePayment) -> Case:
    """The case as it is now, held until the transaction ends."""
    session.refresh(late.case, with_for_update={"of": Case})
    return late.case


def _record(
    session: Session, case: Case, kind: str, late: LatePayment, reason: str, *, by: Person, now: datetime
) -> None:
    content = {"invoice": late.invoice_reference, "number": late.invoice_number, "reason": reason}
    lifecycle.touch(session, case, now=now)
    record_on_case(session, case, kind, content, by=by, now=now)
