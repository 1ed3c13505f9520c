"""Whatever happens in whatever order, the books are those of a slow obvious model, to the yen, closed months included."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from cases.history import Actor
from helpdesk.ledger.account_ledger import account_ledger
from helpdesk.ledger.allocating import allocate, reverse
from helpdesk.ledger.balances import left_yen
from helpdesk.ledger.book_audit import audit
from helpdesk.ledger.books import balances, trial_balance
from helpdesk.ledger.chart_of_accounts import ACCOUNTS, counterpart_of, receivable_of
from helpdesk.ledger.closing import OK, Check, close, next_period
from helpdesk.ledger.invoices import InvoiceEntry, record_invoices
from helpdesk.ledger.journal import first_day_of, month_after, month_of, post
from helpdesk.ledger.models import INVOICE_KINDS, Allocation, BankFile, Invoice, Payment, Receipt, TransferRow
from helpdesk.ledger.posting import payment_draft, transfer_paid_draft, transfer_returned_draft
from helpdesk.ledger.receipts import ReceiptEntry, record_receipts
from helpdesk.ledger.reversing import reverse_receipt, why_not

CLERK = Actor(5, "経理 花子")
START = date(2027, 2, 10)
FIRST, LAST = "2027-02", "2028-12"
KINDS = list(INVOICE_KINDS)


@dataclass
class Model:
    """The books as a list: (month, account, business, debit less credit), and what is open, by hand."""

    lines: list[tuple[str, str, int | None, int]] = field(default_factory=list)
    closed: str = ""
    owed: dict[int, int] = field(default_factory=dict)
    left: dict[int, int] = field(default_factory=dict)

    def book(self, on: date, *lines: tuple[str, int | None, int]) -> None:
        month = month_of(on)
        if self.closed and month <= self.closed:
            month = month_after(self.closed)
        self.lines += [(month, *line) for line in lines]

    def total(self, code: str, until: str, business: object = "any") -> int:
        return sum(
            yen
            for month, account, whose, yen in self.lines
            if account == code and month <= until and business in ("any", whose)
        )


@dataclass
class Books:
    """The real ones, and the model beside them; every method does one thing to both."""

    session: Session
    businesses: list[int]
    day: date = START
    model: Model = field(default_factory=Model)
    invoices: list[Invoice] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    taken_back: list[Receipt] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    paid: list[tuple[TransferRow, Payment]] = field(default_factory=list)
    file: BankFile | None = None

    @property
    def now(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 3, tzinfo=UTC)

    def invoice(self, who: int, what: int, yen: int, days_ago: int) -> None:
        business, kind, on = (
            self.businesses[who % 2],
            KINDS[what % len(KINDS)],
            self.day - timedelta(days_ago),
        )
        entry = InvoiceEntry(f"K-{len(self.invoices)}", business, kind, 2026, 4, yen, on, on)
        self.invoices += record_invoices(self.session, [entry], by=CLERK, now=self.now).new
        self.model.owed[self.invoices[-1].id] = yen
        owed, asked_for = receivable_of(kind).code, counterpart_of(kind).code
        self.model.book(on, (owed, business, yen), (asked_for, business, -yen))

    def receipt(self, who: int, what: int, yen: int, days_ago: int) -> None:
        business = [*self.businesses, None][who % 3]
        on, setoff = self.day - timedelta(days_ago), what == 0 and business is not None
        origin = "setoff" if setoff else "bank"
        entry = ReceiptEntry(f"B-{len(self.receipts)}", business, "", yen, on, origin=origin)
        if setoff:  # the statement that it is set off from makes it payable: not in this model
            return
        self.receipts += record_receipts(self.session, [entry], by=CLERK, now=self.now).new
        self.model.left[self.receipts[-1].id] = yen
        self.model.book(on, ("110", None, yen), ("210", business, -yen))

    def allocate(self, which: int, what: int, yen: int, _: int) -> None:
        pairs = [
            (receipt, invoice)
            for receipt in self.receipts
            for invoice in self.invoices
            if receipt.business_id in (None, invoice.business_id)
            and self.model.left[receipt.id]
            and self.model.owed[invoice.id]
        ]
        if not pairs:
            return
        receipt, invoice = pairs[(which * 7 + what) % len(pairs)]
        amount = min(yen, self.model.left[receipt.id], self.model.owed[invoice.id])
        happened = allocate(self.session, receipt, invoice, amount, by=CLERK, now=self.now)
        self.allocations.append(self.session.get_one(Allocation, happened.content["allocation"]))
        self._move(self.allocations[-1], amount)

    def reverse(self, which: int, *_: int) -> None:
        if self.allocations:
            allocation = self.allocations.pop(which % len(self.allocations))
            reverse(self.session, allocation.id, reason="誤り", by=CLERK, now=self.now)
            self._move(allocation, -allocation.amount_yen)

    def take_back(self, which: int, *_: int) -> None:
        some = [each for each in self.receipts if not why_not(self.session, each)]
        if not some:
            return
        receipt = some[which % len(some)]
        given_back = {each.receipt_id for each in [*self.payments, *(payment for _, payment in self.paid)]}
        assert receipt.id not in given_back
        self.receipts.remove(receipt)
        for allocation in [each for each in self.allocations if each.receipt_id == receipt.id]:
            self.allocations.remove(allocation)
            self._move(allocation, -allocation.amount_yen)
        reverse_receipt(self.session, receipt, reason="誤り", by=CLERK, now=self.now)
        assert self.model.left.pop(receipt.id) == receipt.amount_yen
        yen = receipt.amount_yen
        self.model.book(self.day, ("210", receipt.business_id, yen), ("110", None, -yen))
        self.taken_back.append(receipt)

    def give_back(self, which: int, _: int, yen: int, __: int) -> None:
        some = [each for each in self.receipts if self.model.left[each.id] and each.business_id]
        if not some:
            return
        receipt = some[which % len(some)]
        amount = min(yen, self.model.left[receipt.id])
        payment = Payment(number=f"P-{len(self.payments) + len(self.paid)}-{self.day}-{self.model.left}"[:60])
        payment.business_id, payment.receipt_id, payment.amount_yen = receipt.business_id, receipt.id, amount
        payment.pay_on, payment.recorded_at = self.day, self.now
        self.session.add(payment)
        self.session.flush()
        post(self.session, [payment_draft(payment, receipt, happened_on=self.day)], by=CLERK, now=self.now)
        self.payments.append(payment)
        self.model.left[receipt.id] -= amount
        self.model.book(self.day, ("210", receipt.business_id, amount), ("211", receipt.business_id, -amount))

    def transfer(self, which: int, *_: int) -> None:
        if not self.payments:
            return
        if self.file is None:
            self.file = BankFile(kind="transfer_request", file_name="a", sha256="0", made_by_name="経理")
            self.file.rows = self.file.new = self.file.known = self.file.amount_yen = 0
            self.file.made_at = self.now
            self.session.add(self.file)
            self.session.flush()
        payment = self.payments.pop(which % len(self.payments))
        account = {"bank_code": "0", "branch_code": "0", "account_kind": "1", "account_number": "1"}
        transfer = TransferRow(
            bank_file_id=self.file.id,
            sequence=len(self.model.lines),
            payment_id=payment.id,
            **account,
            holder_kana="ｱ",
            amount_yen=payment.amount_yen,
            outcome="paid",
        )
        self.session.add(transfer)
        self.session.flush()
        post(
            self.session,
            [transfer_paid_draft(transfer, payment, happened_on=self.day)],
            by=CLERK,
            now=self.now,
        )
        self.paid.append((transfer, payment))
        yen = payment.amount_yen
        self.model.book(self.day, ("211", payment.business_id, yen), ("110", None, -yen))

    def give_up(self, which: int, *_: int) -> None:
        if self.paid:
            transfer, payment = self.paid.pop(which % len(self.paid))
            transfer.outcome = "returned"
            self.session.flush()
            draft = transfer_returned_draft(transfer, payment, happened_on=self.day)
            post(self.session, [draft], by=CLERK, now=self.now)
            self.payments.append(payment)
            yen = payment.amount_yen
            self.model.book(self.day, ("110", None, yen), ("211", payment.business_id, -yen))

    def close(self, _: int, what: int, *__: int) -> None:
        for _ in range(1 + what % 4):
            period = next_period(self.session)
            if period is not None:
                self._close(period)

    def _close(self, period: str) -> None:
        close(self.session, period, [Check("すべて", OK, "")], reason="", by=CLERK, now=self.now)
        if len(period) == len("2026"):
            income = -self.model.total("410", f"{int(period) + 1}-03")
            april = date(int(period) + 1, 4, 1)
            self.model.book(april, ("410", None, income), ("310", None, -income))
        else:
            self.model.closed = period
            self.day = max(self.day, first_day_of(month_after(period)))

    def _move(self, allocation: Allocation, yen: int) -> None:
        receipt, invoice = allocation.receipt, allocation.invoice
        self.model.left[receipt.id] -= yen
        self.model.owed[invoice.id] -= yen
        owed = receivable_of(invoice.kind).code
        self.model.book(self.day, ("210", receipt.business_id, yen), (owed, invoice.business_id, -yen))


VERBS: tuple[Callable, ...] = (
    Books.invoice,
    Books.receipt,
    Books.allocate,
    Books.reverse,
    Books.take_back,
    Books.give_back,
    Books.transfer,
    Books.give_up,
    Books.close,
)
STEPS = st.lists(
    st.tuples(
        st.integers(0, len(VERBS) - 1),
        st.integers(0, 5),
        st.integers(0, 5),
        st.integers(1, 60),
        st.integers(0, 40),
    ),
    max_size=25,
)
OF_ONE_RUN = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
    "derandomize": True,
}


def whatever_happens(desk, businesses: dict[str, int], steps: list[tuple]) -> None:
    with desk.database.open_session(writes=True) as session:
        books = Books(session, list(businesses.values()))
        for verb, which, what, yen, days_ago in steps:
            VERBS[verb](books, which, what, yen, days_ago)
        model = books.model
        assert audit(session) == []
        left = left_yen(session, [*books.receipts, *books.taken_back])
        assert left == model.left | {each.id: 0 for each in books.taken_back}
        middle = sorted({month for month, *_ in model.lines} or {FIRST})[0]
        for first, last in ((FIRST, LAST), (month_after(middle), LAST), (middle, middle)):
            table = trial_balance(session, first, last)
            assert sum(each.debit_yen for each in table) == sum(each.credit_yen for each in table)
            debit_yen = sum(each.debit_balance_yen for each in table)
            assert debit_yen == sum(each.credit_balance_yen for each in table)
            for each in table:
                net = model.total(each.account.code, last)
                assert each.debit_balance_yen - each.credit_balance_yen == net
        for row in balances(session, LAST):
            for code, yen in row.balances.items():
                net = model.total(code, LAST, row.business_id)
                assert yen == (net if ACCOUNTS[code].grows_by_debit else -net)
        suspense = account_ledger(session, ACCOUNTS["210"], "2020-01", LAST, limit=None)
        closing_yen = suspense.lines[-1].balance_yen if suspense.lines else 0
        assert closing_yen == -model.total("210", LAST)
        session.rollback()


@settings(max_examples=40, **OF_ONE_RUN)
@given(steps=STEPS)
def test_the_books_are_those_of_the_slow_model(desk, businesses, steps: list[tuple]) -> None:
    whatever_happens(desk, businesses, steps)


@pytest.mark.long
@settings(max_examples=1_500, **OF_ONE_RUN)
@given(steps=STEPS)
def test_the_books_are_those_of_the_slow_model_in_the_long_run(desk, businesses, steps: list[tuple]) -> None:
    whatever_happens(desk, businesses, steps)
