"""A month's statements by a worker: recorded once, whoever cannot be computed named, the same however often it is killed."""

import pytest
from sqlalchemy import event, func, select

from cases.history import content_of, read_stream
from helpdesk import jobs, tasks
from helpdesk.clock import in_japan
from helpdesk.errors import NotAllowed, NotFound, Refused
from helpdesk.fail_points import EXIT_STATUS
from helpdesk.register.models import ParameterSet
from helpdesk.settlement import families
from helpdesk.settlement.computed import Computation
from helpdesk.settlement.lists import newest_statements, runs_of
from helpdesk.settlement.models import BusinessStatement, SettlementItem, SettlementRun
from helpdesk.task_models import Task
from helpdesk.workflows.compute_statements import request_settlement, stream
from tests.helpdesk.crashing import Round
from tests.helpdesk.settling import YEAR, Market, bill, build_market

APRIL = {("R-1", 4): (1_000, 100), ("R-2", 4): (2_000, 0), ("R-3", 4): (50, 5_005)}


class Anybody:
    id, display_name, business_id = 1, "担当", None

    def __init__(self, *roles: str) -> None:
        self.role_names = frozenset(roles)


STAFF = Anybody("payment_staff")


class Settling:
    """The story's hand: wishes, and a worker that does what waits."""

    def __init__(self, desk, clock) -> None:
        self.desk, self.clock = desk, clock
        with desk.database.write_session() as session:
            self.market: Market = build_market(session, now=clock())

    def fix(self, months, **options) -> None:
        with self.desk.database.write_session() as session:
            self.market.fix(session, months, **options)

    def ask(self, **changed) -> Task:
        wish = {"family": "capacity", "fiscal_year": YEAR, "delivery_month": 4, "by": STAFF} | changed
        with self.desk.database.open_session(writes=True) as session:
            return request_settlement(session, self.desk, **wish)

    def work(self) -> Task:
        """Do all that waits; the last task."""
        [job] = [job for job in jobs.timetable(demo=False) if job.name == "run_tasks"]
        job.run(self.desk, lambda: False)
        with self.desk.database.read_session() as session:
            return session.scalars(select(Task).order_by(Task.id.desc()).limit(1)).one()

    def settle(self, **changed) -> dict:
        self.ask(**changed)
        done = self.work()
        assert (done.state, done.error) == ("done", "")
        return done.result

    def counts(self) -> tuple[int, ...]:
        """How many runs, versions and items there are."""
        models = (SettlementRun, BusinessStatement, SettlementItem)
        with self.desk.database.read_session() as session:
            return tuple(session.scalar(select(func.count()).select_from(each)) for each in models)

    def bill(self, business: str) -> None:
        with self.desk.database.write_session() as session:
            wanted = self.market.businesses[business]
            bill(session, *newest_statements(session, "capacity", YEAR, 4, business_id=wanted))


@pytest.fixture
def settling(desk, clock) -> Settling:
    return Settling(desk, clock)


def test_a_month_is_computed_once_and_says_what_came_of_it(settling: Settling) -> None:
    settling.fix(APRIL)
    asked = settling.ask()
    assert settling.ask().id == asked.id
    told = settling.work().result
    assert {
        name: told[name] for name in ("businesses", "new_versions", "replaced", "unchanged", "items")
    } == {
        "businesses": 2,
        "new_versions": 2,
        "replaced": 0,
        "unchanged": 0,
        "items": 0,
    }
    with settling.desk.database.read_session() as session:
        [run] = runs_of(session, "capacity", YEAR, 4)
        requested, computed = read_stream(session, stream("capacity", YEAR))
        assert (requested.kind, computed.kind) == ("settlement_requested", "settlement_computed")
        assert content_of(computed)["new_versions"] == 2
    assert (run.task_id, run.created_by_name, run.parameter_set_id) == (asked.id, "担当", None)
    assert run.totals == {"net_yen": "-2055", "tax_yen": "-205", "offset_yen": "0", "total_yen": "-2260"}
    assert run.inputs == {"results": 3, "items": 0, "invoices": 0, "business": None}
    assert settling.settle()["unchanged"] == 2


@pytest.mark.any_database
def test_the_day_of_the_computation_is_the_one_in_japan(settling: Settling, monkeypatch) -> None:
    days = []

    def dated(*_, on, **__) -> Computation:
        days.append(on)
        return Computation([], {"on": on.isoformat()})

    monkeypatch.setattr(families, "COMPUTE", {"surcharge": dated})
    settling.settle(family="surcharge", delivery_month=0)
    with settling.desk.database.read_session() as session:
        [run] = runs_of(session, "surcharge", YEAR, 0)
    assert days == [in_japan(settling.clock()).date()]
    assert run.inputs == {"on": days[0].isoformat(), "business": None}


