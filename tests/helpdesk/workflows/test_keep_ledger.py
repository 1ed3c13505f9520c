"""Receipts allocated in one go, all or nothing, and overpayments given back: each once, booked, and used up then."""

from datetime import date

import pytest
from sqlalchemy import select

from helpdesk.errors import Conflict, NotAllowed, NotFound, Refused
from helpdesk.ledger.balances import left_yen, open_yen
from helpdesk.ledger.models import Invoice, JournalEntry, Payment, Receipt
from helpdesk.workflows import keep_ledger
from tests.helpdesk.money import add_invoice, add_receipt

DUE = date(2026, 7, 31)


@pytest.fixture
def ledger(desk, businesses, people):
    """Two invoices of 1,000 and 500, receipts of 1,300 (its business unknown) and 500."""
    with desk.database.write_session() as session:
        made = [
            add_invoice(session, desk, "K-0001", businesses["P001"], 1_000, DUE),
            add_invoice(session, desk, "K-0002", businesses["P001"], 500, DUE),
            add_receipt(session, desk, "B-1", 1_300),
            add_receipt(session, desk, "B-2", 500, business_id=businesses["P001"]),
        ]
        return [each.id for each in made]


def amounts(desk) -> tuple[list[int], list[int]]:
    with desk.database.read_session() as session:
        owed = open_yen(session, session.scalars(select(Invoice).order_by(Invoice.id)).all())
        left = left_yen(session, session.scalars(select(Receipt).order_by(Receipt.id)).all())
        return list(owed.values()), list(left.values())


def problems(refused) -> list[str]:
    return [f"{each.where}: {each.message}" for each in refused.value.problems]


def test_several_receipts_pay_at_once(desk, people, ledger) -> None:
    *_, first, second = ledger
    with desk.database.open_session(writes=True) as session:
        wanted = [(first, "K-0001", 1_000), (second, "K-0002", 500)]
        done = keep_ledger.allocate_receipts(session, desk, wanted, by=people["accounting_staff"])
    assert done == 2
    assert amounts(desk) == ([0, 0], [300, 0])


def test_one_that_does_not_fit_refuses_all_of_them_and_is_named(desk, people, ledger) -> None:
    *_, first, second = ledger
    by = people["accounting_staff"]
    with desk.database.open_session(writes=True) as session:
        wanted = [(first, "K-0001", 900), (second, "K-0001", 200)]
        with pytest.raises(Refused) as refused:
            keep_ledger.allocate_receipts(session, desk, wanted, by=by)
        assert problems(refused) == [
            "入金 B-2 の消込額: 請求書「K-0001」の残額は 100円です。それ以下にしてください"
        ]
        with pytest.raises(Refused, match="K-0009"):
            keep_ledger.allocate_receipts(session, desk, [(first, "K-0009", 1)], by=by)
        with pytest.raises(Refused, match="選んでください"):
            keep_ledger.allocate_receipts(session, desk, [], by=by)
        with pytest.raises(NotAllowed):
            keep_ledger.allocate_receipts(session, desk, wanted, by=people["operator"])
    assert amounts(desk) == ([1_000, 500], [1_300, 500])


def test_the_rest_of_an_overpayment_is_given_back_once_on_the_next_bank_day(
    desk, people, businesses, ledger
) -> None:
    receipt_id, by = ledger[2], people["accounting_staff"]
    with desk.database.open_session(writes=True) as session:
        keep_ledger.allocate_receipt(session, desk, receipt_id, "K-0001", 1_000, by=by)
        paid = keep_ledger.refund_receipt(
            session, desk, receipt_id, 300, business_id=businesses["P001"], by=by
        )
        assert (paid.amount_yen, paid.receipt_id, paid.pay_on) == (300, receipt_id, date(2026, 7, 1))
        with pytest.raises(Refused, match="未消込額は 0円"):
            keep_ledger.refund_receipt(session, desk, receipt_id, 300, business_id=businesses["P001"], by=by)
        with pytest.raises(Refused, match="未消込額は 0円"):
            keep_ledger.allocate_receipt(session, desk, receipt_id, "K-0002", 1, by=by)
        booked = session.scalars(select(JournalEntry).where(JournalEntry.kind == "payment")).one()
        assert booked.source_key == f"payment:{paid.id}"
    assert amounts(desk)[1] == [0, 500]


