"""The letters of the three steps: what is owed, until when, where to, and interest only where it is known."""

from datetime import date
from typing import Any

import pytest

from helpdesk.documents.document import Document, Fact, LargeAmount, Paragraph, Table
from helpdesk.documents.dunning_letter import DunnedInvoice, DunningTold, document_of
from helpdesk.documents.formats import write


def line(number: str, open_yen: int, **changed: Any) -> DunnedInvoice:
    values: dict[str, Any] = {
        "subject": "2026年度 4月分 容量拠出金",
        "due_on": date(2026, 6, 26),
        "amount_yen": open_yen + 100,
        "days": 7,
        "step": 1,
        "interest_yen": None,
    }
    return DunnedInvoice(number=number, open_yen=open_yen, **(values | changed))


def letter(step: int = 1, **changed: Any) -> Document:
    values: dict[str, Any] = {
        "number": "督促 第20260703-P001号",
        "title": "督促状",
        "step": step,
        "dated": date(2026, 7, 3),
        "pay_by": date(2026, 7, 10),
        "addressee": [
            "〒100-0001",
            "東京都千代田区千代田1-1",
            "北浜エナジー株式会社",
            "経理部",
            "鈴木 一郎　様",
        ],
        "sender": ["容量市場 問合せ窓口", "desk@helpdesk.example"],
        "desk_name": "容量市場 問合せ窓口",
        "invoices": [line("請求書 第2026-04-0001号", 1_000_000), line("請求書 第2026-04-0002号", 500)],
    }
    return document_of(DunningTold(**(values | changed)))


def test_the_letter_tells_the_sum_and_each_invoice() -> None:
    document = letter()
    [amount] = document.of_kind(LargeAmount)
    [table] = document.of_kind(Table)
    assert (amount.yen, amount.remark) == (1_000_500, "")
    assert [row[-1] for row in table.rows] == [1_000_000, 500]
    assert table.total == ["合計", "", None, None, 1_000_700, 1_000_500]
    assert "延滞利息" not in [each.label for each in table.columns]


def test_interest_has_a_column_where_it_is_known() -> None:
    document = letter(invoices=[line("K-1", 100, interest_yen=3), line("K-2", 5)])
    [table] = document.of_kind(Table)
    assert [row[-1] for row in [*table.rows, table.total]] == [3, None, 3]
    assert document.of_kind(LargeAmount)[0].remark == "延滞利息を含みません"


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_every_step_has_words_of_its_own_and_the_last_ones_stay(step: int) -> None:
    opening = letter(step).of_kind(Paragraph)[0].text
    assert (opening == letter(step + 1).of_kind(Paragraph)[0].text) is (step >= 3)


def test_where_to_pay_is_the_configured_account() -> None:
    assert b"%PDF" in write(letter(pay_to=[Fact("口座番号", "7654321")]), "pdf")[:8]
    assert "請求書に記載の口座" in letter().of_kind(Paragraph)[-1].text
