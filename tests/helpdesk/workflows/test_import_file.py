"""A file is imported all or not at all; the same file twice changes nothing and says so; cases follow the money."""

import json
from datetime import date

import pytest
from sqlalchemy import select

from cases.models import Case, Event, LatePayment
from helpdesk.errors import NotAllowed, Refused
from helpdesk.ledger.models import Allocation, Invoice, Receipt
from helpdesk.register.models import ImportedFile
from helpdesk.workflows import call_late_payer, keep_ledger
from helpdesk.workflows.import_file import import_file
from tests.helpdesk.imports.tables import INVOICES, ONE_INVOICE, ONE_RECEIPT, RECEIPTS
from tests.helpdesk.money import add_invoice


@pytest.fixture
def send(desk, people):
    def send(kind: str, text: str, *, keep: bool = True, by: str = "accounting_staff"):
        with desk.database.open_session(writes=True) as session:
            return import_file(
                session, desk, kind, "届いた.csv", text.encode("cp932"), keep=keep, by=people[by]
            )

    return send


def counts(desk) -> tuple[int, int, int]:
    with desk.database.read_session() as session:
        return tuple(len(session.scalars(select(each.id)).all()) for each in (Invoice, Receipt, Allocation))


def test_the_same_file_twice_changes_nothing_and_says_so(desk, send) -> None:
    first = send("invoices", INVOICES + ONE_INVOICE)
    again = send("invoices", INVOICES + ONE_INVOICE)
    assert (first.new, first.known, again.new, again.known) == (1, 0, 0, 1)
    assert again.changes_nothing
    assert counts(desk) == (1, 0, 0)


def test_overlapping_files_book_what_is_new(desk, send) -> None:
    send("receipts", RECEIPTS + "B-1,2026-06-29,5,,\nB-2,2026-06-29,6,,\n")
    second = send("receipts", RECEIPTS + "B-2,2026-06-29,6,,\nB-3,2026-06-29,7,,\n")
    assert (second.new, second.known) == (1, 1)
    assert counts(desk) == (0, 3, 0)


def test_a_row_that_differs_from_what_was_booked_refuses_the_whole_file(desk, send) -> None:
    send("receipts", RECEIPTS + "B-1,2026-06-29,5,,\n")
    with pytest.raises(Refused) as refused:
        send("receipts", RECEIPTS + "B-9,2026-06-29,1,,\nB-1,2026-06-29,6,,\n")
    assert refused.value.problems[0].where == "届いた.csv 3行目「取引番号」"
    assert counts(desk) == (0, 1, 0)


def test_looking_first_tells_what_would_happen_and_keeps_nothing(desk, send) -> None:
    send("invoices", INVOICES + ONE_INVOICE)
    shown = send("receipts", RECEIPTS + ONE_RECEIPT, keep=False)
    assert (shown.new, shown.matched) == (1, 1)
    assert counts(desk) == (1, 0, 0)
    done = send("receipts", RECEIPTS + ONE_RECEIPT)
    assert (done.new, done.matched) == (1, 1)
    assert counts(desk) == (1, 1, 1)


def test_who_imported_what_stands_in_the_history(desk, people, send) -> None:
    done = send("receipts", RECEIPTS + ONE_RECEIPT)
    with desk.database.read_session() as session:
        event = session.scalars(select(Event).where(Event.kind == "file_imported")).one()
        assert (event.stream, event.actor_id) == ("ledger", people["accounting_staff"].id)
        assert json.loads(event.content) == {
            "kind": "receipts",
            "file": "届いた.csv",
            "sha256": done.sha256,
            "imported_file": done.file_id,
            "matched": 0,
            "new": 1,
            "corrected": 0,
            "known": 0,
        }
        booked = session.scalars(select(Event).where(Event.kind == "receipt_recorded")).one()
        assert booked.stream.startswith("account:")


