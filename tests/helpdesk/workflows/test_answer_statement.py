"""A business confirms, objects, or is silent; an answer is given to one version, and an open objection stops billing."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select

from cases.models import Case
from helpdesk.desk import Desk
from helpdesk.errors import Conflict, NotAllowed, NotFound, Refused
from helpdesk.register.models import CalculationRun
from helpdesk.settlement.models import BusinessStatement
from helpdesk.workflows.answer_statement import (
    confirm_silent,
    confirm_statement,
    end_statement_objection,
    object_to_statement,
)
from helpdesk.workflows.receive_objection import withdraw_objection
from tests.helpdesk.chain import Chain
from tests.helpdesk.objecting import Objecting
from tests.helpdesk.settling import new_run
from tests.world import YEAR, World


@pytest.fixture
def chain(desk: Desk) -> Chain:
    """Contributions of April that both businesses have been told."""
    made = Chain(desk)
    made.contributions()
    made.approve_all(family="contribution")
    made.issue(family="contribution")
    return made


def answers(chain: Chain) -> list[str | None]:
    return [each.answer for each in chain.newest(family="contribution")]


def test_a_business_confirms_its_own_notice_once(chain: Chain) -> None:
    one, other = chain.newest(family="contribution")
    confirmed = chain.do(confirm_statement, one.id, by=chain["P001"])
    assert (confirmed.answer, confirmed.answered_by_name) == ("confirmed", "P001さん")
    assert confirmed.answered_at == chain.desk.clock()
    with pytest.raises(Conflict, match="すでに確認しています"):
        chain.do(confirm_statement, one.id, by=chain["P001"])
    with pytest.raises(NotFound):
        chain.do(confirm_statement, other.id, by=chain["P001"])
    assert answers(chain) == ["confirmed", None]
    assert chain.events(f"account:{one.business_id}")[-1] == "statement_confirmed"


@pytest.mark.any_database
def test_staff_confirm_for_a_business_with_the_reason_only(chain: Chain) -> None:
    one = chain.newest(family="contribution")[0]
    with pytest.raises(NotAllowed):
        chain.do(confirm_statement, one.id, reason="電話", by=chain["operator"])
    with pytest.raises(Refused, match="どのように確認の連絡があったか"):
        chain.do(confirm_statement, one.id, by=chain["accounting_staff"])
    chain.do(confirm_statement, one.id, reason="7月1日 電話で田中様", by=chain["accounting_staff"])
    assert answers(chain) == ["confirmed", None]


@pytest.mark.any_database
def test_what_is_not_issued_or_was_replaced_is_not_confirmed(chain: Chain) -> None:
    one = chain.newest(family="contribution")[0]
    chain.contributions((-130_000, -45_000))
    with pytest.raises(Conflict, match="新しい版があります"):
        chain.do(confirm_statement, one.id, by=chain["P001"])
    new = chain.newest(family="contribution")[0]
    with pytest.raises(NotFound):
        chain.do(confirm_statement, new.id, by=chain["P001"])
    with pytest.raises(Conflict, match="まだ通知されていません"):
        chain.do(confirm_statement, new.id, reason="電話", by=chain["accounting_staff"])


@pytest.mark.any_database
def test_silence_counts_after_the_configured_working_days_and_not_elsewhere(chain: Chain) -> None:
    assert confirm_silent(chain.desk) == 0
    desk = replace(chain.desk, settings=replace(chain.desk.settings, silence_confirms_after_days=5))
    chain.desk.clock.pass_by(
        days=7
    )  # 30 June is a Tuesday: the fifth working day is 7 July, and counts wholly
    assert confirm_silent(desk) == 0
    one = chain.newest(family="contribution")[0]
    chain.do(object_to_statement, one.id, grounds="需要が違います", by=chain["P001"])
    chain.desk.clock.pass_by(days=1)
    assert confirm_silent(desk) == 1
    assert answers(chain) == ["objected", "silent"]
    chain.do(end_statement_objection, one.id, reason="需要は正しい", by=chain["operation_leader"])
    chain.desk.clock.pass_by(days=7)
    assert confirm_silent(desk) == 0  # counted from the end of the objection
    chain.desk.clock.pass_by(days=1)
    assert confirm_silent(desk) == 1
    assert chain.events(f"account:{one.business_id}")[-3:] == [
        "statement_objected",
        "statement_objection_ended",
        "statement_confirmed_by_silence",
    ]


@pytest.mark.any_database
def test_an_objection_to_another_notice_is_a_case_and_ends_with_a_reason(chain: Chain) -> None:
    one, other = chain.newest(family="contribution")
    with pytest.raises(NotFound):
        chain.do(object_to_statement, other.id, grounds="違います", by=chain["P001"])
    with pytest.raises(Refused, match="申立ての理由"):
        chain.do(object_to_statement, one.id, grounds=" ", by=chain["P001"])
    case = chain.do(object_to_statement, one.id, grounds="需要が違います", by=chain["P001"])
    assert case.subject == f"異議申立て：{one.number}"
    with pytest.raises(Conflict, match="対応中の異議申立てがあります"):
        chain.do(object_to_statement, one.id, grounds="もう一度", by=chain["P001"])
    assert len(chain.rows(Case)) == 1
    with pytest.raises(Conflict, match="対応中の異議申立てがあります"):
        chain.do(confirm_statement, one.id, by=chain["P001"])
    with pytest.raises(NotAllowed):
        chain.do(end_statement_objection, one.id, reason="正しい", by=chain["accounting_staff"])
    with pytest.raises(Refused, match="理由を入力"):
        chain.do(end_statement_objection, one.id, reason="", by=chain["operation_leader"])
    chain.do(end_statement_objection, one.id, reason="需要は正しい", by=chain["operation_leader"])
    with pytest.raises(Conflict, match="対応中の異議申立てはありません"):
        chain.do(end_statement_objection, one.id, reason="正しい", by=chain["operation_leader"])
    chain.do(confirm_statement, one.id, by=chain["P001"])
    assert answers(chain) == ["confirmed", None]


class Told:
    """The world's notice of May with a statement that is issued with it."""

    def __init__(self, world: World, adjustments: Sequence[dict] = ()) -> None:
        self.desk = world.desk
        figures = {key: text for key, _, _, text in world.notice.figures}
        with self.desk.database.write_session() as session:
            run = new_run("capacity", YEAR, 5, now=self.desk.clock())
            run.businesses, run.new_versions, run.unchanged, run.items = 1, 1, 0, 0
            session.add(run)
            session.flush()
            amounts = {name: int(figures[name]) for name in ("net_yen", "tax_yen", "offset_yen", "total_yen")}
            made = BusinessStatement(
                family="capacity",
                business_id=world.notice.business_id,
                fiscal_year=YEAR,
                delivery_month=5,
                version=1,
                newest=True,
                state="issued",
                settlement_run_id=run.id,
                carried_debt_yen=0,
                direction="invoice",
                rule="settlement/business_statement",
                inputs={"adjustments": list(adjustments), "carried_debt_yen": 0},
                inputs_digest="x",
                figures=world.notice.figures,
                sources={},
                created_at=self.desk.clock(),
                number=world.notice.document_number,
                notified_result_id=world.notice.id,
                issued_at=self.desk.clock(),
                **amounts,
            )
            session.add(made)
            session.flush()
            self.id = made.id

    def statement(self) -> BusinessStatement:
        with self.desk.database.read_session() as session:
            return session.scalars(select(BusinessStatement)).one()


