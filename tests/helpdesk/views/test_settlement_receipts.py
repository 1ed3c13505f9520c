"""Receipts by form, allocated and taken back in the browser's forms."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from cases.models import Business
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


# --- the queue, several at once, repayments


def waiting(desk, businesses) -> None:
    """One receipt that is obvious, one of a sum of two, one that nobody knows."""
    with desk.database.write_session() as session:
        session.get(Business, businesses["P002"]).name_kana = "ミナトハツデン"
        add_invoice(
            session,
            desk,
            "MI-2026-0001",
            businesses["P002"],
            5_000,
            date(2026, 8, 31),
            issued_on=date(2026, 7, 1),
        )
        add_invoice(session, desk, "KY-2026-0001", businesses["P001"], 300, date(2026, 7, 31))
        add_invoice(session, desk, "KY-2026-0002", businesses["P001"], 700, date(2026, 7, 31))
        add_invoice(session, desk, "KY-2026-0003", businesses["P001"], 9_000, date(2026, 7, 31))
        add_receipt(session, desk, "B-1", 5_000, payer="ｶ)ﾐﾅﾄﾊﾂﾃﾞﾝ")
        add_receipt(session, desk, "B-2", 1_000, business_id=businesses["P001"])
        add_receipt(session, desk, "B-3", 12_345, payer="ﾅﾅｼ ﾉ ｺﾞﾝﾍﾞ")


def test_obvious_receipts_are_ticked_and_paid_at_one_press(enter, desk, people, businesses) -> None:
    waiting(desk, businesses)
    browser = enter("accounting_staff")
    page = browser.get("/settlement/receipts")
    assert (
        'value="1:5000:MI-2026-0001" aria-label="入金 B-1 を請求書 MI-2026-0001 に消し込む" checked'
        in page.text
    )
    assert len(re.findall(r'name="choice"[^>]* checked', page.text)) == 1
    assert "確かな候補 1件を選んであります" in said(page)
    assert "振込人名が一致" in said(page)
    done = browser.post(
        "/settlement/receipts/allocate", {"choice": "1:5000:MI-2026-0001"}, follow_redirects=True
    )
    assert "1件を消し込みました" in said(done)
    again = browser.post("/settlement/receipts/allocate", {"choice": "1:5000:MI-2026-0001"})
    assert again.status_code == 422
    assert "請求書「MI-2026-0001」の残額は 0円です" in said(again)
    for wrong in ({"choice": "x"}, {"choice": "1:²:KY"}, {}):
        assert browser.post("/settlement/receipts/allocate", wrong).status_code == 422
    assert 'name="choice"' not in enter("operator").get("/settlement/receipts").text


def test_several_invoices_of_one_receipt_are_paid_together(enter, desk, people, businesses) -> None:
    waiting(desk, businesses)
    browser = enter("accounting_staff")
    page = browser.get("/settlement/receipts/2")
    assert "2件の請求書にまとめて消し込む" in said(page)
    parts = re.findall(r'name="part" value="([^"]+)"', page.text)
    assert parts == ["300:KY-2026-0001", "700:KY-2026-0002"]
    done = browser.post("/settlement/receipts/2/together", {"part": parts}, follow_redirects=True)
    assert "2件の請求書に消し込みました" in said(done)
    assert "消込済み" in said(done)


def test_what_is_left_is_given_back_to_whom_a_person_names(enter, desk, people, businesses) -> None:
    waiting(desk, businesses)
    browser = enter("accounting_staff")
    refused = browser.post("/settlement/receipts/3/refund", {"refund_yen": "12346"})
    assert refused.status_code == 422
    assert "未消込額は 12,345円です" in said(refused)
    assert "入金をした事業者を選んでください" in said(refused)
    paid = browser.post(
        "/settlement/receipts/3/refund",
        {"refund_yen": "12345", "payee": str(businesses["P002"])},
        follow_redirects=True,
    )
    assert "2026-07-01 に 12,345円を返金します" in said(paid)
    assert "この入金の返金" in said(paid)
    account = browser.get(f"/settlement/accounts/{businesses['P002']}")
    assert "過入金の返金" in said(account)
    assert "振込前" in said(account)
    assert enter("operator").post("/settlement/receipts/3/refund", {"refund_yen": "1"}).status_code == 403


def test_an_account_is_a_picture_and_a_file_as_well(enter, desk, people, businesses) -> None:
    waiting(desk, businesses)
    browser = enter("payment_staff")
    page = browser.get(f"/settlement/accounts/{businesses['P001']}")
    assert "残高の推移" in said(page)
    assert "もっとも多かったのは" in said(page)
    excel = browser.get(f"/settlement/accounts/{businesses['P001']}.xlsx")
    assert excel.data[:2] == b"PK"
    assert "account-P001-2026-06-30.xlsx" in excel.headers["Content-Disposition"]
    assert browser.get(f"/settlement/accounts/{businesses['P001']}.pdf").data[:5] == b"%PDF-"
    assert browser.get("/settlement/accounts/99.pdf").status_code == 404


# --- a receipt taken back


def test_a_receipt_is_taken_back_with_a_reason_that_the_page_shows(
    enter, desk, businesses, invoice_id
) -> None:
    browser = enter("accounting_staff")
    form = FORM | {"business": str(businesses["P001"])}
    page = browser.post("/settlement/receipts/new", form, follow_redirects=True)
    assert "消込も取り消し、請求書は未入金に戻ります" in said(page)
    refused = browser.post("/settlement/receipts/1/reverse", {"reversal_reason": " "})
    assert refused.status_code == 422
    assert "入金を取り消すには理由を入力してください" in said(refused)
    done = browser.post(
        "/settlement/receipts/1/reverse", {"reversal_reason": "金額の誤り"}, follow_redirects=True
    )
    text = said(done)
    assert "入金を取り消しました。消込 1件も取り消し、請求書は未入金に戻りました" in text
    for words in ("取消済み", "取消日時", "金額の誤り"):
        assert words in text
    assert 'action="/settlement/receipts/1/reverse"' not in done.text
    assert "取消済み" in said(browser.get("/settlement/receipts?scope=all"))
    again = browser.post("/settlement/receipts/new", form, follow_redirects=True)
    assert "に取り消されています（金額の誤り）。もう一度は記録しません" in said(again)
    account = said(browser.get(f"/settlement/accounts/{businesses['P001']}"))
    assert "入金の取消" in account
    assert "金額の誤り" in account
    assert browser.get(f"/settlement/accounts/{businesses['P001']}.xlsx").data[:2] == b"PK"
    assert browser.post("/settlement/receipts/1/reverse", {"reversal_reason": "x"}).status_code == 409
    assert enter("operator").post("/settlement/receipts/1/reverse", {}).status_code == 403


def test_one_with_a_refund_says_why_it_cannot_be_taken_back(enter, desk, people, businesses) -> None:
    waiting(desk, businesses)
    browser = enter("accounting_staff")
    browser.post("/settlement/receipts/2/refund", {"refund_yen": "1000"})
    assert "返金のある入金は取り消せません" in said(browser.get("/settlement/receipts/2"))
    refused = browser.post("/settlement/receipts/2/reverse", {"reversal_reason": "誤り"})
    assert refused.status_code == 422
    assert "まだ振り込まれていません" in said(refused)
