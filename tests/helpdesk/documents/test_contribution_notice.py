"""A retailer's notice tells its own areas, kW and amounts; a provisional one asks for nothing."""

from typing import Any

import pytest

from cases.models import Business
from helpdesk.documents.contribution_notice import document_of
from helpdesk.documents.document import Fact, KeyValues, LargeAmount, Paragraph, Table
from helpdesk.documents.pdf import write_pdf
from helpdesk.settlement.models import BusinessStatement
from tests.helpdesk.documents.sample_statements import ISSUED, LONG_NAME, told_of
from tests.helpdesk.documents.test_pdf import told_by
from tests.helpdesk.documents.test_settlement_notice import word_text

AREAS = ("北海道", "東北", "東京", "中部", "北陸", "関西", "中国", "四国", "九州")
MONTH_YEN = {area: 12_345_678_901 + number if number else 0 for number, area in enumerate(AREAS)}


def figures() -> list[list[str]]:
    """As the family's computation hands them over."""
    told = []
    for area, yen in MONTH_YEN.items():
        told += [
            [
                f"area.{area}.retailers_total_yen",
                f"{area} 小売電気事業者の負担総額（年間）",
                "yen",
                "500000000000",
            ],
            [f"area.{area}.kw_after_change", f"{area} シェア変動考慮後の kW", "kw", "1203456"],
            [f"area.{area}.share_percent", f"{area} 配分比率", "percent", "2.345678"],
            [f"area.{area}.month_yen", f"{area} 当月分の請求額", "yen", str(yen)],
        ]
    return [*told, ["contribution_yen", "容量拠出金（当月分）", "yen", str(sum(MONTH_YEN.values()))]]


def a_statement(family: str = "contribution", *, items_yen: int = 0, **changed: Any) -> BusinessStatement:
    sign = 1 if family == "refund" else -1
    net = sign * sum(MONTH_YEN.values()) + items_yen
    adjustments = [{"reason": "2026年度4月分の再計算による差額", "yen": items_yen}] if items_yen else []
    values: dict[str, Any] = {
        "family": family,
        "fiscal_year": 2026,
        "delivery_month": 0 if family in ("provisional", "surcharge", "refund") else 5,
        "version": 1,
        "inputs": {"areas": [], "adjustments": adjustments},
        "figures": figures(),
        "net_yen": net,
        "tax_yen": 0,
        "offset_yen": 0,
        "total_yen": net,
        "carried_debt_yen": 0,
        "direction": "pay" if net > 0 else "invoice",
        "number": "請求額通知書 第2026-05-0001号",
        "issued_at": ISSUED,
        "business": Business(name=LONG_NAME, code="R001"),
    }
    return BusinessStatement(**(values | changed))


def test_each_area_is_a_line_and_only_the_own_amount_is_summed() -> None:
    [table] = document_of(told_of(a_statement())).of_kind(Table)
    assert [column.label for column in table.columns] == [
        "エリア",
        "小売電気事業者の負担総額（年間）",
        "シェア変動考慮後の kW",
        "配分比率（％）",
        "当月分の請求額",
    ]
    assert table.rows[1] == ["東北", 500_000_000_000, 1_203_456, "2.345678", 12_345_678_902]
    assert table.total == ["合計", None, None, None, sum(MONTH_YEN.values())]


@pytest.mark.parametrize(
    ("family", "label", "words"),
    [
        ("contribution", "ご請求額", "2026年度5月分の容量拠出金について"),
        ("utility_share", "ご請求額", "一般送配電事業者負担分"),
        ("provisional", "仮請求額（年間）", "2026年度分の容量拠出金について、仮に算定した年間の額"),
        ("surcharge", "ご請求額", "未回収分"),
        ("refund", "お支払額", "還元額"),
    ],
)
def test_each_family_says_what_the_amount_is(family: str, label: str, words: str) -> None:
    document = document_of(told_of(a_statement(family)))
    [amount] = document.of_kind(LargeAmount)
    assert (amount.label, amount.yen) == (label, sum(MONTH_YEN.values()))
    texts = [each.text for each in document.of_kind(Paragraph)]
    assert words in texts[0]
    assert any("ご請求するものではありません" in text for text in texts) is (family == "provisional")
    assert any("異議" in text for text in texts) is (family != "provisional")


def test_a_difference_of_an_earlier_month_is_told_with_its_reason() -> None:
    document = document_of(told_of(a_statement(items_yen=-321)))
    adjustments = document.of_kind(Table)[1]
    assert adjustments.rows == [["", "2026年度4月分の再計算による差額", -321]]
    assert document.of_kind(LargeAmount)[0].yen == sum(MONTH_YEN.values()) + 321


def test_the_business_finds_its_sum_among_the_facts() -> None:
    facts = document_of(told_of(a_statement())).of_kind(KeyValues)[1]
    assert list(facts.rows) == [Fact("容量拠出金（当月分）", sum(MONTH_YEN.values()), "yen")]


def test_word_and_pdf_say_the_same(tmp_path) -> None:
    document = document_of(told_of(a_statement()))
    pdf = told_by("pdftotext", write_pdf(document), tmp_path, "-layout")
    word = word_text(document)
    for shown in [*(f"{yen:,}円" for yen in MONTH_YEN.values()), "2.345678", "1,203,456", *AREAS]:
        assert shown in pdf, shown
        assert shown in word, shown
