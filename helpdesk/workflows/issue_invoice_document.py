"""請求書の発行: an invoice as a document, drawn once and archived; of a month all that are not drawn yet, in a pool.

The caller has checked that the person may see it. What was paid since does not change it.
"""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from cases.history import Person
from helpdesk.desk import Desk
from helpdesk.documents import invoice as invoice_document
from helpdesk.documents.addressee_lines import addressee_lines, pay_to_facts, sender_lines
from helpdesk.documents.document import Document
from helpdesk.documents.formats import DocumentFile
from helpdesk.documents.invoice import InvoiceTold
from helpdesk.ledger.invoices import invoice_by_id
from helpdesk.ledger.models import Invoice
from helpdesk.register.addressing import addressee_in_force
from helpdesk.settlement.models import BusinessStatement
from helpdesk.workflows.document_archive import ToIssue, issue, issue_each

KIND = "invoice"


def issue_invoice_document(desk: Desk, invoice_id: int, *, file_format: str, by: Person) -> DocumentFile:
    """請求書. Raises `NotFound`."""
    return issue(desk, lambda session: _to_issue(session, desk, invoice_id), file_format, by=by)


def issue_invoice_documents(
    desk: Desk,
    invoice_ids: Sequence[int],
    *,
    by: Person,
    file_format: str = "pdf",
    progress: Callable[[int], None] | None = None,
) -> int:
    """All these invoices; how many had to be drawn. What is archived already is not drawn again."""
    wanted = [
        lambda session, each=each: _to_issue(session, desk, each)  # type: ignore[misc]
        for each in invoice_ids
    ]
    return issue_each(desk, wanted, file_format, by=by, progress=progress)


def _to_issue(session: Session, desk: Desk, invoice_id: int) -> ToIssue:
    invoice = invoice_by_id(session, invoice_id)
    return ToIssue(
        kind=KIND,
        reference=f"invoice:{invoice.id}",
        made_from={
            "number": invoice.number,
            "amount_yen": invoice.amount_yen,
            "issued_on": invoice.issued_on,
            "due_on": invoice.due_on,
        },
        stem=f"invoice-{invoice.number}",
        describe=lambda: _document(session, desk, invoice),
        stream=f"invoice:{invoice.id}",
    )


def _document(session: Session, desk: Desk, invoice: Invoice) -> Document:
    on = invoice.issued_on
    addressee = addressee_in_force(session, [invoice.business_id], on).get(invoice.business_id)
    statement = session.get(BusinessStatement, invoice.statement_id) if invoice.statement_id else None
    notice = invoice.notified_result
    told = InvoiceTold(
        invoice=invoice,
        addressee=addressee_lines(invoice.business, addressee),
        sender=sender_lines(desk.settings),
        pay_to=pay_to_facts(desk.settings),
        statement=statement,
        notice_number=(statement.number or "") if statement else notice.document_number if notice else "",
    )
    return invoice_document.document_of(told)
