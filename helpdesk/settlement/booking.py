"""精算の起票: which entries a billed statement and the remainder of its month make, in gross flows.

Capacity: the payments leave 容量拠出金預り金, the penalties go to 還元預り金 until they are refunded; so does what
adjustments (精算項目) change of earlier penalties, the rest of them is of the payments. The tax is 仮払消費税 when we pay and 仮受消費税 when we invoice; what remains is 未払金 or
差引請求未収金. A set-off is not in here: its receipt takes the 未払金 (`helpdesk.ledger.posting.receipt_draft`).
Contributions: 容量拠出金未収金 against 容量拠出金預り金. Refunds: out of 還元預り金. A provisional yearly notice is announced only.
"""

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.history import Person
from helpdesk.clock import in_japan
from helpdesk.ledger.balances import whole_yen
from helpdesk.ledger.chart_of_accounts import code_of
from helpdesk.ledger.journal import Draft, Line, credit, debit, post
from helpdesk.ledger.models import JournalEntry, JournalLine
from helpdesk.settlement.models import FAMILIES, WHOLE_YEAR, BusinessStatement, SettlementItem, SettlementRun
from helpdesk.settlement.penalty_items import penalties_lowered

ANNOUNCED_ONLY = ("provisional",)


def statement_draft(
    statement: BusinessStatement, run: SettlementRun, *, penalties_lowered_yen: int = 0, happened_on: date
) -> Draft | None:
    """The entry of a statement that is billed on this day; None where it asks for nothing. Pure.

    `penalties_lowered_yen` is what of its adjustments gives earlier penalties back (`penalty_items`).
    """
    if statement.family in ANNOUNCED_ONLY:
        return None
    business = statement.business_id
    claim_yen = statement.net_yen + statement.tax_yen  # before a set-off; positive: to be paid
    flows = (
        _capacity_flows(statement, penalties_lowered_yen)
        if statement.family == "capacity"
        else [debit(_deposit_of(statement.family), statement.net_yen, business)]
    )
    tax = debit("tax_paid" if statement.tax_yen > 0 else "tax_received", statement.tax_yen, business)
    owed_to_us = "statement_receivable" if statement.family == "capacity" else "contribution_receivable"
    claim = credit("payable" if claim_yen > 0 else owed_to_us, claim_yen, business)
    lines = [line for line in (*flows, tax, claim) if line.debit_yen or line.credit_yen]
    if not lines:
        return None
    words = f"{FAMILIES[statement.family]} {_month_words(statement)}"
    return Draft(
        "statement",
        f"精算 {statement.number or words}",
        f"statement:{statement.id}",
        happened_on,
        business,
        lines,
    )


def remainder_draft(run: SettlementRun, *, booked_yen: int = 0, happened_on: date) -> Draft | None:
    """端数: what rounding leaves of the areas' totals stays ours, less what is booked already; None: nothing."""
    yen = _remainder_yen(run) - booked_yen
    if run.family in ANNOUNCED_ONLY or not yen:
        return None
    return Draft(
        "remainder",
        f"端数 {FAMILIES[run.family]} {_month_words(run)}",
        f"remainder:{_month_key(run)}:{run.id}",
        happened_on,
        None,
        [debit("remainder", yen), credit("contribution_deposit", yen)],
    )


def book_statements(
    session: Session, statements: Sequence[BusinessStatement], *, by: Person, now: datetime
) -> list[JournalEntry]:
    """Write the entries of billed statements and the remainders of their months. Known ones are left alone."""
    today = in_japan(now).date()
    drafts = [
        statement_draft(
            each,
            each.settlement_run,
            penalties_lowered_yen=penalties_lowered(session, each),
            happened_on=today,
        )
        for each in statements
    ]
    made = post(session, [draft for draft in drafts if draft is not None], by=by, now=now)
    for run in _last_runs(session, statements):
        draft = remainder_draft(run, booked_yen=_remainder_booked_yen(session, run), happened_on=today)
        if draft is not None:
            made += post(session, [draft], by=by, now=now)
    return made


def _last_runs(session: Session, statements: Sequence[BusinessStatement]) -> list[SettlementRun]:
    """The last computation of each month that leaves a remainder: the statements' own, and those whose differences they settle."""
    of = [each for each in statements if "remainder_yen" in each.settlement_run.totals]
    months = {(each.family, each.fiscal_year, each.delivery_month) for each in of}
    settled = [item_id for each in of for item_id in each.sources.get("items", ())]
    if settled:
        item = SettlementItem
        rows = session.execute(
            select(item.family, item.fiscal_year, item.delivery_month).where(item.id.in_(settled))
        )
        months |= {(row[0], row[1], row[2]) for row in rows}
    last = []
    for family, fiscal_year, delivery_month in sorted(months):
        found = select(SettlementRun).where(
            SettlementRun.family == family,
            SettlementRun.fiscal_year == fiscal_year,
            SettlementRun.delivery_month == delivery_month,
        )
        last += session.scalars(found.order_by(SettlementRun.id.desc()).limit(1))
    return last


def _capacity_flows(statement: BusinessStatement, penalties_lowered_yen: int) -> list[Line]:
    inputs, business = statement.inputs, statement.business_id
    lines = inputs.get("lines", ())
    payments = sum(int(line["payment_yen"]) for line in lines)
    penalties = sum(int(line["penalty_yen"]) for line in lines)
    adjustments = sum(int(each["yen"]) for each in inputs.get("adjustments") or ())
    return [
        debit("contribution_deposit", payments, business),
        credit("refund_deposit", penalties, business),
        debit("contribution_deposit", adjustments - penalties_lowered_yen, business),
        debit("refund_deposit", penalties_lowered_yen, business),
    ]


def _deposit_of(family: str) -> str:
    return "refund_deposit" if family == "refund" else "contribution_deposit"


def _remainder_yen(run: SettlementRun) -> int:
    return int(Fraction(str(run.totals.get("remainder_yen", "0"))))


def _remainder_booked_yen(session: Session, run: SettlementRun) -> int:
    booked = (
        select(whole_yen(JournalLine.debit_yen - JournalLine.credit_yen))
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(
            JournalEntry.source_key.startswith(f"remainder:{_month_key(run)}:", autoescape=True),
            JournalLine.account == code_of("remainder"),
        )
    )
    return session.scalar(booked) or 0


def _month_key(run: SettlementRun) -> str:
    return f"{run.family}:{run.fiscal_year}:{run.delivery_month}"


def _month_words(of: BusinessStatement | SettlementRun) -> str:
    month = "" if of.delivery_month == WHOLE_YEAR else f" {of.delivery_month}月分"
    return f"{of.fiscal_year}年度{month}"
