"""異議申立て: one open objection a notice, every refusal with its reason, decided by nobody who entered it."""

from collections.abc import Callable
from datetime import datetime
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import answering, lifecycle, objections
from cases.errors import (
    CasesError,
    FourEyesRequired,
    InputRefused,
    ObjectionRefused,
    StaleVersion,
    TransitionRefused,
)
from cases.history import Actor, content_of, read_stream
from cases.models import Case, Objection
from cases.objections import Claimed, Decision
from helpdesk.database import Database

NOTICE = {"notice_reference": 31, "notice_number": "交付額通知書 第31号"}
CLAIMS = (
    {"kind": "multiplier", "resource": "R-2", "value": 1, "text": "1日目の倍率を1に"},
    {"kind": "multiplier", "resource": "R-2", "value": 1, "text": "2日目の倍率を1に"},
)
CLAIMED = Claimed("停止計画は調整済みです。", CLAIMS, [["penalties_yen", "ペナルティ", "yen", "0"]])


@pytest.fixture
def objection(session: Session, case: Case, operator: Actor, now: datetime) -> Objection:
    return objections.receive(session, case, CLAIMED, **NOTICE, by=operator, now=now)


@pytest.fixture
def reviewed(session: Session, objection: Objection, operator: Actor, now: datetime) -> Objection:
    objections.attach_runs(session, objection, recomputed=5, claimed=6, by=operator, now=now)
    return objection


def decide(session: Session, objection: Objection, decided: Decision, by: Actor, now: datetime, **options):
    version = options.get("version", objection.version)
    objections.decide(
        session, objection, decided, carried_out={"run": 7}, expected_version=version, by=by, now=now
    )


def test_an_objection_makes_the_case_one_and_keeps_what_was_claimed(
    session: Session, case: Case, objection: Objection
) -> None:
    assert (case.kind, objection.status, objection.version) == ("objection", "received", 1)
    assert [claim["text"] for claim in objection.claims] == [claim["text"] for claim in CLAIMS]
    event = read_stream(session, f"case:{case.id}")[-1]
    assert event.kind == "objection_received"
    assert content_of(event)["claims"] == list(CLAIMS)
    assert objections.open_objection_for(session, 31) is objection
    assert objections.open_objection_for(session, 32) is None
    assert objections.open_objections_for(session, [30, 31]) == {31: objection}


def test_a_second_objection_is_refused_with_the_first_ones_number(
    session: Session,
    case: Case,
    objection: Objection,
    make_case: Callable[..., Case],
    operator: Actor,
    now: datetime,
) -> None:
    other = make_case(session)
    with pytest.raises(ObjectionRefused, match=case.number):
        objections.receive(session, other, CLAIMED, **NOTICE, by=operator, now=now)
    assert other.kind == "inquiry"
    with pytest.raises(ObjectionRefused, match="すでに異議申立て"):
        objections.receive(
            session, case, CLAIMED, notice_reference=32, notice_number="32", by=operator, now=now
        )


