"""One result and one run: figures with their derivation, versions with who and why, four eyes between them."""

import re

import pytest
from sqlalchemy import select

from helpdesk.documents.models import IssuedDocument
from helpdesk.register.models import MonthResult
from helpdesk.register.month_results import FIGURES, newest
from tests.helpdesk.browser import said
from tests.helpdesk.views.test_assessment import compute
from tests.world import YEAR, World


@pytest.fixture
def computed(world: World, enter) -> None:
    """April and May of both plants."""
    enter("payment_staff").post("/assessment/2026/run", {"last_month": "5", "code": ""})
    compute(world)


def of_r2(world: World) -> MonthResult:
    with world.desk.database.read_session() as session:
        return newest(session, YEAR, delivery_month=5, resource_id=world.resources["R-2"])[0]


def test_a_result_tells_its_figures_and_how_they_came_about(world: World, enter, computed) -> None:
    page = said(enter("operator").get(f"/assessment/results/{of_r2(world).id}?explain=1"))
    assert "経済的ペナルティ額（上限適用後） 6,998,400 円" in page
    assert "未達成コマ（4月からの累計） 8,736 コマ" in page
    assert "容量停止計画の経済的ペナルティ" in page
    assert "算定 #1 が使った入力と設定値からの導出です。第1版の値と一致します" in page
    assert "結果を修正する" not in page
    assert "確定する" not in page
    asked = said(enter("payment_head").get(f"/assessment/results/{of_r2(world).id}"))
    assert "第1版（ペナルティ 6,998,400 円 、" in asked
    assert "を確定します。よろしいですか。" in asked


def test_a_corrected_result_is_a_new_version_with_its_reason_that_another_fixes(
    world: World, enter, computed
) -> None:
    manager, first = enter("manager"), of_r2(world)
    at = f"/assessment/results/{first.id}"
    made = manager.post(f"{at}/correct", {"penalty_outage_yen": "6,000,000", "reason": "事業者と合意"})
    second = of_r2(world)
    assert made.headers["Location"] == f"/assessment/results/{second.id}"
    page = said(manager.get(f"/assessment/results/{second.id}"))
    label = FIGURES["penalty_outage_yen"][0]
    assert f"{label} 6,000,000 円 6,998,400 円 −998,400 円" in page
    assert "担当者による修正" in page
    assert "事業者と合意" in page
    assert "新しい版があります" in said(manager.get(at))
    explained = said(manager.get(f"/assessment/results/{second.id}?explain=1"))
    assert "この根拠は第2版の値を示していません" in explained
    assert f"{label}：第2版 6,000,000 円 、算定された値 6,998,400 円" in explained
    assert "担当者が値を修正したものです（理由：事業者と合意）" in explained
    assert "修正の前に算定された値（算定 #1）を示します" in explained
    own = manager.post(f"/assessment/results/{second.id}/fix", {})
    assert own.status_code == 422
    assert "確定できません（1件）" in said(own)
    assert "自分が修正した結果は確定できません" in said(own)
    fixed = enter("payment_head").post(f"/assessment/results/{second.id}/fix", {}, follow_redirects=True)
    assert "確定しました" in said(fixed)
    assert of_r2(world).state == "fixed"
    late = manager.post(f"{at}/correct", {"payment_yen": "1", "reason": "古い版"}, follow_redirects=True)
    assert "新しい版があります" in said(late)


def test_the_year_of_a_resource_tells_what_was_fixed_beside_a_newer_version(
    world: World, enter, computed
) -> None:
    head, first = enter("payment_head"), of_r2(world)
    year = "/assessment/resources/2/2026"
    head.post(f"/assessment/results/{first.id}/fix", {})
    assert "確定の値" not in said(head.get(year))
    changes = {"penalty_outage_yen": "6,000,000", "penalty_total_yen": "6,000,000", "reason": "合意"}
    enter("manager").post(f"/assessment/results/{first.id}/correct", changes)
    page = said(head.get(year))
    assert "修正 第2版" in page
    assert "確定 第1版" in page
    assert "6,000,000 円 確定の値 6,998,400 円" in page


