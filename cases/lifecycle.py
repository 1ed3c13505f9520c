"""案件の状態: the states of a case and the allowed transitions, as a table."""

from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from cases.errors import StaleVersion, TransitionRefused
from cases.history import Person, record_on_case
from cases.models import Case, Event
from cases.objection_state import open_objection_of

RECEIVED = "received"
IN_PROGRESS = "in_progress"
AWAITING_RELEASE = "awaiting_release"
WAITING = "waiting"
CLOSED = "closed"

STATE_LABELS = {
    RECEIVED: "受付済",
    IN_PROGRESS: "対応中",
    AWAITING_RELEASE: "承認待ち",
    WAITING: "事業者の返信待ち",
    CLOSED: "完了",
}

TRANSITIONS = {
    RECEIVED: (IN_PROGRESS, AWAITING_RELEASE, WAITING, CLOSED),
    IN_PROGRESS: (AWAITING_RELEASE, WAITING, CLOSED),
    AWAITING_RELEASE: (IN_PROGRESS, WAITING),
    WAITING: (IN_PROGRESS, AWAITING_RELEASE, CLOSED),
    CLOSED: (IN_PROGRESS,),
}


def possible(case: Case) -> tuple[str, ...]:
    """The states a case can go to from where it is."""
    return TRANSITIONS[case.status]


def move(session: Session, case: Case, to: str, *, by: Person, now: datetime, reason: str = "") -> Event:
    """状態遷移: put the case into another state and write it into its history.

    Closing needs a reason, and an objection's decision or withdrawal. The event's kind is `closed`, `reopened` or
    `status_changed`, its content {from, to, reason}. Raises `TransitionRefused`, naming what is possible; `StaleVersion` if another was faster.
    """
    before = case.status
    reason = reason.strip()
    _check(case, to, reason)
    if to == CLOSED and open_objection_of(session, case.id) is not None:
        raise TransitionRefused(
            f"案件 {case.number} の異議申立ては、まだ決定していません。決定するか、取下げを記録してから完了にしてください"
        )
    case.status = to
    case.closed_at = now if to == CLOSED else None
    touch(session, case, now=now)
    kind = "closed" if to == CLOSED else "reopened" if before == CLOSED else "status_changed"
    return record_on_case(session, case, kind, {"from": before, "to": to, "reason": reason}, by=by, now=now)


def touch(session: Session, case: Case, *, now: datetime) -> None:
    """Mark the case as changed now and write it. Raises `StaleVersion` when somebody else was faster."""
    case.updated_at = now
    number = case.number
    try:
        session.flush()
    except StaleDataError:
        raise StaleVersion(
            f"案件 {number} は、開いている間に別の人が更新しました。画面を読み直してから、もう一度操作してください"
        ) from None


def _check(case: Case, to: str, reason: str) -> None:
    if to not in STATE_LABELS:
        raise TransitionRefused(f"状態「{to}」はありません（案件 {case.number}）")
    if to not in TRANSITIONS[case.status]:
        choices = "、".join(f"「{STATE_LABELS[state]}」" for state in TRANSITIONS[case.status])
        raise TransitionRefused(
            f"案件 {case.number} は「{STATE_LABELS[case.status]}」のため「{STATE_LABELS[to]}」にできません。"
            f"いま選べる状態は {choices} です"
        )
    if to == CLOSED and not reason:
        raise TransitionRefused(f"案件 {case.number} を完了にするには理由を入力してください")
