"""Files of every kind: looked at first, then imported; what is wrong by row and column; the bytes as they came."""

import io

import pytest
from sqlalchemy import select

from helpdesk.imports.kinds import KINDS
from helpdesk.ledger.models import Invoice, Receipt
from helpdesk.register.models import Contract, ImportedFile, OutagePlan
from tests.helpdesk.browser import said
from tests.helpdesk.imports.tables import (
    CONTRACTS,
    INVOICES,
    ONE_CONTRACT,
    ONE_INVOICE,
    ONE_PLAN,
    ONE_RECEIPT,
    PLANS,
    RECEIPTS,
)


def ids(desk, model) -> list[int]:
    with desk.database.read_session() as session:
        return list(session.scalars(select(model.id).order_by(model.id)))


def upload(browser, kind: str, text: str, name: str = "届いた.csv"):
    data = {"kind": kind, "file": (io.BytesIO(text.encode("cp932")), name)}
    return browser.post("/imports/new", data, content_type="multipart/form-data")


def confirm(browser, page):
    token = page.text.split('name="file" value="')[1].split('"')[0]
    return browser.post("/imports/confirm", {"file": token}, follow_redirects=True)


def test_a_file_is_looked_at_and_then_imported(enter, desk, businesses) -> None:
    browser = enter("accounting_staff")
    shown = upload(browser, "invoices", INVOICES + ONE_INVOICE)
    assert "1 件を取り込みますか" in said(shown)
    assert "Shift_JIS" in said(shown)
    assert ids(desk, Invoice) == []
    done = confirm(browser, shown)
    assert "請求書 1 件を取り込みました（登録済み 0 件）" in said(done)
    assert len(ids(desk, Invoice)) == 1
    receipts = confirm(browser, upload(browser, "receipts", RECEIPTS + ONE_RECEIPT))
    assert "自動消込 1 件" in said(receipts)


def test_the_same_file_again_says_that_there_is_nothing_to_import(enter, desk, businesses) -> None:
    browser = enter("accounting_staff")
    shown = upload(browser, "receipts", RECEIPTS + ONE_RECEIPT)
    confirm(browser, shown)
    again = upload(browser, "receipts", RECEIPTS + ONE_RECEIPT)
    assert "取り込むものはありません" in said(again)
    assert "すべて登録済みです。何も変わっていません" in said(confirm(browser, shown))
    assert len(ids(desk, Receipt)) == 1


@pytest.mark.any_database
def test_a_files_name_with_a_nul_is_refused_before_anything_is_asked(enter, businesses) -> None:
    page = upload(enter("accounting_staff"), "receipts", RECEIPTS + ONE_RECEIPT, name="a\0b.csv")
    assert page.status_code == 400


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<html><body>サインイン</body></html>", "Web ページです"),
        (RECEIPTS + "B-1,2026-06-29,#N/A,,\n", "届いた.csv 2 入金額 「#N/A」は値ではありません"),
        (RECEIPTS, "見出しの下に行がありません"),
        ("", "空です"),
        ("請求書番号\nx\n", "がありません。見出しを確かめて"),
    ],
)
def test_a_file_that_cannot_be_imported_says_why_and_leaves_nothing(
    enter, desk, businesses, text: str, words: str
) -> None:
    page = upload(enter("accounting_staff"), "receipts", text)
    assert page.status_code == 422
    assert "何も記録していません" in said(page)
    assert words in said(page)
    assert ids(desk, Receipt) == []


def test_without_a_file_or_with_a_made_up_token_nothing_happens(enter, desk) -> None:
    browser = enter("accounting_staff")
    page = browser.post("/imports/new", {"kind": "receipts"})
    assert page.status_code == 422
    assert "ファイルを選んでください" in said(page)
    made_up = browser.post("/imports/confirm", {"file": "WyJyZWNlaXB0cyJd.x"})
    assert made_up.status_code == 422
    assert "もう一度ファイルを選んで" in said(made_up)


def test_a_path_in_a_file_name_is_only_a_name(enter, desk, businesses) -> None:
    shown = upload(enter("accounting_staff"), "receipts", RECEIPTS + ONE_RECEIPT, "/secret/bank/<b>.csv")
    assert "&lt;b&gt;.csv" in shown.text
    assert "bank" not in said(shown)


# --- inputs of the assessment


