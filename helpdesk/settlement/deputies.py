"""承認の代理: who stands in for a role of the chain, from which day to which day, and who may appoint whom.

The heads appoint for their own department's steps, the manager for all; nobody appoints him- or herself.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.errors import Conflict, NotFound, Problem, Refused
from helpdesk.settlement.models import ApprovalDeputy
from helpdesk.settlement.steps import STEPS, step_by_number
from helpdesk.users.models import User
from helpdesk.users.permissions import Person, can

LONGEST_DAYS = 366
_OF_DEPARTMENT = {"payment_head": (1, 2), "accounting_head": (3, 4)}


@dataclass(frozen=True, slots=True)
class DeputyFor:
    """A step that somebody may take for another role."""

    step: int
    role_label: str


@dataclass(frozen=True, slots=True)
class Appointment:
    """代理の指定, as it was typed: who, for which step, from when until when (inclusive), and why."""

    step: int
    user_id: int
    valid_from: date
    valid_to: date
    reason: str


def steps_as_deputy(session: Session, user_id: int | None, on: date) -> dict[int, DeputyFor]:
    """The steps that a person may take as a deputy on a day, by their number."""
    if user_id is None:
        return {}
    found = select(ApprovalDeputy.step).where(
        ApprovalDeputy.user_id == user_id,
        ApprovalDeputy.valid_from <= on,
        ApprovalDeputy.valid_to >= on,
        ApprovalDeputy.revoked_at.is_(None),
    )
    return {
        number: DeputyFor(number, step_by_number(number).role_label)
        for number in sorted(set(session.scalars(found)))
    }


def deputies(session: Session, *, since: date) -> list[ApprovalDeputy]:
    """Appointments that end on this day or later, revoked ones too; by step, the latest first."""
    found = select(ApprovalDeputy).where(ApprovalDeputy.valid_to >= since)
    return list(
        session.scalars(
            found.order_by(ApprovalDeputy.step, ApprovalDeputy.valid_from.desc(), ApprovalDeputy.id.desc())
        )
    )


def steps_to_appoint(person: Person) -> tuple[int, ...]:
    """The steps for which this person may appoint deputies."""
    if "manager" in person.role_names:
        return tuple(step.number for step in STEPS)
    return tuple(
        number for role, numbers in _OF_DEPARTMENT.items() if role in person.role_names for number in numbers
    )


def appoint(
    session: Session, wanted: Appointment, *, by: Person, today: date, now: datetime
) -> ApprovalDeputy:
    """代理の指定, flushed. Raises `NotFound`, `Refused` with everything that is wrong."""
    step, user = step_by_number(wanted.step), session.get(User, wanted.user_id)
    if user is None:
        raise NotFound("その利用者は登録されていません")
    problems = []
    if wanted.step not in steps_to_appoint(by):
        words = f"「{step.label}」の代理は、その部門の責任者か全体管理者だけが指定できます"
        problems.append(Problem("段階", words))
    if user.id == by.id:
        problems.append(Problem("代理", "自分を代理に指定することはできません。別の人に依頼してください"))
    if not user.is_active or not can(user, "see_ledger"):
        words = f"{user.display_name}さんは精算を見る権限がないため、代理に指定できません"
        problems.append(Problem("代理", words))
    elif can(user, step.ability):
        problems.append(Problem("代理", f"{user.display_name}さんは{step.role_label}です。代理は不要です"))
    if wanted.valid_to < wanted.valid_from:
        problems.append(Problem("終了日", "開始日より前です。期間を確かめてください"))
    elif (wanted.valid_to - wanted.valid_from).days > LONGEST_DAYS:
        problems.append(Problem("終了日", f"代理の期間は {LONGEST_DAYS} 日以内にしてください"))
    elif wanted.valid_to < today:
        problems.append(Problem("終了日", "期間がもう終わっています。期間を確かめてください"))
    if not wanted.reason.strip():
        problems.append(Problem("理由", "代理を置く理由を入力してください"))
    if problems:
        raise Refused(problems)
    made = ApprovalDeputy(
        step=wanted.step,
        user_id=user.id,
        user_name=user.display_name,
        valid_from=wanted.valid_from,
        valid_to=wanted.valid_to,
        reason=wanted.reason.strip()[:2_000],
        appointed_at=now,
        appointed_by_id=by.id,
        appointed_by_name=by.display_name,
    )
    session.add(made)
    session.flush()
    return made


def revoke(session: Session, deputy_id: int, *, by: Person, now: datetime) -> ApprovalDeputy:
    """代理の取消: from now on; what the deputy has done stays. Raises `NotFound`, `Conflict`, `Refused`."""
    deputy = session.get(ApprovalDeputy, deputy_id, with_for_update=True, populate_existing=True)
    if deputy is None:
        raise NotFound("その代理の指定はありません")
    if deputy.revoked_at is not None:
        raise Conflict(f"この代理は{deputy.revoked_by_name}さんがすでに取り消しています")
    if deputy.step not in steps_to_appoint(by):
        words = "この代理は、その部門の責任者か全体管理者だけが取り消せます"
        raise Refused([Problem("代理", words)])
    deputy.revoked_at, deputy.revoked_by_id, deputy.revoked_by_name = now, by.id, by.display_name
    session.flush()
    return deputy
