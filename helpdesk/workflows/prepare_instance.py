"""初期設定: what an instance needs before anybody works in it, and once a year again: holidays, checklists."""

from cases.business_calendar import seed_holidays
from cases.checklist_seeding import seed_checklists
from helpdesk.clock import in_japan
from helpdesk.desk import Desk


def prepare_instance(desk: Desk) -> None:
    """Add what is missing: the public holidays around this year and the checklists' templates. Nothing is overwritten."""
    now = desk.clock()
    year = in_japan(now).year
    with desk.database.write_session() as session:
        seed_holidays(session, range(year - 1, year + 2))
        seed_checklists(session, now=now)
