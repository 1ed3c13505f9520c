"""消込の候補: which open invoices a receipt may pay, the likeliest first, and what speaks for each; a person decides.

What speaks for an invoice: its number in the text, or one that differs in a letter; the payer's name; the amount: just
what is open, part of a sum of several invoices of one business, or less by what a bank may have deducted as its fee.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.models import Business
from helpdesk.ledger.matching import open_invoices
from helpdesk.ledger.models import Invoice, Receipt
from helpdesk.ledger.number_index import NumberIndex
from helpdesk.ledger.payer_names import Payers, Words
from helpdesk.ledger.undoubted import OpenInvoice, receipt_text

MOST = 20
FEES_YEN: Final = (110, 880)  # what banks take for a transfer, tax included
OBVIOUS_FROM = 6  # amount and payer, or number: a person only looks it over
_MOST_OF_A_SUM, _MOST_TRIED = (
    4,
    14,
)  # invoices in a sum; open invoices of one business that sums are sought in


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open invoice with the reasons for it, and how much of the receipt it would take.

    `together` are the numbers of all invoices that come to the receipt's amount with it, this one among them.
    """

    invoice: Invoice
    business_name: str
    open_yen: int
    take_yen: int
    reasons: list[str]
    points: int = 0
    short_yen: int = 0  # what a deducted fee would leave open
    together: tuple[str, ...] = ()


class Comparison:
    """消込の比較: the open invoices and the businesses, read once, for any number of receipts."""

    def __init__(self, session: Session) -> None:
        rows = session.execute(select(Business.id, Business.name, Business.name_kana)).all()
        self._names = {row.id: row.name for row in rows}
        self._payers = Payers(rows)
        self._open = open_invoices(session)
        self._index = NumberIndex(each.letters for each in self._open)
        self._of_business: dict[int, list[OpenInvoice]] = defaultdict(list)
        self._of_amount: dict[int, list[OpenInvoice]] = defaultdict(list)
        self._of_letters: dict[str, list[OpenInvoice]] = defaultdict(list)
        for each in self._open:
            self._of_business[each.invoice.business_id].append(each)
            self._of_amount[each.open_yen].append(each)
            self._of_letters[each.letters].append(each)

    def candidates(self, receipt: Receipt, left_yen: int) -> list[Candidate]:
        """At most 20 open invoices for which something speaks; of a known business, all of its open ones."""
        words = Words(receipt_text(receipt))
        named, nearly = self._index.mentioned(words), self._index.nearly_mentioned(words)
        known = receipt.business_id
        same = self._payers.named(receipt.payer_name_kana) if receipt.payer_name_kana else set()
        alike = self._payers.alike(receipt.payer_name_kana) - same if receipt.payer_name_kana else set()
        sums = self._sums({known} if known is not None else same, left_yen)
        found = []
        for each in self._worth_a_look(known, named | nearly, same | alike, left_yen):
            business_id, together = each.invoice.business_id, sums.get(each.invoice.id, ())
            points = [
                *_of_number(each.letters in named, each.letters in nearly),
                *_of_amount(each.open_yen, left_yen, len(together)),
                (2, "振込人名が一致") if business_id in same else None,
                (1, "振込人名が似ている") if business_id in alike else None,
                (2, "事業者が同じ") if known is not None else None,
            ]
            spoken = [point for point in points if point]
            if spoken:
                found.append(self._candidate(each, spoken, left_yen, together))
        found.sort(key=lambda made: (-made.points, made.invoice.due_on, made.invoice.id))
        return found[:MOST]

    def _worth_a_look(
        self, known: int | None, letters: set[str], business_ids: set[int], left_yen: int
    ) -> list[OpenInvoice]:
        """The invoices for which something can speak: all of a known business; else by number, payer or amount."""
        if known is not None:
            return self._of_business[known]
        found = [each for number in letters for each in self._of_letters[number]]
        found += [each for business_id in business_ids for each in self._of_business.get(business_id, ())]
        found += self._of_amount.get(left_yen, ())
        for short_yen in range(FEES_YEN[0], FEES_YEN[1] + 1):
            found += self._of_amount.get(left_yen + short_yen, ())
        return list({each.invoice.id: each for each in found}.values())

    @staticmethod
    def obvious(found: Sequence[Candidate], left_yen: int) -> Candidate | None:
        """Of candidates in their order the first, where it stands before all others for two reasons at least, one of
        them the amount."""
        if not found or found[0].points < OBVIOUS_FROM or found[0].together:
            return None
        first, settles = found[0], found[0].open_yen == left_yen or found[0].short_yen > 0
        is_alone = len(found) == 1 or found[1].points < first.points
        return first if is_alone and settles else None

    def _candidate(
        self,
        each: OpenInvoice,
        spoken: Sequence[tuple[int, str]],
        left_yen: int,
        together: tuple[str, ...],
    ) -> Candidate:
        return Candidate(
            each.invoice,
            self._names[each.invoice.business_id],
            each.open_yen,
            min(left_yen, each.open_yen),
            [words for _, words in spoken],
            sum(weight for weight, _ in spoken),
            _short_yen(each.open_yen, left_yen),
            together,
        )

    def _sums(self, business_ids: set[int], left_yen: int) -> dict[int, tuple[str, ...]]:
        """The invoices of one business that together come to the amount, each with all their numbers."""
        found: dict[int, tuple[str, ...]] = {}
        for business_id in sorted(business_ids):
            own = self._of_business.get(business_id, [])[:_MOST_TRIED]
            some = next(_adding_up(own, left_yen), ())
            numbers = tuple(each.invoice.number for each in some)
            found |= {each.invoice.id: numbers for each in some}
        return found


def candidates(session: Session, receipt: Receipt, left_yen: int) -> list[Candidate]:
    """The candidates of one receipt."""
    return Comparison(session).candidates(receipt, left_yen)


def _of_number(is_named: bool, is_nearly: bool) -> Iterator[tuple[int, str]]:
    if is_named:
        yield 8, "請求書番号の記載"
    elif is_nearly:
        yield 5, "請求書番号が似ている"


def _of_amount(open_yen: int, left_yen: int, invoices: int) -> Iterator[tuple[int, str]]:
    short_yen = _short_yen(open_yen, left_yen)
    if open_yen == left_yen:
        yield 4, "残額と同額"
    elif invoices:
        yield 3, f"{invoices}件の合計と同額"
    elif short_yen:
        yield 3, f"振込手数料の差引きか（{short_yen:,}円不足）"


def _short_yen(open_yen: int, left_yen: int) -> int:
    """What is missing where a bank may have deducted it; otherwise 0."""
    short_yen = open_yen - left_yen
    return short_yen if FEES_YEN[0] <= short_yen <= FEES_YEN[1] else 0


def _adding_up(own: Sequence[OpenInvoice], left_yen: int) -> Iterator[tuple[OpenInvoice, ...]]:
    """Two or more invoices whose open yen come to the amount; few before many, the earliest due first."""
    for many in range(2, min(_MOST_OF_A_SUM, len(own)) + 1):
        for some in itertools.combinations(own, many):
            if sum(each.open_yen for each in some) == left_yen:
                yield some
