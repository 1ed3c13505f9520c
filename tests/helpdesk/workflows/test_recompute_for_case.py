import pytest
from sqlalchemy import func, select

from cases.history import SYSTEM
from cases.models import Case, Event
from helpdesk.errors import NotAllowed, NotFound, Refused
from helpdesk.register.case_links import attached_run
from helpdesk.register.lookups import compare_with_notified
from helpdesk.register.models import CalculationRun, CaseRun, ParameterSet
from helpdesk.register.runs import is_intact, repeat
from helpdesk.settlement.statement_versions import record_statements
from helpdesk.users.models import User, UserRole
from helpdesk.workflows.receive_mail import receive_raw
from helpdesk.workflows.recompute_for_case import link, notified_for, recompute, try_what_if
from tests.helpdesk.letters import letter
from tests.helpdesk.settling import computed_statement, new_run
from tests.world import CONTRACT_KW, PENALTY_NOTIFIED_YEN, PENALTY_RECOMPUTED_YEN, PRICE_YEN_PER_KW, World

PENALTY_CAPPED_YEN = CONTRACT_KW * PRICE_YEN_PER_KW // 1_000


class Attempt:
    """One case, and a session for each thing that is done with it."""

    def __init__(self, world: World, **headers: str) -> None:
        self.world, self.desk, self.by = world, world.desk, world.people["sato"]
        self.number = receive_raw(world.desk, letter(**headers), source="import").case_number

    def do(self, act, *arguments, by=None, **options):
        with self.desk.database.open_session(writes=True) as session:
            case = session.scalars(select(Case).where(Case.number == self.number)).one()
            return act(session, self.desk, case, *arguments, by=by or self.by, **options)

    def events(self, kind: str) -> int:
        with self.desk.database.read_session() as session:
            return session.scalar(select(func.count()).select_from(Event).where(Event.kind == kind))

    def runs(self) -> int:
        with self.desk.database.read_session() as session:
            return session.scalar(select(func.count()).select_from(CalculationRun))


@pytest.fixture
def attempt(world: World) -> Attempt:
    made = Attempt(world)
    made.do(link, world.notice.id)
    return made


def figure(run: CalculationRun, key: str) -> str:
    return next(row[3] for row in run.figures if row[0] == key)


def test_what_was_settled_with_the_month_is_computed_with_it(attempt: Attempt, world: World) -> None:
    notice = world.notice
    with world.desk.database.write_session() as session:
        run = new_run("capacity", notice.fiscal_year, notice.delivery_month, now=world.clock())
        settled = {"adjustments": [{"reason": "4月分の差額", "yen": -1_000}], "carried_debt_yen": 500}
        computed = computed_statement(notice.business_id, 1, inputs=settled)
        [made] = record_statements(session, run, [computed], by=SYSTEM, now=world.clock()).new
        made.notified_result_id = notice.id
    run = attempt.do(recompute)
    assert run.inputs["adjustments"] == [{"reason": "4月分の差額", "yen": -1_000}]
    assert run.inputs["carried_debt_yen"] == 500
    alone = int(figure(run, "payments_yen")) - int(figure(run, "penalties_yen"))
    assert figure(run, "net_yen") == str(alone - 1_000)
    assert figure(run, "offset_yen") == "500"


def test_the_month_is_computed_from_what_is_registered_now(attempt: Attempt) -> None:
    run = attempt.do(recompute)
    assert figure(run, "penalties_yen") == str(PENALTY_RECOMPUTED_YEN)
    [different] = [
        row for row in compare_with_notified(attempt.world.notice, run) if row.key == "penalties_yen"
    ]
    assert different.notified == str(PENALTY_NOTIFIED_YEN)
    assert different.difference == str(PENALTY_RECOMPUTED_YEN - PENALTY_NOTIFIED_YEN)
    assert (attempt.events("run_attached"), run.created_by_name) == (1, "佐藤 美咲")


def test_a_run_is_kept_whole_and_gives_the_same_again(attempt: Attempt) -> None:
    first, second = attempt.do(recompute), attempt.do(recompute)
    assert first.id != second.id
    assert (first.digest, first.figures) == (second.digest, second.figures)
    with attempt.desk.database.read_session() as session:
        kept = session.get_one(CalculationRun, first.id)
        assert is_intact(kept)
        assert repeat(session, kept, slots_folder=attempt.desk.settings.slots_folder).equal
        assert attached_run(session, session.scalars(select(Case.id)).one()).id == second.id


