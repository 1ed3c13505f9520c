"""異議申立て: received against one notified version, its claims, its review, its decision or withdrawal (B1.3).

`received → in_review → decided`, or withdrawn; one objection a case, one open objection a notice. What is claimed is
checked and computed elsewhere; here the claims are rows with a Japanese `text`, figures are [key, label, unit, exact].
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cases import lifecycle
from cases.answer_state import open_answer
from cases.answer_text import amounts_in
from cases.errors import FourEyesRequired, InputRefused, ObjectionRefused, Problem, StaleVersion
from cases.history import Person, record_on_case
from cases.kinds import OBJECTION
from cases.models import Case, Objection
from cases.numbering import lock_series
from cases.objection_state import (
    ACCEPTED,
    DECIDED,
    DECISIONS,
    IN_REVIEW,
    OPEN_STATUSES,
    PARTLY_ACCEPTED,
    RECEIVED,
    REJECTED,
    STATUS_LABELS,
    WITHDRAWN,
    enterers,
    objection_of,
    open_objection_for,
    open_objection_of,
    open_objections_for,
    suggests_objection,
)

__all__ = [
    "DECISIONS",
    "STATUS_LABELS",
    "Claimed",
    "Decision",
    "attach_runs",
    "change_claims",
    "check_decision",
    "decide",
    "grounds_problems",
    "objection_of",
    "open_objection_for",
    "open_objection_of",
    "open_objections_for",
    "receive",
    "suggests_objection",
    "withdraw",
]

_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Claimed:
    """申立ての内容: the grounds, the inputs as the business says they should be, and amounts that it claims."""

    grounds: str
    claims: Sequence[Mapping[str, Any]] = ()
    figures: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """決定: what is decided and why; `accepted` are the numbers (from 1) of the claims that are accepted."""

    decision: str
    reason: str
    accepted: Collection[int] = field(default_factory=frozenset)


def grounds_problems(grounds: str) -> list[Problem]:
    """What is wrong with the grounds (申立ての理由)."""
    if not grounds.strip():
        return [Problem("申立ての理由", "申立ての理由を入力してください")]
    if len(grounds) > _LONGEST:
        return [Problem("申立ての理由", f"{_LONGEST:,}文字以内にしてください")]
    return []


def receive(
    session: Session,
    case: Case,
    claimed: Claimed,
    *,
    notice_reference: int,
    notice_number: str,
    by: Person,
    now: datetime,
) -> Objection:
    """受付: make a case an objection against a notice. Raises `ObjectionRefused`, `InputRefused`."""
    lock_series(session, f"objection:{notice_reference}")
    session.refresh(case, with_for_update={"of": Case})
    if case.status == lifecycle.CLOSED:
        raise ObjectionRefused(
            f"案件 {case.number} は完了しています。再開してから、異議申立てとして受け付けてください"
        )
    if objection_of(session, case.id) is not None:
        raise ObjectionRefused(f"案件 {case.number} は、すでに異議申立てとして受け付けています")
    other = open_objection_for(session, notice_reference)
    if other is not None:
        raise ObjectionRefused(
            f"{notice_number} には、受付済みの異議申立てがあります（案件 {other.case.number}）。"
            "追加の主張は、その案件に加えてください"
        )
    _refuse_if(grounds_problems(claimed.grounds))
    case.kind = OBJECTION
    objection = Objection(
        case=case,
        notice_reference=notice_reference,
        notice_number=notice_number,
        grounds=claimed.grounds.strip(),
        claims=_rows(claimed.claims),
        claimed_figures=[list(figure) for figure in claimed.figures],
        received_at=now,
        status=RECEIVED,
    )
    session.add(objection)
    lifecycle.touch(session, case, now=now)
    content = {"objection": objection.id, "notice": notice_reference, "subject": notice_number}
    record_on_case(session, case, "objection_received", content | _content(objection), by=by, now=now)
    return objection


def change_claims(
    session: Session,
    objection: Objection,
    claimed: Claimed,
    *,
    expected_version: int,
    by: Person,
    now: datetime,
) -> None:
    """申立て内容の変更: other grounds or claims; what was computed from the former claims no longer counts."""
    case = _hold(session, objection, expected_version, "申立て内容の変更")
    _refuse_if(grounds_problems(claimed.grounds))
    objection.grounds = claimed.grounds.strip()
    objection.claims = _rows(claimed.claims)
    objection.claimed_figures = [list(figure) for figure in claimed.figures]
    objection.claimed_run_reference = None
    lifecycle.touch(session, case, now=now)
    record_on_case(session, case, "objection_claimed", _content(objection), by=by, now=now)


def attach_runs(
    session: Session, objection: Objection, *, recomputed: int, claimed: int | None, by: Person, now: datetime
) -> None:
    """審査: the recomputation on registered inputs, and the computation on claimed ones where any are claimed."""
    case = _hold(session, objection, None, "再計算")
    if bool(objection.claims) != (claimed is not None):
        raise ValueError("claimed inputs and their run belong together")
    objection.recomputed_run_reference, objection.claimed_run_reference = recomputed, claimed
    objection.status = IN_REVIEW
    lifecycle.touch(session, case, now=now)
    content = {"recomputed": recomputed, "claimed": claimed, "run": recomputed}
    record_on_case(session, case, "objection_reviewed", content, by=by, now=now)
    if case.status == lifecycle.RECEIVED:
        lifecycle.move(session, case, lifecycle.IN_PROGRESS, by=by, now=now, reason="申立ての審査を始めた")


def check_decision(
    session: Session, objection: Objection, decided: Decision, *, expected_version: int, by: Person
) -> None:
    """Whether this may be decided by this person now; holds the case. Raises with all that speaks against it."""
    case = _hold(session, objection, expected_version, "決定")
    if by.id is None or by.id in enterers(session, objection):
        raise FourEyesRequired(
            f"案件 {case.number} の申立ては、申立ての内容を入力した人には決定できません。別の人が決定してください"
        )
    answer = open_answer(session, case.id)
    if answer is not None:
        raise ObjectionRefused(
            f"案件 {case.number} には{answer.author_name}さんの回答の下書きがあります。送付するか取り下げてから決定してください"
        )
    problems = []
    if objection.recomputed_run_reference is None or (
        objection.claims and objection.claimed_run_reference is None
    ):
        problems.append(Problem("再計算", "まだ計算していません。先に「再計算して並べる」を実行してください"))
    if not decided.reason.strip():
        problems.append(Problem("決定の理由", "決定の理由を入力してください"))
    if len(decided.reason) > _LONGEST:
        problems.append(Problem("決定の理由", f"{_LONGEST:,}文字以内にしてください"))
    problems += [
        Problem(
            "決定の理由",
            f"「{amount}」は手入力の金額です。金額はお知らせに自動で入ります。理由からは消してください",
        )
        for amount in amounts_in(decided.reason)
    ]
    problems += _accepted_problems(objection, decided)
    _refuse_if(problems)


def decide(
    session: Session,
    objection: Objection,
    decided: Decision,
    *,
    carried_out: Mapping[str, Any],
    expected_version: int,
    by: Person,
    now: datetime,
) -> None:
    """決定: settle the objection, with what was carried out (`carried_out`: corrections, run, new notice)."""
    check_decision(session, objection, decided, expected_version=expected_version, by=by)
    objection.claims = [
        dict(claim) | {"accepted": number in decided.accepted}
        for number, claim in enumerate(objection.claims, 1)
    ]
    objection.status, objection.decision = DECIDED, decided.decision
    objection.decision_reason = decided.reason.strip()
    objection.decided_at, objection.decided_by_id, objection.decided_by_name = now, by.id, by.display_name
    lifecycle.touch(session, objection.case, now=now)
    content = {
        "decision": decided.decision,
        "reason": f"{DECISIONS[decided.decision]}：{objection.decision_reason}",
        "accepted": sorted(decided.accepted),
        **carried_out,
    }
    record_on_case(session, objection.case, "objection_decided", content, by=by, now=now)


def withdraw(session: Session, objection: Objection, *, reason: str, by: Person, now: datetime) -> None:
    """取下げ by the business: the objection ends without a decision; the case may then be closed."""
    case = _hold(session, objection, None, "取下げ")
    if not reason.strip():
        raise InputRefused(
            [Problem("取下げの理由", "いつ、誰から、どのように取下げの連絡があったかを入力してください")]
        )
    objection.status = WITHDRAWN
    lifecycle.touch(session, case, now=now)
    content = {"objection": objection.id, "reason": reason.strip()[:_LONGEST]}
    record_on_case(session, case, "objection_withdrawn", content, by=by, now=now)


def _hold(session: Session, objection: Objection, expected_version: int | None, doing: str) -> Case:
    """The objection's case, both as they are now and held until the transaction ends; it must be open."""
    case = objection.case
    session.refresh(case, with_for_update={"of": Case})
    session.refresh(objection)
    if objection.status not in OPEN_STATUSES:
        raise ObjectionRefused(
            f"案件 {case.number} の異議申立ては「{STATUS_LABELS[objection.status]}」のため、{doing}はできません"
        )
    if expected_version is not None and objection.version != expected_version:
        raise StaleVersion(
            f"案件 {case.number} の異議申立ては、開いている間に変わりました。画面を読み直し、内容を確かめてからやり直してください"
        )
    return case


