"""An invoice says how much, until when, where to, what for, and which notice it follows."""

from datetime import date
from typing import Any

import pytest

from cases.models import Business
from helpdesk.documents.document import Document, Fact, KeyValues, LargeAmount, Paragraph, Table
from helpdesk.documents.invoice import InvoiceTold, document_of
from helpdesk.documents.pdf import write_pdf
from helpdesk.ledger.models import Invoice
from tests.helpdesk.documents.sample_statements import capacity_statement, plants
from tests.helpdesk.documents.test_contribution_notice import a_statement
from tests.helpdesk.documents.test_pdf import told_by
from tests.helpdesk.documents.test_settlement_notice import word_text

PAY_TO = [Fact("金融機関", "デンキ（0001）"), Fact("口座番号", "7654321")]


def an_invoice(**changed: Any) -> Invoice:
    values: dict[str, Any] = {
        "number": "S2026-05-0001",
        "kind": "statement",
        "fiscal_year": 2026,
        "delivery_month": 5,
        "amount_yen": 62_013_600,
        "issued_on": date(2026, 9, 1),
        "due_on": date(2026, 9, 24),
        "note": "",
        "business": Business(name="北浜エナジー株式会社", code="P001"),
    }
    return Invoice(**(values | changed))


def told(invoice: Invoice, **changed: Any) -> InvoiceTold:
    values: dict[str, Any] = {
        "addressee": ["北浜エナジー株式会社", "経理部　御中"],
        "sender": ["容量市場 問合せ窓口"],
        "pay_to": PAY_TO,
    }
    return InvoiceTold(invoice=invoice, **(values | changed))


def of_a_statement() -> Document:
    statement = capacity_statement(plants(1, penalty_yen=104_976_000))
    return document_of(told(an_invoice(), statement=statement, notice_number="交付額通知書 第2026-05-0001号"))


def test_amount_due_day_account_and_notice_are_told() -> None:
    document = of_a_statement()
    assert document.of_kind(LargeAmount) == [LargeAmount("ご請求金額", 62_013_600, "税込")]
    about, account = document.of_kind(KeyValues)
    assert about.rows == [
        Fact("お支払期限", "2026年9月24日（木）"),
        Fact("請求書番号", "S2026-05-0001"),
        Fact("ご請求先", "北浜エナジー株式会社（P001）"),
        Fact("件名", "差引請求（2026年度5月分）"),
        Fact("算定の根拠", "交付額通知書 第2026-05-0001号に記載"),
    ]
    assert list(account.rows) == PAY_TO
    assert (document.title, document.number) == ("請求書", "請求書 S2026-05-0001")


def test_the_breakdown_comes_to_the_amount() -> None:
    [table] = of_a_statement().of_kind(Table)
    assert table.rows == [["差引額（税抜）", 56_376_000], ["消費税額", 5_637_600]]
    assert table.total == ["ご請求金額", 62_013_600]
    assert sum(row[1] for row in table.rows) == table.total[1]


def test_a_contribution_is_broken_down_by_area() -> None:
    statement = a_statement(items_yen=-321)
    invoice = an_invoice(kind="contribution", amount_yen=-statement.total_yen)
    amounts, areas = document_of(told(invoice, statement=statement)).of_kind(Table)
    assert amounts.rows == [
        ["請求額", invoice.amount_yen - 321],
        ["調整（前月分までの精算など）", 321],
    ]
    assert [column.label for column in areas.columns] == ["エリア", "当月分の請求額"]
    assert areas.total == ["合計", invoice.amount_yen - 321]
    [only] = document_of(told(invoice, statement=a_statement())).of_kind(Table)
    assert only.title == "エリアごとの内訳"


@pytest.mark.parametrize("kind", ["late_interest", "contribution"])
def test_without_a_statement_the_note_says_what_for(kind: str) -> None:
    note = "請求書 C2026-04-0001 の延滞利息（2026-06-01〜2026-07-10）"
    document = document_of(told(an_invoice(kind=kind, delivery_month=None, note=note), pay_to=()))
    assert document.of_kind(Table) == []
    texts = [each.text for each in document.of_kind(Paragraph)]
    assert note in texts
    assert texts[0].startswith("2026年度分の")
    assert any("別にお知らせした口座" in text for text in texts)
    assert document.of_kind(LargeAmount)[0].remark == "消費税は加算していません"


def test_word_and_pdf_say_the_same(tmp_path) -> None:
    document = of_a_statement()
    pdf = told_by("pdftotext", write_pdf(document), tmp_path, "-layout")
    word = word_text(document)
    for shown in ("62,013,600円", "56,376,000円", "5,637,600円", "S2026-05-0001", "2026年9月24日", "7654321"):
        assert shown in pdf, shown
        assert shown in word, shown