def test_the_run_keeps_the_parameters_that_were_in_force(attempt: Attempt) -> None:
    content = '["penalty/caps"]\nannual_ratio = {2026 = "0.001"}\n'
    told = {"reason": "試行", "proposed_at": attempt.world.clock(), "proposed_by_name": "試験"}
    with attempt.desk.database.write_session() as session:
        session.add(ParameterSet(version=1, content=content, state="in_force", **told))
    run = attempt.do(recompute)
    assert run.parameters == {"penalty/caps": {"annual_ratio": {"2026": "0.001"}}}
    assert int(figure(run, "penalties_yen")) == PENALTY_CAPPED_YEN
    with attempt.desk.database.read_session() as session:
        assert repeat(session, run, slots_folder=attempt.desk.settings.slots_folder).equal


def test_a_what_if_leaves_nothing_behind_unless_it_is_kept(attempt: Attempt) -> None:
    attempt.do(recompute)
    change = {"kind": "price_yen_per_kw", "resource": "R-2", "value": "11664"}
    tried = attempt.do(try_what_if, [change], keep=False)
    assert figure(tried, "penalties_yen") == str(2 * PENALTY_RECOMPUTED_YEN)
    assert (attempt.runs(), attempt.events("what_if_run")) == (1, 0)

    kept = attempt.do(try_what_if, [change], keep=True)
    assert (attempt.runs(), attempt.events("what_if_run")) == (2, 1)
    with attempt.desk.database.read_session() as session:
        assert attached_run(session, session.scalars(select(Case.id)).one()).id != kept.id
        assert session.scalar(select(func.count()).select_from(CaseRun)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "contract_kw", "resource": "R-2", "value": "-5"},
        {"kind": "contract_kw", "resource": "R-9", "value": "5"},
        {"kind": "colour", "resource": "R-2", "value": "5"},
        {"kind": "contract_kw", "resource": "R-2", "value": "五"},
        {"kind": "offered_kw", "resource": "R-2", "value": "1", "first_date": "2026-13-01"},
        {"kind": "offered_kw", "resource": "R-2", "value": "1", "first_date": "2027-05-01"},
    ],
)
def test_a_change_that_makes_no_sense_is_refused_with_its_place(attempt: Attempt, change: dict) -> None:
    with pytest.raises(Refused) as refused:
        attempt.do(try_what_if, [change], keep=True)
    assert all(problem.where and problem.message for problem in refused.value.problems)
    assert attempt.runs() == 0


def test_a_what_if_without_a_change_is_refused(attempt: Attempt) -> None:
    with pytest.raises(Refused, match="一つ以上"):
        attempt.do(try_what_if, [], keep=True)


def test_a_case_without_a_notice_cannot_be_computed(world: World) -> None:
    attempt = Attempt(world)
    with pytest.raises(Refused, match="通知が結び付いていません"):
        attempt.do(recompute)


def test_a_notice_of_another_business_is_refused(world: World) -> None:
    attempt = Attempt(world, From="ito@minato.example")
    with pytest.raises(Refused, match="別の事業者"):
        attempt.do(link, world.notice.id)
    with pytest.raises(NotFound):
        attempt.do(link, 999)


def test_the_same_notice_again_changes_nothing(attempt: Attempt) -> None:
    attempt.do(link, attempt.world.notice.id)
    assert attempt.events("result_linked") == 1
    with attempt.desk.database.read_session() as session:
        case = session.scalars(select(Case)).one()
        assert notified_for(session, case).id == attempt.world.notice.id


def test_somebody_without_the_ability_cannot_compute(attempt: Attempt) -> None:
    with attempt.desk.database.write_session() as session:
        payment = User(
            login="mori",
            display_name="森",
            password_hash="-",
            created_at=attempt.world.clock(),
            roles=[UserRole(role="payment_staff")],
        )
        session.add(payment)
    for act, arguments in ((recompute, ()), (try_what_if, ([{}],)), (link, (attempt.world.notice.id,))):
        options = {"keep": False} if act is try_what_if else {}
        with pytest.raises(NotAllowed):
            attempt.do(act, *arguments, by=payment, **options)
    assert attempt.runs() == 0
