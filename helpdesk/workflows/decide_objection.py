"""An objection is reviewed and decided: computed as registered and as claimed, foreseen, decided, carried out.

A decision that accepts anything corrects the register, computes the month again, attaches that run to the case and
issues the next version of the notice, all in the transaction that decides (E2). Nobody decides what he or she entered.
The month's results and its statement are computed again afterwards: before the invoice the next version of the statement
replaces the former, after it the difference is settled with a later month.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from calc_core.figures import compare_figures
from cases import objections
from cases.errors import CasesError
from cases.models import Objection
from cases.objection_state import ACCEPTED, PARTLY_ACCEPTED, REJECTED
from cases.objections import Decision
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.errors import Conflict, Problem, Refused
from helpdesk.register import runs
from helpdesk.register.case_links import attach_run, link_result
from helpdesk.register.claims import apply_claims
from helpdesk.register.corrections import CarriedOut, correct_register, hold_register, issue_next_version
from helpdesk.register.lookups import notified_by_id, notified_in_force, run_by_id
from helpdesk.register.models import CalculationRun, NotifiedResult
from helpdesk.register.parameter_sets import parameters_in_force
from helpdesk.settlement.answers import settled_with
from helpdesk.users.permissions import Person, require
from helpdesk.workflows.answer_statement import follow_objection
from helpdesk.workflows.issue_document import issue_payment_notice


@dataclass(frozen=True, slots=True)
class Outcome:
    """決定の結果: the run that counts after the decision, and the corrected notice where one was issued."""

    run: CalculationRun
    notice: NotifiedResult | None


def review_objection(session: Session, desk: Desk, objection: Objection, *, by: Person) -> None:
    """審査: compute the month as registered, and as claimed where inputs are claimed; both runs are kept."""
    require(by, "recompute", "再計算する")
    notice = notified_by_id(session, objection.notice_reference)
    recomputed = _run(session, desk, notice, kind="recompute", by=by)
    claimed = None
    if objection.claims:
        apply_claims(runs.gather_for(session, desk.settings.slots_folder, notice), objection.claims)
        claimed = _run(
            session, desk, notice, kind="what_if", by=by, claims=objection.claims, based_on=recomputed
        )
    attach_run(session, objection.case, recomputed, by=by, now=desk.clock())
    objections.attach_runs(
        session,
        objection,
        recomputed=recomputed.id,
        claimed=claimed.id if claimed else None,
        by=by,
        now=desk.clock(),
    )
    session.commit()


def foresee(
    session: Session, desk: Desk, objection: Objection, accepted: Collection[int], *, by: Person
) -> CalculationRun:
    """決定の見通し: what the month comes to with these claims accepted. Nothing is kept."""
    require(by, "decide_objections", "異議申立てを決定する")
    notice = notified_by_id(session, objection.notice_reference)
    claims = _chosen(objection, accepted)
    run = _run(session, desk, notice, kind="what_if" if claims else "recompute", by=by, claims=claims)
    session.expunge(run)
    session.rollback()
    return run


def decide_objection(
    session: Session, desk: Desk, objection: Objection, decided: Decision, *, version: int, by: Person
) -> Outcome:
    """決定, and what follows from it, in one transaction.

    Raises `NotAllowed`; `Refused`, `Conflict` and what `cases.objections.decide` refuses leave everything as it was.
    """
    require(by, "decide_objections", "異議申立てを決定する")
    try:
        outcome = _decide(session, desk, objection, decided, version=version, by=by)
    except (CasesError, Refused, Conflict):
        session.rollback()
        raise
    session.commit()
    if outcome.notice is not None:  # the document as it goes out, before anything else changes
        issue_payment_notice(desk, outcome.notice.id, file_format="pdf", by=by)
    return outcome


def _decide(
    session: Session, desk: Desk, objection: Objection, decided: Decision, *, version: int, by: Person
) -> Outcome:
    objections.check_decision(session, objection, decided, expected_version=version, by=by)
    hold_register(session)
    notice, now = notified_by_id(session, objection.notice_reference), desk.clock()
    recomputed = run_by_id(session, objection.recomputed_run_reference or 0)
    parameters = parameters_in_force(session).configuration
    folder = desk.settings.slots_folder
    if not runs.is_current(session, recomputed, slots_folder=folder, parameters=parameters):
        raise Conflict(
            "再計算のあとに設定値か登録内容が変わりました。「再計算して並べる」をもう一度実行し、結果を確かめてから決定してください"
        )
    done, outcome = CarriedOut([], []), Outcome(recomputed, None)
    if decided.decision != REJECTED:
        done, outcome = _carry_out(session, desk, objection, notice, recomputed, decided, by=by)
    _check_outcome(objection, decided, outcome.run)
    content: dict[str, Any] = {
        "days": done.days,
        "contract_values": done.contract_values,
        "run": outcome.run.id,
        "digest": outcome.run.digest,
        "notice": outcome.notice.id if outcome.notice else None,
    }
    attach_run(session, objection.case, outcome.run, by=by, now=now)
    if outcome.notice is not None:
        link_result(session, objection.case, outcome.notice, by=by, now=now)
    objections.decide(
        session, objection, decided, carried_out=content, expected_version=version, by=by, now=now
    )
    follow_objection(session, desk, objection, how="decided", by=by)
    return outcome


def _carry_out(
    session: Session,
    desk: Desk,
    objection: Objection,
    notice: NotifiedResult,
    recomputed: CalculationRun,
    decided: Decision,
    *,
    by: Person,
) -> tuple[CarriedOut, Outcome]:
    """Corrections, the run on them, and the next version of the notice if its figures are others."""
    reason = f"異議申立て（案件 {objection.case.number}）の決定による訂正"
    claims = _chosen(objection, decided.accepted)
    done, run = CarriedOut([], []), recomputed
    if claims:
        done = correct_register(
            session, desk.settings.slots_folder, notice, claims, reason=reason, by=by, now=desk.clock()
        )
        run = _run(session, desk, notice, kind="recompute", by=by, based_on=recomputed)
    in_force = notified_in_force(session, notice.business_id, notice.fiscal_year, notice.delivery_month)
    if not any(line.differs for line in compare_figures((in_force or notice).figures, run.figures)):
        if not claims:
            raise Refused(
                [Problem("決定", "再計算は通知と一致し、認める主張もありません。「棄却」を選んでください")]
            )
        return done, Outcome(run, None)
    today = in_japan(desk.clock()).date()
    return done, Outcome(run, issue_next_version(session, notice, run.figures, reason=reason, on=today))


def _check_outcome(objection: Objection, decided: Decision, run: CalculationRun) -> None:
    """認容 gives all that was claimed; 一部認容 less."""
    exact = {key: text for key, _, _, text in run.figures}
    missed = [label for key, label, _, text in objection.claimed_figures if exact.get(key) != text]
    if decided.decision == ACCEPTED and missed:
        words = f"主張された金額（{'、'.join(missed)}）は、決定後の金額と一致しません。「一部認容」を選んでください"
        raise Refused([Problem("決定", words)])
    whole = len(decided.accepted) == len(objection.claims)
    if decided.decision == PARTLY_ACCEPTED and whole and not missed:
        raise Refused([Problem("決定", "主張をすべて認めることになります。「認容」を選んでください")])


def _chosen(objection: Objection, accepted: Collection[int]) -> list[dict[str, Any]]:
    return [claim for number, claim in enumerate(objection.claims, 1) if number in accepted]


def _run(
    session: Session,
    desk: Desk,
    notice: NotifiedResult,
    *,
    kind: str,
    by: Person,
    claims: Collection[dict[str, Any]] = (),
    based_on: CalculationRun | None = None,
) -> CalculationRun:
    """The month of the notice, with the differences and the debt that were settled with it."""
    adjustments, carried_debt_yen = settled_with(session, notice)
    return runs.run_statement(
        session,
        business_id=notice.business_id,
        fiscal_year=notice.fiscal_year,
        delivery_month=notice.delivery_month,
        slots_folder=desk.settings.slots_folder,
        by=by,
        now=desk.clock(),
        kind=kind,
        overrides=[{name: value for name, value in claim.items() if name != "accepted"} for claim in claims],
        parameters=parameters_in_force(session).configuration,
        adjustments=adjustments,
        carried_debt_yen=carried_debt_yen,
        based_on=based_on,
    )
