"""After an import the slots and results that follow from it are no longer what they say: marked, and made again.

The marks and the wish to derive the slots stand in the transaction of the import itself: an operator who forgets the
next step loses nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import DELIVERY_MONTHS
from cases import history
from helpdesk import tasks
from helpdesk.desk import Desk
from helpdesk.imports.checked import Checked
from helpdesk.imports.import_kind import INPUTS
from helpdesk.imports.kept import Kept
from helpdesk.imports.touched_months import touched_months
from helpdesk.register.full_offers import offered_in_full
from helpdesk.register.input_marks import RESULTS, SLOTS, mark_changed
from helpdesk.register.models import ImportedFile, Resource
from helpdesk.task_models import Task
from helpdesk.users.permissions import Person

KIND = "slot_derivation"


def renew_after_import(
    session: Session,
    desk: Desk,
    kind: str,
    checked: Checked,
    kept: Kept,
    file: ImportedFile,
    *,
    by: Person,
    now: datetime,
) -> list[Task]:
    """Mark what the file touched and ask for the slots of these months, year by year."""
    touched = touched_months(session, kind, checked, kept, file)
    mark_changed(session, touched.results, RESULTS, cause=kind, now=now)
    mark_changed(session, touched.slots, SLOTS, cause=kind, now=now)
    made = [
        ask(session, year, [month for at, month in touched.slots if at == year], None, by=by, now=now)
        for year in sorted({year for year, _ in touched.slots})
    ]
    if kind == "contracts":
        made += _follow_contracts(session, desk, kept, by=by, now=now)
    return made


def ask(
    session: Session,
    fiscal_year: int,
    delivery_months: Sequence[int],
    resources: Any,
    *,
    by: Person,
    now: datetime,
) -> Task:
    """The task that derives these slots, flushed; the same wish that waits already is that one."""
    months = [month for month in DELIVERY_MONTHS if month in delivery_months]
    wish = {"fiscal_year": fiscal_year, "delivery_months": months, "resources": resources}
    task, is_new = tasks.enqueue_behind(session, kind=KIND, wish=wish, by=by, now=now)
    if is_new:
        told = task.input | {"task": task.id}
        history.record(session, INPUTS, "slot_derivation_requested", told, by=by, now=now)
    return task


def _follow_contracts(session: Session, desk: Desk, kept: Kept, *, by: Person, now: datetime) -> list[Task]:
    """Who offered just the assessed kW of a contract that was corrected offers that of the corrected one."""
    changes = [each for each in kept.told.get("changes", []) if each[2] == "assessed_kw"]
    codes = {code for code, *_ in changes}
    ids = {
        row.code: row.id for row in session.execute(select(Resource.id, Resource.code)) if row.code in codes
    }
    made = []
    for year in sorted({each[1] for each in changes}):
        before = {ids[code]: old for code, at, _, old, _ in changes if at == year and code in ids}
        groups: dict[tuple[int, ...], list[int]] = {}
        for resource_id, months in offered_in_full(session, desk.settings.slots_folder, year, before).items():
            groups.setdefault(months, []).append(resource_id)
        made += [ask(session, year, months, sorted(own), by=by, now=now) for months, own in groups.items()]
    return made
