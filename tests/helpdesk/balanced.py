"""After every test: whatever it did with money, the books balance to the yen and say what the ledger says."""

from sqlalchemy import inspect

from helpdesk.desk import Desk
from helpdesk.ledger.book_audit import audit, has_entries
from helpdesk.ledger.models import JournalEntry


def assert_the_books_balance(desk: Desk) -> None:
    """Nothing to find in the books, where there are any.

    A test that adds rows of money without the services has to book them: `book_missing(session, by=…, now=…)`.
    """
    if not inspect(desk.database.engine).has_table(JournalEntry.__tablename__):
        return
    with desk.database.read_session() as session:
        findings = audit(session) if has_entries(session) else []
    assert findings == [], "the books do not say what the ledger says"
