"""The inbox of approvals: what waits for me and what for others; and who stands in for whom."""

from datetime import date

import pytest

from helpdesk.queries.statements_approvals import count_for, inbox
from helpdesk.settlement.models import ApprovalDeputy
from tests.helpdesk.browser import said
from tests.helpdesk.many_statements import add_statement, approve
from tests.world import World

TODAY = date(2026, 6, 30)
TYPED = {"step": "2", "valid_from": "2026-06-30", "valid_to": "2026-07-10", "reason": "休暇のため"}


@pytest.fixture
def waiting(desk, world: World, people) -> None:
    """Two wait for the head, of one of which he has taken the first step; one waits for the staff, a year before."""
    first, second = world.businesses.values()
    head = people["payment_head"]
    with desk.database.write_session() as session:
        own = add_statement(session, desk, first, state="checked")
        approve(session, desk, own, {1: head})
        add_statement(session, desk, second, state="checked", penalties=9_000_000)
        add_statement(session, desk, second, fiscal_year=2025, month=3)
        add_statement(session, desk, first, month=5, state="fixed")
        add_statement(session, desk, first, month=6, newest=False)


def test_the_inbox_parts_what_is_mine_from_what_is_others(desk, people, waiting) -> None:
    with desk.database.read_session() as session:
        head, staff = people["payment_head"], people["payment_staff"]
        found = inbox(session, head, on=TODAY)
        assert [(each.fiscal_year, each.count, each.for_me) for each in found] == [(2026, 2, 1), (2025, 1, 0)]
        assert (found[0].pay_yen, found[0].invoice_yen, found[0].taken_before) == (1_100_000, 7_900_000, 1)
        assert count_for(session, head, on=TODAY) == 1
        assert count_for(session, staff, on=TODAY) == 1
        assert count_for(session, people["accounting_head"], on=TODAY) == 0
        assert count_for(session, people["operator"], on=TODAY) is None


@pytest.mark.any_database
def test_the_page_and_home_say_what_waits_for_me(enter, waiting) -> None:
    head = enter("payment_head")
    page = said(head.get("/statements/approvals"))
    mine, _, others = page.partition("ほかの人の承認を待つもの")
    assert "2026年度4月分" in mine
    assert "1 件 ほか 1件は別の人が" in mine
    assert "2025年度3月分" in others
    assert "承認待ちの精算 1 件" in said(head.get("/"))
    assert "承認待ちの精算" not in said(enter("operator").get("/"))
    nobody = said(enter("operator").get("/statements/approvals"))
    assert "あなたに承認の段階はありません" in nobody


def test_a_deputy_is_appointed_approves_and_is_revoked(enter, desk, people, waiting) -> None:
    head, leader = enter("payment_head"), people["operation_leader"]
    refused = head.post("/statements/deputies", {"step": "2"})
    assert refused.status_code == 422
    assert "終了日：日付を入力してください" in said(refused)
    assert "代理：一覧から選んでください" in said(refused)
    not_ours = head.post("/statements/deputies", {**TYPED, "step": "3", "user": str(leader.id)})
    assert not_ours.status_code == 422
    done = head.post("/statements/deputies", {**TYPED, "user": str(leader.id)}, follow_redirects=True)
    assert f"{leader.display_name}さんを代理に指定しました" in said(done)
    assert "有効" in said(done)
    stands_in = said(enter("operation_leader").get("/statements/approvals"))
    assert "部門責任者の代理として「責任者の承認」ができます" in stands_in
    assert "2 件" in stands_in
    with desk.database.read_session() as session:
        deputy = session.query(ApprovalDeputy).one().id
    path = f"/statements/deputies/{deputy}/revoke"
    assert enter("operator").post(path).status_code == 403
    assert "代理を取り消しました" in said(head.post(path, follow_redirects=True))
    assert "すでに取り消しています" in said(head.post(path, follow_redirects=True))
    assert "あなたに承認の段階はありません" in said(enter("operation_leader").get("/statements/approvals"))


@pytest.mark.any_database
def test_who_may_not_appoint_reads_the_list_alone(enter, people, world) -> None:
    page = said(enter("operator").get("/statements/deputies"))
    assert "代理を指定できるのは 全体管理者・部門責任者・部門経理責任者 です" in page
    typed = {**TYPED, "user": str(people["operation_leader"].id)}
    assert enter("operator").post("/statements/deputies", typed).status_code == 403
