"""Closing: in order, once it is over, never over a blocker, over a warning with a reason; and the year carried forward."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from helpdesk.errors import Refused
from helpdesk.ledger.book_audit import audit
from helpdesk.ledger.closing import (
    BLOCKER,
    OK,
    WARNING,
    Check,
    close,
    closings,
    last_day_of,
    next_period,
    order_check,
    period_name,
    read_period,
)
from helpdesk.ledger.journal import PeriodClosed, post
from helpdesk.ledger.models import JournalEntry
from tests.helpdesk.ledger.test_journal import draft
from tests.helpdesk.money import add_invoice, add_receipt

NOW = datetime(2027, 6, 30, 1, 0, tzinfo=UTC)
FINE = [Check("締めの順序", OK, "")]
YEAR = [*(f"2026-{month:02d}" for month in range(4, 13)), "2027-01", "2027-02", "2027-03"]


def told(session, period: str, today: date = date(2027, 6, 30)) -> list[tuple[str, str]]:
    return [(each.state, each.words) for each in order_check(session, period, today=today)]


def close_all(session, clerk, *periods: str) -> None:
    for period in periods:
        close(session, period, FINE, reason="", by=clerk, now=NOW)


def test_nothing_is_closed_while_the_books_are_empty(session) -> None:
    assert next_period(session) is None
    assert (BLOCKER, "帳簿にまだ仕訳がありません") in told(session, "2026-04")


def test_months_are_closed_in_their_order_and_the_year_before_the_next_april(session, desk, clerk) -> None:
    post(session, [draft("a", on=date(2026, 4, 30))], by=clerk, now=desk.clock())
    order = []
    for _ in range(14):
        period = next_period(session)
        order.append(period)
        other = "2030-01"
        assert told(session, other)[0] == (
            BLOCKER,
            f"期間は順に締めます。次に締めるのは{period_name(period)}です",
        )
        assert told(session, period)[0][0] == OK
        close_all(session, clerk, period)
    assert order == [*YEAR, "2026", "2027-04"]
    assert [each.period for each in closings(session)] == list(reversed(order))


def test_a_period_that_is_not_over_is_not_closed(session, desk, clerk) -> None:
    post(session, [draft("a", on=date(2026, 4, 30))], by=clerk, now=desk.clock())
    words = "2026年4月は 2026-04-30 まで続きます。終わってから締めてください"
    assert told(session, "2026-04", date(2026, 4, 30))[1] == (BLOCKER, words)
    assert told(session, "2026-04", date(2026, 5, 1))[1][0] == OK
    assert last_day_of("2026") == date(2027, 3, 31)
    assert last_day_of("2026-12") == date(2026, 12, 31)


def test_blockers_are_told_all_at_once_and_warnings_need_a_reason(session, desk, clerk) -> None:
    post(session, [draft("a")], by=clerk, now=desk.clock())
    checks = [Check("甲", BLOCKER, "直す"), Check("乙", WARNING, "残る"), Check("丙", BLOCKER, "待つ")]
    with pytest.raises(Refused) as refused:
        close(session, "2026-04", checks, reason="それでも", by=clerk, now=NOW)
    assert [each.where for each in refused.value.problems] == ["甲", "丙"]
    with pytest.raises(Refused, match="このまま締める理由"):
        close(session, "2026-04", checks[1:2], reason="  ", by=clerk, now=NOW)
    assert closings(session) == []
    made = close(session, "2026-04", checks[1:2], reason="翌月に\n処理", by=clerk, now=NOW)
    assert (made.reason, made.checks) == ("翌月に 処理", [["乙", WARNING, "残る"]])
    assert (made.entries, made.debit_yen, made.credit_yen) == (1, 100, 100)


def test_a_period_that_is_closed_already_is_returned_as_it_is(session, desk, clerk) -> None:
    post(session, [draft("a")], by=clerk, now=desk.clock())
    [first, again] = [close(session, "2026-04", FINE, reason="", by=clerk, now=NOW) for _ in range(2)]
    assert first is again


def test_a_closed_month_takes_no_entry_and_money_of_it_is_booked_in_the_next(
    session, desk, clerk, kitahama
) -> None:
    add_receipt(session, desk, "B-1", 500, business_id=kitahama, on=date(2026, 4, 30))
    close_all(session, clerk, "2026-04")
    add_receipt(session, desk, "B-2", 700, business_id=kitahama, on=date(2026, 4, 30))
    with pytest.raises(PeriodClosed):
        post(session, [draft("x", booked_on=date(2026, 4, 30))], by=clerk, now=NOW)
    booked = session.execute(select(JournalEntry.period, JournalEntry.happened_on).order_by(JournalEntry.id))
    assert booked.all() == [("2026-04", date(2026, 4, 30)), ("2026-05", date(2026, 4, 30))]
    assert audit(session) == []


def test_a_year_carries_its_result_forward_once_into_the_next_april(session, desk, clerk, kitahama) -> None:
    day = date(2027, 3, 1)
    for number, on in (("K-1", date(2026, 4, 1)), ("K-2", day)):
        add_invoice(session, desk, number, kitahama, 300, on, kind="late_interest", issued_on=on)
    close_all(session, clerk, *YEAR, "2026")
    [entry] = session.scalars(select(JournalEntry).where(JournalEntry.kind == "carry_forward"))
    assert (entry.booked_on, entry.happened_on) == (date(2027, 4, 1), date(2027, 3, 31))
    assert [(line.account, line.debit_yen, line.credit_yen) for line in entry.lines] == [
        ("410", 600, 0),
        ("310", 0, 600),
    ]
    add_invoice(session, desk, "K-3", kitahama, 50, day, kind="late_interest", issued_on=day)  # too late
    next_year = [f"2027{month[4:]}" if month[5:] > "03" else f"2028{month[4:]}" for month in YEAR]
    close_all(session, clerk, *next_year, "2027")
    entries = session.scalars(select(JournalEntry).where(JournalEntry.kind == "carry_forward")).all()
    assert [line.debit_yen + line.credit_yen for line in entries[1].lines] == [50, 50]
    assert audit(session) == []


@pytest.mark.parametrize(
    "text", ["", "2026-13", "2026-9", "26-09", "9月", "1899x", "２０２６", "0000", "2026-00"]
)
def test_what_is_no_period_is_refused_with_examples(text: str) -> None:
    with pytest.raises(Refused, match="2026-09"):
        read_period(text)
    assert [read_period(" 2026-09 "), read_period("2026")] == ["2026-09", "2026"]