def test_a_notified_version_keeps_its_derivation_and_its_document_whatever_changes(
    world: World, enter, computed
) -> None:
    staff, head, first = enter("payment_staff"), enter("payment_head"), of_r2(world)
    with world.desk.database.read_session() as session:
        for each in newest(session, YEAR, delivery_month=5):
            head.post(f"/assessment/results/{each.id}/fix", {})
    told = {"business": world.businesses["P001"], "reason": "算定し直した結果"}
    assert head.post("/assessment/2026/5/notify", told).status_code == 302
    with world.desk.database.read_session() as session:
        issued = session.scalars(select(IssuedDocument)).one()
    for kind, value in (("multiplier", "1"), ("offered_kw", "0")):
        change = {"first_date": "2026-05-01", "kind": kind, "value": value, "reason": "差替", "do": "save"}
        staff.post("/assessment/resources/2/2026/5", change)
    staff.post("/assessment/2026/run", {"last_month": "5", "code": ""})
    compute(world)
    assert of_r2(world).version == 2
    for result, version in ((first, 1), (of_r2(world), 2)):
        page = said(staff.get(f"/assessment/results/{result.id}?explain=1"))
        assert f"算定 #{version} が使った入力と設定値からの導出です。第{version}版の値と一致します" in page
        assert "この根拠は" not in page
    [at] = re.findall(r'href="([^"]+\.pdf)"', staff.get(f"/assessment/results/{first.id}").text)
    assert staff.get(at).data == world.desk.blobs.get(issued.sha256)


@pytest.mark.any_database
def test_a_correction_that_makes_no_sense_comes_back_as_typed(world: World, enter, computed) -> None:
    at = f"/assessment/results/{of_r2(world).id}"
    refused = enter("payment_staff").post(f"{at}/correct", {"payment_yen": "たくさん"})
    assert refused.status_code == 422
    assert "円単位の整数ではありません" in said(refused)
    assert "修正の理由を入力してください" in said(refused)
    assert 'value="たくさん"' in refused.text
    assert enter("operator").post(f"{at}/correct", {"payment_yen": "1", "reason": "x"}).status_code == 403
    assert enter("operator").get("/assessment/results/999").status_code == 404


def test_two_runs_are_compared_and_say_why(world: World, enter, computed) -> None:
    staff = enter("payment_staff")
    change = {"first_date": "2026-05-01", "kind": "multiplier", "value": "1", "reason": "差替", "do": "save"}
    staff.post("/assessment/resources/2/2026/5", change)
    assert "データが変わっています" in said(staff.get("/assessment/resources/2/2026"))
    warning = "変わった入力：コマ別データの訂正。確定する前に「算定」の画面で算定し直してください"
    assert warning in said(staff.get("/assessment/2026/5"))
    assert warning not in said(staff.get("/assessment/2026/4"))
    head, at = enter("payment_head"), f"/assessment/results/{of_r2(world).id}"
    assert warning in said(head.get(at))
    refused = head.post(f"{at}/fix", {})
    assert refused.status_code == 422
    assert "「入力が新しいことを承知で確定する」を選んでください" in said(refused)
    staff.post("/assessment/2026/run", {"last_month": "5", "code": ""})
    compute(world)
    assert warning not in said(staff.get("/assessment/2026/5"))
    page = said(staff.get("/assessment/runs/2?with=1"))
    assert "コマ別データ 1 件 −6,998,400 円" in page
    assert "北浜発電所 2号機 R-2 5月分" in page
    assert "比べる算定" in said(staff.get("/assessment/runs/1"))
    versions = said(staff.get(f"/assessment/results/{of_r2(world).id}"))
    assert "第1版から変わった理由" in versions
    assert staff.get("/assessment/runs/9").status_code == 404
