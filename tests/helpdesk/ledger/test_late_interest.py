"""Late interest: part by part to its day of payment, what is open to today; nothing where no rate is configured."""

from datetime import date

from helpdesk.ledger.allocating import allocate, reverse
from helpdesk.ledger.late_interest import late_interest
from tests.helpdesk.dunning_desk import put_rate_in_force
from tests.helpdesk.money import add_invoice, add_receipt

SUNDAY = date(2026, 6, 28)  # banks are closed: Monday is in time


def told(session, invoice, today: date) -> list[tuple[int, str, bool, int]] | None:
    found = late_interest(session, [invoice], today=today, holidays={}).get(invoice.id)
    if found is None:
        return None
    return [
        (each.amount_yen, each.until.isoformat(), each.is_paid, each.interest_yen) for each in found.parts
    ]


def test_each_part_costs_to_its_day_and_the_open_rest_to_today(session, desk, clerk, kitahama) -> None:
    put_rate_in_force(session, desk.clock())
    invoice = add_invoice(session, desk, "K-1", kitahama, 1_000_000, SUNDAY)
    for reference, yen, day in (("B-1", 100_000, 29), ("B-2", 300_000, 30)):
        receipt = add_receipt(session, desk, reference, yen, on=date(2026, 6, day))
        allocate(session, receipt, invoice, yen, by=clerk, now=desk.clock())
    assert told(session, invoice, date(2026, 7, 9)) == [
        (300_000, "2026-06-30", True, 120),
        (600_000, "2026-07-09", False, 2_400),
    ]
    rest = add_receipt(session, desk, "B-3", 600_000, on=date(2026, 7, 4))
    happened = allocate(session, rest, invoice, 600_000, by=clerk, now=desk.clock())
    assert told(session, invoice, date(2027, 7, 9))[-1] == (600_000, "2026-07-04", True, 1_200)
    reverse(session, happened.content["allocation"], reason="誤り", by=clerk, now=desk.clock())
    assert told(session, invoice, date(2026, 7, 9))[-1] == (600_000, "2026-07-09", False, 2_400)


def test_a_receipt_split_in_two_allocations_costs_as_one(session, desk, clerk, kitahama) -> None:
    put_rate_in_force(session, desk.clock())
    invoice = add_invoice(session, desk, "K-1", kitahama, 2_498, SUNDAY)
    receipt = add_receipt(session, desk, "B-1", 2_498, on=date(2026, 6, 30))
    for _ in range(2):
        allocate(session, receipt, invoice, 1_249, by=clerk, now=desk.clock())
    assert told(session, invoice, date(2026, 7, 9)) == [(2_498, "2026-06-30", True, 0)]


def test_without_a_rate_of_the_year_in_time_and_on_interest_there_is_none(session, desk, kitahama) -> None:
    invoice = add_invoice(session, desk, "K-1", kitahama, 1_000, SUNDAY)
    assert told(session, invoice, date(2026, 8, 1)) is None
    put_rate_in_force(session, desk.clock())
    assert told(session, invoice, date(2026, 6, 29)) == []
    of_another_year = add_invoice(session, desk, "K-2", kitahama, 1_000, SUNDAY, fiscal_year=2025)
    on_interest = add_invoice(session, desk, "K-3", kitahama, 1_000, SUNDAY, kind="late_interest")
    assert told(session, of_another_year, date(2026, 8, 1)) is None
    assert told(session, on_interest, date(2026, 8, 1)) is None
