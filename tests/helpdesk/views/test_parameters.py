"""設定値 as people see it: what is in force, an editor that tells every problem and every difference, a second person's yes."""

import pytest

from helpdesk.register.models import ParameterSet
from helpdesk.register.parameter_sets import parameters_in_force
from tests.helpdesk.browser import once_tokens, said

pytestmark = pytest.mark.any_database

TIGHT = '["penalty/market_offer"]\ntight_hours = {2026 = "30", source = "試行"}\n'


def typed(page) -> str:
    """The text that stands in the editor."""
    return page.text.partition('<textarea id="content"')[2].partition(">")[2].partition("</textarea>")[0]


def proposed(enter, content: str = TIGHT, **more: str):
    data = {"do": "propose", "content": content, "reason": "委員会の試行"} | more
    return enter("payment_staff").post("/parameters/new", data)


def test_a_value_is_added_checked_proposed_approved_and_then_in_force(desk, enter) -> None:
    staff, head = enter("payment_staff"), enter("payment_head")
    begun = staff.get("/parameters/new")
    row = {
        "setting": "penalty/market_offer|tight_hours",
        "year": "２０２６",
        "value": "３０",
        "source": "試行",
    }
    added = staff.post("/parameters/new", row | {"do": "add", "content": "# 覚え書き\n"})
    assert "値を文に加えました" in said(added)
    content = "# 覚え書き\n\n" + TIGHT
    assert content.splitlines() == typed(added).replace("&#34;", '"').strip().splitlines()
    checked = staff.post("/parameters/new", {"do": "check", "content": content})
    for expected in ("この内容で算定できます", "追加", "30時間", "出典 試行", "2026年度"):
        assert expected in said(checked)
    data = {"do": "propose", "content": content, "reason": "委員会の試行", "once": once_tokens(begun)[0]}
    answer = staff.post("/parameters/new", data)
    assert (answer.status_code, answer.location) == (302, "/parameters/1")
    assert "自分の提案は承認できません" in said(staff.get("/parameters/1"))
    assert "承認待ちの設定値 1 件" in said(head.get("/"))
    assert "承認待ちの設定値" not in said(staff.get("/"))
    shown = head.get("/parameters/1")
    assert "承認して適用する" in said(shown)
    assert head.post("/parameters/1/approve").location == "/parameters/"
    told = said(staff.get("/parameters/"))
    for expected in ("第1版を適用中", "30時間", "試行", "→"):
        assert expected in told
    with desk.database.read_session() as session:
        assert parameters_in_force(session).parameter_set_id == 1


def test_every_problem_of_the_text_is_told_and_the_text_stays(enter) -> None:
    wrong = '["penalty/nothing"]\na = 1\n["penalty/outage_plan"]\nallowed_outage_slots = {2026 = "1"}\n'
    for do in ("check", "propose"):
        page = enter("payment_staff").post("/parameters/new", {"do": do, "content": wrong})
        assert page.status_code == 422
        assert "規則 penalty/nothing はありません" in said(page)
        assert "設定では変えられません" in said(page)
        assert "allowed_outage_slots" in typed(page)
    broken = enter("payment_staff").post("/parameters/new", {"do": "check", "content": "x = \n"})
    assert "1行目の5文字目" in said(broken)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({}, "一覧から選んでください"),
        ({"setting": "penalty/market_offer|tight_hours", "year": "2026"}, "入力してください"),
        ({"setting": "penalty/market_offer|tight_hours", "year": "26", "value": "30"}, "1000 以上"),
        ({"setting": "penalty/market_offer|tight_hours", "year": "2026", "value": "-1"}, "負の値"),
        ({"setting": "penalty/market_offer|tight_hours", "year": "2026", "value": "三十"}, "値"),
    ],
)
def test_a_value_that_cannot_be_added_is_told_beside_its_field(enter, row: dict, told: str) -> None:
    page = enter("payment_staff").post("/parameters/new", row | {"do": "add", "content": "# そのまま\n"})
    assert page.status_code == 422
    assert told in said(page)
    assert "# そのまま" in typed(page)


def test_a_policy_is_exchanged_by_its_words_and_a_rejection_keeps_what_was_in_force(enter) -> None:
    row = {"setting": "assessment/market_offer|required_offer|whole_surplus", "year": "2026"}
    added = enter("payment_staff").post("/parameters/new", row | {"do": "add"})
    assert "whole_surplus" in typed(added)
    proposed(enter)
    head = enter("payment_head")
    assert head.post("/parameters/1/reject").status_code == 422
    head.post("/parameters/1/reject", {"decision": "出典が足りない"})
    told = said(head.get("/parameters/"))
    assert "却下の理由 出典が足りない" in told
    assert "設定した値はありません" in told


def test_a_second_proposal_waits_for_the_first_and_keeps_what_was_typed(enter) -> None:
    assert proposed(enter).status_code == 302
    page = proposed(enter, TIGHT + "# 二つ目\n")
    assert page.status_code == 409
    assert "第1版が承認を待っています" in said(page)
    assert "# 二つ目" in typed(page)


def test_the_page_shows_who_brought_each_value_and_what_is_missing_by_year(desk, enter, now) -> None:
    second = TIGHT.replace("}", ', 2027 = "31"}').replace(
        'source = "試行", 2027 = "31"', '2027 = "31", source = "試行"'
    )
    conditions = '[[multiplier_conditions]]\nlabel = "その他"\nsubmitted_days_before = 1\nlow_reserve = true\nmultiplier = 5\n'
    with desk.database.write_session() as session:
        for version, content in enumerate((TIGHT, second + conditions), 1):
            names = {"proposed_by_name": f"提案{version}", "decided_by_name": f"承認{version}"}
            told = {"reason": "試行", "proposed_at": now, "decided_at": now, "state": "in_force"}
            session.add(ParameterSet(version=version, content=content, **told, **names))
    page = said(enter("operator").get("/parameters/"))
    assert "2026年度 30時間 試行 提案1 → 承認1 第1版から" in page
    assert "2027年度 31時間 試行 提案2 → 承認2 第2版から" in page
    assert "1. その他 停止計画の倍率の条件 ― 5倍（1日前の24:00までに提出、低予備率のコマ）" in page
    assert "算定できない 未設定 30時間 31時間" in page
    assert "変更を提案する" not in page
    shown = said(enter("operator").get("/parameters/2"))
    assert "第1版との違い 2件" in shown
    assert enter("operator").get("/parameters/new").status_code == 403
    assert enter("reserve_margin_operator").get("/parameters/").status_code == 403
    assert enter("operator").get("/parameters/9").status_code == 404
