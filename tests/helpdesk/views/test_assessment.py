"""The year and its months: what is to be done first, how far a computation is, who may start, stop and fix."""

from datetime import UTC, datetime

import pytest

from helpdesk.errors import Problem, Refused
from helpdesk.queries.assessment import ASSESSMENT, DERIVATION, last_task
from helpdesk.register.input_marks import RESULTS, SLOTS, mark_changed, mark_followed, newest_mark
from helpdesk.register.models import MonthResult
from helpdesk.register.month_results import newest
from helpdesk.task_worker import run_next
from helpdesk.workflows import derive_slots
from helpdesk.workflows.assess_fleet import KIND, run_assessment
from tests.helpdesk.browser import said
from tests.helpdesk.test_views import statements
from tests.world import YEAR, World

MAY = "/assessment/2026/5"
KINDS = (KIND, derive_slots.KIND)


def compute(world: World) -> None:
    """A worker does what waits."""
    handlers = {KIND: lambda run: run_assessment(world.desk, run)}
    assert run_next(world.desk.database, handlers, clock=world.clock, holder="test")


@pytest.fixture
def computed(world: World, enter) -> None:
    """April and May, computed as somebody asked for it on the page."""
    asked = enter("payment_staff").post("/assessment/2026/run", {"last_month": "5", "code": ""})
    assert asked.headers["Location"] == "/assessment/?year=2026"
    compute(world)


def results(world: World) -> list[MonthResult]:
    with world.desk.database.read_session() as session:
        return newest(session, YEAR, delivery_month=5)


@pytest.mark.any_database
def test_the_last_month_that_is_over_is_what_is_offered(world: World, enter) -> None:
    world.clock.at = datetime(2026, 5, 31, 14, 30, tzinfo=UTC)  # half past 23 of 31 May in Japan
    staff = enter("payment_staff")
    page = staff.get("/assessment/?year=2026").text
    assert '<option value="4" selected>2026年4月分</option>' in page
    assert '<option value="5">2026年5月分（終わっていない月）</option>' in page
    world.clock.pass_by(minutes=30)
    assert '<option value="5" selected>2026年5月分</option>' in staff.get("/assessment/?year=2026").text


def test_an_empty_year_says_what_comes_first(world: World, enter) -> None:
    page = said(enter("manager").get("/assessment/?year=2031"))
    assert "2031年度の契約がまだありません" in page
    assert "コマ別の供給力（または停止計画）を取り込んでください" in page
    assert "まだ算定していません" in said(enter("manager").get("/assessment/?year=2026"))


@pytest.mark.any_database
def test_a_month_that_is_not_computed_shows_no_money_and_whom_to_ask(world: World, enter) -> None:
    page = said(enter("operator").get("/assessment/2026/9"))
    assert "0 件 ペナルティ — 契約金額（各月） —" in page
    asked = "算定は 全体管理者・オペレーションリーダー・広域機関職員・部門担当者 が行います。依頼してください"
    assert asked in page
    assert "「算定」の画面で算定してください" in said(enter("payment_staff").get("/assessment/2026/9"))


def test_a_computation_is_asked_for_runs_and_is_shown(world: World, enter, computed) -> None:
    manager = enter("manager")
    page = said(manager.get("/assessment/"))
    assert "2026年5月分 コマ 2電源 算定 2 2 1 6,998,400 円 1件" in page
    assert "北浜発電所 2号機 5月分・北浜エナジー株式会社 6,998,400 円" in page
    assert "算定 #1 すべて・2026年5月分まで" in page
    month = said(manager.get(MAY))
    assert "2 件 ペナルティ 6,998,400 円" in month
    assert "R-2 北浜エナジー株式会社" in month
    assert "R-2" not in said(manager.get(f"{MAY}?q=R-1")).split("算定結果", 2)[-1]


def test_a_waiting_computation_shows_its_bar_and_can_be_stopped(world: World, enter) -> None:
    staff = enter("payment_staff")
    staff.post("/assessment/2026/run", {"last_month": "4", "code": "R-1"})
    with world.desk.database.read_session() as session:
        task = last_task(session, ASSESSMENT, YEAR)
        assert last_task(session, ASSESSMENT, YEAR + 1) is None
        assert last_task(session, DERIVATION, YEAR) is None
    assert task is not None
    assert task.input["scope"] == {"resource": world.resources["R-1"]}
    page = staff.get("/assessment/?year=2026")
    assert "順番を待っています" in said(page)
    assert "<progress" in page.text
    assert "中止する" not in said(enter("operator").get("/assessment/?year=2026"))
    stopped = staff.post(f"/assessment/tasks/{task.id}/cancel", {})
    assert stopped.status_code == 302
    assert "前回の算定は中止されました" in said(staff.get("/assessment/?year=2026"))


def test_slots_are_derived_from_plans_when_somebody_asks(world: World, enter) -> None:
    assert KINDS == (ASSESSMENT, DERIVATION)
    assert enter("operator").post("/assessment/2026/slots", {}).status_code == 403
    staff = enter("payment_staff")
    assert "停止計画からコマを作り始めます" in said(
        staff.post("/assessment/2026/slots", {}, follow_redirects=True)
    )
    assert "コマの作成：" in said(staff.get("/assessment/?year=2026"))
    with world.desk.database.read_session() as session:
        task = last_task(session, DERIVATION, YEAR)
    assert task is not None
    assert task.state == "queued"