def test_a_refund_names_whom_it_goes_to_and_everything_that_is_wrong(
    desk, people, businesses, ledger
) -> None:
    unknown, known = ledger[2:]
    by = people["accounting_head"]
    with desk.database.open_session(writes=True) as session:
        with pytest.raises(Refused) as refused:
            keep_ledger.refund_receipt(session, desk, unknown, 1_301, by=by)
        assert [each.where for each in refused.value.problems] == ["返金額", "返金先"]
        with pytest.raises(Refused, match="返金先"):
            keep_ledger.refund_receipt(session, desk, known, 500, business_id=businesses["P002"], by=by)
        with pytest.raises(Refused, match="1円以上"):
            keep_ledger.refund_receipt(session, desk, known, 0, by=by)
        with pytest.raises(NotFound):
            keep_ledger.refund_receipt(session, desk, 999, 1, by=by)
        with pytest.raises(NotAllowed):
            keep_ledger.refund_receipt(session, desk, known, 1, by=people["operator"])
        assert session.scalars(select(Payment)).all() == []


def test_what_was_given_back_is_never_matched_by_itself(desk, people, businesses, ledger) -> None:
    known, by = ledger[3], people["accounting_staff"]
    with desk.database.open_session(writes=True) as session:
        keep_ledger.refund_receipt(session, desk, known, 100, by=by)
    with desk.database.write_session() as session:
        assert keep_ledger.match_new_receipts(session, by=by, now=desk.clock()) == []


def test_an_allocation_is_taken_back_once(desk, people, ledger) -> None:
    by = people["accounting_staff"]
    with desk.database.open_session(writes=True) as session:
        keep_ledger.allocate_receipt(session, desk, ledger[3], "K-0002", 500, by=by)
        keep_ledger.reverse_allocation(session, desk, 1, "別の請求書", by=by)
        with pytest.raises(Conflict):
            keep_ledger.reverse_allocation(session, desk, 1, "もう一度", by=by)
    assert amounts(desk) == ([1_000, 500], [1_300, 500])


@pytest.mark.parametrize("dies", [True, False])
def test_a_receipt_is_taken_back_whole_or_not_at_all(desk, people, ledger, monkeypatch, dies) -> None:
    receipt_id, by = ledger[2], people["accounting_staff"]

    def die(name: str) -> None:
        raise KeyboardInterrupt(name)

    with desk.database.open_session(writes=True) as session:
        keep_ledger.allocate_receipts(
            session, desk, [(receipt_id, "K-0001", 1_000), (receipt_id, "K-0002", 300)], by=by
        )
    if dies:
        with monkeypatch.context() as patched, desk.database.open_session(writes=True) as session:
            patched.setattr(keep_ledger, "fail_point", die)
            with pytest.raises(KeyboardInterrupt, match=r"reverse_receipt\.before_commit"):
                keep_ledger.reverse_receipt(session, desk, receipt_id, "金額の誤り", by=by)
        assert amounts(desk) == ([0, 200], [0, 500])
    with desk.database.open_session(writes=True) as session:
        with pytest.raises(NotAllowed):
            keep_ledger.reverse_receipt(session, desk, receipt_id, "誤り", by=people["operator"])
        assert keep_ledger.reverse_receipt(session, desk, receipt_id, "金額の誤り", by=by) == 2
        with pytest.raises(Conflict):
            keep_ledger.reverse_receipt(session, desk, receipt_id, "もう一度", by=by)
    assert amounts(desk) == ([1_000, 500], [0, 500])
