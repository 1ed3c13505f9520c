"""Money from before there were books is booked once, and the books then say what the ledger says."""

from datetime import date

from sqlalchemy import delete, func, insert, select

from cases.history import SYSTEM, content_of, read_stream
from helpdesk.ledger import book_missing as subject
from helpdesk.ledger.account_history import LEDGER
from helpdesk.ledger.allocating import allocate, reverse
from helpdesk.ledger.book_audit import audit
from helpdesk.ledger.book_missing import book_missing
from helpdesk.ledger.models import Allocation, JournalEntry, JournalLine, PeriodClosing
from tests.helpdesk.money import add_invoice, add_receipt

DUE = date(2026, 6, 26)


def an_earlier_release(session, desk, clerk, kitahama, minato) -> None:
    """Invoices, receipts, allocations and a reversal, without any books."""
    first = add_invoice(session, desk, "KY-1", kitahama, 900, DUE)
    add_invoice(session, desk, "KY-2", minato, 500, DUE, kind="penalty")
    receipt, unknown = (
        add_receipt(session, desk, "B-1", 700, business_id=kitahama),
        add_receipt(session, desk, "B-2", 300),
    )
    allocate(session, receipt, first, 600, by=clerk, now=desk.clock())
    allocate(session, unknown, first, 100, by=clerk, now=desk.clock())
    reverse(
        session, session.scalar(select(func.min(Allocation.id))), reason="誤り", by=clerk, now=desk.clock()
    )
    session.execute(delete(JournalLine))
    session.execute(delete(JournalEntry))


def test_everything_without_an_entry_gets_one_and_a_second_time_nothing(
    session, desk, clerk, kitahama, minato, monkeypatch
) -> None:
    monkeypatch.setattr(subject, "_ROWS_AT_ONCE", 2)  # several batches
    an_earlier_release(session, desk, clerk, kitahama, minato)
    assert audit(session) != []
    booked = book_missing(session, by=SYSTEM, now=desk.clock())
    assert booked == {"invoice": 2, "receipt": 2, "allocation": 2, "reversal": 1}
    assert audit(session) == []
    [event] = read_stream(session, LEDGER)
    assert content_of(event) == booked
    assert book_missing(session, by=SYSTEM, now=desk.clock()) == {}
    assert len(read_stream(session, LEDGER)) == 1


def test_only_what_is_missing_is_added_and_never_into_a_closed_month(
    session, desk, clerk, kitahama, minato
) -> None:
    an_earlier_release(session, desk, clerk, kitahama, minato)
    values = {"period": "2026-06", "entries": 0, "debit_yen": 0, "credit_yen": 0, "checks": []}
    session.execute(insert(PeriodClosing).values(**values, closed_at=desk.clock(), closed_by_name="経理"))
    add_invoice(session, desk, "KY-3", kitahama, 50, DUE)
    book_missing(session, by=SYSTEM, now=desk.clock())
    assert set(session.scalars(select(JournalEntry.period))) == {"2026-07"}
    assert session.scalar(select(func.count()).select_from(JournalEntry)) == 8
    assert audit(session) == []
