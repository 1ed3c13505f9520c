"""Matching equals a slow and obvious matcher on random receipts, in whatever order they are given, and stays put."""

import itertools
from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.ledger.models import Invoice, Receipt
from helpdesk.ledger.payer_names import Payers, number_letters
from helpdesk.ledger.undoubted import OpenInvoice, undoubted

DAY = date(2026, 6, 1)
NAMES = {
    1: "ミナトハツデン",
    2: "キタハマエナジー",
    3: "ミナトハツデン",
}  # 1 and 3 cannot be told apart by name
WRITTEN = {1: "ｶ)ﾐﾅﾄﾊﾂﾃﾞﾝ", 2: "ｷﾀﾊﾏ ｴﾅｼﾞ-(ｶ", 3: "ﾐﾅﾄ ﾊﾂﾃﾞﾝ ﾕ)"}


class Named:
    def __init__(self, business_id: int) -> None:
        self.id, self.name, self.name_kana = business_id, f"事業者{business_id}", NAMES[business_id]


PAYERS = Payers([Named(each) for each in NAMES])

invoice_rows = st.tuples(st.sampled_from([1, 2, 3]), st.integers(1, 4), st.integers(0, 3))
receipt_rows = st.tuples(
    st.sampled_from([None, 1, 2, 3]),  # the business as recorded
    st.sampled_from([None, 1, 2, 3]),  # whose name the bank tells
    st.integers(1, 8),
    st.integers(0, 3),
    st.lists(st.integers(0, 6), max_size=2),  # invoices that the text names
)
markets = st.tuples(st.lists(invoice_rows, max_size=5), st.lists(receipt_rows, max_size=5))


def invoices_of(rows: Sequence[tuple[int, int, int]]) -> list[Invoice]:
    return [
        Invoice(
            id=at,
            number=f"KY-2026-{at:04d}",
            business_id=business,
            amount_yen=yen * 100,
            issued_on=DAY + timedelta(days=day),
            due_on=DAY + timedelta(days=30),
        )
        for at, (business, yen, day) in enumerate(rows)
    ]


def receipts_of(rows: Sequence) -> list[Receipt]:
    return [
        Receipt(
            id=at,
            reference=" ".join([f"B{at}", *(f"KY2026{number:04d}" for number in named)]),
            business_id=business,
            payer_name_kana=WRITTEN[name] if name else "",
            amount_yen=yen * 100,
            received_on=DAY + timedelta(days=day),
        )
        for at, (business, name, yen, day, named) in enumerate(rows)
    ]


def matched(invoices: Sequence[Invoice], receipts: Sequence[Receipt]) -> list[tuple[int, int, int]]:
    numbers: dict[int, list[str]] = {}
    for each in invoices:
        numbers.setdefault(each.business_id, []).append(number_letters(each.number))
    found = undoubted(receipts, [OpenInvoice(each, each.amount_yen) for each in invoices], PAYERS, numbers)
    return [(each.receipt.id, each.invoice.id, each.amount_yen) for each in found]


def slowly(invoices: Sequence[Invoice], rows: Sequence) -> list[tuple[int, int, int]]:
    """The rule read aloud, from what was drawn and not from any text: one receipt at a time, from the start each time."""
    owed = {each.id: each.amount_yen for each in invoices}
    done: list[tuple[int, int, int]] = []
    order = sorted(range(len(rows)), key=lambda at: (rows[at][3], f"B{at}"))

    def payer(at: int) -> int | None:
        business, name = rows[at][:2]
        return business or (2 if name == 2 else None)

    def paid_by(at: int, phase: str) -> list[int]:
        named = [number for number in dict.fromkeys(rows[at][4]) if number in owed]
        if any(payer(at) not in (None, invoices[each].business_id) for each in named):
            return []
        still = [each for each in named if owed[each]]
        if phase == "number":
            whole = sum(owed[each] for each in still) == rows[at][2] * 100
            return sorted(still) if len(still) == 1 or (still and whole) else []
        if named or payer(at) is None:
            return []
        own = [
            each.id
            for each in invoices
            if each.business_id == payer(at) and owed[each.id] and (each.issued_on - DAY).days <= rows[at][3]
        ]
        exact = [each for each in own if owed[each] == rows[at][2] * 100]
        if len(exact) == 1:
            return exact
        return own if len(own) > 1 and sum(owed[each] for each in own) == rows[at][2] * 100 else []

    while True:
        before = len(done)
        for phase in ("number", "amount"):
            for at in order:
                if any(each[0] == at for each in done):
                    continue
                left = rows[at][2] * 100
                for each in paid_by(at, phase):
                    take = min(left, owed[each])
                    done.append((at, each, take))
                    left, owed[each] = left - take, owed[each] - take
        if len(done) == before:
            return done


@settings(max_examples=100, deadline=None)
@given(markets)
def test_matching_is_what_the_slow_matcher_says(market) -> None:
    invoices, rows = invoices_of(market[0]), market[1]
    assert matched(invoices, receipts_of(rows)) == slowly(invoices, rows)


@settings(max_examples=60, deadline=None)
@given(markets, st.randoms(use_true_random=False))
def test_the_order_in_which_receipts_were_read_is_no_matter(market, random) -> None:
    invoices, receipts = invoices_of(market[0]), receipts_of(market[1])
    mixed = random.sample(receipts, len(receipts))
    assert matched(invoices, mixed) == matched(invoices, receipts)


@settings(max_examples=60, deadline=None)
@given(markets)
def test_no_receipt_and_no_invoice_gives_more_than_it_has(market) -> None:
    invoices, receipts = invoices_of(market[0]), receipts_of(market[1])
    found = matched(invoices, receipts)
    for side, rows in ((0, receipts), (1, invoices)):
        for each in rows:
            assert sum(match[2] for match in found if match[side] == each.id) <= each.amount_yen
    assert all(match[2] > 0 for match in found)


def test_files_of_different_days_give_the_same_in_any_order_where_every_payer_pays_his_own() -> None:
    invoices = invoices_of([(1, 1, 0), (1, 2, 0), (2, 3, 0)])
    rows = [(1, None, 1, 1, []), (1, None, 2, 2, []), (None, 2, 3, 3, [])]
    receipts = receipts_of(rows)
    for files in itertools.permutations(receipts):
        owed = {each.id: each.amount_yen for each in invoices}
        for file in files:
            still = [OpenInvoice(each, owed[each.id]) for each in invoices if owed[each.id]]
            for match in undoubted([file], still, PAYERS, {}):
                owed[match.invoice.id] -= match.amount_yen
        assert set(owed.values()) == {0}


def test_a_name_that_two_businesses_have_decides_nothing() -> None:
    invoices = invoices_of([(1, 1, 0)])
    assert matched(invoices, receipts_of([(None, 1, 1, 1, [])])) == []
    assert matched(invoices, receipts_of([(1, 1, 1, 1, [])])) == [(0, 0, 100)]


def test_money_that_came_before_the_invoice_does_not_pay_it_by_its_amount_alone() -> None:
    invoices = invoices_of([(2, 1, 3)])
    assert matched(invoices, receipts_of([(2, None, 1, 2, [])])) == []
    assert matched(invoices, receipts_of([(2, None, 1, 2, [0])])) == [(0, 0, 100)]
