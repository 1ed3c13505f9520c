"""A person works on an incident of the watch: confirms it, notes on it, ties inquiries to it, closes it.

Each step is committed once. The moment written on the incident is the watch's (`watch_clock`), that of the history the
clock's: on a replayed day they differ.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from alerts import incidents
from alerts.errors import IncidentRefused
from alerts.models import Incident
from cases import history, memos
from cases.kinds import INCIDENT
from cases.models import Case, Message
from helpdesk.desk import Desk
from helpdesk.errors import Conflict, Problem, Refused
from helpdesk.insert_once import insert_once
from helpdesk.users.permissions import Person, require
from helpdesk.watch_clock import watch_now
from helpdesk.watch_models import IncidentCase
from helpdesk.workflows.incident_cases import FOLLOWING, case_of, close_with_case

ABILITY = "work_on_watch"
OPENED_BY_HAND = "監視の事案のため、案件を開いた"


def acknowledge(
    session: Session, desk: Desk, incident: Incident, *, comment: str = "", version: int, by: Person
) -> None:
    """確認: somebody has seen it and takes care. Raises `Conflict` if somebody else was faster."""
    require(by, ABILITY, "事案を確認する")
    _expect(incident, version)
    with _refusing():
        incidents.acknowledge(session, incident, comment=comment, by=by, now=watch_now(desk))
    case = case_of(session, incident, why=OPENED_BY_HAND, now=desk.clock())
    content = {"incident": incident.key, "comment": comment.strip()}
    history.record_on_case(session, case, "incident_acknowledged", content, by=by, now=desk.clock())
    session.commit()


def close(session: Session, desk: Desk, incident: Incident, *, reason: str, version: int, by: Person) -> None:
    """終了, with the reason. Raises `Conflict` while a slot that is still to come is below 8 %."""
    require(by, ABILITY, "事案を終了する")
    if not reason.strip():
        raise Refused([Problem("終了の理由", "理由を入力してください")])
    _expect(incident, version)
    with _refusing():
        close_with_case(session, incident, reason.strip(), by=by, watch_now=watch_now(desk), now=desk.clock())
    session.commit()


def note(session: Session, desk: Desk, incident: Incident, text: str, *, by: Person) -> Message:
    """メモ: what the next one on duty must know; it stands in the incident's case. Raises `InputRefused`."""
    require(by, ABILITY, "事案にメモを書く")
    case = case_of(session, incident, why=OPENED_BY_HAND, now=desk.clock())
    memo = memos.add_memo(session, case, text, by=by, now=desk.clock())
    session.commit()
    return memo


def link_case(session: Session, desk: Desk, incident: Incident, case: Case, *, by: Person) -> None:
    """Tie an inquiry to the incident that it follows; a second time changes nothing."""
    require(by, ABILITY, "案件を事案に結び付ける")
    if case.kind == INCIDENT:
        message = f"案件 {case.number} は監視の案件です。事案に続いて届いた問合せの番号を入力してください"
        raise Refused([Problem("案件番号", message)])
    now = desk.clock()
    is_new = insert_once(
        session,
        IncidentCase,
        incident_id=incident.id,
        case_id=case.id,
        relation=FOLLOWING,
        linked_at=now,
        linked_by_id=by.id,
        linked_by_name=by.display_name,
    )
    if is_new:
        content = {"incident": incident.key}
        history.record_on_case(session, case, "incident_linked", content, by=by, now=now)
    session.commit()


def _expect(incident: Incident, version: int) -> None:
    if incident.version != version:
        raise Conflict(
            f"事案 {incident.key} は、開いている間に変わりました。画面を読み直してから、もう一度操作してください"
        )


@contextmanager
def _refusing() -> Iterator[None]:
    """What the incident does not allow, as the answer to a page."""
    try:
        yield
    except IncidentRefused as refused:
        raise Conflict(str(refused)) from refused
