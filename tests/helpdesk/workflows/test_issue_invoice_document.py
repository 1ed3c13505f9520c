"""An invoice is drawn once, names its addressee of that day, and stays as it went out."""

from datetime import date

import pytest
from sqlalchemy import select

from cases.history import Actor
from helpdesk.desk import Desk
from helpdesk.documents.models import IssuedDocument
from helpdesk.errors import NotFound
from helpdesk.ledger.models import Invoice
from helpdesk.workflows.issue_document import issue_invoice_document, issue_invoice_documents

BY = Actor(7, "部門経理担当者")


def invoiced(desk: Desk, businesses: dict[str, int]) -> list[int]:
    """An invoice of each business."""
    with desk.database.write_session() as session:
        made = [
            Invoice(
                number=f"C2026-04-{number:04d}",
                business_id=business_id,
                kind="contribution",
                fiscal_year=2026,
                delivery_month=4,
                amount_yen=1_234_567,
                issued_on=date(2026, 6, 1),
                due_on=date(2026, 6, 22),
                note="容量拠出金",
                recorded_at=desk.clock(),
            )
            for number, business_id in enumerate(businesses.values(), 1)
        ]
        session.add_all(made)
        session.flush()
        return [invoice.id for invoice in made]


def test_an_invoice_is_the_same_file_for_ever(desk: Desk, businesses: dict[str, int], clock) -> None:
    first_id, second_id = invoiced(desk, businesses)
    first = issue_invoice_document(desk, first_id, file_format="pdf", by=BY)
    clock.pass_by(days=400)
    assert issue_invoice_document(desk, first_id, file_format="pdf", by=BY) == first
    assert first.file_name == "invoice-C2026-04-0001.pdf"
    assert issue_invoice_documents(desk, [first_id, second_id], by=BY) == 1
    with desk.database.read_session() as session:
        references = set(session.scalars(select(IssuedDocument.reference)))
    assert references == {f"invoice:{first_id}", f"invoice:{second_id}"}


def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound, match="請求書は登録されていません"):
        issue_invoice_document(desk, 999_999, file_format="pdf", by=BY)
