"""Matching by itself only where there is no doubt; everything else waits for a person, with candidates."""

from datetime import date

import pytest
from sqlalchemy import select

from cases.models import Business
from helpdesk.ledger.allocating import reverse
from helpdesk.ledger.balances import left_yen, open_yen
from helpdesk.ledger.candidates import candidates
from helpdesk.ledger.matching import match_new_receipts
from helpdesk.ledger.models import Allocation
from tests.helpdesk.money import add_invoice, add_receipt

JUNE, JULY = date(2026, 6, 26), date(2026, 7, 27)


@pytest.fixture
def match(session, desk, clerk):
    return lambda: match_new_receipts(session, by=clerk, now=desk.clock())


def test_the_number_in_the_text_decides_whatever_the_amount(session, desk, kitahama, match) -> None:
    small = add_invoice(session, desk, "KY-2026-0001", kitahama, 1_000, JUNE)
    big = add_invoice(session, desk, "KY-2026-0002", kitahama, 5_000, JULY)
    part = add_receipt(session, desk, "B-1", 2_000, payer="ｷﾀﾊﾏ ＫＹ２０２６０００２")
    over = add_receipt(session, desk, "振込 KY-2026-0001", 1_300)
    [first, second] = match()
    assert {first.content["reason"], second.content["reason"]} == {"自動（請求書番号の記載）"}
    assert open_yen(session, [small, big]) == {small.id: 0, big.id: 3_000}
    assert left_yen(session, [part, over]) == {part.id: 0, over.id: 300}


def test_business_and_amount_decide_when_exactly_one_invoice_has_it(
    session, desk, kitahama, minato, match
) -> None:
    invoice = add_invoice(session, desk, "KY-0001", kitahama, 1_000, JUNE)
    add_invoice(session, desk, "KY-0002", kitahama, 2_000, JULY)
    add_invoice(session, desk, "KY-0003", minato, 1_000, JUNE)
    add_receipt(session, desk, "B-1", 1_000, business_id=kitahama)
    [happened] = match()
    assert happened.content["number"] == "KY-0001"
    assert open_yen(session, [invoice]) == {invoice.id: 0}


def test_all_open_invoices_together_are_paid_by_their_sum(session, desk, kitahama, match) -> None:
    made = [
        add_invoice(session, desk, "KY-0001", kitahama, 1_000, JUNE),
        add_invoice(session, desk, "KY-0002", kitahama, 1_500, JULY),
    ]
    receipt = add_receipt(session, desk, "B-1", 2_500, business_id=kitahama)
    assert len(match()) == 2
    assert open_yen(session, made) == {each.id: 0 for each in made}
    assert left_yen(session, [receipt]) == {receipt.id: 0}


@pytest.mark.parametrize(
    ("text", "amount_yen", "knows_business"),
    [
        ("B-1", 1_000, True),  # two invoices of this amount
        ("B-1", 999, True),  # no invoice of this amount
        ("B-1", 3_000, False),  # who is it?
        ("KY-0001 KY-0002", 1_500, True),  # names both, and is neither one nor the sum
        ("KY-00011", 1_000, True),  # a longer number
        ("MI-0001", 700, True),  # another business's invoice
    ],
)
def test_whatever_leaves_a_doubt_waits_for_a_person(
    session, desk, kitahama, minato, match, text: str, amount_yen: int, knows_business: bool
) -> None:
    add_invoice(session, desk, "KY-0001", kitahama, 1_000, JUNE)
    add_invoice(session, desk, "KY-0002", kitahama, 1_000, JULY)
    add_invoice(session, desk, "MI-0001", minato, 700, JULY)
    add_receipt(session, desk, text, amount_yen, business_id=kitahama if knows_business else None)
    assert match() == []


def test_the_second_receipt_of_the_same_amount_is_not_put_on_next_months_invoice(
    session, desk, kitahama, match
) -> None:
    add_invoice(session, desk, "KY-0001", kitahama, 1_000, JUNE)
    add_receipt(session, desk, "B-1 KY-0001", 1_000, business_id=kitahama)
    match()
    later = add_invoice(session, desk, "KY-0002", kitahama, 1_000, JULY)
    twice = add_receipt(session, desk, "B-2 KY-0001", 1_000, business_id=kitahama)
    assert match() == []
    assert open_yen(session, [later]) == {later.id: 1_000}
    assert left_yen(session, [twice]) == {twice.id: 1_000}


def test_the_rest_of_an_overpayment_and_what_was_reversed_are_left_alone(
    session, desk, clerk, kitahama, match
) -> None:
    add_invoice(session, desk, "KY-0001", kitahama, 1_000, JUNE)
    add_receipt(session, desk, "B-1 KY-0001", 1_500, business_id=kitahama)
    match()
    add_invoice(session, desk, "KY-0002", kitahama, 500, JULY)
    assert match() == []
    made = session.scalars(select(Allocation)).one()
    reverse(session, made.id, reason="別の会社の入金", by=clerk, now=desk.clock())
    assert match() == []


def test_candidates_come_with_reasons_the_likeliest_first(session, desk, kitahama, minato) -> None:
    session.get(Business, minato).name_kana = "ミナトハツデン"
    add_invoice(session, desk, "KY-0001", kitahama, 1_000, JUNE)
    exact = add_invoice(session, desk, "MI-0002", minato, 1_000, JULY)
    add_invoice(session, desk, "MI-0001", minato, 400, JUNE)
    add_invoice(session, desk, "KY-0009", kitahama, 77, JUNE)
    receipt = add_receipt(session, desk, "B-1", 1_000, payer="ｶ)ﾐﾅﾄﾊﾂﾃﾞﾝ")
    found = candidates(session, receipt, 1_000)
    assert [each.invoice.number for each in found] == ["MI-0002", "KY-0001", "MI-0001"]
    assert found[0].invoice.id == exact.id
    assert found[0].reasons == ["残額と同額", "振込人名が一致"]
    assert [each.take_yen for each in found] == [1_000, 1_000, 400]


def test_a_candidate_never_is_of_another_business_than_the_receipts(session, desk, kitahama, minato) -> None:
    add_invoice(session, desk, "KY-0001", kitahama, 1_000, JUNE)
    add_invoice(session, desk, "MI-0001", minato, 1_000, JUNE)
    receipt = add_receipt(session, desk, "B-1", 500, business_id=kitahama)
    assert [each.invoice.number for each in candidates(session, receipt, 500)] == ["KY-0001"]
