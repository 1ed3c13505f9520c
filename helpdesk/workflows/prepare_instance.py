"""初期設定: what an instance needs before anybody works in it, and once a year again: holidays, checklists, the books."""

from cases.business_calendar import seed_holidays
from cases.checklist_seeding import seed_checklists
from cases.history import SYSTEM
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.ledger.book_missing import book_missing


def prepare_instance(desk: Desk) -> None:
    """Add what is missing, overwriting nothing.

    The public holidays around this year, the checklists' templates, and entries for money of earlier releases.
    """
    now = desk.clock()
    year = in_japan(now).year
    with desk.database.write_session() as session:
        seed_holidays(session, range(year - 1, year + 2))
        seed_checklists(session, now=now)
        book_missing(session, by=SYSTEM, now=now)
