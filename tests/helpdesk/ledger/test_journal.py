"""The journal: balanced, once, numbered without gaps, and never into a closed month."""

from datetime import date

import pytest
from sqlalchemy import event, select

from cases.models import Business
from helpdesk.ledger.journal import (
    Draft,
    Line,
    NotBalanced,
    PeriodClosed,
    booking_day,
    credit,
    debit,
    month_after,
    post,
)
from helpdesk.ledger.models import JournalEntry, JournalLine, PeriodClosing
from helpdesk.register.models.permanent import ResultPermanent

APRIL = date(2026, 4, 30)


def draft(key: str, yen: int = 100, on: date = APRIL, **changed: object) -> Draft:
    lines = [debit("bank", yen), credit("suspense", yen)]
    values: dict = {"kind": "receipt", "description": f"入金 {key}", "lines": lines, "business_id": None}
    return Draft(source_key=key, happened_on=on, **(values | changed))


def close(session, desk, period: str) -> None:
    session.add(
        PeriodClosing(
            period=period,
            entries=0,
            debit_yen=0,
            credit_yen=0,
            checks=[],
            closed_at=desk.clock(),
            closed_by_name="経理 花子",
        )
    )
    session.flush()


def test_entries_are_numbered_by_accounting_year_in_their_order(session, desk, clerk) -> None:
    days = {"a": date(2026, 3, 31), "b": APRIL, "c": date(2027, 3, 31), "d": date(2026, 2, 1)}
    made = post(session, [draft(key, on=on) for key, on in days.items()], by=clerk, now=desk.clock())
    numbers = {entry.source_key: entry.number for entry in made}
    assert numbers == {"a": "2025-000001", "b": "2026-000001", "c": "2026-000002", "d": "2025-000002"}
    [again] = post(session, [draft("e")], by=clerk, now=desk.clock())
    assert (again.number, again.period, again.made_by_name) == ("2026-000003", "2026-04", "経理 花子")


def test_what_is_booked_already_is_left_alone_also_twice_in_one_call(session, desk, clerk) -> None:
    assert len(post(session, [draft("a"), draft("a", 700)], by=clerk, now=desk.clock())) == 1
    assert post(session, [draft("a", 900)], by=clerk, now=desk.clock()) == []
    assert session.scalars(select(JournalLine.debit_yen).where(JournalLine.debit_yen > 0)).all() == [100]
    assert post(session, [], by=clerk, now=desk.clock()) == []


@pytest.mark.parametrize(
    "lines",
    [
        [debit("bank", 100), credit("suspense", 99)],
        [],
        [debit("bank", 0), credit("suspense", 0)],
        [Line("999", 5, 0), Line("110", 0, 5)],
    ],
    ids=["unequal", "nothing", "of zero", "unknown account"],
)
def test_what_does_not_balance_is_an_error_and_nothing_is_written(session, desk, clerk, lines) -> None:
    with pytest.raises(NotBalanced):
        post(session, [draft("a"), draft("b", lines=lines)], by=clerk, now=desk.clock())
    assert session.scalars(select(JournalEntry)).all() == []


def test_a_negative_amount_stands_on_the_other_side_and_lines_of_nothing_are_left_out(
    session, desk, clerk, kitahama
) -> None:
    lines = [debit("payable", -40, kitahama), credit("suspense", -40, kitahama), debit("bank", 0)]
    [entry] = post(session, [draft("a", lines=lines)], by=clerk, now=desk.clock())
    told = [(line.line, line.account, line.debit_yen, line.credit_yen) for line in entry.lines]
    assert told == [(1, "211", 0, 40), (2, "210", 40, 0)]


def test_what_happened_in_a_closed_month_is_booked_on_the_first_open_day(session, desk, clerk) -> None:
    assert booking_day(session, date(2020, 1, 5)) == date(2020, 1, 5)
    close(session, desk, "2026-04")
    close(session, desk, "2026")  # an accounting year is no month
    assert booking_day(session, date(2025, 12, 31)) == date(2026, 5, 1)
    assert booking_day(session, date(2026, 5, 31)) == date(2026, 5, 31)
    [entry] = post(session, [draft("a")], by=clerk, now=desk.clock())
    assert (entry.booked_on, entry.period, entry.happened_on) == (date(2026, 5, 1), "2026-05", APRIL)


def test_an_entry_that_insists_on_a_closed_month_is_refused_with_the_first_open_day(
    session, desk, clerk
) -> None:
    close(session, desk, "2026-12")
    with pytest.raises(PeriodClosed, match=r"2026年04月は締め済みで.*2027-01-01以降"):
        post(session, [draft("a"), draft("b", booked_on=APRIL)], by=clerk, now=desk.clock())
    assert session.scalars(select(JournalEntry)).all() == []


def test_entries_are_never_changed_or_deleted(session, desk, clerk) -> None:
    [entry] = post(session, [draft("a")], by=clerk, now=desk.clock())
    session.delete(entry.lines[0])
    with pytest.raises(ResultPermanent):
        session.flush()


@pytest.mark.any_database
def test_entries_with_and_without_a_business_by_turns_go_in_together(session, desk, clerk) -> None:
    """As those of a file of receipts, of which a bank names some payers: each turn was a statement of its own."""
    business = Business(code="B1", name="北浜", kind="retailer")
    session.add(business)
    session.flush()
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *told: asked.append(told[2]))
    drafts = [draft(f"turn {at}", business_id=business.id if at % 2 else None) for at in range(10)]
    made = post(session, drafts, by=clerk, now=desk.clock())
    assert [entry.business_id for entry in made] == [None, business.id] * 5
    assert len([each for each in asked if each.startswith("INSERT INTO helpdesk_journal_entry")]) == 1


def test_the_month_after_december_is_january() -> None:
    assert [month_after(month) for month in ("2026-11", "2026-12", "2027-01")] == [
        "2026-12",
        "2027-01",
        "2027-02",
    ]
