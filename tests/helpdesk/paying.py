"""Statements, payments and accounts to transfer to, for tests."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from cases.history import SYSTEM
from helpdesk.desk import Desk
from helpdesk.ledger.models import Payment
from helpdesk.ledger.payments import PaymentEntry, record_payments
from helpdesk.register.models.addressing import BankAccount
from helpdesk.settlement.booking import book_statements
from helpdesk.settlement.models import BusinessStatement, SettlementRun

PAY_ON = date(2026, 7, 31)


def add_statement(
    session: Session, desk: Desk, business_id: int, total_yen: int, *, month: int = 4, year: int = 2026
) -> BusinessStatement:
    """A capacity statement in favour of the business, the newest of its month."""
    run = SettlementRun(
        family="capacity",
        fiscal_year=year,
        delivery_month=month,
        code_version="test",
        inputs={},
        totals={},
        warnings=[],
        businesses=1,
        new_versions=1,
        unchanged=0,
        items=0,
        created_at=desk.clock(),
        created_by_name="system",
    )
    made = BusinessStatement(
        family="capacity",
        business_id=business_id,
        fiscal_year=year,
        delivery_month=month,
        version=1,
        newest=True,
        state="issued",
        settlement_run=run,
        net_yen=total_yen,
        tax_yen=0,
        offset_yen=0,
        total_yen=total_yen,
        carried_debt_yen=0,
        direction="pay",
        rule="settlement/business_statement",
        inputs={"lines": [{"payment_yen": total_yen, "penalty_yen": 0}]},
        inputs_digest="0" * 64,
        figures=[],
        sources={},
        created_at=desk.clock(),
    )
    session.add_all([run, made])
    session.flush()
    return made


def add_payment(
    session: Session,
    desk: Desk,
    business_id: int,
    amount_yen: int,
    *,
    month: int = 4,
    year: int = 2026,
    on: date = PAY_ON,
) -> Payment:
    """What a business is to be paid for a month, recorded, its statement booked."""
    statement = add_statement(session, desk, business_id, amount_yen, month=month, year=year)
    entry = PaymentEntry(business_id, amount_yen, on, statement_id=statement.id)
    [made] = record_payments(session, [entry], by=SYSTEM, now=desk.clock())
    book_statements(session, [statement], by=SYSTEM, now=desk.clock())
    return made


def add_account(
    session: Session, desk: Desk, business_id: int, *, since: date = date(2026, 4, 1), **changed: object
) -> BankAccount:
    """An account of a business at a bank that does not exist."""
    values: dict = {
        "version": 1,
        "bank_code": "0999",
        "bank_name_kana": "ｶｸｳ",
        "branch_code": "001",
        "branch_name_kana": "ﾎﾝﾃﾝ",
        "account_kind": "1",
        "account_number": "0012345",
        "holder_kana": "ｷﾀﾊﾏｴﾅｼﾞ-(ｶ",
    }
    made = BankAccount(
        business_id=business_id, valid_from=since, recorded_at=desk.clock(), **(values | changed)
    )
    session.add(made)
    session.flush()
    return made


OWN = {
    "own_bank_code": "0999",
    "own_bank_name_kana": "ｶｸｳ",
    "own_branch_code": "001",
    "own_branch_name_kana": "ﾎﾝﾃﾝ",
    "own_account_kind": "1",
    "own_account_number": "0012345",
    "transfer_client_code": "1234567890",
    "transfer_client_kana": "ﾖｳﾘﾖｳｼｼﾞﾖｳﾏﾄﾞｸﾞﾁ",
}


def paying(desk: Desk) -> Desk:
    """The desk with the account that pays."""
    return replace(desk, settings=replace(desk.settings, **OWN))
