"""仕訳の起票: which entry each event of the ledger makes. Pure: a row in, a draft for `journal.post` out.

Money that comes in stands as 仮受金 until it is allocated to invoices; what is allocated leaves the 未収金 of the invoice's
kind. A set-off comes out of what we would have paid (未払金). A transfer is booked when the bank says that it was paid.
"""

from datetime import date

from helpdesk.clock import in_japan
from helpdesk.ledger.chart_of_accounts import counterpart_of, receivable_of
from helpdesk.ledger.journal import Draft, credit, debit
from helpdesk.ledger.models import (
    INVOICE_KINDS,
    Allocation,
    AllocationReversal,
    Invoice,
    Payment,
    Receipt,
    ReceiptReversal,
    TransferRow,
)


def invoice_draft(invoice: Invoice) -> Draft | None:
    """請求 without a statement, of every kind (late interest too). One that a statement asks for is booked with it: None."""
    if invoice.statement_id is not None:
        return None
    business, yen = invoice.business_id, invoice.amount_yen
    return Draft(
        "invoice",
        f"請求 {invoice.number}（{INVOICE_KINDS[invoice.kind]}）",
        f"invoice:{invoice.id}",
        invoice.issued_on,
        business,
        [
            debit(receivable_of(invoice.kind).key, yen, business),
            credit(counterpart_of(invoice.kind).key, yen, business),
        ],
    )


def receipt_draft(receipt: Receipt) -> Draft:
    """入金: to the bank account, of an unknown payer too; 相殺: out of what is to be paid."""
    business, yen = receipt.business_id, receipt.amount_yen
    is_setoff = receipt.origin == "setoff"
    source = debit("payable", yen, business) if is_setoff else debit("bank", yen)
    words = (
        f"相殺 {receipt.reference}" if is_setoff else f"入金 {receipt.reference} {receipt.payer_name_kana}"
    )
    return Draft(
        "setoff" if is_setoff else "receipt",
        words.strip(),
        f"receipt:{receipt.id}",
        receipt.received_on,
        business,
        [source, credit("suspense", yen, business)],
    )


def receipt_reversed_draft(reversal: ReceiptReversal, receipt: Receipt) -> Draft:
    """入金の取消: the entry of a receipt of the bank the other way round; its allocations were reversed before."""
    return Draft(
        "receipt_reversed",
        f"入金の取消 {receipt.reference}（{reversal.reason}）",
        f"receipt_reversal:{reversal.id}",
        reversal.reversed_on,
        receipt.business_id,
        [debit("suspense", receipt.amount_yen, receipt.business_id), credit("bank", receipt.amount_yen)],
    )


def allocation_draft(allocation: Allocation, receipt: Receipt, invoice: Invoice) -> Draft:
    """消込: out of 仮受金 of the payer, off the 未収金 of the invoice's business."""
    return Draft(
        "allocation",
        f"消込 {receipt.reference} → {invoice.number}",
        f"allocation:{allocation.id}",
        in_japan(allocation.allocated_at).date(),
        invoice.business_id,
        [
            debit("suspense", allocation.amount_yen, receipt.business_id),
            credit(receivable_of(invoice.kind).key, allocation.amount_yen, invoice.business_id),
        ],
    )


def reversal_draft(
    reversal: AllocationReversal, allocation: Allocation, receipt: Receipt, invoice: Invoice
) -> Draft:
    """消込の取消: the entry of the allocation the other way round."""
    return Draft(
        "reversal",
        f"消込の取消 {receipt.reference} → {invoice.number}（{reversal.reason}）",
        f"reversal:{reversal.id}",
        in_japan(reversal.reversed_at).date(),
        invoice.business_id,
        [
            debit(receivable_of(invoice.kind).key, allocation.amount_yen, invoice.business_id),
            credit("suspense", allocation.amount_yen, receipt.business_id),
        ],
    )


def payment_draft(payment: Payment, receipt: Receipt | None, *, happened_on: date) -> Draft | None:
    """過入金の返金: what is left of a receipt is to be paid back. A payment of a statement is booked with it: None."""
    if receipt is None:
        return None
    return Draft(
        "payment",
        f"返金 {payment.number}（{receipt.reference}）",
        f"payment:{payment.id}",
        happened_on,
        payment.business_id,
        [
            debit("suspense", payment.amount_yen, receipt.business_id),
            credit("payable", payment.amount_yen, payment.business_id),
        ],
    )


def transfer_paid_draft(transfer: TransferRow, payment: Payment, *, happened_on: date) -> Draft:
    """振込済: paid out of the bank account."""
    return Draft(
        "transfer",
        f"振込 {payment.number}",
        f"transfer:{transfer.id}:paid",
        happened_on,
        payment.business_id,
        [debit("payable", transfer.amount_yen, payment.business_id), credit("bank", transfer.amount_yen)],
    )


def transfer_returned_draft(transfer: TransferRow, payment: Payment, *, happened_on: date) -> Draft:
    """組戻し of a transfer that had been paid: the money is back and is owed again. Only after `transfer_paid_draft`."""
    return Draft(
        "transfer_returned",
        f"組戻し {payment.number}",
        f"transfer:{transfer.id}:returned",
        happened_on,
        payment.business_id,
        [debit("bank", transfer.amount_yen), credit("payable", transfer.amount_yen, payment.business_id)],
    )
