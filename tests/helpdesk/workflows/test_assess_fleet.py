"""The fleet is computed by a worker: once for one wish, to the yen as each alone, the same however often it is killed."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select, update

from calc_core.figures import compare_figures
from calc_core.slot_event import SlotEvent
from cases.history import content_of, read_stream
from helpdesk import jobs, tasks
from helpdesk.errors import Conflict, NotAllowed, NotFound, Refused
from helpdesk.fail_points import EXIT_STATUS
from helpdesk.register.fleet_material import compute_again
from helpdesk.register.models import FleetRun, MonthResult
from helpdesk.register.month_results import fingerprint, fleet_runs, newest, versions
from helpdesk.register.notices import notice_figures
from helpdesk.register.result_comparison import compare
from helpdesk.register.runs import compute
from helpdesk.register.slot_store import correct_day
from helpdesk.register.statement_inputs import gather
from helpdesk.task_models import Task
from helpdesk.workflows import assess_fleet
from helpdesk.workflows.assess_fleet import cancel_assessment, request_assessment
from helpdesk.workflows.settle_results import fix_month, notify_business, results_to_fix
from tests.helpdesk.crashing import Round
from tests.helpdesk.objecting import Objecting
from tests.world import PENALTY_RECOMPUTED_YEN, YEAR, World


class Assessing:
    """The story's hand: wishes, and a worker that does what waits."""

    def __init__(self, world: World) -> None:
        self.world, self.desk, self.leader = world, world.desk, world.people["leader"]

    def ask(self, **changed) -> Task:
        given = {"fiscal_year": YEAR, "last_month": 5, "scope": {}, "by": self.leader} | changed
        with self.desk.database.open_session(writes=True) as session:
            return request_assessment(session, self.desk, **given)

    def work(self) -> Task:
        """Do all that waits; the last task."""
        [job] = [job for job in jobs.timetable(demo=False) if job.name == "run_tasks"]
        job.run(self.desk, lambda: False)
        return self.last()

    def last(self) -> Task:
        with self.desk.database.read_session() as session:
            return session.scalars(select(Task).order_by(Task.id.desc()).limit(1)).one()

    def correct(self, day: int) -> None:
        """Another day of May counts once only."""
        with self.desk.database.write_session() as session:
            correct_day(
                session,
                resource_id=self.world.resources["R-2"],
                kind="multiplier",
                on=date(2026, 5, day),
                values=[1] * 48,
                reason="調整済みの差替",
                by=self.leader,
                now=self.desk.clock(),
            )

    def counts(self) -> tuple[int, int]:
        """How many runs and versions there are."""
        with self.desk.database.read_session() as session:
            return tuple(
                session.scalar(select(func.count()).select_from(each)) for each in (FleetRun, MonthResult)
            )


@pytest.fixture
def assessing(world: World) -> Assessing:
    return Assessing(world)


def test_what_the_worker_records_is_what_each_alone_comes_to(assessing: Assessing) -> None:
    asked = assessing.ask()
    done = assessing.work()
    assert (done.id, done.state, done.error) == (asked.id, "done", "")
    assert (done.result["resources"], done.result["new_versions"]) == (2, 4)
    assert (done.progress_done, done.progress_total) == (2, 3)
    with assessing.desk.database.read_session() as session:
        inputs = gather(
            session,
            assessing.desk.settings.slots_folder,
            business_id=assessing.world.businesses["P001"],
            fiscal_year=YEAR,
            delivery_month=5,
        )
        told = notice_figures(newest(session, YEAR, delivery_month=5))
        alone = compute(inputs).key_figures()
        (run,) = fleet_runs(session, YEAR)
        again = compute_again(session, assessing.desk.settings.slots_folder, assessing.desk.blobs, run)
        assert [each.figures for each in again] == [result.figures for result in newest(session, YEAR)]
        (requested, assessed) = read_stream(session, f"assessment:{YEAR}")
    assert [line for line in compare_figures(alone, told) if line.differs] == []
    assert run.totals["penalty_total_yen"] == str(PENALTY_RECOMPUTED_YEN)
    assert (run.task_id, run.created_by_name) == (asked.id, "山本 大輔")
    assert (requested.kind, assessed.kind) == ("assessment_requested", "fleet_assessed")
    assert content_of(assessed)["new_versions"] == 4


