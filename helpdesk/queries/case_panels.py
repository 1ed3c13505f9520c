"""案件画面の追加欄: what stands on a case's screen beside conversation, results and answer, by subject.

Each panel is a function of (session, desk, case, person) that gives the values of its own template part
`cases/_<stem>.html`; it decides itself whether this case has it, and costs the same statements for every case.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from cases.models import Case
from helpdesk.desk import Desk
from helpdesk.queries.calls import calls_panel
from helpdesk.queries.checklists import work_panel
from helpdesk.queries.objections import objection_panel
from helpdesk.queries.settlement import late_payment_panel
from helpdesk.users.permissions import Person

Panel = Callable[[Session, Desk, Case, Person], dict[str, Any]]

PANELS: tuple[Panel, ...] = (calls_panel, work_panel, objection_panel, late_payment_panel)


def panels(session: Session, desk: Desk, case: Case, person: Person) -> dict[str, Any]:
    """The values of all panels; their names do not overlap."""
    values: dict[str, Any] = {}
    for panel in PANELS:
        values |= panel(session, desk, case, person)
    return values
