"""The chart: every kind of invoice has one account it is owed on and one it is asked for."""

import pytest

from helpdesk.ledger.chart_of_accounts import (
    ACCOUNTS,
    KINDS,
    account,
    counterpart_of,
    receivable_of,
    receivables,
)
from helpdesk.ledger.models import INVOICE_KINDS


@pytest.mark.parametrize("kind", INVOICE_KINDS)
def test_every_kind_of_invoice_has_one_receivable_and_one_counterpart(kind: str) -> None:
    assert receivable_of(kind).kind == "asset"
    assert counterpart_of(kind).kind in ("liability", "income")


def test_no_account_is_for_a_kind_of_invoice_that_does_not_exist() -> None:
    assert {kind for each in ACCOUNTS.values() for kind in each.invoices} == set(INVOICE_KINDS)


def test_codes_are_ordered_numbers_and_names_and_keys_stand_once() -> None:
    codes = list(ACCOUNTS)
    assert codes == sorted(codes)
    assert all(code.isdigit() and 3 <= len(code) <= 4 for code in codes)
    for column in ("key", "name"):
        values = [getattr(each, column) for each in ACCOUNTS.values()]
        assert len(values) == len(set(values))
    assert {each.kind for each in ACCOUNTS.values()} == set(KINDS)


def test_a_balance_stands_on_the_side_where_the_account_grows() -> None:
    assert account("bank").balance_yen(500, 200) == 300
    assert account("payable").balance_yen(500, 200) == -300
    assert [each.key for each in receivables()] == [
        "contribution_receivable",
        "statement_receivable",
        "interest_receivable",
    ]
