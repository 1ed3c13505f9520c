"""請求の記録: invoices as they were issued. The same invoice again changes nothing; another one of its number is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.history import SYSTEM, Person
from helpdesk.errors import NotFound, Problem, Refused
from helpdesk.ledger.account_history import Happened, lock_ledger
from helpdesk.ledger.already_recorded import already_recorded, differing
from helpdesk.ledger.journal import post
from helpdesk.ledger.models import Invoice
from helpdesk.ledger.posting import invoice_draft


@dataclass(frozen=True, slots=True)
class InvoiceEntry:
    """一件の請求, checked. `place` says where it was written, for a refusal."""

    number: str
    business_id: int
    kind: str
    fiscal_year: int
    delivery_month: int | None
    amount_yen: int
    issued_on: date
    due_on: date
    notified_result_id: int | None = None
    note: str = ""
    place: str = "請求書番号"
    statement_id: int | None = (
        None  # the statement that asks for it; its entry is in the books with the statement
    )


@dataclass(frozen=True, slots=True)
class RecordedInvoices:
    """What was new, and how many were there already, the same in every column."""

    new: list[Invoice]
    known: int
    happened: list[Happened]


_COLUMNS = {
    "business_id": "事業者",
    "kind": "請求の種類",
    "fiscal_year": "実需給年度",
    "delivery_month": "対象月",
    "amount_yen": "請求額",
    "issued_on": "発行日",
    "due_on": "支払期限",
}


def record_invoices(
    session: Session, entries: Sequence[InvoiceEntry], *, by: Person = SYSTEM, now: datetime
) -> RecordedInvoices:
    """Record what is not recorded yet, and book it. Raises `Refused`, naming all that differ from what is recorded."""
    lock_ledger(session)
    there = already_recorded(session, Invoice.number, [entry.number for entry in entries])
    problems = [
        problem for entry in entries if entry.number in there for problem in _differences(entry, there)
    ]
    if problems:
        raise Refused(problems)
    new = [_row(entry, now) for entry in entries if entry.number not in there]
    session.add_all(new)
    session.flush()
    drafts = [draft for invoice in new if (draft := invoice_draft(invoice)) is not None]
    post(session, drafts, by=by, now=now)
    return RecordedInvoices(new, len(entries) - len(new), [_happened(invoice) for invoice in new])


def invoice_by_id(session: Session, invoice_id: int) -> Invoice:
    """The invoice, or `NotFound`."""
    invoice = session.get(Invoice, invoice_id)
    if invoice is None:
        raise NotFound("その請求書は登録されていません")
    return invoice


def invoice_by_number(session: Session, number: str) -> Invoice | None:
    """The invoice of a number as a person typed it."""
    return session.scalars(select(Invoice).where(Invoice.number == number.strip())).one_or_none()


def _differences(entry: InvoiceEntry, there: dict[str, Invoice]) -> list[Problem]:
    recorded = there[entry.number]
    labels = differing(entry, recorded, _COLUMNS)
    if not labels:
        return []
    words = (
        f"請求書「{entry.number}」は登録済みで、{labels}が登録と違います。"
        "番号を確かめてください。訂正は別の番号の請求書として登録します"
    )
    return [Problem(entry.place, words)]


def _row(entry: InvoiceEntry, now: datetime) -> Invoice:
    return Invoice(
        number=entry.number,
        **{name: getattr(entry, name) for name in _COLUMNS},
        notified_result_id=entry.notified_result_id,
        statement_id=entry.statement_id,
        note=entry.note,
        recorded_at=now,
    )


def _happened(invoice: Invoice) -> Happened:
    content = {
        "invoice": invoice.id,
        "number": invoice.number,
        "kind": invoice.kind,
        "amount_yen": invoice.amount_yen,
        "issued_on": invoice.issued_on,
        "due_on": invoice.due_on,
    }
    return Happened(invoice.business_id, "invoice_recorded", content)
