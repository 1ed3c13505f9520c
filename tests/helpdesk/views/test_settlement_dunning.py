"""The page of letters: what is due and what is held, sent at one press; interest invoiced; letters as they went out."""

from datetime import date

import pytest
from sqlalchemy import select

from helpdesk.ledger.models import Invoice
from helpdesk.workflows import keep_ledger
from tests.helpdesk.browser import said
from tests.helpdesk.dunning_desk import Dunning, add_addressee, put_rate_in_force
from tests.helpdesk.money import add_invoice, add_receipt
from tests.helpdesk.test_views import statements

pytestmark = pytest.mark.any_database


@pytest.fixture
def dunning(desk, clock, people, businesses) -> Dunning:
    """Two debtors since June; it is the day of the first letters; a rate is in force."""
    with desk.database.write_session() as session:
        add_invoice(session, desk, "K-2026-0001", businesses["P001"], 1_000_000, date(2026, 6, 26))
        add_invoice(session, desk, "M-2026-0001", businesses["P002"], 70_000, date(2026, 6, 26))
        add_addressee(session, businesses["P001"], "keiri@kitahama.example")
        put_rate_in_force(session, desk.clock())
    made = Dunning(desk, clock, people["accounting_staff"])
    made.on(date(2026, 7, 3))
    return made


def test_letters_are_asked_for_made_and_found_again(enter, dunning: Dunning) -> None:
    browser = enter("accounting_staff")
    page = said(browser.get("/settlement/letters"))
    assert "督促状を送る" in page
    assert "本日送るもの（2通）" in page
    assert "督促状（本日 2通）" in said(browser.get("/settlement/"))
    led = browser.post("/settlement/letters/send", follow_redirects=True)
    assert "順番を待っています" in said(led)
    dunning.work()
    page = said(browser.get("/settlement/letters"))
    assert "メール 1通・印刷 1通" in page
    assert "本日送る督促状はありません" in page
    assert "keiri@kitahama.example" in page
    paper = said(browser.get("/settlement/letters?scope=paper"))
    assert "M-2026-0001" in paper
    assert "印刷して郵送" in paper
    assert "keiri@kitahama.example" not in paper
    notice = dunning.notices()[0]
    file = browser.get(f"/settlement/letters/{notice.id}.pdf")
    assert file.data[:5] == b"%PDF-"
    assert browser.get("/settlement/letters/99.pdf").status_code == 404
    invoice = said(browser.get(f"/settlement/invoices/{notice.invoice_id}"))
    assert "督促 第20260703-P001号" in invoice
    assert "延滞利息 2,800円" in invoice
    assert "1,000,000 × 0.146 × 7 ÷ 365" in invoice
    assert "次の催告書：2026-07-17から" in invoice
    assert "次 催告書 2026-07-17から" in said(browser.get("/settlement/?scope=all"))


def test_interest_is_invoiced_from_the_page_or_the_invoice_once(enter, dunning: Dunning, people) -> None:
    with dunning.desk.database.open_session(writes=True) as session:
        receipt = add_receipt(session, dunning.desk, "B-1", 1_000_000, on=date(2026, 7, 3))
        keep_ledger.allocate_receipt(
            session, dunning.desk, receipt.id, "K-2026-0001", 1_000_000, by=people["accounting_staff"]
        )
    browser = enter("accounting_staff")
    assert "延滞利息を請求する（1件）" in said(browser.get("/settlement/letters"))
    made = said(browser.post("/settlement/interest/bill", follow_redirects=True))
    assert "延滞利息 1件（2,800円）を請求しました" in made
    assert "請求書 L2026-000001" in made
    again = said(browser.post("/settlement/interest/bill", follow_redirects=True))
    assert "請求できる延滞利息はありません" in again
    assert "請求済み： 請求書 L2026-000001 2,800 円" in said(browser.get("/settlement/invoices/1"))
    with dunning.desk.database.read_session() as session:
        assert len(session.scalars(select(Invoice).where(Invoice.kind == "late_interest")).all()) == 1


def test_who_only_reads_sees_the_letters_and_presses_nothing(enter, dunning: Dunning) -> None:
    browser = enter("market_staff")
    page = said(browser.get("/settlement/letters"))
    assert "本日送るもの（2通）" in page
    assert "督促状を送る" not in page
    assert browser.post("/settlement/letters/send").status_code == 403
    assert browser.post("/settlement/interest/bill").status_code == 403
    assert enter("business_user").get("/settlement/letters").status_code in (403, 404)


def test_the_page_costs_as_many_statements_for_a_thousand_invoices(
    enter, dunning: Dunning, businesses
) -> None:
    browser, counts = enter("accounting_staff"), []
    for many in (3, 300):
        with dunning.desk.database.write_session() as session:
            for at in range(many):
                number = f"N-{many}-{at:05}"
                add_invoice(session, dunning.desk, number, businesses["P001"], 1_000, date(2026, 6, 19))
        browser.get("/settlement/letters")
        with statements(dunning.desk) as seen:
            assert browser.get("/settlement/letters").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
