"""A month's results on their way to the business: corrected, fixed by somebody else, notified, and still there years later."""

import pytest

from cases.history import SYSTEM, content_of, read_stream
from helpdesk.errors import Conflict, NotAllowed, NotFound, Refused
from helpdesk.register.input_marks import RESULTS, mark_changed
from helpdesk.register.models import MonthResult, NotifiedResult
from helpdesk.register.month_results import fingerprint, fixed, newest, versions
from helpdesk.users.accounts import add_user
from helpdesk.workflows.issue_document import issue_payment_notice
from helpdesk.workflows.settle_results import (
    correct_result,
    fix_month,
    fix_result,
    notify_business,
    results_to_fix,
)
from tests.helpdesk.assessed import YEAR, month, record
from tests.world import PASSWORD, World


class Settling:
    """The story's hand: June of 北浜エナジー as computed, each step in a session of its own."""

    def __init__(self, world: World) -> None:
        self.world, self.desk, self.business_id = world, world.desk, world.businesses["P001"]
        self.leader, self.manager, self.sato = (world.people[each] for each in ("leader", "manager", "sato"))
        with world.desk.database.write_session() as session:
            self.head = add_user(
                session,
                login="head",
                display_name="中村 健",
                password=PASSWORD,
                roles=frozenset({"payment_head"}),
                by=SYSTEM,
                now=world.clock(),
            )
        self.compute()

    def compute(self, **figures: str) -> None:
        """A run of June; the figures are those of R-2."""
        ids = self.world.resources
        with self.desk.database.write_session() as session:
            months = [
                month(ids["R-1"], self.business_id, 6),
                month(ids["R-2"], self.business_id, 6, **figures),
            ]
            record(session, months, now=self.world.clock())

    def act(self, workflow, *arguments, **options):
        with self.desk.database.open_session(writes=True) as session:
            return workflow(session, self.desk, *arguments, **options)

    def newest(self) -> list[MonthResult]:
        with self.desk.database.read_session() as session:
            return newest(session, YEAR, delivery_month=6)

    def correct(self, at: int, *, by, **changes: str) -> MonthResult:
        return self.act(correct_result, self.newest()[at].id, changes, reason="事業者と合意", by=by)

    def fix(self, *, by, shown: str | None = None) -> list[MonthResult]:
        with self.desk.database.read_session() as session:
            seen = fingerprint(results_to_fix(session, YEAR, 6)) if shown is None else shown
        return self.act(fix_month, fiscal_year=YEAR, delivery_month=6, shown=seen, by=by)

    def notify(self, *, by, **options):
        given = {"business_id": self.business_id, "fiscal_year": YEAR, "delivery_month": 6}
        return self.act(notify_business, by=by, **(given | options))

    def events(self) -> list[str]:
        with self.desk.database.read_session() as session:
            return [event.kind for event in read_stream(session, f"assessment:{YEAR}")]


@pytest.fixture
def settling(world: World) -> Settling:
    return Settling(world)


def problems_of(act, *arguments, **options) -> list[str]:
    with pytest.raises(Refused) as refused:
        act(*arguments, **options)
    return [f"{problem.where}: {problem.message}" for problem in refused.value.problems]


def test_a_month_goes_from_computed_to_notified_and_is_returned_years_later(settling: Settling) -> None:
    made = settling.correct(1, by=settling.leader, payment_yen="480,000")
    assert (made.version, made.state) == (2, "corrected")
    assert [result.state for result in settling.fix(by=settling.manager)] == ["fixed", "fixed"]
    told = settling.notify(by=settling.manager)
    exact = {key: text for key, _, _, text in told.notice.figures}
    assert (exact["payments_yen"], exact["tax_yen"], exact["total_yen"]) == ("966000", "96600", "1062600")
    assert told.notice.document_number == "交付額通知書 第2026-06-0001号"
    assert {(result.state, result.notified_result_id) for result in settling.newest()} == {
        ("notified", told.notice.id)
    }
    assert settling.events() == ["result_corrected", "results_fixed", "month_notified"]
    settling.world.clock.pass_by(days=3_000)
    settling.compute(payment_yen="1")
    again = issue_payment_notice(settling.desk, told.notice.id, file_format="pdf", by=settling.sato)
    assert again == told.document
    with settling.desk.database.read_session() as session:
        kept = session.get_one(NotifiedResult, told.notice.id)
        assert kept.figures == told.notice.figures
        assert [(row.version, row.state) for row in fixed(session, YEAR)] == [
            (1, "notified"),
            (2, "notified"),
        ]
        of_r2 = versions(session, settling.world.resources["R-2"], YEAR, 6)
    assert [(row.version, row.state) for row in of_r2] == [(3, "computed"), (2, "notified"), (1, "computed")]


def test_a_later_correction_is_told_as_a_further_version_with_its_reason(settling: Settling) -> None:
    settling.fix(by=settling.manager)
    first = settling.notify(by=settling.manager).notice
    assert problems_of(settling.notify, by=settling.manager, reason="再通知") == [
        "北浜エナジー株式会社: 通知済みの第1版と同じ内容です。通知は不要です"
    ]
    settling.correct(0, by=settling.leader, penalty_outage_yen="1000")
    assert problems_of(settling.notify, by=settling.manager) == [
        "北浜発電所 1号機（R-1）6月分 第2版: 確定していません。確定してから通知してください",
        "理由: 第1版が通知済みです。新しい版を出す理由を入力してください",
    ]
    settling.fix(by=settling.manager)
    second = settling.notify(by=settling.manager, reason="事業者と合意した訂正").notice
    assert (second.version, second.reason) == (2, "事業者と合意した訂正")
    assert second.document_number == f"{first.document_number}（第2版）"


