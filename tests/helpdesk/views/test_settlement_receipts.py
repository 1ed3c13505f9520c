"""Receipts by form, allocated and taken back in the browser's forms."""

from datetime import date

import pytest
from sqlalchemy import select

from helpdesk.ledger.models import Allocation, Receipt
from tests.helpdesk.browser import said
from tests.helpdesk.money import add_invoice, add_receipt

FORM = {"reference": "B-1", "received_on": "2026-06-29", "amount_yen": "１，０００", "payer": "ｶ)ｷﾀﾊﾏ"}


@pytest.fixture
def invoice_id(desk, businesses) -> int:
    with desk.database.write_session() as session:
        return add_invoice(session, desk, "KY-0001", businesses["P001"], 1_000, date(2026, 6, 26)).id


def ids(desk, model) -> list[int]:
    with desk.database.read_session() as session:
        return list(session.scalars(select(model.id).order_by(model.id)))


def test_a_receipt_of_a_known_business_finds_its_invoice_by_itself(
    enter, desk, businesses, invoice_id
) -> None:
    browser = enter("accounting_staff")
    page = browser.post(
        "/settlement/receipts/new", FORM | {"business": str(businesses["P001"])}, follow_redirects=True
    )
    assert "請求書に自動で消し込みました" in said(page)
    assert "消込済み" in said(page)
    assert "入金済み" in said(browser.get(f"/settlement/invoices/{invoice_id}"))


def test_the_same_reference_again_is_not_booked_twice(enter, desk) -> None:
    browser = enter("accounting_staff")
    browser.post("/settlement/receipts/new", FORM)
    again = browser.post("/settlement/receipts/new", FORM, follow_redirects=True)
    assert "記録済みです。何も変わっていません" in said(again)
    other = browser.post("/settlement/receipts/new", FORM | {"amount_yen": "2000"})
    assert other.status_code == 422
    assert "入金額が記録と違います" in said(other)
    assert len(ids(desk, Receipt)) == 1


def test_every_problem_of_the_form_is_told_at_once_and_what_was_typed_stays(enter, desk) -> None:
    wrong = {
        "reference": "",
        "received_on": "2026-07-01",
        "amount_yen": "-5",
        "payer": "ｷﾀﾊﾏ",
        "business": "77",
    }
    page = enter("accounting_staff").post("/settlement/receipts/new", wrong)
    assert page.status_code == 422
    text = said(page)
    for words in ("取引番号", "より後の日付", "1 以上にしてください", "一覧から選んでください"):
        assert words in text
    assert 'value="ｷﾀﾊﾏ"' in page.text
    assert ids(desk, Receipt) == []


def test_a_candidate_is_taken_with_one_button_and_taken_back_with_a_reason(enter, desk, invoice_id) -> None:
    with desk.database.write_session() as session:
        receipt_id = add_receipt(session, desk, "B-1", 1_500, payer="だれか").id
    browser = enter("accounting_staff")
    path = f"/settlement/receipts/{receipt_id}"
    assert "候補はありません" in said(browser.get(path))
    done = browser.post(
        f"{path}/allocate", {"number": "KY-0001", "amount_yen": "1,000"}, follow_redirects=True
    )
    assert "請求書 KY-0001 に 1,000円を消し込みました" in said(done)
    assert "未消込 500円" in said(done)
    [allocation_id] = ids(desk, Allocation)
    refused = browser.post(f"/settlement/allocations/{allocation_id}/reverse", {"reason": " "})
    assert refused.status_code == 422
    back = browser.post(
        f"/settlement/allocations/{allocation_id}/reverse",
        {"reason": "別会社の入金", "receipt": str(receipt_id)},
        follow_redirects=True,
    )
    assert "取消済み" in said(back)
    assert "別会社の入金" in said(back)
    assert "未消込 1,500円" in said(back)
    twice = browser.post(f"/settlement/allocations/{allocation_id}/reverse", {"reason": "もう一度"})
    assert twice.status_code == 409


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"number": "KY-9999", "amount_yen": "1"}, "登録されていません"),
        ({"number": "KY-0001", "amount_yen": "1001"}, "残額は 1,000円"),
        ({"number": "", "amount_yen": "x"}, "整数ではありません"),
    ],
)
def test_an_allocation_that_cannot_be_is_said_on_the_page(
    enter, desk, invoice_id, form: dict[str, str], words: str
) -> None:
    with desk.database.write_session() as session:
        receipt_id = add_receipt(session, desk, "B-1", 9_999).id
    page = enter("accounting_staff").post(f"/settlement/receipts/{receipt_id}/allocate", form)
    assert page.status_code == 422
    assert words in said(page)
    assert ids(desk, Allocation) == []


def test_the_list_shows_what_waits_and_all_by_page(enter, desk, invoice_id) -> None:
    with desk.database.write_session() as session:
        for at in range(120):
            add_receipt(session, desk, f"B-{at:03}", 10 + at, payer="ｶ)ﾐﾅﾄ" if at % 2 else "")
    browser = enter("payment_staff")
    first = browser.get("/settlement/receipts")
    assert first.text.count('class="row-link"') == 100
    older = first.text.split("&amp;older=")[1].split('"')[0]
    second = browser.get(f"/settlement/receipts?older={older}")
    assert second.text.count('class="row-link"') == 20
    assert browser.get("/settlement/receipts?q=B-007&older=x").text.count('class="row-link"') == 1
    assert "入金を入力" not in said(first)
