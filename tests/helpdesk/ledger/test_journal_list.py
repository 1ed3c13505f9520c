"""The journal's list: the newest first, filtered, paged by key; a file has it in the order of booking."""

from datetime import date

import pytest

from helpdesk.errors import NotFound
from helpdesk.ledger.journal import post
from helpdesk.ledger.journal_list import JournalFilter, entry_by_number, journal, whole_journal
from tests.helpdesk.ledger.test_journal import draft
from tests.helpdesk.money import add_invoice

ALL = JournalFilter("2026-04", "2026-12")


def five_entries(session, desk, clerk, kitahama) -> None:
    days = [date(2026, 6, 1), date(2026, 5, 1), date(2026, 5, 2), date(2026, 4, 1)]
    drafts = [draft(f"e-{at}", on=on) for at, on in enumerate(days, 1)]
    post(session, drafts, by=clerk, now=desk.clock())
    add_invoice(session, desk, "KY_1", kitahama, 900, date(2026, 6, 26))


def numbers(entries) -> list[int]:
    return [int(entry.number[-1]) for entry in entries]


def test_entries_stand_by_month_and_number_the_newest_first_page_by_page(
    session, desk, clerk, kitahama
) -> None:
    five_entries(session, desk, clerk, kitahama)
    pages, before = [], ""
    while before is not None:
        shown, before = journal(session, ALL, before=before, limit=2)
        pages += [numbers(shown)]
    assert pages == [[5, 1], [3, 2], [4]]
    assert numbers(whole_journal(session, ALL)) == [4, 2, 3, 1, 5]
    assert numbers(journal(session, ALL, before="no cursor")[0]) == [5, 1, 3, 2, 4]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"first": "2026-05", "last": "2026-05"}, [3, 2]),
        ({"account": "121"}, [5]),
        ({"kind": "receipt"}, [1, 3, 2, 4]),
        ({"text": "KY_1"}, [5]),
        ({"text": "KY%"}, []),
        ({"text": "2026-000003"}, [3]),
        ({"kind": "receipt", "account": "121"}, []),
    ],
)
def test_entries_are_found_by_month_account_kind_and_words(
    session, desk, clerk, kitahama, changed: dict, expected: list[int]
) -> None:
    five_entries(session, desk, clerk, kitahama)
    wanted = JournalFilter(**({"first": "2026-04", "last": "2026-12"} | changed))
    assert numbers(journal(session, wanted)[0]) == expected


def test_entries_are_found_by_business_and_by_number(session, desk, clerk, kitahama) -> None:
    five_entries(session, desk, clerk, kitahama)
    [found] = journal(session, JournalFilter("2026-04", "2026-12", business_id=kitahama))[0]
    assert entry_by_number(session, found.number) is found
    with pytest.raises(NotFound):
        entry_by_number(session, "2026-999999")
