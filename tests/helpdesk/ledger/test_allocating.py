"""Allocations: never more than either side has left, also with many at once; reversed, not deleted."""

import threading
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.errors import Conflict, Refused
from helpdesk.ledger.allocating import allocate, reverse
from helpdesk.ledger.balances import left_yen, open_yen
from helpdesk.ledger.models import Allocation, AllocationReversal, Invoice, Receipt
from tests.helpdesk.money import add_invoice, add_receipt

DUE = date(2026, 6, 26)


def test_a_part_of_a_receipt_pays_a_part_of_an_invoice(session, desk, clerk, kitahama) -> None:
    invoice = add_invoice(session, desk, "KY-0001", kitahama, 1_000, DUE)
    receipt = add_receipt(session, desk, "B-1", 700, business_id=kitahama)
    happened = allocate(session, receipt, invoice, 300, by=clerk, now=desk.clock())
    assert (happened.business_id, happened.kind) == (kitahama, "receipt_allocated")
    assert open_yen(session, [invoice]) == {invoice.id: 700}
    assert left_yen(session, [receipt]) == {receipt.id: 400}
    made = session.scalars(select(Allocation)).one()
    assert (made.amount_yen, made.allocated_by_name) == (300, "経理 花子")


@pytest.mark.parametrize(
    ("amount_yen", "words"),
    [(0, "1円以上"), (-5, "1円以上"), (701, "未消込額は 700円"), (901, "残額は 900円")],
)
def test_more_than_either_side_has_left_is_refused_with_the_amount(
    session, desk, clerk, kitahama, amount_yen: int, words: str
) -> None:
    invoice = add_invoice(session, desk, "KY-0001", kitahama, 900, DUE)
    receipt = add_receipt(session, desk, "B-1", 700, business_id=kitahama)
    with pytest.raises(Refused, match=words):
        allocate(session, receipt, invoice, amount_yen, by=clerk, now=desk.clock())
    assert session.scalars(select(Allocation)).all() == []


def test_a_receipt_of_one_business_does_not_pay_for_another(session, desk, clerk, kitahama, minato) -> None:
    invoice = add_invoice(session, desk, "KY-0001", minato, 900, DUE)
    receipt = add_receipt(session, desk, "B-1", 900, business_id=kitahama)
    with pytest.raises(Refused, match="この入金の事業者への請求ではありません"):
        allocate(session, receipt, invoice, 900, by=clerk, now=desk.clock())


def test_a_receipt_of_an_unknown_payer_may_pay_for_several(session, desk, clerk, kitahama, minato) -> None:
    first = add_invoice(session, desk, "KY-0001", kitahama, 400, DUE)
    second = add_invoice(session, desk, "KY-0002", minato, 500, DUE)
    receipt = add_receipt(session, desk, "B-1", 900)
    allocate(session, receipt, first, 400, by=clerk, now=desk.clock())
    allocate(session, receipt, second, 500, by=clerk, now=desk.clock())
    assert left_yen(session, [receipt]) == {receipt.id: 0}


def test_a_reversed_allocation_counts_no_more_and_both_rows_stay(session, desk, clerk, kitahama) -> None:
    invoice = add_invoice(session, desk, "KY-0001", kitahama, 900, DUE)
    receipt = add_receipt(session, desk, "B-1", 900, business_id=kitahama)
    allocate(session, receipt, invoice, 900, by=clerk, now=desk.clock())
    made = session.scalars(select(Allocation)).one()
    with pytest.raises(Refused, match="理由"):
        reverse(session, made.id, reason="  ", by=clerk, now=desk.clock())
    happened = reverse(session, made.id, reason="請求書を\n間違えた", by=clerk, now=desk.clock())
    assert happened.content["reason"] == "請求書を 間違えた"
    assert open_yen(session, [invoice]) == {invoice.id: 900}
    assert left_yen(session, [receipt]) == {receipt.id: 900}
    assert session.scalars(select(Allocation)).one().amount_yen == 900
    with pytest.raises(Conflict, match="経理 花子さんがすでに取り消しています"):
        reverse(session, made.id, reason="もう一度", by=clerk, now=desk.clock())
    allocate(session, receipt, invoice, 900, by=clerk, now=desk.clock())
    assert open_yen(session, [invoice]) == {invoice.id: 0}


