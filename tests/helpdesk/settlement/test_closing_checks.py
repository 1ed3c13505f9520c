"""The closing of a month asks for the statements that are paid in it."""

import pytest

from helpdesk.ledger.closing import OK, WARNING
from helpdesk.settlement.closing_checks import MONTHLY, settled_month, statement_checks
from helpdesk.settlement.models import BusinessStatement, SettlementRun


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2026-09", (2026, 4)),
        ("2027-05", (2026, 12)),
        ("2027-06", (2026, 1)),
        ("2027-08", (2026, 3)),
        ("2027-09", (2027, 4)),
    ],
)
def test_a_month_of_the_books_settles_the_delivery_month_five_months_before(
    period: str, expected: tuple[int, int]
) -> None:
    assert settled_month(period) == expected


def add(session, desk, business_id: int, family: str, state: str) -> None:
    month = {"family": family, "fiscal_year": 2026, "delivery_month": 4}
    run = SettlementRun(**month, code_version="1", inputs={}, totals={}, warnings=[], created_by_name="x")
    run.businesses = run.new_versions = run.unchanged = run.items = 0
    run.created_at = desk.clock()
    session.add(run)
    session.flush()
    yen = dict.fromkeys(("net_yen", "tax_yen", "offset_yen", "total_yen", "carried_debt_yen"), 0)
    session.add(
        BusinessStatement(
            **month,
            **yen,
            business_id=business_id,
            version=1,
            newest=True,
            state=state,
            settlement_run_id=run.id,
            direction="none",
            rule="r",
            inputs={},
            inputs_digest="0",
            figures=[],
            sources={},
            created_at=desk.clock(),
        )
    )
    session.flush()


def told(session, period: str = "2026-09") -> dict[str, tuple[str, str]]:
    return {each.label: (each.state, each.words) for each in statement_checks(session, period)}


def test_families_that_are_not_computed_are_named(desk, businesses) -> None:
    with desk.database.open_session(writes=True) as session:
        state, words = told(session)["精算の計算"]
        assert state == WARNING
        assert words.startswith("2026年度 4月分で計算されていません: 容量確保契約金額・経済的ペナルティ")
        for family in MONTHLY:
            add(session, desk, businesses["P001"], family, "billed")
        assert {each[0] for each in told(session).values()} == {OK}
        assert told(session, "2026-10")["精算の計算"][0] == WARNING
        session.rollback()


def test_what_waits_for_approval_or_billing_is_counted_by_its_state(desk, businesses) -> None:
    with desk.database.open_session(writes=True) as session:
        add(session, desk, businesses["P001"], "capacity", "provisional")
        add(session, desk, businesses["P002"], "capacity", "accounted")
        add(session, desk, businesses["P001"], "contribution", "issued")
        found = told(session)
        assert found["精算の承認"] == (
            WARNING,
            "2026年度 4月分に残っています: 仮算定 1件、経理確認済 1件",
        )
        assert found["精算の請求・支払"] == (WARNING, "2026年度 4月分に残っています: 通知済 1件")
        session.rollback()
