"""Invoices are recorded once; another invoice under the same number is refused by name."""

from datetime import date

import pytest
from sqlalchemy import select

from helpdesk.errors import NotFound, Refused
from helpdesk.ledger.invoices import invoice_by_id, invoice_by_number, record_invoices
from helpdesk.ledger.models import Invoice
from tests.helpdesk.money import invoice_entry

DUE = date(2026, 7, 31)


def test_the_same_invoice_again_changes_nothing(session, desk, kitahama) -> None:
    entry = invoice_entry("K-1", kitahama, 700, DUE)
    assert len(record_invoices(session, [entry], now=desk.clock()).new) == 1
    again = record_invoices(session, [entry], now=desk.clock())
    assert (again.new, again.known, again.happened) == ([], 1, [])


def test_all_that_differs_is_named_and_nothing_recorded(session, desk, kitahama, minato) -> None:
    record_invoices(session, [invoice_entry("K-1", kitahama, 700, DUE)], now=desk.clock())
    entries = [
        invoice_entry("K-2", kitahama, 5, DUE),
        invoice_entry("K-1", minato, 701, DUE, place="請求.csv 3行目「請求書番号」"),
    ]
    with pytest.raises(Refused) as refused:
        record_invoices(session, entries, now=desk.clock())
    [problem] = refused.value.problems
    assert problem.where == "請求.csv 3行目「請求書番号」"
    assert "事業者・請求額が登録と違います" in problem.message
    assert session.scalars(select(Invoice.number)).all() == ["K-1"]


def test_an_invoice_is_found_by_number_as_typed(session, desk, kitahama) -> None:
    [made] = record_invoices(session, [invoice_entry("K-1", kitahama, 700, DUE)], now=desk.clock()).new
    assert invoice_by_number(session, " K-1 ").id == made.id
    assert invoice_by_number(session, "K-9") is None
    with pytest.raises(NotFound):
        invoice_by_id(session, 99)
