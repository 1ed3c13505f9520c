"""The first page shows each person the work that is theirs, and nobody else's."""

from datetime import date

from tests.helpdesk.browser import said
from tests.helpdesk.money import add_invoice, add_receipt


def test_a_business_is_led_to_its_portal(enter) -> None:
    assert enter("business_user").get("/").location == "/portal/"


def test_an_operator_sees_what_nobody_has_taken(enter, cases) -> None:
    page = enter("operator").get("/").text
    assert "担当未定の案件" in page
    assert cases.kitahama in page
    assert cases.minato in page


def test_who_keeps_the_books_sees_what_is_owed_and_no_case(enter, cases, desk, businesses) -> None:
    assert "残額の合計" not in enter("accounting_staff").get("/").text
    with desk.database.write_session() as session:
        add_invoice(session, desk, "KY-0001", businesses["P001"], 1_000_000, date(2026, 5, 29))
        add_receipt(session, desk, "B-1", 5)
    page = said(enter("accounting_staff").get("/"))
    assert "残額の合計 1,000,000円" in page
    assert "消込を待つ入金 1" in page
    assert cases.kitahama not in page
