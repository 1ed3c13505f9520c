"""What a billed statement makes in the books: gross flows, tax, the claim; and the month's remainder, once."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from cases.history import Actor
from helpdesk.ledger.chart_of_accounts import ACCOUNTS
from helpdesk.ledger.journal import Draft
from helpdesk.ledger.models import JournalEntry
from helpdesk.settlement.booking import book_statements, remainder_draft, statement_draft
from helpdesk.settlement.models import BusinessStatement, SettlementRun

ON = date(2026, 9, 10)
KITAHAMA = 1
CLERK = Actor(5, "経理 花子")


def run(family: str = "capacity", remainder: str | None = None, **changed: object) -> SettlementRun:
    values = {"id": 2, "family": family, "fiscal_year": 2026, "delivery_month": 4}
    totals = {} if remainder is None else {"remainder_yen": remainder}
    return SettlementRun(**(values | {"totals": totals} | changed))


def statement(
    family: str = "capacity",
    *,
    payments: int = 0,
    penalties: int = 0,
    adjustments: int = 0,
    net: int | None = None,
    tax: int = 0,
    offset: int = 0,
) -> BusinessStatement:
    net_yen = payments - penalties + adjustments if net is None else net
    inputs = {
        "lines": [{"resource": "R1", "payment_yen": payments, "penalty_yen": penalties}],
        "adjustments": [{"reason": "再計算", "yen": adjustments}] if adjustments else [],
    }
    return BusinessStatement(
        sources={},
        id=34,
        family=family,
        business_id=KITAHAMA,
        fiscal_year=2026,
        delivery_month=4,
        net_yen=net_yen,
        tax_yen=tax,
        offset_yen=offset,
        total_yen=net_yen + tax - offset,
        inputs=inputs,
        number="支払通知書 第2026-04-0001号",
    )


def told(draft: Draft | None) -> list[tuple[str, int, int]]:
    assert draft is not None
    assert sum(line.debit_yen for line in draft.lines) == sum(line.credit_yen for line in draft.lines)
    return [(ACCOUNTS[line.account].name, line.debit_yen, line.credit_yen) for line in draft.lines]


def test_a_payment_shows_what_is_paid_what_is_withheld_and_the_tax() -> None:
    draft = statement_draft(
        statement(payments=10_000, penalties=3_000, adjustments=-500, tax=650), run(), happened_on=ON
    )
    assert told(draft) == [
        ("容量拠出金預り金", 10_000, 0),
        ("還元預り金", 0, 3_000),
        ("容量拠出金預り金", 0, 500),
        ("仮払消費税", 650, 0),
        ("未払金", 0, 7_150),
    ]
    assert (draft.source_key, draft.description) == ("statement:34", "精算 支払通知書 第2026-04-0001号")
    assert {line.business_id for line in draft.lines} == {KITAHAMA}


def test_what_adjustments_give_back_of_penalties_leaves_their_deposit() -> None:
    each = statement(payments=10_000, penalties=3_000, adjustments=500)
    assert told(statement_draft(each, run(), penalties_lowered_yen=800, happened_on=ON)) == [
        ("容量拠出金預り金", 10_000, 0),
        ("還元預り金", 0, 3_000),
        ("容量拠出金預り金", 0, 300),
        ("還元預り金", 800, 0),
        ("未払金", 0, 7_500),
    ]


def test_a_set_off_stays_payable_until_its_receipt_takes_it() -> None:
    draft = statement_draft(statement(payments=10_000, tax=1_000, offset=4_000), run(), happened_on=ON)
    assert told(draft)[-1] == ("未払金", 0, 11_000)


def test_an_invoice_shows_the_same_flows_and_is_owed_to_us() -> None:
    draft = statement_draft(statement(payments=1_000, penalties=3_000, tax=-200), run(), happened_on=ON)
    assert told(draft) == [
        ("容量拠出金預り金", 1_000, 0),
        ("還元預り金", 0, 3_000),
        ("仮受消費税", 0, 200),
        ("差引請求未収金", 2_200, 0),
    ]


@pytest.mark.parametrize(
    ("family", "net", "expected"),
    [
        ("contribution", -900, [("容量拠出金預り金", 0, 900), ("容量拠出金未収金", 900, 0)]),
        ("utility_share", -900, [("容量拠出金預り金", 0, 900), ("容量拠出金未収金", 900, 0)]),
        ("surcharge", -900, [("容量拠出金預り金", 0, 900), ("容量拠出金未収金", 900, 0)]),
        ("contribution", 50, [("容量拠出金預り金", 50, 0), ("未払金", 0, 50)]),
        ("refund", 900, [("還元預り金", 900, 0), ("未払金", 0, 900)]),
    ],
)
def test_contributions_and_refunds_go_through_their_deposits(family: str, net: int, expected: list) -> None:
    assert told(statement_draft(statement(family, net=net), run(family), happened_on=ON)) == expected


def test_what_asks_for_nothing_or_is_only_announced_makes_no_entry() -> None:
    assert statement_draft(statement(), run(), happened_on=ON) is None
    assert statement_draft(statement("provisional", net=-900), run("provisional"), happened_on=ON) is None
    assert remainder_draft(run("contribution"), happened_on=ON) is None
    assert remainder_draft(run("provisional", "7"), happened_on=ON) is None


def test_payments_and_penalties_that_cancel_each_other_are_both_in_the_books() -> None:
    draft = statement_draft(statement(payments=800, penalties=800), run(), happened_on=ON)
    assert told(draft) == [("容量拠出金預り金", 800, 0), ("還元預り金", 0, 800)]


@settings(max_examples=100, deadline=None)
@given(
    payments=st.integers(-(10**12), 10**12),
    penalties=st.integers(-(10**12), 10**12),
    adjustments=st.integers(-(10**9), 10**9),
    tax=st.integers(-(10**11), 10**11),
)
def test_every_statement_balances_to_the_yen(
    payments: int, penalties: int, adjustments: int, tax: int
) -> None:
    each = statement(payments=payments, penalties=penalties, adjustments=adjustments, tax=tax)
    draft = statement_draft(each, run(), happened_on=ON)
    if draft is None:
        assert (payments, penalties, adjustments, tax) == (0, 0, 0, 0)
        return
    by_name: dict[str, int] = {}
    for name, debit_yen, credit_yen in told(draft):
        by_name[name] = by_name.get(name, 0) + debit_yen - credit_yen
    claim = by_name.get("未払金", 0) + by_name.get("差引請求未収金", 0)
    assert claim == -(each.net_yen + each.tax_yen)
    assert by_name.get("還元預り金", 0) == -penalties


def test_the_remainder_of_a_month_is_booked_once_and_only_its_change_after(desk, businesses) -> None:
    def kept(session, remainder: str) -> SettlementRun:
        made = run("contribution", remainder, id=None, inputs={}, warnings=[], code_version="1")
        made.businesses = made.new_versions = made.unchanged = made.items = 0
        made.created_at, made.created_by_name = desk.clock(), "経理"
        session.add(made)
        session.flush()
        return made

    def book(session, of: SettlementRun) -> list[tuple[str, int, int]]:
        each = statement("contribution", net=0)
        each.settlement_run, each.settlement_run_id = of, of.id
        entries = book_statements(session, [each], by=CLERK, now=desk.clock())
        return [
            (ACCOUNTS[line.account].name, line.debit_yen, line.credit_yen)
            for entry in entries
            for line in entry.lines
        ]

    with desk.database.open_session(writes=True) as session, session.no_autoflush:
        first = kept(session, "7")
        assert book(session, first) == [("容量拠出金端数", 7, 0), ("容量拠出金預り金", 0, 7)]
        assert book(session, first) == []
        assert book(session, kept(session, "7")) == []
        assert book(session, kept(session, "5")) == [("容量拠出金端数", 0, 2), ("容量拠出金預り金", 2, 0)]
        assert book(session, first) == []  # a statement of an earlier computation, billed after it
        keys = session.scalars(select(JournalEntry.source_key).order_by(JournalEntry.id)).all()
        assert keys == [
            f"remainder:contribution:2026:4:{first.id}",
            f"remainder:contribution:2026:4:{first.id + 2}",
        ]
        session.rollback()