def test_of_two_who_allocate_the_same_receipt_at_once_one_is_refused(desk, clerk, kitahama) -> None:
    with desk.database.write_session() as session:
        invoices = [add_invoice(session, desk, f"KY-{at}", kitahama, 800, DUE).id for at in range(4)]
        receipt_id = add_receipt(session, desk, "B-1", 1_000, business_id=kitahama).id
    ready, outcomes = threading.Barrier(4), []

    def take(invoice_id: int) -> None:
        ready.wait(10)
        try:
            with desk.database.write_session() as session:
                receipt, invoice = session.get(Receipt, receipt_id), session.get(Invoice, invoice_id)
                allocate(session, receipt, invoice, 800, by=clerk, now=desk.clock())
            outcomes.append("done")
        except Refused:
            outcomes.append("refused")

    threads = [threading.Thread(target=take, args=(invoice_id,)) for invoice_id in invoices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["done", "refused", "refused", "refused"]
    with desk.database.read_session() as session:
        assert sum(session.scalars(select(Allocation.amount_yen))) == 800


# --- against a slow model

AMOUNTS = st.integers(1, 50)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("allocate"), st.integers(0, 2), st.integers(0, 2), st.integers(-2, 60)),
        st.tuples(st.just("reverse"), st.integers(0, 8), st.just(0), st.just(0)),
    ),
    max_size=14,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    receipts=st.lists(AMOUNTS, min_size=3, max_size=3),
    invoices=st.lists(AMOUNTS, min_size=3, max_size=3),
    steps=STEPS,
)
def test_whatever_is_tried_neither_side_is_exceeded_and_all_balances_follow(
    desk, clerk, kitahama, receipts: list[int], invoices: list[int], steps: list[tuple]
) -> None:
    with desk.database.open_session(writes=True) as session:
        owed = [add_invoice(session, desk, f"K-{at}", kitahama, yen, DUE) for at, yen in enumerate(invoices)]
        came = [
            add_receipt(session, desk, f"B-{at}", yen, business_id=kitahama)
            for at, yen in enumerate(receipts)
        ]
        model: list[tuple[int, int, int]] = []  # receipt, invoice, yen in force
        rows: list[tuple[int, tuple[int, int, int]]] = []
        for what, first, second, yen in steps:
            if what == "allocate":
                used = sum(each[2] for each in model if each[0] == first)
                paid = sum(each[2] for each in model if each[1] == second)
                fits = 0 < yen <= min(receipts[first] - used, invoices[second] - paid)
                assert _tried(session, desk, clerk, came[first], owed[second], yen) == fits
                if fits:
                    model.append((first, second, yen))
                    rows.append((_newest(session), model[-1]))
            elif first < len(rows):
                allocation_id, entry = rows.pop(first)
                reverse(session, allocation_id, reason="誤り", by=clerk, now=desk.clock())
                model.remove(entry)
            expected_open = [
                yen - sum(each[2] for each in model if each[1] == at) for at, yen in enumerate(invoices)
            ]
            expected_left = [
                yen - sum(each[2] for each in model if each[0] == at) for at, yen in enumerate(receipts)
            ]
            assert list(open_yen(session, owed).values()) == expected_open
            assert list(left_yen(session, came).values()) == expected_left
            assert min(*expected_open, *expected_left) >= 0
        session.rollback()


def _tried(session: Session, desk, clerk, receipt: Receipt, invoice: Invoice, yen: int) -> bool:
    try:
        allocate(session, receipt, invoice, yen, by=clerk, now=desk.clock())
    except Refused:
        return False
    return True


def _newest(session: Session) -> int:
    return max(session.scalars(select(Allocation.id)))


def test_reversals_name_who_and_when(session, desk, clerk, kitahama) -> None:
    invoice = add_invoice(session, desk, "KY-0001", kitahama, 900, DUE)
    receipt = add_receipt(session, desk, "B-1", 900, business_id=kitahama)
    allocate(session, receipt, invoice, 900, by=clerk, now=desk.clock())
    reverse(session, _newest(session), reason="誤り", by=clerk, now=desk.clock())
    reversal = session.scalars(select(AllocationReversal)).one()
    assert (reversal.reversed_by_id, reversal.reversed_at) == (5, desk.clock())
