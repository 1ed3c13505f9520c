"""Promises judged against what came in: kept, broken, kept in part; bank holidays and what was known before."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cases.payment_promises import Payment, Promise, judge

MADE = datetime(2026, 4, 27, 2, 0, tzinfo=UTC)
LATER = MADE + timedelta(days=1)


def payment(on: date, amount_yen: int, known_at: datetime = LATER) -> Payment:
    return Payment(on, known_at, amount_yen)


@pytest.mark.parametrize(
    ("today", "payments", "state", "received_yen"),
    [
        (date(2026, 4, 30), [], "pending", 0),
        (date(2026, 5, 1), [], "broken", 0),
        (date(2026, 4, 30), [payment(date(2026, 4, 28), 1_000)], "kept", 1_000),
        (date(2026, 4, 30), [payment(date(2026, 4, 28), 400)], "pending", 400),
        (date(2026, 5, 1), [payment(date(2026, 4, 28), 400)], "partly_kept", 400),
        (date(2026, 5, 1), [payment(date(2026, 4, 28), 400), payment(date(2026, 4, 30), 600)], "kept", 1_000),
        (date(2026, 5, 7), [payment(date(2026, 5, 1), 1_000)], "broken", 0),  # came a day late
        (date(2026, 5, 1), [payment(date(2026, 4, 24), 1_000, MADE - timedelta(hours=1))], "broken", 0),
        (date(2026, 5, 1), [payment(date(2026, 4, 24), 1_000)], "kept", 1_000),  # was under way
    ],
)
def test_a_promise_is_judged_by_what_became_known_since_and_came_in_time(
    holidays, today: date, payments: list[Payment], state: str, received_yen: int
) -> None:
    judged = judge(Promise(date(2026, 4, 30), 1_000, MADE), payments, today=today, holidays=holidays)
    assert (judged.state, judged.received_yen) == (state, received_yen)
    assert judged.label


@pytest.mark.parametrize(
    ("promised", "until"),
    [(date(2026, 5, 2), date(2026, 5, 7)), (date(2026, 12, 31), date(2027, 1, 4))],
)
def test_a_day_on_which_banks_are_closed_holds_until_the_next_bank_day(
    holidays, promised: date, until: date
) -> None:
    made = Promise(promised, 1_000, MADE)
    assert judge(made, [], today=until, holidays=holidays).state == "pending"
    assert judge(made, [payment(until, 1_000)], today=until, holidays=holidays).state == "kept"
    assert judge(made, [], today=until + timedelta(days=1), holidays=holidays).state == "broken"