def _accepted_problems(objection: Objection, decided: Decision) -> list[Problem]:
    every = set(range(1, len(objection.claims) + 1))
    accepted = set(decided.accepted)
    if decided.decision not in DECISIONS:
        return [Problem("決定", f"{'、'.join(DECISIONS.values())} から選んでください")]
    if accepted - every:
        return [Problem("認める主張", "この申立てにない主張が選ばれています。画面を読み直してください")]
    if decided.decision == ACCEPTED and accepted != every:
        return [
            Problem(
                "認める主張", "「認容」ではすべての主張を認めます。一部だけなら「一部認容」を選んでください"
            )
        ]
    if decided.decision == REJECTED and accepted:
        return [
            Problem(
                "認める主張", "「棄却」では主張を認められません。選択を外すか「一部認容」を選んでください"
            )
        ]
    if decided.decision == PARTLY_ACCEPTED and every and accepted == every and not objection.claimed_figures:
        return [Problem("決定", "すべての主張を認める場合は「認容」を選んでください")]
    return []


def _refuse_if(problems: list[Problem]) -> None:
    if problems:
        raise InputRefused(problems)


def _rows(claims: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in claim.items() if name != "accepted"} for claim in claims]


def _content(objection: Objection) -> dict[str, Any]:
    return {
        "grounds": objection.grounds,
        "claims": objection.claims,
        "claimed_figures": objection.claimed_figures,
    }
