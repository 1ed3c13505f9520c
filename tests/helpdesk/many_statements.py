"""Statements of businesses written as rows, in any state and number: what pages show, without any computation."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from cases.models import Business
from helpdesk.desk import Desk
from helpdesk.ledger.models import Allocation, Invoice, Payment, Receipt
from helpdesk.settlement.models import BusinessStatement, SettlementRun, StatementApproval

YEAR = 2026
CHAIN = ("provisional", "checked", "approved", "accounted", "fixed", "issued", "billed")


def figures(payments: int, penalties: int, adjustments: int, tax: int, offset: int) -> list[list[str]]:
    """The figures of a capacity statement with one plant."""
    net = payments - penalties + adjustments
    return [
        ["resource.R-1.payment_yen", "北浜発電所 1号機 容量確保契約金額（各月）", "yen", str(payments)],
        ["resource.R-1.penalty_yen", "北浜発電所 1号機 経済的ペナルティ額", "yen", str(penalties)],
        ["payments_yen", "容量確保契約金額（各月）", "yen", str(payments)],
        ["penalties_yen", "経済的ペナルティ額", "yen", str(penalties)],
        ["net_yen", "差引額（税抜）", "yen", str(net)],
        ["tax_yen", "消費税相当額", "yen", str(tax)],
        ["offset_yen", "相殺額", "yen", str(offset)],
        ["total_yen", "交付額・請求額", "yen", str(net + tax - offset)],
    ]


def add_run(
    session: Session, desk: Desk, family: str, month: int, *, year: int = YEAR, **changed: Any
) -> int:
    """A computation that statements can name; its id."""
    values: dict[str, Any] = {
        "family": family,
        "fiscal_year": year,
        "delivery_month": month,
        "code_version": "test",
        "inputs": {},
        "totals": {},
        "warnings": [],
        "businesses": 1,
        "new_versions": 1,
        "unchanged": 0,
        "items": 0,
        "created_at": desk.clock(),
        "created_by_name": "部門担当者",
    }
    run = SettlementRun(**(values | changed))
    session.add(run)
    session.flush()
    return run.id


def row(desk: Desk, run_id: int, business_id: int, family: str, month: int, **changed: Any) -> dict[str, Any]:
    """One statement as a row; amounts follow from `payments`, `penalties`, `adjustments`, `tax`, `offset`."""
    parts = {"payments": 1_000_000, "penalties": 0, "adjustments": 0, "tax": 100_000, "offset": 0}
    parts |= {name: changed.pop(name) for name in tuple(parts) if name in changed}
    net = parts["payments"] - parts["penalties"] + parts["adjustments"]
    total = net + parts["tax"] - parts["offset"]
    state = changed.get("state", "provisional")
    values: dict[str, Any] = {
        "family": family,
        "business_id": business_id,
        "fiscal_year": YEAR,
        "delivery_month": month,
        "version": 1,
        "newest": True,
        "state": state,
        "round": 1,
        "settlement_run_id": run_id,
        "net_yen": net,
        "tax_yen": parts["tax"],
        "offset_yen": parts["offset"],
        "total_yen": total,
        "carried_debt_yen": parts["offset"],
        "direction": "pay" if total > 0 else "invoice" if total < 0 else "none",
        "rule": "settlement/business_statement",
        "inputs": {},
        "inputs_digest": f"{family}-{month}-{business_id}",
        "figures": figures(**parts),
        "sources": {},
        "created_at": desk.clock(),
        "number": None,
        "issued_at": None,
        "issued_by_name": "",
        "answer": None,
        "answered_at": None,
        "answered_by_name": "",
        "billed_at": None,
        "billed_by_name": "",
    }
    if state in ("issued", "billed"):
        values |= {"number": f"支払通知書 第{family}-{month:02d}-{business_id:05d}号"}
        values |= {"issued_at": desk.clock(), "issued_by_name": "部門担当者"}
    if state == "billed":
        values |= {"billed_at": desk.clock(), "billed_by_name": "部門経理担当者"}
    if changed.get("answer"):
        values |= {"answered_at": desk.clock(), "answered_by_name": "田中 由紀"}
    return values | changed


def add_statement(
    session: Session, desk: Desk, business_id: int, family: str = "capacity", month: int = 4, **changed: Any
) -> int:
    """One statement; its id."""
    year = changed.get("fiscal_year", YEAR)
    run_id = changed.pop("run_id", None) or add_run(session, desk, family, month, year=year)
    made = BusinessStatement(**row(desk, run_id, business_id, family, month, **changed))
    session.add(made)
    session.flush()
    return made.id


def add_statements(
    session: Session,
    desk: Desk,
    business_ids: Sequence[int],
    family: str,
    month: int,
    *,
    year: int = YEAR,
    with_money: bool = False,
    **changed: Any,
) -> None:
    """A statement for each of them; amounts differ, every seventh is an invoice. `with_money`: billed ones are settled."""
    run_id = add_run(session, desk, family, month, year=year, businesses=len(business_ids))
    rows = []
    for at, business_id in enumerate(business_ids):
        of = {"fiscal_year": year, "payments": 1_000_000 + 37 * at, "penalties": 5_000_000 * (at % 7 == 6)}
        rows.append(row(desk, run_id, business_id, family, month, **(of | changed)))
    session.execute(insert(BusinessStatement), rows)
    if with_money:
        _add_money(session, desk, run_id, family, year, month)


def approve(session: Session, desk: Desk, statement_id: int, steps: Mapping[int, Any]) -> None:
    """Approvals of the first round: by step, who took it (anybody with an id and a name)."""
    for step, person in steps.items():
        session.add(
            StatementApproval(
                statement_id=statement_id,
                round=1,
                step=step,
                decided_at=desk.clock(),
                decided_by_id=person.id,
                decided_by_name=person.display_name,
            )
        )
    session.flush()


def add_businesses(session: Session, count: int) -> list[int]:
    """More businesses with long names."""
    first = (session.scalar(select(func.max(Business.id))) or 0) + 1
    rows = [
        {
            "code": f"B{number:05d}",
            "name": f"第{number}地域新電力・再生可能エネルギー共同発電事業株式会社",
            "kind": "capacity_provider",
            "mail_domain": f"b{number}.example",
        }
        for number in range(first, first + count)
    ]
    session.execute(insert(Business), rows)
    return list(session.scalars(select(Business.id).where(Business.id >= first).order_by(Business.id)))


def _add_money(session: Session, desk: Desk, run_id: int, family: str, year: int, month: int) -> None:
    """Invoices paid in full, payments recorded."""
    now, today = desk.clock(), date(2026, 6, 1)
    found = session.execute(
        select(BusinessStatement.id, BusinessStatement.business_id, BusinessStatement.total_yen).where(
            BusinessStatement.settlement_run_id == run_id
        )
    ).all()
    payments = [
        {
            "number": f"PAY-{each.id}",
            "business_id": each.business_id,
            "statement_id": each.id,
            "amount_yen": each.total_yen,
            "pay_on": today,
            "recorded_at": now,
        }
        for each in found
        if each.total_yen > 0
    ]
    if payments:
        session.execute(insert(Payment), payments)
    for each in found:
        if each.total_yen >= 0:
            continue
        invoice = Invoice(
            number=f"INV-S{each.id}",
            business_id=each.business_id,
            kind="statement" if family == "capacity" else family,
            fiscal_year=year,
            delivery_month=month,
            amount_yen=-each.total_yen,
            issued_on=today,
            due_on=today + timedelta(days=20),
            statement_id=each.id,
            recorded_at=now,
        )
        receipt = Receipt(
            reference=f"RCV-S{each.id}",
            business_id=each.business_id,
            amount_yen=-each.total_yen,
            received_on=today,
            recorded_at=now,
        )
        session.add_all([invoice, receipt])
        session.flush()
        session.add(
            Allocation(
                receipt_id=receipt.id,
                invoice_id=invoice.id,
                amount_yen=-each.total_yen,
                allocated_at=now,
            )
        )
