"""Late interest is invoiced once, when all of an invoice is paid; nothing without a rate, nothing twice."""

from datetime import date

import pytest
from sqlalchemy import select

from cases.business_calendar import load_holidays
from helpdesk.errors import NotAllowed, Refused
from helpdesk.ledger.models import Invoice, JournalEntry
from helpdesk.workflows import keep_ledger
from helpdesk.workflows.bill_late_interest import bill_late_interest, billable
from tests.helpdesk.dunning_desk import put_rate_in_force
from tests.helpdesk.money import add_invoice, add_receipt

DUE = date(2026, 6, 19)


@pytest.fixture
def ledger(desk, businesses, people):
    """K-1 was paid late in two parts, K-2 in time, K-3 in part."""
    by = people["accounting_staff"]
    with desk.database.open_session(writes=True) as session:
        made = [
            add_invoice(session, desk, f"K-{at}", businesses["P001"], 1_000_000, DUE, notified_result_id=None)
            for at in (1, 2, 3)
        ]
        session.commit()
        for number, yen, day in (
            ("K-1", 400_000, 24),
            ("K-1", 600_000, 29),
            ("K-2", 1_000_000, 19),
            ("K-3", 999_999, 29),
        ):
            receipt = add_receipt(session, desk, f"B {number} {day}", yen, on=date(2026, 6, day))
            keep_ledger.allocate_receipt(session, desk, receipt.id, number, yen, by=by)
        return [each.id for each in made]


def test_only_what_is_paid_in_full_and_late_is_invoiced_once_and_booked(desk, people, ledger) -> None:
    by = people["accounting_staff"]
    with desk.database.open_session(writes=True) as session:
        put_rate_in_force(session, desk.clock())
        [made] = bill_late_interest(session, desk, by=by)
        assert (made.number, made.kind, made.amount_yen) == (
            f"請求書 L2026-{ledger[0]:06d}",
            "late_interest",
            800 + 2_400,
        )
        assert (made.issued_on, made.due_on) == (date(2026, 6, 30), date(2026, 7, 20))
        assert "請求書 K-1" in made.note
        booked = session.scalars(select(JournalEntry).where(JournalEntry.source_key == f"invoice:{made.id}"))
        assert len(booked.all()) == 1
        with pytest.raises(Refused, match="請求できる延滞利息はありません"):
            bill_late_interest(session, desk, by=by)
    with desk.database.open_session(writes=True) as session:
        rest = add_receipt(session, desk, "B K-3 rest", 1, on=date(2026, 6, 30))
        keep_ledger.allocate_receipt(session, desk, rest.id, "K-3", 1, by=by)
        [third] = bill_late_interest(session, desk, by=by, invoice_id=ledger[2])
        assert third.amount_yen == 3_999


def test_without_a_rate_there_is_nothing_to_invoice(desk, people, ledger) -> None:
    with desk.database.open_session(writes=True) as session:
        assert billable(session, today=date(2026, 6, 30), holidays=load_holidays(session)) == []
        with pytest.raises(Refused):
            bill_late_interest(session, desk, by=people["accounting_head"])
        with pytest.raises(NotAllowed):
            bill_late_interest(session, desk, by=people["operator"])
        assert len(session.scalars(select(Invoice)).all()) == 3


def test_when_the_payment_is_taken_back_there_is_nothing_to_invoice(desk, people, ledger) -> None:
    by = people["accounting_staff"]
    with desk.database.open_session(writes=True) as session:
        put_rate_in_force(session, desk.clock())
        session.commit()
        keep_ledger.reverse_allocation(session, desk, 2, "誤り", by=by)
        with pytest.raises(Refused):
            bill_late_interest(session, desk, by=by)
