"""疑いのない消込: which open invoices do receipts pay without any doubt? Plain values in, pairs out, no database.

No doubt: the text of a receipt names one open invoice (its number), or several that come to just its amount; or the
business is known (as recorded, or by the payer's name that only one business has) and exactly one of its invoices, or
all of them together, have just this amount. An invoice that was issued after the money came is not paid by its amount
alone. First all numbers, then all amounts, again until nothing changes, each time by day and reference: so the order in
which files were read is no matter.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from helpdesk.ledger.allocating import Allotment
from helpdesk.ledger.models import Invoice, Receipt
from helpdesk.ledger.number_index import NumberIndex
from helpdesk.ledger.payer_names import Payers, Words, number_letters

BY_NUMBER = "請求書番号の記載"
BY_AMOUNT = "事業者と金額の一致"
BY_TOTAL = "事業者の未払合計との一致"
BY_NAME = "振込人名と金額の一致"
BY_NAME_TOTAL = "振込人名と未払合計の一致"


@dataclass
class OpenInvoice:
    """An invoice with what is still open on it while receipts are matched."""

    invoice: Invoice
    open_yen: int

    @cached_property
    def letters(self) -> str:
        """Its number as texts are searched for it."""
        return number_letters(self.invoice.number)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A receipt with what its text and its payer say, which does not change while others are matched."""

    receipt: Receipt
    named: Sequence[OpenInvoice]
    business_id: int | None
    by_name: bool
    names_paid: bool  # an invoice of the business that is paid already

    @property
    def contradicts(self) -> bool:
        """Whether its text names an invoice of another business than the payer."""
        return any(self.business_id not in (None, each.invoice.business_id) for each in self.named)


def receipt_text(receipt: Receipt) -> str:
    """Where a payer's words stand."""
    return f"{receipt.reference} {receipt.payer_name_kana}"


def undoubted(
    receipts: Iterable[Receipt],
    invoices: Sequence[OpenInvoice],
    payers: Payers,
    numbers: Mapping[int, Sequence[str]],
) -> list[Allotment]:
    """The matches; `numbers` are the letters of all invoices of a business, paid ones too. Uses up `open_yen`."""
    of_business: dict[int, list[OpenInvoice]] = defaultdict(list)
    for each in invoices:
        of_business[each.invoice.business_id].append(each)
    ordered = sorted(receipts, key=lambda each: (each.received_on, each.reference))
    by_letters: dict[str, list[OpenInvoice]] = defaultdict(list)
    for each in invoices:
        by_letters[each.letters].append(each)
    index = NumberIndex(by_letters)
    waiting = [_waiting(receipt, by_letters, index, payers, numbers) for receipt in ordered]
    matches: list[Allotment] = []
    while True:
        before = len(matches)
        waiting = [each for each in waiting if not _take(each, *_by_number(each), matches)]
        waiting = [each for each in waiting if not _take(each, *_by_amount(each, of_business), matches)]
        if len(matches) == before:
            return matches


def _waiting(
    receipt: Receipt,
    by_letters: Mapping[str, Sequence[OpenInvoice]],
    index: NumberIndex,
    payers: Payers,
    numbers: Mapping[int, Sequence[str]],
) -> _Waiting:
    words, business_id = Words(receipt_text(receipt)), receipt.business_id
    if business_id is None:
        business_id = payers.the_one(receipt.payer_name_kana)
    named = index.mentioned(words)
    return _Waiting(
        receipt,
        sorted((each for letters in named for each in by_letters[letters]), key=_by_due_day),
        business_id,
        receipt.business_id is None,
        any(words.mention(each) for each in numbers.get(business_id or 0, ()) if each not in named),
    )


def _by_due_day(each: OpenInvoice) -> tuple[date, int]:
    return each.invoice.due_on, each.invoice.id


def _take(waiting: _Waiting, found: Sequence[OpenInvoice], reason: str, matches: list[Allotment]) -> bool:
    left = waiting.receipt.amount_yen
    for each in found:
        amount_yen = min(left, each.open_yen)
        matches.append(Allotment(waiting.receipt, each.invoice, amount_yen, f"自動（{reason}）"))
        left -= amount_yen
        each.open_yen -= amount_yen
    return bool(found)


def _by_number(waiting: _Waiting) -> tuple[Sequence[OpenInvoice], str]:
    named = [each for each in waiting.named if each.open_yen]
    if waiting.contradicts:
        return (), ""
    if len(named) == 1 or (named and sum(each.open_yen for each in named) == waiting.receipt.amount_yen):
        return named, BY_NUMBER
    return (), ""


def _by_amount(
    waiting: _Waiting, of_business: Mapping[int, Sequence[OpenInvoice]]
) -> tuple[Sequence[OpenInvoice], str]:
    if waiting.business_id is None or waiting.named or waiting.names_paid:
        return (), ""
    receipt = waiting.receipt
    own = [
        each
        for each in of_business.get(waiting.business_id, ())
        if each.open_yen and each.invoice.issued_on <= receipt.received_on
    ]
    exact = [each for each in own if each.open_yen == receipt.amount_yen]
    if len(exact) == 1:
        return exact, BY_NAME if waiting.by_name else BY_AMOUNT
    if len(own) > 1 and sum(each.open_yen for each in own) == receipt.amount_yen:
        return own, BY_NAME_TOTAL if waiting.by_name else BY_TOTAL
    return (), ""