@pytest.mark.any_database
def test_a_forgotten_step_is_told_with_its_button_and_newer_inputs_month_by_month(
    world: World, enter, computed
) -> None:
    with world.desk.database.write_session() as session:
        mark_changed(session, [(YEAR, 5), (YEAR, 6)], SLOTS, cause="outage_plans", now=world.clock())
        mark_changed(session, [(YEAR, 5)], RESULTS, cause="correction", now=world.clock(), resource_id=1)
    staff = enter("payment_staff")
    page = said(staff.get("/assessment/?year=2026"))
    assert "停止計画の取込み後、コマ別データが作り直されていません" in page
    assert (
        "容量停止計画 ：2026年5月分、 2026年6月分" in page or "容量停止計画：2026年5月分、2026年6月分" in page
    )
    assert page.count("停止計画からコマを作る") == 1
    assert page.count("入力が算定より新しい") == 1
    assert "停止計画からコマを作る" not in said(enter("operator").get("/assessment/?year=2026"))
    staff.post("/assessment/2026/slots", {})
    assert "コマ別データを作り直しています" in said(staff.get("/assessment/?year=2026"))
    with world.desk.database.write_session() as session:
        mark_followed(session, [(YEAR, 5), (YEAR, 6)], SLOTS, seen_id=newest_mark(session), now=world.clock())
    page = said(staff.get("/assessment/?year=2026"))
    assert "入力が算定より新しい月があります 2026年5月分から。変わった入力：コマ別データの訂正。" in page
    staff.post("/assessment/2026/run", {"last_month": "5", "code": "R-1"})
    compute(world)
    assert "入力が算定より新しい" not in said(staff.get("/assessment/?year=2026"))


@pytest.mark.any_database
def test_what_stops_a_computation_is_listed_with_the_way_to_the_parameters(world: World, enter) -> None:
    enter("payment_staff").post("/assessment/2026/run", {"last_month": "5", "code": ""})

    def refuse(run: object) -> dict:
        words = "未設定です。設定値 tight_hours を設定してください"
        raise Refused([Problem(f"R-{number} penalty/market_offer.tight_hours", words) for number in (1, 2)])

    run_next(world.desk.database, {KIND: refuse}, clock=world.clock, holder="test")
    page = enter("manager").get("/assessment/?year=2026")
    assert page.text.count("penalty/market_offer.tight_hours") == 2
    assert "設定値を開く" in said(page)


@pytest.mark.any_database
def test_what_cannot_be_computed_is_refused_beside_the_field(world: World, enter) -> None:
    refused = enter("manager").post("/assessment/2026/run", {"last_month": "5", "code": "R-9"})
    assert refused.status_code == 422
    assert "コード「R-9」の事業者も電源等も登録されていません" in said(refused)
    assert enter("manager").post("/assessment/2026/run", {"last_month": "13"}).status_code == 422
    assert enter("operator").post("/assessment/2026/run", {"last_month": "5"}).status_code == 403


def test_a_month_is_fixed_as_it_was_seen_and_then_told_business_by_business(
    world: World, enter, computed
) -> None:
    head = enter("payment_head")
    page = head.get(MAY)
    shown = page.text.split('name="shown" value="')[1].split('"')[0]
    stale = head.post(f"{MAY}/fix", {"shown": "0" * 64}, follow_redirects=True)
    assert "表示のあとに結果が変わりました" in said(stale)
    assert "結果 2 件を確定しました" in said(head.post(f"{MAY}/fix", {"shown": shown}, follow_redirects=True))
    assert [result.state for result in results(world)] == ["fixed", "fixed"]
    own = world.businesses["P001"]
    business_page = head.get(f"{MAY}?business={own}")
    assert "通知書を発行する" in said(business_page)
    told = head.post(f"{MAY}/notify", {"business": str(own), "reason": "コマの訂正"}, follow_redirects=True)
    assert "を発行しました" in said(told)
    assert [result.state for result in results(world)] == ["notified", "notified"]
    assert "確定する" not in said(head.get(MAY))


def test_a_month_comes_as_a_file(world: World, enter, computed) -> None:
    file = enter("operator").get(f"{MAY}/results.csv?only=penalty")
    lines = file.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert lines[2].startswith("P001,北浜エナジー株式会社,R-2,北浜発電所 2号機,算定,1,,")
    assert ",6998400," in lines[2]


@pytest.mark.any_database
def test_no_business_and_nobody_without_results_sees_the_assessment(world: World, enter) -> None:
    for path in ("/assessment/", MAY, "/assessment/resources/", "/assessment/resources/1/2026/light.png"):
        assert enter("business_user").get(path).status_code in (403, 404)
        assert enter("reserve_margin_operator").get(path).status_code == 403
    for path in (
        "/assessment/1999/5",
        "/assessment/2026/13",
        "/assessment/resources/1/1999",
        "/assessment/?year=1999",
    ):
        assert enter("operator").get(path).status_code == 404


def test_a_page_sends_as_many_statements_for_two_results_as_for_one(world: World, enter) -> None:
    counts = []
    manager = enter("manager")
    for code in ("R-2", "R-1"):
        enter("payment_staff").post("/assessment/2026/run", {"last_month": "5", "code": code})
        compute(world)
        counts.append([])
        for path in ("/assessment/?year=2026", MAY, f"{MAY}?sort=penalty&only=short&q=北浜"):
            manager.get(path)
            with statements(world.desk) as seen:
                assert manager.get(path).status_code == 200
            counts[-1].append(len(seen))
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 25