def test_before_the_invoice_it_is_replaced_after_it_settled_in_the_next_month(settling: Settling) -> None:
    settling.fix(APRIL)
    settling.settle()
    settling.bill("P001")
    settling.fix({("R-1", 4): (1_000, 300), ("R-3", 4): (50, 0)})
    told = settling.settle()
    assert (told["replaced"], told["items"], told["items_for"]) == (1, 1, [[YEAR, 5]])
    assert settling.settle()["unchanged"] == 2
    assert settling.counts() == (3, 3, 1)


def test_who_cannot_be_computed_is_named_and_the_others_are(settling: Settling) -> None:
    settling.fix({("R-1", 4): (1, 0), ("R-3", 4): (2, 0)})
    told = settling.settle()
    assert (told["businesses"], told["refused_count"]) == (1, 1)
    assert told["refused"] == ["電源等 R-2: 4月分の算定結果がありません。一括算定をして確定してください"]
    with settling.desk.database.read_session() as session:
        assert runs_of(session, "capacity", YEAR, 4)[0].warnings == told["refused"]
    alone = settling.market.businesses["P001"]
    settling.ask(business_id=alone)
    failed = settling.work()
    assert (failed.state, failed.attempts, "R-2" in failed.error) == ("failed", 1, True)
    assert settling.counts() == (1, 1, 0)


@pytest.mark.any_database
def test_of_very_many_problems_the_first_are_told_and_the_others_counted(settling, monkeypatch) -> None:
    monkeypatch.setattr("helpdesk.workflows.compute_statements.MOST_PROBLEMS", 1)
    settling.ask()
    assert settling.work().error.splitlines() == [
        "電源等 R-1: 4月分の算定結果がありません。一括算定をして確定してください",
        "ほか: 問題がほかに 2 件あります。直してから計算してください",
    ]


@pytest.mark.any_database
def test_what_the_rule_refuses_ends_the_task_with_its_words(settling: Settling) -> None:
    content = '["settlement/business_statement"]\ntax_rate_date = "never"\n'
    with settling.desk.database.write_session() as session:
        session.add(
            ParameterSet(
                version=1,
                content=content,
                reason="検証",
                state="in_force",
                proposed_at=settling.clock(),
                proposed_by_name="石川",
            )
        )
    settling.fix(APRIL)
    settling.ask()
    failed = settling.work()
    assert (failed.state, "tax_rate_date" in failed.error) == ("failed", True)
    assert settling.counts() == (0, 0, 0)


@pytest.mark.any_database
def test_a_wish_is_checked_wholly(settling: Settling) -> None:
    with pytest.raises(Refused) as refused:
        settling.ask(family="gift", fiscal_year=26)
    assert [each.where for each in refused.value.problems] == ["精算の種類", "年度"]
    with pytest.raises(Refused, match="「13」は月ではありません"):
        settling.ask(delivery_month=13)
    with pytest.raises(NotFound):
        settling.ask(business_id=0)
    with pytest.raises(NotAllowed):
        settling.ask(by=Anybody("operator"))


def test_a_run_asks_no_more_of_the_database_for_more_businesses(desk, clock) -> None:
    plants = {f"B{number:03d}": (f"A-{number:03d}", f"B-{number:03d}") for number in range(40)}
    asked: list[int] = []
    with desk.database.open_session(writes=True) as session:
        market = build_market(session, now=clock(), plants=plants)
        codes = [code for of_business in plants.values() for code in of_business]
        for month in (4, 5):
            market.fix(session, {(code, month): (10, 1) for code in codes})
        statements: list[str] = []

        def count(connection, cursor, statement, *rest) -> None:
            statements.append(statement)

        event.listen(desk.database.engine, "before_cursor_execute", count)
        try:
            for month, business in ((4, "B000"), (5, None)):
                statements.clear()
                market.settle(session, month, business=business)
                asked.append(len(statements))
        finally:
            event.remove(desk.database.engine, "before_cursor_execute", count)
    assert asked[1] <= asked[0] <= 15


@pytest.fixture(scope="module")
def killed_round():
    made = Round()
    yield made
    made.end()


@pytest.mark.parametrize("place", ["task.claimed", "task.progress", "settlement.recorded", "task.handled"])
def test_killed_anywhere_and_run_again_it_gives_the_same_once(
    settling: Settling, killed_round: Round, place: str
) -> None:
    settling.fix(APRIL)
    settling.settle()
    settling.bill("P001")
    settling.fix({("R-1", 4): (1_000, 300), ("R-3", 4): (50, 0)})
    asked, now = settling.ask(), settling.clock()
    assert killed_round.run(settling.desk, now=now, fail_point=place, work="tasks") == EXIT_STATUS
    assert settling.counts() == ((2, 3, 1) if place == "task.handled" else (1, 2, 0))
    settling.clock.pass_by(seconds=int(tasks.LEASE_SECONDS) + 1)
    done = settling.work()
    assert (done.id, done.state, done.result["items"], done.result["replaced"]) == (asked.id, "done", 1, 1)
    assert settling.counts() == (2, 3, 1)
    with settling.desk.database.read_session() as session:
        item = session.scalars(select(SettlementItem)).one()
        assert (item.yen, item.made_by_name) == (-200, "担当")
