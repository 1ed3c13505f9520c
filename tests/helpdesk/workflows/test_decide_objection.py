"""What a decision does: register, run, notice, case and history agree to the yen, or nothing has happened."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import numpy as np
import pytest
from sqlalchemy import func, select

from cases.errors import CasesError, FourEyesRequired, InputRefused, ObjectionRefused, StaleVersion
from cases.models import Objection
from cases.objection_state import carried_out
from cases.objections import Decision
from helpdesk.documents.models import IssuedDocument
from helpdesk.errors import Conflict, NotAllowed, Refused
from helpdesk.register.case_links import attached_run
from helpdesk.register.lookups import results_of_case, run_by_id
from helpdesk.register.models import CalculationRun, Contract, ParameterSet, SlotDay
from helpdesk.register.slot_store import correct_day
from helpdesk.workflows.decide_objection import decide_objection
from tests.helpdesk.objecting import (
    ANOTHER_DAY,
    HALF_A_DAY,
    PENALTY,
    PENALTY_WITH_HALF_A_DAY_YEN,
    Objecting,
)
from tests.world import PENALTY_NOTIFIED_YEN, PENALTY_RECOMPUTED_YEN, World


@pytest.fixture
def objecting(world: World) -> Objecting:
    return Objecting(world)


@pytest.fixture
def reviewed(objecting: Objecting) -> Objecting:
    objecting.receive(number=objecting.mail())
    objecting.review()
    return objecting


def figure(run, key: str = PENALTY) -> int:
    return int(next(row[3] for row in run.figures if row[0] == key))


def corrections(objecting: Objecting) -> int:
    with objecting.desk.database.read_session() as session:
        return session.scalar(select(func.count()).select_from(SlotDay)) or 0


def test_registered_and_claimed_are_computed_and_kept(reviewed: Objecting) -> None:
    objection = reviewed.now()
    with reviewed.desk.database.read_session() as session:
        recomputed = run_by_id(session, objection.recomputed_run_reference)
        claimed = run_by_id(session, objection.claimed_run_reference)
        attached = attached_run(session, objection.case_id)
    assert (objection.status, attached.id) == ("in_review", recomputed.id)
    assert (recomputed.kind, figure(recomputed)) == ("recompute", PENALTY_RECOMPUTED_YEN)
    assert (claimed.kind, figure(claimed), claimed.based_on_run_id) == ("what_if", 0, recomputed.id)
    assert [change["text"] for change in claimed.changes] == [claim["text"] for claim in objection.claims]


def test_a_decision_is_foreseen_without_a_trace(reviewed: Objecting) -> None:
    with reviewed.desk.database.read_session() as session:
        before = session.scalar(select(func.count()).select_from(CalculationRun))
    assert int(reviewed.foresee({1})[PENALTY]) == PENALTY_WITH_HALF_A_DAY_YEN
    assert int(reviewed.foresee({1, 2})[PENALTY]) == 0
    assert int(reviewed.foresee(set())[PENALTY]) == PENALTY_RECOMPUTED_YEN
    with reviewed.desk.database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(CalculationRun)) == before


def test_what_is_partly_accepted_is_carried_out_to_the_yen(reviewed: Objecting) -> None:
    before = corrections(reviewed)
    outcome = reviewed.decide("partly_accepted", {1})
    assert corrections(reviewed) - before == 1
    first, second = reviewed.notices()
    assert (second.version, second.document_number) == (2, "交付額通知書 第2026-05-0001号（第2版）")
    assert figure(first) == PENALTY_NOTIFIED_YEN
    assert figure(second) == figure(outcome.run) == PENALTY_WITH_HALF_A_DAY_YEN
    # 97,200,000 − 3,499,200 = 93,700,800, with tax 103,070,880
    assert figure(second, "total_yen") == 103_070_880
    assert "異議申立て" in second.reason
    objection = reviewed.now()
    assert (objection.decision, objection.decided_by_name) == ("partly_accepted", "山本 大輔")
    assert [claim["accepted"] for claim in objection.claims] == [True, False]
    with reviewed.desk.database.read_session() as session:
        assert attached_run(session, objection.case_id).id == outcome.run.id
        assert results_of_case(session, objection.case_id)[-1].id == second.id
        done = carried_out(session, objection)
        day = session.scalars(select(SlotDay).where(SlotDay.date == date(2026, 5, 24))).one()
        issued = session.scalars(select(IssuedDocument)).one()
    assert (issued.reference, issued.file_format) == (f"notified_result:{second.id}", "pdf")
    assert done["days"] == [["R-2", "multiplier", "2026-05-24", 1]]
    assert (done["run"], done["notice"]) == (outcome.run.id, second.id)
    assert np.frombuffer(day.slot_values, dtype="<i4").tolist() == [1] * 12 + [5] * 36
    assert objection.case.number in day.reason


def test_accepting_all_gives_the_claimed_run_itself(reviewed: Objecting) -> None:
    outcome = reviewed.decide("accepted", {1, 2})
    with reviewed.desk.database.read_session() as session:
        claimed = run_by_id(session, reviewed.now().claimed_run_reference)
    assert outcome.run.figures == claimed.figures
    assert figure(outcome.run) == 0


def test_rejecting_changes_neither_register_nor_notice(reviewed: Objecting) -> None:
    before = corrections(reviewed)
    outcome = reviewed.decide("rejected", set())
    assert (corrections(reviewed), len(reviewed.notices()), outcome.notice) == (before, 1, None)
    assert figure(outcome.run) == PENALTY_RECOMPUTED_YEN


def test_claimed_contract_values_are_corrected_too(objecting: Objecting) -> None:
    claims = [{"kind": "assessed_kw", "resource": "R-2", "value": "50000"}]
    objecting.receive(claims=claims, claimed_figures={})
    objecting.review()
    objecting.decide("accepted", {1})
    with objecting.desk.database.read_session() as session:
        resource = objecting.world.resources["R-2"]
        assert session.scalar(select(Contract.assessed_kw).where(Contract.resource_id == resource)) == 50_000
        assert carried_out(session, objecting.now())["contract_values"] == [
            {"resource": "R-2", "kind": "assessed_kw", "before": 100_000, "after": 50_000}
        ]


def test_without_claims_the_registered_figures_decide(objecting: Objecting) -> None:
    objecting.receive(claims=[], claimed_figures={PENALTY: str(PENALTY_RECOMPUTED_YEN)})
    objecting.review()
    with pytest.raises(Refused, match="「認容」を選んでください"):
        objecting.decide("partly_accepted", set())
    outcome = objecting.decide("accepted", set())
    assert figure(outcome.notice) == PENALTY_RECOMPUTED_YEN


@pytest.mark.parametrize(
    ("claims", "amount", "decision", "accepted", "words"),
    [
        ([HALF_A_DAY], "0", "accepted", {1}, "決定後の金額と一致しません"),
        ([HALF_A_DAY, ANOTHER_DAY], "", "accepted", {1}, "一部認容"),
        ([HALF_A_DAY], "", "partly_accepted", {1}, "「認容」を選んでください"),
    ],
)
def test_a_decision_must_be_called_what_it_is(
    objecting: Objecting, claims: list, amount: str, decision: str, accepted: set, words: str
) -> None:
    objecting.receive(claims=claims, claimed_figures={PENALTY: amount})
    objecting.review()
    before = corrections(objecting)
    with pytest.raises((Refused, InputRefused), match=words):
        objecting.decide(decision, accepted)
    assert (corrections(objecting), len(objecting.notices()), objecting.now().status) == (
        before,
        1,
        "in_review",
    )


def test_nothing_is_accepted_where_nothing_changes(objecting: Objecting) -> None:
    objecting.receive(claims=[], claimed_figures={PENALTY: str(PENALTY_RECOMPUTED_YEN)})
    objecting.review()
    objecting.decide("accepted", set())
    with objecting.desk.database.read_session() as session:
        second = objecting.notices()[1]
        assert session.scalar(select(func.count()).select_from(Objection)) == 1
    with objecting.desk.database.write_session() as session:
        session.delete(session.scalars(select(Objection)).one())
    objecting.receive(notice_id=second.id, claims=[], claimed_figures={})
    objecting.review()
    with pytest.raises(Refused, match="「棄却」を選んでください"):
        objecting.decide("partly_accepted", set())


def test_newer_inputs_must_be_computed_first(reviewed: Objecting) -> None:
    with reviewed.desk.database.write_session() as session:
        correct_day(
            session,
            resource_id=reviewed.world.resources["R-1"],
            kind="multiplier",
            on=date(2026, 5, 2),
            values=np.full(48, 1, dtype=np.int32),
            reason="別件の訂正",
            by=reviewed.sato,
            now=reviewed.world.clock(),
        )
    with pytest.raises(Conflict, match="登録内容が変わりました"):
        reviewed.decide("rejected", set())
    reviewed.review()
    reviewed.decide("rejected", set())


def test_other_parameters_in_force_must_be_computed_with_first(reviewed: Objecting) -> None:
    content = '["penalty/caps"]\nannual_ratio = {2026 = "0.5"}\n'
    told = {"reason": "試行", "proposed_at": reviewed.world.clock(), "proposed_by_name": "試験"}
    with reviewed.desk.database.write_session() as session:
        session.add(ParameterSet(version=1, content=content, state="in_force", **told))
    with pytest.raises(Conflict, match="設定値か登録内容が変わりました"):
        reviewed.decide("rejected", set())
    reviewed.review()
    reviewed.decide("rejected", set())


def test_who_entered_it_or_may_not_decide_is_refused(objecting: Objecting) -> None:
    objecting.receive(by=objecting.leader)
    objecting.review()
    with pytest.raises(NotAllowed):
        objecting.decide("rejected", set(), by=objecting.sato)
    with pytest.raises(FourEyesRequired):
        objecting.decide("rejected", set(), by=objecting.leader)
    objecting.decide("rejected", set(), by=objecting.manager)


def test_a_decision_needs_a_review(objecting: Objecting) -> None:
    objecting.receive()
    with pytest.raises(InputRefused, match="再計算して並べる"):
        objecting.decide("rejected", set())


def test_of_two_deciders_one_decides(reviewed: Objecting) -> None:
    together, version = Barrier(2, timeout=20), reviewed.now().version

    def decide(by, decision: str, accepted: set[int]) -> object:
        with reviewed.desk.database.open_session(writes=False) as waiting:
            assert waiting.scalars(select(Objection)).one().version == version
        together.wait()
        decided = Decision(decision, "確認の結果による。", frozenset(accepted))
        try:
            return reviewed.act(decide_objection, decided, version=version, by=by)
        except (CasesError, Conflict) as refused:
            return refused

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(decide, reviewed.leader, "accepted", {1, 2})
        second = pool.submit(decide, reviewed.manager, "partly_accepted", {1})
        ends = [first.result(timeout=60), second.result(timeout=60)]
    refused = [end for end in ends if isinstance(end, Exception)]
    assert len(refused) == 1
    assert isinstance(refused[0], ObjectionRefused | StaleVersion)
    assert len(reviewed.notices()) == 2
    assert reviewed.events().count("objection_decided") == 1