def test_two_at_the_same_moment_make_one(
    database: Database, make_case: Callable[..., Case], operator: Actor, now: datetime
) -> None:
    with database.write_session() as session:
        ids = [make_case(session).id for _ in range(2)]
    together, refusals = Barrier(2, timeout=20), []

    def receive(case_id: int) -> None:
        together.wait()
        try:
            with database.write_session() as session:
                case = session.get_one(Case, case_id)
                objections.receive(session, case, CLAIMED, **NOTICE, by=operator, now=now)
        except CasesError as refused:
            refusals.append(refused)

    threads = [Thread(target=receive, args=(case_id,)) for case_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    with database.read_session() as session:
        assert len(session.scalars(select(Objection)).all()) == 1
    assert [type(refused) for refused in refusals] == [ObjectionRefused]


def test_a_closed_case_and_an_objection_without_grounds_are_refused(
    session: Session, make_case: Callable[..., Case], operator: Actor, now: datetime
) -> None:
    closed = make_case(session, status="closed")
    with pytest.raises(ObjectionRefused, match="再開してから"):
        objections.receive(session, closed, CLAIMED, **NOTICE, by=operator, now=now)
    for grounds in (" 　", "あ" * 20_001):
        with pytest.raises(InputRefused, match="申立ての理由"):
            objections.receive(session, make_case(session), Claimed(grounds), **NOTICE, by=operator, now=now)


def test_other_claims_need_another_computation(
    session: Session, reviewed: Objection, leader: Actor, now: datetime
) -> None:
    assert (reviewed.status, reviewed.claimed_run_reference) == ("in_review", 6)
    with pytest.raises(StaleVersion):
        objections.change_claims(session, reviewed, CLAIMED, expected_version=1, by=leader, now=now)
    objections.change_claims(
        session, reviewed, Claimed("別の理由", CLAIMS[:1]), expected_version=2, by=leader, now=now
    )
    assert (reviewed.grounds, len(reviewed.claims), reviewed.claimed_run_reference) == ("別の理由", 1, None)
    with pytest.raises(FourEyesRequired):  # who changes the claims has a hand in them
        decide(session, reviewed, Decision("rejected", "理由"), leader, now)
    with pytest.raises(InputRefused, match="再計算して並べる"):
        decide(session, reviewed, Decision("rejected", "理由"), Actor(9, "石川"), now)


def test_who_entered_it_does_not_decide_it(
    session: Session, reviewed: Objection, operator: Actor, leader: Actor, now: datetime
) -> None:
    with pytest.raises(FourEyesRequired, match="別の人"):
        decide(session, reviewed, Decision("rejected", "理由"), operator, now)
    decide(session, reviewed, Decision("partly_accepted", "一つ目は認める", {1}), leader, now)
    assert (reviewed.status, reviewed.decided_by_name) == ("decided", leader.display_name)
    assert [claim["accepted"] for claim in reviewed.claims] == [True, False]
    event = read_stream(session, f"case:{reviewed.case_id}")[-1]
    assert content_of(event) == {
        "decision": "partly_accepted",
        "reason": "一部認容：一つ目は認める",
        "accepted": [1],
        "run": 7,
    }


@pytest.mark.parametrize(
    ("decided", "message"),
    [
        (Decision("accepted", "理由", {1}), "一部認容"),
        (Decision("rejected", "理由", {1}), "棄却"),
        (Decision("partly_accepted", "理由", {3}), "この申立てにない"),
        (Decision("perhaps", "理由"), "認容、一部認容、棄却"),
        (Decision("rejected", "  "), "決定の理由"),
        (Decision("rejected", "あ" * 20_001), "20,000文字以内"),
        (Decision("rejected", "総額は\n1,234円で変わらない"), "「1,234円」は手入力の金額です"),
    ],
)
def test_a_decision_that_contradicts_itself_is_refused(
    session: Session, reviewed: Objection, leader: Actor, now: datetime, decided: Decision, message: str
) -> None:
    with pytest.raises(InputRefused, match=message):
        decide(session, reviewed, decided, leader, now)
    assert reviewed.status == "in_review"


def test_all_that_is_wrong_with_a_decision_is_said_at_once(
    session: Session, objection: Objection, leader: Actor, now: datetime
) -> None:
    with pytest.raises(InputRefused) as refused:
        decide(session, objection, Decision("accepted", "", {1}), leader, now)
    assert [problem.where for problem in refused.value.problems] == ["再計算", "決定の理由", "認める主張"]


def test_a_reason_may_quote_the_business_and_name_a_rounding_unit(
    session: Session, reviewed: Objection, leader: Actor, now: datetime
) -> None:
    reason = "> ペナルティは1,234円のはず\nこの主張は採らない。1円未満は切り捨てている。"
    decide(session, reviewed, Decision("rejected", reason), leader, now)
    assert reviewed.decision_reason == reason


def test_a_draft_of_an_answer_waits_for_no_decision(
    session: Session, reviewed: Objection, operator: Actor, leader: Actor, now: datetime
) -> None:
    answer = answering.draft(
        session, reviewed.case, template="case_answer", subject="件名", body_text="本文", by=operator, now=now
    )
    with pytest.raises(ObjectionRefused, match=operator.display_name):
        decide(session, reviewed, Decision("rejected", "理由"), leader, now)
    answering.withdraw(session, answer, by=operator, now=now)
    decide(session, reviewed, Decision("rejected", "理由"), leader, now)


def test_two_deciders_and_one_decision(
    session: Session, reviewed: Objection, leader: Actor, now: datetime
) -> None:
    seen = reviewed.version
    decide(session, reviewed, Decision("rejected", "先の決定"), leader, now)
    with pytest.raises(ObjectionRefused, match="決定済"):
        decide(
            session, reviewed, Decision("accepted", "後の決定", {1, 2}), Actor(9, "石川"), now, version=seen
        )
    assert reviewed.decision_reason == "先の決定"


def test_a_case_closes_only_after_decision_or_withdrawal(
    session: Session, objection: Objection, operator: Actor, now: datetime
) -> None:
    with pytest.raises(TransitionRefused, match="まだ決定していません"):
        lifecycle.move(session, objection.case, "closed", by=operator, now=now, reason="済み")
    with pytest.raises(InputRefused, match="取下げの理由"):
        objections.withdraw(session, objection, reason=" ", by=operator, now=now)
    objections.withdraw(session, objection, reason="電話で取下げの連絡", by=operator, now=now)
    lifecycle.move(session, objection.case, "closed", by=operator, now=now, reason="取下げ")
    assert objections.open_objection_for(session, 31) is None
    with pytest.raises(ObjectionRefused, match="取下げ"):
        objections.withdraw(session, objection, reason="もう一度", by=operator, now=now)


def test_after_a_withdrawal_the_notice_can_be_objected_to_again(
    session: Session,
    objection: Objection,
    make_case: Callable[..., Case],
    operator: Actor,
    now: datetime,
) -> None:
    objections.withdraw(session, objection, reason="取下げ書を受領", by=operator, now=now)
    again = objections.receive(session, make_case(session), CLAIMED, **NOTICE, by=operator, now=now)
    assert objections.open_objection_for(session, 31) is again
