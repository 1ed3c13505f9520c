"""設定値: which unpublished numbers and policies is this desk computing with, who proposed them, who put them in force?

The parameter set of the highest version in force counts. Its text is TOML as `calc_core.configuration` takes it, with
the conditions of the outage multiplier (`multiplier_conditions`) beside the rules. One proposal waits at a time, so that
what is approved was written on what it replaces; four eyes: who proposed it never approves it.
"""

import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from calc_core import exact
from calc_core.configuration_check import check_configuration
from calc_core.configuration_file import parse_configuration
from calc_core.errors import InputRefused
from calc_core.multiplier_conditions import KEY
from cases.history import Person
from cases.numbering import lock_series
from helpdesk.errors import Conflict, NotAllowed, NotFound, Problem, Refused
from helpdesk.register.models import ParameterSet

CONTENT, REASON, DECISION = "設定ファイル", "理由", "却下の理由"
LONGEST_CONTENT = 100_000
LONGEST_REASON = 2_000
WAITING, IN_FORCE, REJECTED = "proposed", "in_force", "rejected"


@dataclass(frozen=True, slots=True)
class InForce:
    """適用中の設定値: by rule id, the multiplier conditions as configured, and the set they stand in (none: nothing)."""

    configuration: dict[str, Any] = field(default_factory=dict)
    multiplier_conditions: list[dict[str, Any]] = field(default_factory=list)
    parameter_set_id: int | None = None


def parameters_in_force(session: Session) -> InForce:
    """What is configured now; nothing where no set is in force."""
    found = set_in_force(session)
    return InForce() if found is None else taken_apart(found.content, found.id)


def taken_apart(content: str, parameter_set_id: int | None = None) -> InForce:
    """The text of a set as rules and conditions; a text that was checked before."""
    configuration = tomllib.loads(content, parse_float=exact.NumberText)
    conditions = configuration.pop(KEY, [])
    return InForce(configuration, conditions, parameter_set_id)


def set_in_force(session: Session) -> ParameterSet | None:
    """The set that counts now."""
    of_state = select(ParameterSet).where(ParameterSet.state == IN_FORCE)
    return session.scalars(of_state.order_by(ParameterSet.version.desc()).limit(1)).first()


def waiting_set(session: Session) -> ParameterSet | None:
    """The proposal that waits for its decision."""
    of_state = select(ParameterSet).where(ParameterSet.state == WAITING)
    return session.scalars(of_state.order_by(ParameterSet.version.desc()).limit(1)).first()


def count_to_approve(session: Session, *, not_by: int) -> int:
    """How many proposals wait for somebody else than who proposed them."""
    waiting = select(func.count(ParameterSet.id)).where(
        ParameterSet.state == WAITING, ParameterSet.proposed_by_id.is_distinct_from(not_by)
    )
    return session.scalar(waiting) or 0


def all_sets(session: Session) -> list[ParameterSet]:
    """Every version, the newest first."""
    return list(session.scalars(select(ParameterSet).order_by(ParameterSet.version.desc())))


def set_of_version(session: Session, version: int) -> ParameterSet:
    """One version. Raises `NotFound`."""
    found = session.scalars(select(ParameterSet).where(ParameterSet.version == version)).first()
    if found is None:
        raise NotFound(f"設定値の第{version}版はありません")
    return found


def check_content(content: str) -> list[Problem]:
    """Everything that is wrong in the text of a set; empty where all of it can be computed with."""
    if len(content) > LONGEST_CONTENT:
        return [Problem(CONTENT, f"{LONGEST_CONTENT:,} 文字以内にしてください（いま {len(content):,} 文字）")]
    try:
        problems = check_configuration(parse_configuration(content, CONTENT))
    except InputRefused as refused:
        problems = refused.problems
    return [Problem(each.where, each.message) for each in problems]


def propose(
    session: Session, content: str, reason: str, *, based_on: int | None, by: Person, now: datetime
) -> ParameterSet:
    """提案: the next version, waiting for its decision; `based_on` is the set (id) whose text was edited.

    Raises `Refused` with everything wrong, `Conflict` where another set came into force or another proposal waits.
    """
    lock_series(session, "parameter_set")
    before, waiting = set_in_force(session), waiting_set(session)
    if waiting is not None:
        words = f"第{waiting.version}版が承認を待っています。承認または却下されてから提案してください"
        raise Conflict(words)
    if (before.id if before else None) != based_on:
        raise Conflict("編集のあいだに別の版が適用されました。画面を開き直し、違いを確かめてください")
    problems = check_content(content)
    if not problems and content.strip() == (before.content.strip() if before else ""):
        problems.append(Problem(CONTENT, "適用中の版と同じ内容です。変えるところを書いてください"))
    problems += _reason_problems(REASON, reason)
    if problems:
        raise Refused(problems)
    last = session.scalar(select(func.max(ParameterSet.version))) or 0
    made = ParameterSet(
        version=last + 1,
        content=content,
        reason=reason.strip(),
        state=WAITING,
        proposed_at=now,
        proposed_by_id=by.id,
        proposed_by_name=by.display_name,
    )
    session.add(made)
    session.flush()
    return made


def approve(session: Session, version: int, *, by: Person, now: datetime) -> ParameterSet:
    """承認: put a proposal in force. Raises `NotAllowed` for who proposed it, `Conflict` where it was decided before."""
    found = _undecided(session, version)
    if found.proposed_by_id == by.id:
        raise NotAllowed("自分が提案した設定値は承認できません。別の人に依頼してください")
    if problems := check_content(found.content):  # the rules may have changed since
        raise Refused(problems)
    return _decide(session, found, IN_FORCE, "", by=by, now=now)


def reject(session: Session, version: int, decision: str, *, by: Person, now: datetime) -> ParameterSet:
    """却下: a proposal goes no further; who proposed it may take it back so. Raises `Refused`, `Conflict`."""
    found = _undecided(session, version)
    if problems := _reason_problems(DECISION, decision):
        raise Refused(problems)
    return _decide(session, found, REJECTED, decision.strip(), by=by, now=now)


def _undecided(session: Session, version: int) -> ParameterSet:
    lock_series(session, "parameter_set")
    found = set_of_version(session, version)
    session.refresh(found)
    if found.state != WAITING:
        raise Conflict(f"第{version}版はすでに決定されています。画面を開き直して確かめてください")
    return found


def _decide(
    session: Session, found: ParameterSet, state: str, decision: str, *, by: Person, now: datetime
) -> ParameterSet:
    found.state, found.decision = state, decision
    found.decided_at, found.decided_by_id, found.decided_by_name = now, by.id, by.display_name
    session.flush()
    return found


def _reason_problems(label: str, text: str) -> list[Problem]:
    if not text.strip():
        return [Problem(label, "入力してください")]
    if len(text) > LONGEST_REASON:
        return [Problem(label, f"{LONGEST_REASON:,} 文字以内にしてください（いま {len(text):,} 文字）")]
    return []
