"""Receipts are booked once by the bank's reference, also when two do so at once."""

import threading
from datetime import date

import pytest
from sqlalchemy import select

from cases.history import SYSTEM
from helpdesk.errors import Refused
from helpdesk.ledger.models import Receipt
from helpdesk.ledger.receipts import record_receipts
from tests.helpdesk.money import receipt_entry

DAY = date(2026, 6, 29)


def test_the_same_receipt_again_changes_nothing(session, desk, kitahama) -> None:
    entry = receipt_entry("B-1", 700, business_id=kitahama, on=DAY)
    first = record_receipts(session, [entry], by=SYSTEM, now=desk.clock())
    second = record_receipts(session, [entry], by=SYSTEM, now=desk.clock())
    assert (len(first.new), first.known, len(second.new), second.known) == (1, 0, 0, 1)
    assert second.happened == []


def test_another_receipt_under_the_same_reference_is_refused_and_nothing_is_booked(session, desk) -> None:
    record_receipts(session, [receipt_entry("B-1", 700, on=DAY)], by=SYSTEM, now=desk.clock())
    entries = [receipt_entry("B-2", 5, on=DAY), receipt_entry("B-1", 701, on=DAY)]
    with pytest.raises(Refused, match="「B-1」の入金は記録済みで、入金額が記録と違います"):
        record_receipts(session, entries, by=SYSTEM, now=desk.clock())
    assert session.scalars(select(Receipt.reference)).all() == ["B-1"]


def test_two_who_book_the_same_at_once_book_it_once(desk) -> None:
    ready, new = threading.Barrier(3), []

    def book() -> None:
        ready.wait(10)
        with desk.database.write_session() as session:
            entries = [receipt_entry(f"B-{at}", 700, on=DAY) for at in range(20)]
            new.append(len(record_receipts(session, entries, by=SYSTEM, now=desk.clock()).new))

    threads = [threading.Thread(target=book) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(new) == [0, 0, 20]
