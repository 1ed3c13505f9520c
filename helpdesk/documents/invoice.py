"""請求書: what is owed, until when, where it is paid, what it is made of, and which notice it follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from cases.business_calendar import JAPAN
from helpdesk.documents.area_table import area_tables
from helpdesk.documents.document import (
    Block,
    Column,
    Document,
    Fact,
    Heading,
    KeyValues,
    LargeAmount,
    Paragraph,
    Table,
)
from helpdesk.ledger.models import INVOICE_KINDS, Invoice
from helpdesk.presentation import japanese_date
from helpdesk.settlement.items import month_name
from helpdesk.settlement.models import WHOLE_YEAR, BusinessStatement

_TITLE = "請求書"
_TAXED = ("statement", "penalty")


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceTold:
    """請求書の材料: the invoice, the statement that asks for it (if one does), and where it is paid."""

    invoice: Invoice
    addressee: Sequence[str]
    sender: Sequence[str]
    pay_to: Sequence[Fact] = ()
    statement: BusinessStatement | None = None
    notice_number: str = ""


def document_of(told: InvoiceTold) -> Document:
    """The invoice as a letter."""
    invoice = told.invoice
    period = month_name((invoice.fiscal_year, invoice.delivery_month or WHOLE_YEAR))
    taxed = "税込" if invoice.kind in _TAXED else "消費税は加算していません"
    return Document(
        title=_TITLE,
        number=_number(invoice),
        dated=invoice.issued_on,
        addressee=told.addressee,
        sender=told.sender,
        created=datetime.combine(invoice.issued_on, time(), JAPAN),
        blocks=[
            Paragraph(f"{period}の{INVOICE_KINDS[invoice.kind]}について、下記のとおりご請求します。"),
            LargeAmount("ご請求金額", invoice.amount_yen, taxed),
            KeyValues(
                [
                    Fact("お支払期限", japanese_date(invoice.due_on)),
                    Fact("請求書番号", invoice.number),
                    Fact("ご請求先", f"{invoice.business.name}（{invoice.business.code}）"),
                    Fact("件名", f"{INVOICE_KINDS[invoice.kind]}（{period}）"),
                    *([Fact("算定の根拠", f"{told.notice_number}に記載")] if told.notice_number else []),
                ]
            ),
            *_pay_to(told),
            *_breakdown(told),
            *([Heading("摘要"), Paragraph(invoice.note)] if invoice.note and not told.notice_number else []),
        ],
    )


def _number(invoice: Invoice) -> str:
    return invoice.number if invoice.number.startswith(_TITLE) else f"{_TITLE} {invoice.number}"


def _pay_to(told: InvoiceTold) -> list[Block]:
    words = (
        "お振込の際は、振込依頼人名の前に請求書番号をご入力ください。振込手数料は貴社のご負担でお願いします。"
    )
    if not told.pay_to:
        words = "お振込先は、別にお知らせした口座です。" + words
    return [
        Heading("お振込先"),
        *([KeyValues(told.pay_to)] if told.pay_to else []),
        Paragraph(words, "note"),
    ]


def _breakdown(told: InvoiceTold) -> list[Block]:
    """What the statement comes to, seen from the business: what it owes is positive."""
    statement, invoice = told.statement, told.invoice
    if statement is None:
        return []
    lines = _netted(statement) if invoice.kind in _TAXED else _own_amounts(statement)
    blocks: list[Block] = [*area_tables(statement.figures, only_summed=True)]
    if len(lines) > 1 or not blocks:
        columns = [Column("項目", width=40), Column("金額", "yen", 18)]
        total = ["ご請求金額", invoice.amount_yen]
        blocks.insert(0, Table("請求額の内訳", columns, lines, total=total))
    return [Heading("内訳"), *blocks]


def _netted(statement: BusinessStatement) -> list[list[object]]:
    lines: list[list[object]] = [
        ["差引額（税抜）", -statement.net_yen],
        ["消費税額", -statement.tax_yen],
    ]
    return lines + ([["未払の債務に充てる額", statement.offset_yen]] if statement.offset_yen else [])


def _own_amounts(statement: BusinessStatement) -> list[list[object]]:
    """What is owed before differences of earlier months, and these."""
    adjusted_yen = sum(int(each["yen"]) for each in statement.inputs.get("adjustments", ()))
    lines: list[list[object]] = [["請求額", adjusted_yen - statement.net_yen]]
    return lines + ([["調整（前月分までの精算など）", -adjusted_yen]] if adjusted_yen else [])
