"""チェックリストを付ける: an item of a day's or a case's list is ticked, or the tick is taken back; committed once."""

from datetime import date

from sqlalchemy.orm import Session

from cases import checklists
from cases.models import Case
from helpdesk.desk import Desk
from helpdesk.users.permissions import Person


def tick_item(
    session: Session,
    desk: Desk,
    subject: Case | date,
    *,
    template_id: int,
    position: int,
    done: bool,
    note: str,
    by: Person,
) -> None:
    """Tick it for a case or a day. Whether this person may is the asking page's to know. Raises what `tick` refuses."""
    checklists.tick(
        session, template_id, position, subject=subject, done=done, note=note, by=by, now=desk.clock()
    )
    session.commit()
