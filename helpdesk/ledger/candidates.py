"""消込の候補: which open invoices a receipt may pay, the likeliest first, and what speaks for each."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.models import Business
from helpdesk.ledger.matching import open_invoices, receipt_text
from helpdesk.ledger.models import Invoice, Receipt
from helpdesk.ledger.payer_names import mentions, payer_key

MOST = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open invoice with the reasons for it, and how much of the receipt it would take."""

    invoice: Invoice
    business_name: str
    open_yen: int
    take_yen: int
    reasons: list[str]


def candidates(session: Session, receipt: Receipt, left_yen: int) -> list[Candidate]:
    """At most 20 open invoices for which something speaks; of a known business, all of its open ones."""
    conditions = [] if receipt.business_id is None else [Invoice.business_id == receipt.business_id]
    businesses = {
        row.id: row for row in session.execute(select(Business.id, Business.name, Business.name_kana))
    }
    payer, text = payer_key(receipt.payer_name_kana), receipt_text(receipt)
    same_name: dict[int, bool] = defaultdict(bool)
    if payer:
        for each in businesses.values():
            same_name[each.id] = payer in (payer_key(each.name_kana), payer_key(each.name))
    found = []
    for each in open_invoices(session, *conditions):
        invoice = each.invoice
        points = [
            (8, "請求書番号の記載", mentions(text, invoice.number)),
            (4, "残額と同額", each.open_yen == left_yen),
            (2, "振込人名が一致", same_name[invoice.business_id]),
            (1, "事業者が同じ", receipt.business_id is not None),
        ]
        reasons = [words for _, words, holds in points if holds]
        if reasons:
            made = Candidate(
                invoice,
                businesses[invoice.business_id].name,
                each.open_yen,
                min(left_yen, each.open_yen),
                reasons,
            )
            found.append((sum(weight for weight, _, holds in points if holds), made))
    found.sort(key=lambda scored: (-scored[0], scored[1].invoice.due_on, scored[1].invoice.id))
    return [made for _, made in found[:MOST]]