@pytest.mark.any_database
def test_a_correction_gives_a_new_version_that_says_why(assessing: Assessing) -> None:
    assessing.ask()
    assessing.work()
    assessing.world.clock.pass_by(days=1)
    assessing.correct(1)
    assessing.ask()
    assert assessing.work().result["new_versions"] == 1
    with assessing.desk.database.read_session() as session:
        new, old = versions(session, assessing.world.resources["R-2"], YEAR, 5)
        told = compare(session, old, new)
    assert [(cause.kind, cause.text) for cause in told.causes] == [
        ("slots", "2026-05-01 の倍率: 訂正（調整済みの差替、山本 大輔）")
    ]
    assert {line.key for line in told.differing} == {
        "shortfall_slots",
        "cumulative_slots",
        "penalty_outage_yen",
        "penalty_total_yen",
    }


def test_a_double_click_is_one_task_and_a_later_wish_another(assessing: Assessing) -> None:
    first = assessing.ask()
    assert assessing.ask().id == first.id
    other = assessing.ask(scope={"business": assessing.world.businesses["P001"]})
    one = assessing.ask(scope={"resource": assessing.world.resources["R-1"]}, last_month=4)
    assert len({first.id, other.id, one.id}) == 3
    assessing.work()
    assert assessing.ask().id not in (first.id, other.id, one.id)
    assert assessing.work().result["unchanged"] == 4
    with assessing.desk.database.read_session() as session:
        runs = fleet_runs(session, YEAR)
    assert [(run.resources, run.new_versions) for run in runs] == [(2, 0), (1, 0), (2, 0), (2, 4)]


@pytest.mark.any_database
def test_what_cannot_be_computed_ends_the_task_with_its_problems(assessing: Assessing) -> None:
    assessing.ask(last_month=6)
    failed = assessing.work()
    assert (failed.state, failed.attempts) == ("failed", 1)
    assert "コマ別データがありません: 2026-06 の提供できる供給力の最大値（電源等 2 件）" in failed.error
    assert assessing.counts() == (0, 0)


@pytest.mark.any_database
def test_a_wish_is_checked_wholly(assessing: Assessing) -> None:
    with pytest.raises(Refused) as refused:
        assessing.ask(last_month=13, fiscal_year=2031, scope={"area": 1})
    assert [problem.where for problem in refused.value.problems] == ["実需給月", "算定の範囲", "年度"]
    with pytest.raises(NotFound):
        assessing.ask(scope={"resource": 0})
    with pytest.raises(NotAllowed):
        assessing.ask(by=assessing.world.people["sato"])


