"""What is recorded already is found however many are asked for, and compared column by column."""

from dataclasses import dataclass
from datetime import date

from helpdesk.ledger.already_recorded import already_recorded, differing
from helpdesk.ledger.models import Invoice
from tests.helpdesk.money import add_invoice

LABELS = {"amount_yen": "請求額", "due_on": "支払期限"}


@dataclass
class Entry:
    amount_yen: int
    due_on: date


def test_rows_are_found_among_more_than_one_statement_asks(desk, businesses) -> None:
    with desk.database.write_session() as session:
        for number in ("KY-0", "KY-1999"):
            add_invoice(session, desk, number, businesses["P001"], 1_000, date(2026, 6, 30))
        found = already_recorded(session, Invoice.number, [f"KY-{each}" for each in range(2_000)])
        assert sorted(found) == ["KY-0", "KY-1999"]
        assert found["KY-1999"].amount_yen == 1_000
        assert already_recorded(session, Invoice.number, []) == {}


def test_every_column_that_differs_is_named() -> None:
    day = date(2026, 6, 30)
    assert differing(Entry(1, day), Entry(1, day), LABELS) == ""
    assert differing(Entry(1, day), Entry(2, date(2026, 7, 1)), LABELS) == "請求額・支払期限"
