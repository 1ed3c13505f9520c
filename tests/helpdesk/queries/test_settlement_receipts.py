"""To whom a receipt's rest is given back: proposed where its invoices are one business's."""

import re
from datetime import date

import pytest

from tests.helpdesk.money import add_invoice, add_receipt


@pytest.mark.any_database
def test_the_business_whose_invoice_a_receipt_paid_is_proposed_for_what_is_left(
    enter, desk, people, businesses
) -> None:
    own = businesses["P002"]
    with desk.database.write_session() as session:
        add_invoice(session, desk, "MI-1", own, 5_000, date(2026, 8, 31))
        add_receipt(session, desk, "B-1", 5_500, payer="ﾅﾅｼ ﾉ ｺﾞﾝﾍﾞ")
    browser = enter("accounting_staff")
    proposed = re.compile(rf'<option value="{own}" selected>')
    assert not proposed.search(browser.get("/settlement/receipts/1").text)
    browser.post("/settlement/receipts/1/allocate", {"number": "MI-1", "amount_yen": "5000"})
    assert proposed.search(browser.get("/settlement/receipts/1").text)
    browser.post("/settlement/allocations/1/reverse", {"reason": "違う", "receipt": "1"})
    assert not proposed.search(browser.get("/settlement/receipts/1").text)
