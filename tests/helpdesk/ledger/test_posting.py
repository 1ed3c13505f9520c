"""Which entry each event makes: accounts, sides, businesses, the day it happened. Pure: no database."""

from datetime import UTC, date, datetime

import pytest

from helpdesk.ledger.chart_of_accounts import ACCOUNTS
from helpdesk.ledger.journal import Draft
from helpdesk.ledger.models import (
    INVOICE_KINDS,
    Allocation,
    AllocationReversal,
    Invoice,
    Payment,
    Receipt,
    TransferRow,
)
from helpdesk.ledger.posting import (
    allocation_draft,
    invoice_draft,
    payment_draft,
    receipt_draft,
    reversal_draft,
    transfer_paid_draft,
    transfer_returned_draft,
)

KITAHAMA, MINATO = 1, 2
ON = date(2026, 6, 30)
LATE_IN_THE_EVENING = datetime(2026, 6, 30, 15, 30, tzinfo=UTC)  # 1 July in Japan


def invoice(kind: str = "contribution", **changed: object) -> Invoice:
    values = {"id": 12, "number": "KY-1", "business_id": KITAHAMA, "kind": kind, "amount_yen": 900}
    return Invoice(**(values | {"issued_on": ON} | changed))


def receipt(**changed: object) -> Receipt:
    values = {
        "id": 5,
        "reference": "B-1",
        "business_id": KITAHAMA,
        "payer_name_kana": "ｷﾀﾊﾏ",
        "origin": "bank",
    }
    return Receipt(**(values | {"amount_yen": 1_000, "received_on": ON} | changed))


def payment(**changed: object) -> Payment:
    return Payment(**({"id": 3, "number": "P-1", "business_id": KITAHAMA, "amount_yen": 400} | changed))


def told(draft: Draft | None) -> list[tuple[str, int, int, int | None]]:
    assert draft is not None
    assert sum(line.debit_yen for line in draft.lines) == sum(line.credit_yen for line in draft.lines)
    return [
        (ACCOUNTS[line.account].name, line.debit_yen, line.credit_yen, line.business_id)
        for line in draft.lines
    ]


@pytest.mark.parametrize(
    ("kind", "receivable", "counterpart"),
    [
        ("contribution", "容量拠出金未収金", "容量拠出金預り金"),
        ("utility_share", "容量拠出金未収金", "容量拠出金預り金"),
        ("surcharge", "容量拠出金未収金", "容量拠出金預り金"),
        ("penalty", "差引請求未収金", "還元預り金"),
        ("statement", "差引請求未収金", "還元預り金"),
        ("late_interest", "延滞利息未収金", "延滞利息収入"),
    ],
)
def test_an_invoice_is_owed_on_the_account_of_its_kind(kind: str, receivable: str, counterpart: str) -> None:
    draft = invoice_draft(invoice(kind))
    assert told(draft) == [(receivable, 900, 0, KITAHAMA), (counterpart, 0, 900, KITAHAMA)]
    assert (draft.source_key, draft.happened_on, draft.business_id) == ("invoice:12", ON, KITAHAMA)
    assert INVOICE_KINDS[kind] in draft.description


def test_an_invoice_of_a_statement_is_in_the_books_with_the_statement() -> None:
    assert invoice_draft(invoice(statement_id=4)) is None


def test_money_stands_as_suspense_of_its_payer_until_it_is_allocated() -> None:
    draft = receipt_draft(receipt())
    assert told(draft) == [("普通預金", 1_000, 0, None), ("仮受金", 0, 1_000, KITAHAMA)]
    assert (draft.kind, draft.source_key, draft.description) == ("receipt", "receipt:5", "入金 B-1 ｷﾀﾊﾏ")
    assert told(receipt_draft(receipt(business_id=None)))[1] == ("仮受金", 0, 1_000, None)


def test_a_set_off_comes_out_of_what_would_have_been_paid() -> None:
    draft = receipt_draft(receipt(origin="setoff", payer_name_kana=""))
    assert told(draft) == [("未払金", 1_000, 0, KITAHAMA), ("仮受金", 0, 1_000, KITAHAMA)]
    assert (draft.kind, draft.description) == ("setoff", "相殺 B-1")


def test_an_allocation_leaves_the_payers_suspense_and_its_reversal_puts_it_back() -> None:
    allocation = Allocation(id=7, amount_yen=300, allocated_at=LATE_IN_THE_EVENING)
    unknown = receipt(business_id=None)
    draft = allocation_draft(allocation, unknown, invoice("penalty", business_id=MINATO))
    assert told(draft) == [("仮受金", 300, 0, None), ("差引請求未収金", 0, 300, MINATO)]
    assert (draft.source_key, draft.happened_on) == ("allocation:7", date(2026, 7, 1))
    reversal = AllocationReversal(id=8, reason="誤り", reversed_at=LATE_IN_THE_EVENING)
    back = reversal_draft(reversal, allocation, unknown, invoice("penalty", business_id=MINATO))
    assert told(back) == [("差引請求未収金", 300, 0, MINATO), ("仮受金", 0, 300, None)]
    assert (back.source_key, back.happened_on) == ("reversal:8", date(2026, 7, 1))
    assert "誤り" in back.description


def test_an_overpayment_that_is_given_back_becomes_payable() -> None:
    draft = payment_draft(payment(), receipt(), happened_on=ON)
    assert told(draft) == [("仮受金", 400, 0, KITAHAMA), ("未払金", 0, 400, KITAHAMA)]
    assert draft.source_key == "payment:3"
    assert payment_draft(payment(), None, happened_on=ON) is None  # of a statement


def test_a_transfer_that_is_paid_and_returned_is_booked_there_and_back() -> None:
    transfer = TransferRow(id=9, amount_yen=400)
    paid = transfer_paid_draft(transfer, payment(), happened_on=ON)
    back = transfer_returned_draft(transfer, payment(), happened_on=ON)
    assert told(paid) == [("未払金", 400, 0, KITAHAMA), ("普通預金", 0, 400, None)]
    assert told(back) == [("普通預金", 400, 0, None), ("未払金", 0, 400, KITAHAMA)]
    assert (paid.source_key, back.source_key) == ("transfer:9:paid", "transfer:9:returned")