def test_a_wish_that_waits_or_runs_is_cancelled_and_leaves_nothing(
    assessing: Assessing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancel(task: Task) -> None:
        with assessing.desk.database.open_session(writes=True) as session:
            cancel_assessment(session, assessing.desk, task.id, by=assessing.leader)

    waiting = assessing.ask()
    cancel(waiting)
    assert assessing.work().state == "cancelled"
    running = assessing.ask()
    compute_all = assess_fleet.assess

    def asked_to_stop(*given, **options):
        cancel(running)
        return compute_all(*given, **options)

    monkeypatch.setattr(assess_fleet, "assess", asked_to_stop)
    stopped = assessing.work()
    assert (stopped.state, stopped.message) == ("cancelled", "算定しています")
    assert assessing.counts() == (0, 0)
    with pytest.raises(Conflict, match="すでに終わっています"):
        cancel(running)
    stopped.id = 0
    with pytest.raises(NotFound):
        cancel(stopped)


def test_a_stop_asked_for_just_before_it_is_recorded_still_leaves_nothing(
    assessing: Assessing, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, record = assessing.ask(), assess_fleet._record

    def stopped_at_the_last_moment(*given):
        with assessing.desk.database.open_session(writes=True) as session:
            cancel_assessment(session, assessing.desk, task.id, by=assessing.leader)
        return record(*given)

    monkeypatch.setattr(assess_fleet, "_record", stopped_at_the_last_moment)
    assert assessing.work().state == "cancelled"
    assert assessing.counts() == (0, 0)


@pytest.mark.any_database
def test_a_stop_that_comes_too_late_is_no_stop(assessing: Assessing, monkeypatch: pytest.MonkeyPatch) -> None:
    task, cancel = assessing.ask(), tasks.cancel

    def ended_in_between(session, found, *, now):
        session.execute(update(Task).where(Task.id == found.id).values(state="done"))
        cancel(session, found, now=now)

    monkeypatch.setattr(assess_fleet.tasks, "cancel", ended_in_between)
    with (
        assessing.desk.database.open_session(writes=True) as session,
        pytest.raises(Conflict, match="すでに終わっています"),
    ):
        cancel_assessment(session, assessing.desk, task.id, by=assessing.leader)
    with assessing.desk.database.read_session() as session:
        assert [event.kind for event in read_stream(session, f"assessment:{YEAR}")] == [
            "assessment_requested"
        ]


def test_a_run_recorded_in_between_is_not_overwritten_by_older_inputs(
    assessing: Assessing, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = assessing.ask(scope={"business": assessing.world.businesses["P001"]})
    compute_all, calls = assess_fleet.assess, []

    def another_is_faster(*given, **options):
        calls.append(given)
        if len(calls) == 1:
            assessing.correct(2)
            assessing.ask()
            assessing.work()
        return compute_all(*given, **options)

    monkeypatch.setattr(assess_fleet, "assess", another_is_faster)
    assessing.work()
    with assessing.desk.database.read_session() as session:
        done = session.get_one(Task, slow.id)
    assert (done.state, done.result["new_versions"], done.result["unchanged"]) == ("done", 0, 4)
    assert len(calls) == 3
    assert assessing.counts() == (2, 4)


@pytest.mark.any_database
def test_where_others_are_always_faster_it_is_said(assessing: Assessing, monkeypatch) -> None:
    assessing.ask()
    monkeypatch.setattr(assess_fleet, "_assess_once", lambda desk, run: None)
    assert "もう一度実行してください" in assessing.work().error


@pytest.mark.any_database
def test_every_number_that_is_missing_is_told_and_more_are_counted(
    assessing: Assessing, monkeypatch: pytest.MonkeyPatch
) -> None:
    gather_all = assess_fleet.gather_fleet
    offers = (
        SlotEvent(date(2026, 4, 2), 1, "market_offer", {"limit_kw": 9, "planned_kw": 0, "offered_kw": 0}),
        SlotEvent(date(2026, 4, 2), 1, "supply_instruction", {"instructed_kw": 9, "delivered_kwh": 0}),
    )

    def with_offers(*given, **options):
        gathered = gather_all(*given, **options)
        gathered.resources = [replace(each, events=offers) for each in gathered.resources]
        return gathered

    monkeypatch.setattr(assess_fleet, "gather_fleet", with_offers)
    assessing.ask()
    told = assessing.work().error.splitlines()
    assert ("R-1" in told[0], "tight_hours" in told[0]) == (True, True)
    monkeypatch.setattr(assess_fleet, "MOST_PROBLEMS", 1)
    assessing.ask()
    shortened = assessing.work().error.splitlines()
    assert shortened[0] == told[0]
    assert f"ほか: 同じような問題が {len(told) - 1} 件あります" in shortened[1]


@pytest.fixture(scope="module")
def killed_round():
    made = Round()
    yield made
    made.end()


@pytest.mark.parametrize("place", ["task.progress:3", "assessment.recorded"])
def test_killed_anywhere_and_run_again_it_gives_the_same_once(
    assessing: Assessing, killed_round: Round, place: str
) -> None:
    assessing.ask()
    now = assessing.desk.clock()
    assert killed_round.run(assessing.desk, now=now, fail_point=place, work="tasks") == EXIT_STATUS
    assert assessing.counts() == (0, 0)
    assessing.world.clock.pass_by(seconds=int(tasks.LEASE_SECONDS) + 1)
    done = assessing.work()
    assert (done.state, done.result["new_versions"]) == ("done", 4)
    assert assessing.counts() == (1, 4)
    with assessing.desk.database.read_session() as session:
        assert fleet_runs(session, YEAR)[0].totals["penalty_total_yen"] == str(PENALTY_RECOMPUTED_YEN)


def test_what_an_objection_corrected_is_not_notified_before_it_is_computed(world: World) -> None:
    assessing, objecting, manager = Assessing(world), Objecting(world), world.people["manager"]
    business_id = world.businesses["P001"]

    def settle(workflow, **options):
        with world.desk.database.open_session(writes=True) as session:
            return workflow(session, world.desk, fiscal_year=YEAR, delivery_month=5, by=manager, **options)

    def fix() -> None:
        with world.desk.database.read_session() as session:
            shown = fingerprint(results_to_fix(session, YEAR, 5))
        settle(fix_month, shown=shown)

    assessing.ask()
    assessing.work()
    fix()
    objecting.receive(number=objecting.mail())
    objecting.review()
    decided = objecting.decide("accepted", {1, 2}).notice
    with pytest.raises(Refused, match="異議申立てで訂正した入力が反映されていません"):
        settle(notify_business, business_id=business_id, reason="再通知")
    assessing.ask()
    assessing.work()
    fix()
    assert settle(notify_business, business_id=business_id).notice.id == decided.id