@pytest.mark.any_database
def test_what_was_told_otherwise_already_is_not_told_twice(settling: Settling) -> None:
    settling.fix(by=settling.manager)
    told = settling.notify(by=settling.manager).notice
    settling.compute(payment_yen="480000")
    settling.compute()
    settling.fix(by=settling.manager)
    again = settling.notify(by=settling.manager).notice
    assert (again.id, [result.state for result in settling.newest()]) == (told.id, ["notified", "notified"])


@pytest.mark.any_database
def test_what_a_decision_has_replaced_is_not_told_again_before_it_is_computed(settling: Settling) -> None:
    settling.fix(by=settling.manager)
    told = settling.notify(by=settling.manager).notice
    decided = [
        [*each[:3], "480000"] if each[0] == "resource.R-2.payment_yen" else each for each in told.figures
    ]
    assert decided != told.figures
    with settling.desk.database.write_session() as session:
        values = {"business_id": settling.business_id, "fiscal_year": YEAR, "delivery_month": 6, "version": 2}
        values |= {"notified_on": told.notified_on, "document_number": "第2版", "reason": "異議申立て"}
        session.add(NotifiedResult(**values, figures=decided))
    assert problems_of(settling.notify, by=settling.manager, reason="再通知") == [
        "北浜発電所 2号機（R-2）6月分 第1版: "
        "この結果のあとに通知した第2版と違います。算定し直して確定してから通知してください"
    ]
    settling.compute(payment_yen="490000")
    settling.fix(by=settling.manager)
    assert settling.notify(by=settling.manager, reason="再通知").notice.version == 3


def test_four_eyes_stand_over_fixing_and_notifying(settling: Settling) -> None:
    settling.correct(0, by=settling.manager, payment_yen="1")
    assert "自分が修正した結果は確定できません" in problems_of(settling.fix, by=settling.manager)[0]
    assert [result.state for result in settling.newest()] == ["corrected", "computed"]
    with pytest.raises(NotAllowed):
        settling.fix(by=settling.leader)
    with pytest.raises(NotAllowed):
        settling.correct(0, by=settling.sato, payment_yen="2")
    fixed_one = settling.act(fix_result, settling.newest()[0].id, by=settling.head)
    assert (fixed_one.state, fixed_one.fixed_by_name) == ("fixed", "中村 健")
    settling.fix(by=settling.manager)
    assert "自分が修正した結果は通知できません" in problems_of(settling.notify, by=settling.manager)[0]
    assert settling.notify(by=settling.head).notice.version == 1


@pytest.mark.any_database
def test_nothing_newer_is_fixed_than_what_was_seen(settling: Settling) -> None:
    seen = fingerprint(settling.newest())
    settling.correct(0, by=settling.leader, payment_yen="1")
    with pytest.raises(Conflict, match="表示のあとに結果が変わりました"):
        settling.fix(by=settling.manager, shown=seen)
    assert [result.state for result in settling.newest()] == ["corrected", "computed"]


@pytest.mark.any_database
def test_results_older_than_their_inputs_are_fixed_only_by_who_says_so(settling: Settling) -> None:
    with settling.desk.database.write_session() as session:
        mark_changed(session, [(YEAR, 5)], RESULTS, cause="correction", now=settling.world.clock())
    first = settling.newest()[0].id
    [told] = problems_of(settling.act, fix_result, first, by=settling.manager)
    assert told.endswith("「入力が新しいことを承知で確定する」を選んでください")
    assert problems_of(settling.fix, by=settling.manager) == [told]
    assert [result.state for result in settling.newest()] == ["computed", "computed"]
    assert settling.act(fix_result, first, accept_newer=True, by=settling.manager).state == "fixed"
    with settling.desk.database.read_session() as session:
        (event,) = read_stream(session, f"assessment:{YEAR}")
    assert content_of(event)["newer_inputs"] == ["correction"]


@pytest.mark.any_database
def test_a_month_that_is_not_whole_is_not_notified(settling: Settling) -> None:
    with settling.desk.database.write_session() as session:
        alone = [month(settling.world.resources["R-1"], settling.business_id, 7)]
        record(session, alone, now=settling.world.clock())
    assert problems_of(settling.notify, by=settling.manager, delivery_month=7) == [
        "北浜発電所 1号機（R-1）7月分 第1版: 確定していません。確定してから通知してください",
        "北浜発電所 2号機（R-2）: 7月分が算定されていません。算定して確定してから通知してください",
    ]
    another = settling.world.businesses["P002"]
    assert problems_of(settling.notify, by=settling.manager, business_id=another) == [
        "㈱みなと発電①: 6月分の算定結果がありません"
    ]
    with pytest.raises(NotFound):
        settling.notify(by=settling.manager, business_id=0)


@pytest.mark.any_database
def test_what_the_netting_refuses_is_refused_and_nothing_is_notified(settling: Settling) -> None:
    settling.fix(by=settling.manager)
    told = problems_of(settling.notify, by=settling.manager, adjustments=[{"yen": "1"}])
    assert told[0].startswith("adjustments[0].reason")
    assert {result.state for result in settling.newest()} == {"fixed"}


@pytest.mark.any_database
def test_the_history_says_which_figures_were_corrected(settling: Settling) -> None:
    settling.correct(1, by=settling.leader, penalty_outage_yen="10")
    with settling.desk.database.read_session() as session:
        (event,) = read_stream(session, f"assessment:{YEAR}")
    assert content_of(event)["figures"] == {
        "penalty_outage_yen": ["0", "10"],
        "penalty_total_yen": ["0", "10"],
    }
