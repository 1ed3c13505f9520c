"""余力活用契約・実効性テストの状態: a person states by hand that a requirement is met or not; the version before stays."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import history
from cases.numbering import lock_series
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.errors import NotFound, Problem, Refused
from helpdesk.register.models import REQUIREMENT_STATES, REQUIREMENTS, Contract, RequirementState, Resource
from helpdesk.register.versions import record_versions
from helpdesk.users.permissions import Person, require

KEY = ("resource_id", "fiscal_year", "requirement")
LONGEST_REASON = 500


def state_requirement(
    session: Session,
    desk: Desk,
    resource_id: int,
    fiscal_year: int,
    *,
    requirement: str,
    state: str,
    on: date | None,
    reason: str,
    by: Person,
) -> RequirementState:
    """The next version of a requirement's state. Raises `NotAllowed`, `NotFound`, `Refused` with every problem."""
    require(by, "correct_results", "リクワイアメントの状態を登録する")
    if session.get(Resource, resource_id) is None:
        raise NotFound("その電源等は登録されていません")
    now = desk.clock()
    problems = _problems(requirement, state, on, reason, in_japan(now).date())
    contract = select(Contract.id).where(
        Contract.resource_id == resource_id, Contract.fiscal_year == fiscal_year
    )
    if session.scalar(contract) is None:
        problems.append(
            Problem("リクワイアメント", f"{fiscal_year}年度の契約がありません。契約を先に取り込んでください")
        )
    if problems:
        raise Refused(problems)
    lock_series(session, "import")  # a file that states the same does not come in between
    row = {"resource_id": resource_id, "fiscal_year": fiscal_year, "requirement": requirement}
    row |= {"state": state, "on_date": on, "reason": reason.strip()}
    recorded = record_versions(session, RequirementState, [row], key=KEY, file_id=None, now=now)
    if recorded.known:
        session.rollback()
        raise Refused([Problem("状態", "登録されている状態・年月日・理由と同じです")])
    found = (
        select(RequirementState)
        .where(*(getattr(RequirementState, name) == row[name] for name in KEY))
        .order_by(RequirementState.version.desc())
    )
    made = session.scalars(found.limit(1)).one()
    content = {
        "resource": resource_id,
        "requirement": requirement,
        "version": made.version,
        "state": state,
        "on": made.on.isoformat(),
        "reason": made.reason,
    }
    history.record(session, f"assessment:{fiscal_year}", "requirement_stated", content, by=by, now=now)
    session.commit()
    return made


def _problems(requirement: str, state: str, on: date | None, reason: str, today: date) -> list[Problem]:
    problems = []
    if requirement not in REQUIREMENTS:
        problems.append(Problem("リクワイアメント", "一覧から選んでください"))
    if state not in REQUIREMENT_STATES:
        problems.append(Problem("状態", "一覧から選んでください"))
    if on is None:
        problems.append(Problem("年月日", "状態が決まった日を 2026-06-15 の形で入力してください"))
    elif on > today:
        problems.append(Problem("年月日", f"今日（{today.isoformat()}）より後の日です"))
    if not reason.strip():
        problems.append(Problem("理由", "理由を入力してください"))
    elif len(reason.strip()) > LONGEST_REASON:
        problems.append(Problem("理由", f"{LONGEST_REASON} 文字以内にしてください"))
    return problems
