"""The year and a month of statements: what stands where, what is next and whose it is, and what may be asked for."""

import pytest

from cases.models import Business
from helpdesk.queries.statements import cells_of, overview
from helpdesk.settlement.models import BusinessStatement
from helpdesk.task_models import Task
from tests.helpdesk.browser import said
from tests.helpdesk.many_statements import YEAR, add_run, add_statement, add_statements
from tests.world import World

MONTH = "/statements/2026/4"


@pytest.fixture
def month(desk, world: World) -> dict[str, int]:
    """April of 2026: one issued and answered, one billed and paid; contributions provisional. Ids by name."""
    first, second = world.businesses.values()
    with desk.database.write_session() as session:
        made = {
            "answered": add_statement(session, desk, first, state="issued", answer="confirmed"),
            "billed": add_statement(session, desk, second, state="billed", penalties=3_000_000, tax=-200_000),
        }
        made["run"] = add_run(session, desk, "contribution", 4, warnings=["P002: 需要の実績がありません"])
        made["provisional"] = add_statement(
            session, desk, first, "contribution", run_id=made["run"], payments=-500, tax=0
        )
    return made


def test_each_statement_stands_in_one_stage_and_money_is_counted_once(desk, world, month) -> None:
    with desk.database.write_session() as session:
        ids = [add_statement(session, desk, world.businesses["P001"], month=5, state="billed")]
        add_statements(
            session, desk, [world.businesses["P002"]], "capacity", 5, state="billed", with_money=True
        )
    with desk.database.read_session() as session:
        cells = cells_of(session, YEAR)
        assert cells == {**cells_of(session, YEAR, 4), **cells_of(session, YEAR, 5)}
        april, may = cells["capacity", 4], cells["capacity", 5]
        found = overview(session, YEAR)
    assert {key: count for key, count in april.stages.items() if count} == {"answered": 1, "billed": 1}
    assert (april.pay_yen, april.invoice_yen, april.open) == (1_100_000, 2_200_000, 2)
    assert (may.stages["billed"], may.payments_yen, may.transferred_yen) == (2, 1_100_000, 0)
    assert found.totals["capacity"].count == 4
    assert found.years == (YEAR,)
    assert ids


@pytest.mark.any_database
def test_the_year_leads_to_its_months_and_an_empty_one_says_how_to_begin(enter, month) -> None:
    page = enter("operator").get(f"/statements/?year={YEAR}")
    assert 'href="/statements/2026/4/capacity"' in page.text
    assert 'aria-label="確認済 1、請求・支払 1"' in page.text
    assert "2031年度の精算はまだありません" in said(enter("operator").get("/statements/?year=2031"))
    assert enter("operator").get("/statements/?year=1999").status_code == 404
    assert enter("reserve_margin_operator").get("/statements/").status_code == 403


@pytest.mark.any_database
def test_a_month_says_what_is_next_and_only_who_may_gets_the_button(enter, month) -> None:
    staff = said(enter("payment_staff").get(MONTH))
    assert "担当者の確認 1 件 −500 円 部門担当者 確かめて承認" in staff
    assert "請求・支払の手続き 1 件 ― 部門経理担当者・部門経理責任者 ―" in staff
    assert "前回の計算の注意（1件） P002: 需要の実績がありません" in staff
    accountant = enter("accounting_staff").get(MONTH)
    assert "請求・支払に進める" in accountant.text
    assert "確かめて承認" not in accountant.text
    assert "計算し直す" not in accountant.text


@pytest.mark.any_database
@pytest.mark.parametrize("path", ["/statements/2026/13", "/statements/1999/4", "/statements/2026/0/capacity"])
def test_a_month_that_is_none_is_not_found(enter, world, path: str) -> None:
    assert enter("operator").get(path).status_code == 404


def test_a_computation_is_asked_for_by_who_may_and_its_task_is_shown(enter, desk, month) -> None:
    path = f"{MONTH}/contribution/compute"
    assert enter("operator").post(path, {"code": ""}).status_code == 403
    staff = enter("payment_staff")
    refused = staff.post(path, {"code": "X-9"})
    assert refused.status_code == 422
    assert "コード「X-9」の事業者は登録されていません" in said(refused)
    assert staff.post(path, {"code": "P001"}).headers["Location"] == MONTH
    with desk.database.read_session() as session:
        [task] = session.query(Task).all()
        first = session.query(Business).filter_by(code="P001").one().id
    assert (task.kind, task.input["family"], task.input["business"]) == (
        "settlement_run",
        "contribution",
        first,
    )
    page = enter("payment_staff").get(MONTH)
    assert "<progress" in page.text
    assert "計算：" in said(page)


def test_issuing_and_billing_are_asked_for_by_who_may(enter, desk, month) -> None:
    assert enter("operator").post(f"{MONTH}/capacity/issue").status_code == 403
    nothing = enter("payment_staff").post(f"{MONTH}/contribution/issue")
    assert nothing.status_code == 422
    assert "承認が終わった精算がありません" in said(nothing)
    with desk.database.write_session() as session:
        session.get_one(BusinessStatement, month["provisional"]).state = "fixed"
    assert enter("payment_staff").post(f"{MONTH}/contribution/issue").status_code == 302
    assert enter("payment_staff").post(f"{MONTH}/capacity/bill").status_code == 403
    billed = enter("accounting_staff").post(f"{MONTH}/capacity/bill", {"go_on_reason": "電話で確認済み"})
    assert billed.status_code == 302
    with desk.database.read_session() as session:
        tasks = {task.kind: task.input for task in session.query(Task)}
    assert set(tasks) == {"statement_issue", "statement_billing"}
    assert tasks["statement_billing"]["go_on_reason"] == "電話で確認済み"


@pytest.mark.any_database
def test_what_a_task_could_not_do_is_listed_with_its_reasons(enter, desk, month, clock) -> None:
    with desk.database.write_session() as session:
        session.add(
            Task(
                kind="statement_billing",
                idempotency_key="x",
                input={"family": "capacity", "fiscal_year": YEAR, "delivery_month": 4},
                state="done",
                result={
                    "invoices": 3,
                    "payments": 2,
                    "set_off": 1,
                    "refused_count": 1,
                    "refused": [["北浜エナジー株式会社", "異議申立て中です"]],
                },
                not_before=clock(),
                created_at=clock(),
                created_by_name="井上",
                updated_at=clock(),
            )
        )
    page = said(enter("operator").get(MONTH))
    assert "（請求書 3・支払 2・相殺 1・できない 1件）" in page
    assert "北浜エナジー株式会社：異議申立て中です" in page