@pytest.fixture
def objecting(world: World) -> Objecting:
    return Objecting(world)


def object_plainly(objecting: Objecting) -> None:
    """Without claims: what is registered is right."""
    objecting.receive(claims=[], claimed_figures={})


def confirm_by_telephone(told: Told) -> None:
    with told.desk.database.open_session(writes=True) as session:
        confirm_statement(session, told.desk, told.id, reason="電話", by=Clerk())


class Clerk:
    """部門経理担当者."""

    id, display_name, business_id = 99, "経理 花子", None
    role_names = frozenset({"accounting_staff"})


@pytest.mark.any_database
def test_a_statement_follows_the_objection_to_its_notice(world: World, objecting: Objecting) -> None:
    told = Told(world)
    object_plainly(objecting)
    assert told.statement().answer == "objected"
    with pytest.raises(Conflict, match="審査中"):
        confirm_by_telephone(told)
    objecting.act(withdraw_objection, "電話で取下げ")
    assert (told.statement().answer, told.statement().answered_at) == (None, told.desk.clock())
    confirm_by_telephone(told)
    assert told.statement().answer == "confirmed"


@pytest.mark.any_database
def test_a_corrected_notice_leaves_the_statement_waiting_for_its_next_version(
    world: World, objecting: Objecting
) -> None:
    told = Told(world)
    object_plainly(objecting)
    objecting.review()
    assert objecting.decide("accepted", set()).notice is not None  # the register was corrected before
    assert told.statement().answer == "objected"
    with pytest.raises(Conflict, match="訂正後の通知"):
        confirm_by_telephone(told)


@pytest.mark.any_database
def test_a_recomputation_for_an_objection_has_the_differences_that_were_told(
    world: World, objecting: Objecting
) -> None:
    told = Told(world, adjustments=[{"reason": "4月分の再計算による差額", "yen": -1_000}])
    object_plainly(objecting)
    objecting.review()
    with told.desk.database.read_session() as session:
        [run] = session.scalars(select(CalculationRun))
    assert run.inputs["adjustments"] == [{"reason": "4月分の再計算による差額", "yen": -1_000}]


@pytest.mark.any_database
def test_a_billed_statement_keeps_its_answer_when_somebody_objects(
    world: World, objecting: Objecting
) -> None:
    told = Told(world)
    with told.desk.database.write_session() as session:
        row = session.scalars(select(BusinessStatement)).one()
        row.state, row.answer = "billed", "confirmed"
    object_plainly(objecting)
    assert told.statement().answer == "confirmed"
