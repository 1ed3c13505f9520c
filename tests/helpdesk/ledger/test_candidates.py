"""Candidates for a person: what speaks for each invoice, and what is obvious enough to be looked over only."""

from datetime import date

import pytest

from cases.models import Business
from helpdesk.ledger.candidates import Comparison, candidates
from tests.helpdesk.money import add_invoice, add_receipt

JUNE, JULY = date(2026, 6, 26), date(2026, 7, 27)


def told(session, receipt, left_yen: int) -> dict[str, list[str]]:
    return {each.invoice.number: each.reasons for each in candidates(session, receipt, left_yen)}


def obvious(session, receipt, left_yen: int):
    compared = Comparison(session)
    return compared.obvious(compared.candidates(receipt, left_yen), left_yen)


@pytest.fixture
def minato_in_kana(session, minato: int) -> int:
    session.get(Business, minato).name_kana = "ミナトハツデン"
    return minato


@pytest.mark.parametrize(
    ("short_yen", "is_fee"), [(109, False), (110, True), (440, True), (880, True), (881, False)]
)
def test_what_a_bank_may_have_deducted_is_shown_as_such(
    session, desk, kitahama, short_yen: int, is_fee: bool
) -> None:
    add_invoice(session, desk, "KY-2026-0001", kitahama, 10_000, JUNE)
    receipt = add_receipt(session, desk, "B-1", 10_000 - short_yen, business_id=kitahama)
    [found] = candidates(session, receipt, receipt.amount_yen)
    assert (found.short_yen == short_yen) is is_fee
    assert (f"振込手数料の差引きか（{short_yen:,}円不足）" in found.reasons) is is_fee


def test_a_number_with_a_slip_is_similar_and_stands_before_the_same_amount(
    session, desk, kitahama, minato
) -> None:
    add_invoice(session, desk, "KY-2026-0001", kitahama, 700, JUNE)
    add_invoice(session, desk, "MI-2026-0009", minato, 1_000, JUNE)
    for slip in ("KY20620001", "KY-2026-0901", "ﾌﾘｺﾐ KZ-2026-0001"):
        receipt = add_receipt(session, desk, slip, 1_000)
        assert list(told(session, receipt, 1_000).items())[:1] == [("KY-2026-0001", ["請求書番号が似ている"])]
    other = add_receipt(session, desk, "KY-2027-0011", 999)
    assert told(session, other, 999) == {}


def test_several_invoices_of_one_payer_that_come_to_the_amount_are_named_together(
    session, desk, minato_in_kana
) -> None:
    for number, yen in (("MI-1", 300), ("MI-2", 500), ("MI-3", 900), ("MI-4", 70)):
        add_invoice(session, desk, number, minato_in_kana, yen, JUNE)
    receipt = add_receipt(session, desk, "B-1", 1_200, payer="ﾐﾅﾄﾊﾂﾃﾞﾝ(ｶ")
    first, second, *_ = candidates(session, receipt, 1_200)
    assert (first.together, second.together) == (("MI-1", "MI-3"), ("MI-1", "MI-3"))
    assert first.reasons == ["2件の合計と同額", "振込人名が一致"]
    assert [first.take_yen, second.take_yen] == [300, 900]


def test_a_name_that_was_cut_is_similar(session, desk, minato_in_kana) -> None:
    add_invoice(session, desk, "MI-1", minato_in_kana, 3_000, JUNE)
    receipt = add_receipt(session, desk, "B-1", 50, payer="ﾐﾅﾄﾊﾂ")
    assert told(session, receipt, 50) == {"MI-1": ["振込人名が似ている"]}


def test_obvious_is_one_candidate_before_all_others_for_amount_and_payer(
    session, desk, kitahama, minato_in_kana
) -> None:
    add_invoice(session, desk, "MI-2026-0001", minato_in_kana, 300, date(2026, 8, 1), issued_on=JULY)
    add_invoice(session, desk, "KY-2026-0001", kitahama, 300, JUNE)
    early = add_receipt(session, desk, "B-1", 300, payer="ｶ)ﾐﾅﾄﾊﾂﾃﾞﾝ")
    unknown = add_receipt(session, desk, "B-2", 300)
    assert obvious(session, early, 300).invoice.number == "MI-2026-0001"
    assert obvious(session, unknown, 300) is None
    assert obvious(session, early, 120) is None
    add_invoice(session, desk, "MI-2026-0002", minato_in_kana, 300, JULY)
    assert obvious(session, early, 300) is None
