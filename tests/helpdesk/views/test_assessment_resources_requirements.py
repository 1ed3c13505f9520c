"""余力活用契約 and 実効性テスト stated by hand: seen on the year's page, version by version, with what follows."""

from datetime import date

import pytest
from sqlalchemy import select

from cases.models import Event
from helpdesk.register.models import ParameterSet, RequirementState
from tests.helpdesk.browser import said
from tests.world import World

PAGE = "/assessment/resources/1/2026"
NOT_MET = {
    "requirement": "residual_capacity_contract",
    "state": "not_met",
    "on": "2026-06-15",
    "reason": "契約の更新が未了",
}
RATE = '["penalty/residual_capacity_contract"]\nrate = {2026 = "0.05", source = "試行"}\n'


def test_a_state_is_stated_corrected_and_told_with_what_it_costs(world: World, enter, now) -> None:
    staff = enter("payment_staff")
    assert "2026年度の状態は登録されていません" in said(staff.get(PAGE))
    done = said(staff.post(f"{PAGE}/requirements", NOT_MET, follow_redirects=True))
    assert "余力活用契約の締結を「未充足」と登録しました" in done
    assert "経済的ペナルティ： 未設定" in done
    with world.desk.database.write_session() as session:
        told = {"reason": "試行", "proposed_by_name": "担当", "proposed_at": now}
        session.add(ParameterSet(version=1, content=RATE, state="in_force", **told))
    page = said(staff.get(PAGE))
    assert "未設定" not in page.split("余力活用契約・実効性テスト")[1].split("状態を登録")[0]
    assert "経済的ペナルティ " in page
    met = NOT_MET | {"state": "met", "on": "2026-06-20", "reason": "締結済み"}
    page = said(staff.post(f"{PAGE}/requirements", met, follow_redirects=True))
    assert "第2版 充足（2026-06-20）" in page
    assert "第1版 未充足（2026-06-15）契約の更新が未了" in page
    same = staff.post(f"{PAGE}/requirements", met)
    assert same.status_code == 422
    assert "登録されている状態・年月日・理由と同じです" in said(same)
    with world.desk.database.read_session() as session:
        rows = session.scalars(select(RequirementState).order_by(RequirementState.version)).all()
        assert [(row.version, row.state, row.on) for row in rows] == [
            (1, "not_met", date(2026, 6, 15)),
            (2, "met", date(2026, 6, 20)),
        ]
        events = session.scalars(select(Event).where(Event.kind == "requirement_stated")).all()
        assert [event.stream for event in events] == ["assessment:2026"] * 2


@pytest.mark.any_database
def test_all_that_is_wrong_is_told_at_once_and_only_some_may(world: World, enter) -> None:
    staff = enter("payment_staff")
    wrong = {"requirement": "other", "state": "", "on": "2027-01-01", "reason": " "}
    refused = staff.post(f"{PAGE}/requirements", wrong)
    assert refused.status_code == 422
    text = said(refused)
    for words in ("一覧から選んでください", "より後の日です", "理由を入力してください"):
        assert words in text
    assert "2031年度の契約がありません" in said(
        staff.post("/assessment/resources/1/2031/requirements", NOT_MET)
    )
    assert enter("operator").post(f"{PAGE}/requirements", NOT_MET).status_code == 403
    assert "状態を登録・訂正する" not in said(enter("operator").get(PAGE))
    assert staff.post("/assessment/resources/99/2026/requirements", NOT_MET).status_code == 404