def test_inputs_are_looked_at_row_by_row_and_imported_with_their_bytes(enter, desk, businesses) -> None:
    browser, before = enter("payment_staff"), ids(desk, Contract)
    shown = upload(browser, "contracts", CONTRACTS + ONE_CONTRACT)
    assert "1 件を取り込みますか" in said(shown)
    assert "新規 1 件、訂正 0 件です。登録済みの 0 件は変わりません" in said(shown)
    assert ids(desk, Contract) == before
    done = confirm(browser, shown)
    assert "電源等と容量確保契約 1 件を取り込みました（新規 1 件、訂正 0 件、登録済み 0 件）" in said(done)
    assert len(ids(desk, Contract)) == len(before) + 1
    [file_id] = ids(desk, ImportedFile)
    original = browser.get(f"/imports/{file_id}/original")
    assert original.data == (CONTRACTS + ONE_CONTRACT).encode("cp932")
    assert "attachment" in original.headers["Content-Disposition"]


def test_a_correction_is_told_from_what_to_what_before_it_is_imported(enter, desk, businesses) -> None:
    browser = enter("payment_staff")
    confirm(browser, upload(browser, "contracts", CONTRACTS + ONE_CONTRACT))
    shown = upload(browser, "contracts", CONTRACTS + ONE_CONTRACT.replace("90000", "80000"))
    assert "R-9 2026年度：契約容量 90,000 → 80,000" in said(shown)
    assert "訂正 1 件" in said(confirm(browser, shown))
    plans = upload(browser, "outage_plans", PLANS + ONE_PLAN)
    assert "読み取らなかった列：備考" in said(plans)
    assert "（未定）" in said(plans)
    assert "自動で作り直しを始めます" in said(plans)
    assert "分のコマ別データを自動で作り直します" in said(confirm(browser, plans))
    assert len(ids(desk, OutagePlan)) == 1


def test_what_is_wrong_stands_by_row_and_column(enter, desk, businesses) -> None:
    page = upload(
        enter("payment_staff"), "contracts", CONTRACTS + ONE_CONTRACT + ONE_CONTRACT.replace("関西", "沖縄")
    )
    assert page.status_code == 422
    assert "届いた.csv 3 エリア 沖縄エリアは容量市場の対象外です" in said(page)
    assert ids(desk, ImportedFile) == []


@pytest.mark.any_database
def test_everybody_sees_the_kinds_and_files_of_their_work_and_nobody_else_any(
    enter, desk, businesses
) -> None:
    accounting, payments = enter("accounting_staff"), enter("payment_staff")
    confirm(accounting, upload(accounting, "receipts", RECEIPTS + ONE_RECEIPT))
    [file_id] = ids(desk, ImportedFile)
    assert "届いた.csv" in said(accounting.get("/imports/"))
    assert "届いた.csv" not in said(payments.get("/imports/?kind=receipts"))
    assert payments.get(f"/imports/{file_id}/original").status_code == 404
    assert accounting.get("/imports/templates/contracts.csv").status_code == 404
    assert "一覧から選んでください" in said(upload(accounting, "contracts", CONTRACTS))
    for path in ("/imports/", "/imports/new", f"/imports/{file_id}/original"):
        assert enter("operator").get(path).status_code == 403
        assert enter("business_user").get(path).status_code in (403, 404)


@pytest.mark.any_database
def test_the_template_of_every_kind_is_a_file_whose_headings_are_known(enter) -> None:
    browser = enter("manager")
    form = browser.get("/imports/new?kind=outage_plans").text
    for key, kind in KINDS.items():
        assert f"/imports/templates/{key}.csv" in form
        lines = browser.get(f"/imports/templates/{key}.csv").data.decode("utf-8-sig").split("\r\n")
        assert lines[0].startswith(kind.columns[0].label)


@pytest.mark.any_database
def test_the_list_goes_back_page_by_page(enter, desk, people) -> None:
    with desk.database.write_session() as session:
        session.add_all(
            ImportedFile(
                kind="contracts", file_name=f"{at}.csv", sha256="0" * 64, size_bytes=1, encoding="UTF-8",
                rows=1, new=1, corrected=0, known=0, imported_at=desk.clock(), imported_by_name="佐藤",
            )
            for at in range(60)
        )  # fmt: skip
    browser = enter("manager")
    first = browser.get("/imports/")
    assert (first.text.count("ダウンロード"), first.text.count("/original")) == (50, 50)
    older = first.text.split("?older=")[1].split('"')[0]
    assert browser.get(f"/imports/?older={older}").text.count("/original") == 10
