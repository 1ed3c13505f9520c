"""What may be ordered now, with the account of the day; what may not is told with what to do."""

from datetime import date

from helpdesk.ledger.transfers import propose
from tests.helpdesk.paying import PAY_ON, add_account, add_payment


def test_payments_are_proposed_with_the_account_in_force_on_the_day(session, desk, kitahama) -> None:
    add_payment(session, desk, kitahama, 700)
    add_account(session, desk, kitahama)
    add_account(session, desk, kitahama, since=date(2026, 8, 1), account_number="7654321")
    numbers = [
        propose(session, day).orderable[0].transfer.account_number for day in (PAY_ON, date(2026, 8, 3))
    ]
    assert numbers == ["0012345", "7654321"]


def test_what_has_no_account_or_an_unwritable_name_is_left_out_and_told(
    session, desk, kitahama, minato
) -> None:
    add_payment(session, desk, kitahama, 700)
    add_payment(session, desk, minato, 800)
    add_account(session, desk, minato, holder_kana="ミナト発電")
    found = propose(session, PAY_ON)
    assert found.orderable == []
    assert [each.why[:11] for each in found.left_out] == ["2026-07-31に", "口座名義「ミナト発電」"]


def test_a_bank_whose_name_cannot_be_written_is_told_too(session, desk, kitahama) -> None:
    add_payment(session, desk, kitahama, 700)
    add_account(session, desk, kitahama, bank_name_kana="架空")
    [left_out] = propose(session, PAY_ON).left_out
    assert left_out.why.startswith("銀行名「架空」：「架空」は銀行のカナ")


def test_payments_of_later_days_and_those_not_wanted_are_not_proposed(session, desk, kitahama) -> None:
    add_account(session, desk, kitahama)
    first = add_payment(session, desk, kitahama, 700)
    add_payment(session, desk, kitahama, 800, month=5)
    add_payment(session, desk, kitahama, 900, month=6, on=date(2026, 8, 31))
    assert propose(session, PAY_ON).amount_yen == 1_500
    assert propose(session, PAY_ON, payment_ids=[first.id]).amount_yen == 700
