"""事業者の精算: a business's own issued statements by year with what it answered, its invoices, and one with its figures."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer, joinedload

from helpdesk.errors import NotFound
from helpdesk.ledger.balances import paid_yen
from helpdesk.ledger.models import Invoice
from helpdesk.queries.statements_lines import Figure, Lines, changed_lines, lines, totals
from helpdesk.queries.statements_list import Money, money_of
from helpdesk.queries.statements_plot import Waterfall
from helpdesk.queries.statements_show import statement_plot
from helpdesk.settlement.answers import answer_problem
from helpdesk.settlement.models import BusinessStatement, SettlementItem
from helpdesk.users.permissions import Person, can

_MONTH_ORDER = (BusinessStatement.delivery_month + 8) % 12  # April first; the whole year (0) with December


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """請求書の一行: with what has been paid of it."""

    invoice: Invoice
    paid_yen: int

    @property
    def is_paid(self) -> bool:
        """Whether nothing of it is open."""
        return self.paid_yen >= self.invoice.amount_yen


@dataclass(frozen=True, slots=True)
class OwnStatement:
    """一つの通知: what the page of it shows; `why_not`: why it cannot be confirmed now (none: it can)."""

    statement: BusinessStatement
    versions: list[BusinessStatement]
    before: BusinessStatement | None
    totals: list[Figure]
    changed: list[Figure]
    lines: list[Lines]
    items: list[SettlementItem]
    money: Money | None
    plot: Waterfall | None
    why_not: str | None


def fiscal_years(session: Session, business_id: int) -> list[int]:
    """The years for which the business has notices of settlement or invoices, newest first."""
    issued = select(BusinessStatement.fiscal_year).where(
        BusinessStatement.business_id == business_id, BusinessStatement.issued_at.is_not(None)
    )
    invoiced = select(Invoice.fiscal_year).where(Invoice.business_id == business_id)
    return sorted(session.scalars(issued.union(invoiced)), reverse=True)


def own_statements(session: Session, business_id: int, fiscal_year: int) -> list[BusinessStatement]:
    """The issued statements of a year, also those that were replaced: the newest month first."""
    found = (
        select(BusinessStatement)
        .where(
            BusinessStatement.business_id == business_id,
            BusinessStatement.fiscal_year == fiscal_year,
            BusinessStatement.issued_at.is_not(None),
        )
        .options(defer(BusinessStatement.inputs), defer(BusinessStatement.figures))
    )
    order = (_MONTH_ORDER.desc(), BusinessStatement.family, BusinessStatement.version.desc())
    return list(session.scalars(found.order_by(*order)))


def own_invoices(session: Session, business_id: int, fiscal_year: int) -> list[InvoiceRow]:
    """The invoices of a year, the one that is due last first."""
    found = select(Invoice, paid_yen()).where(
        Invoice.business_id == business_id, Invoice.fiscal_year == fiscal_year
    )
    rows = session.execute(found.order_by(Invoice.due_on.desc(), Invoice.id.desc()))
    return [InvoiceRow(invoice, paid) for invoice, paid in rows]


def count_to_confirm(session: Session, business_id: int) -> int:
    """How many of its notices wait for the business's answer."""
    waiting = (
        select(func.count())
        .select_from(BusinessStatement)
        .where(
            BusinessStatement.business_id == business_id,
            BusinessStatement.newest.is_(True),
            BusinessStatement.state == "issued",
            BusinessStatement.answer.is_(None),
        )
    )
    return session.scalar(waiting) or 0


def own_statement(session: Session, statement_id: int, person: Person) -> BusinessStatement:
    """The statement, if it was issued to this person's business. Raises `NotFound`."""
    statement = session.get(BusinessStatement, statement_id)
    if statement is None or statement.issued_at is None or not _is_own(person, statement.business_id):
        raise NotFound("その通知はありません。精算の一覧から選んでください")
    return statement


def own_invoice(session: Session, invoice_id: int, person: Person) -> Invoice:
    """The invoice, if it went to this person's business. Raises `NotFound`."""
    invoice = session.get(Invoice, invoice_id)
    if invoice is None or not _is_own(person, invoice.business_id):
        raise NotFound("その請求書はありません。精算の一覧から選んでください")
    return invoice


def statement_page(session: Session, statement: BusinessStatement) -> OwnStatement:
    """One statement with its issued versions and what changed against the one before."""
    versions = list(
        session.scalars(
            select(BusinessStatement)
            .where(
                BusinessStatement.family == statement.family,
                BusinessStatement.business_id == statement.business_id,
                BusinessStatement.fiscal_year == statement.fiscal_year,
                BusinessStatement.delivery_month == statement.delivery_month,
                BusinessStatement.issued_at.is_not(None),
            )
            .options(joinedload(BusinessStatement.notified_result))
            .order_by(BusinessStatement.version.desc())
        )
    )
    before = next((each for each in versions if each.version < statement.version), None)
    ids = statement.sources.get("items", [])
    items = select(SettlementItem).where(SettlementItem.id.in_(ids)).order_by(SettlementItem.id)
    return OwnStatement(
        statement=statement,
        versions=versions,
        before=before,
        totals=totals(statement.figures, before.figures if before else None),
        changed=changed_lines(statement.figures, before.figures) if before else [],
        lines=lines(statement.figures),
        items=list(session.scalars(items)) if ids else [],
        money=money_of(session, [statement.id]).get(statement.id),
        plot=statement_plot(statement),
        why_not=answer_problem(session, statement),
    )


def money_of_statements(session: Session, statements: list[BusinessStatement]) -> Mapping[int, Money]:
    """Invoices and payments of the billed ones, by statement."""
    return money_of(session, [each.id for each in statements if each.state == "billed"])


def _is_own(person: Person, business_id: int) -> bool:
    return can(person, "use_portal") and person.business_id == business_id