def test_the_file_is_kept_byte_for_byte_with_what_it_did(desk, people, send) -> None:
    send("receipts", RECEIPTS + ONE_RECEIPT)
    text = RECEIPTS + ONE_RECEIPT + "B-2,2026-06-29,6,,\n"
    done = send("receipts", text)
    again = send("receipts", text)
    send("receipts", RECEIPTS + "B-3,2026-06-29,6,,\n", keep=False)
    assert again.changes_nothing
    assert again.file_id is None
    with desk.database.read_session() as session:
        files = session.scalars(select(ImportedFile).order_by(ImportedFile.id)).all()
        assert [(each.new, each.corrected, each.known, each.rows) for each in files] == [
            (1, 0, 0, 1),
            (1, 0, 1, 2),
        ]
        assert (files[1].id, files[1].imported_by_id) == (done.file_id, people["accounting_staff"].id)
        assert desk.blobs.get(files[1].sha256) == text.encode("cp932")


def test_a_full_payment_settles_the_case_and_a_reversal_opens_it_again(
    desk, people, businesses, send
) -> None:
    with desk.database.write_session() as session:
        invoice = add_invoice(session, desk, "KY-0001", businesses["P001"], 1_000_000, date(2026, 6, 26))
    with desk.database.open_session(writes=True) as session:
        number = call_late_payer.open_case(session, desk, invoice.id, by=people["operator"]).number
    done = send("receipts", RECEIPTS + ONE_RECEIPT)
    assert done.settled == 1
    with desk.database.read_session() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        kinds = [event.kind for event in session.scalars(select(Event).where(Event.case_id == case.id))]
        assert case.status == "closed"
        assert kinds[-2:] == ["late_payment_settled", "closed"]
        closing = session.scalars(select(Event).where(Event.kind == "closed")).one()
        assert json.loads(closing.content)["reason"] == keep_ledger.PAID
        allocation_id = session.scalars(select(Allocation.id)).one()
    with desk.database.open_session(writes=True) as session:
        keep_ledger.reverse_allocation(
            session, desk, allocation_id, "別の請求の入金", by=people["accounting_staff"]
        )
    with desk.database.read_session() as session:
        assert session.scalars(select(Case.status)).one() == "in_progress"
        assert session.scalars(select(LatePayment.settled_at)).one() is None
        kinds = [event.kind for event in session.scalars(select(Event).order_by(Event.id))]
        assert kinds[-3:] == ["late_payment_unsettled", "reopened", "allocation_reversed"]


def test_an_imported_receipt_that_was_taken_back_is_known_and_said_to_be(
    desk, people, businesses, send
) -> None:
    send("receipts", RECEIPTS + ONE_RECEIPT)
    with desk.database.open_session(writes=True) as session:
        keep_ledger.reverse_receipt(session, desk, 1, "銀行の取消", by=people["accounting_staff"])
    again = send("receipts", RECEIPTS + ONE_RECEIPT)
    assert (again.new, again.known) == (0, 1)
    assert "に取り消されています（銀行の取消）" in again.checked.warnings[0]


def test_a_part_payment_settles_nothing(desk, people, businesses, send) -> None:
    with desk.database.write_session() as session:
        invoice = add_invoice(session, desk, "KY-0001", businesses["P001"], 1_000_001, date(2026, 6, 26))
    with desk.database.open_session(writes=True) as session:
        call_late_payer.open_case(session, desk, invoice.id, by=people["operator"])
    done = send("receipts", RECEIPTS + "KY-0001,2026-06-29,1000000,,P001\n")
    assert (done.matched, done.settled) == (1, 0)


def test_who_may_not_book_may_not_import_either(desk, send) -> None:
    with pytest.raises(NotAllowed):
        send("receipts", RECEIPTS + ONE_RECEIPT, by="operator")
    with pytest.raises(Refused, match="invoices（請求書）・receipts（入金）"):
        send("rent", RECEIPTS + ONE_RECEIPT)
