"""The notice of a capacity statement tells every figure of the statement and no other, in every format."""

import io
from datetime import date

import openpyxl
import pytest

from helpdesk.documents.document import Derivation, Document, Fact, KeyValues, LargeAmount, Paragraph, Table
from helpdesk.documents.excel import write_excel
from helpdesk.documents.pdf import write_pdf
from helpdesk.documents.settlement_notice import document_of
from helpdesk.documents.word import write_word
from tests.helpdesk.documents.sample_statements import (
    LONG_NAME,
    capacity_statement,
    derived_resources,
    of_month,
    plants,
    rich_statement,
    told_of,
)
from tests.helpdesk.documents.test_pdf import told_by


def table_of(document: Document, title: str) -> Table:
    [found] = [table for table in document.of_kind(Table) if table.title == title]
    return found


def values_of(document: Document) -> set[object]:
    """Every value in a cell or line of the document."""
    facts = {fact.value for facts in document.of_kind(KeyValues) for fact in facts.rows}
    amounts = {amount.yen for amount in document.of_kind(LargeAmount)}
    cells = {value for table in document.of_kind(Table) for row in table.rows for value in row}
    return facts | amounts | cells


def test_a_payment_says_how_much_when_and_what_it_is_made_of() -> None:
    document = document_of(told_of(capacity_statement(plants(2))))
    [amount] = document.of_kind(LargeAmount)
    assert amount == LargeAmount(
        "お支払額（税込）", 106_920_000, "2026年10月30日（金）に貴社の登録口座へ振り込む予定です"
    )
    assert (document.title, document.dated) == ("支払通知書", date(2026, 8, 20))
    assert Fact("お支払予定日", "2026年10月30日（金）（銀行営業日）") in document.of_kind(KeyValues)[0].rows
    account = table_of(document, "今月分の計算")
    assert account.rows == [
        ["①", "容量確保契約金額（各月）の合計", "", 97_200_000],
        ["②", "経済的ペナルティ額の合計", "", 0],
        ["③", "差引額（税抜）", "①−②", 97_200_000],
        ["④", "消費税額", "③×税率", 9_720_000],
        ["⑤", "未払の債務に充てる額", "", 0],
        ["⑥", "交付額または請求額（税込）", "③＋④−⑤", 106_920_000],
    ]


def test_the_month_the_year_so_far_and_what_is_left_stand_side_by_side() -> None:
    table = table_of(
        document_of(told_of(capacity_statement(plants(2)))), "容量確保契約金額（全電源等の合計）"
    )
    assert [column.label for column in table.columns] == [
        "年間の契約金額",
        "今月分",
        "累計（4月から）",
        "残額",
    ]
    assert table.rows == [[1_166_400_000, 97_200_000, 194_400_000, 972_000_000]]


def test_a_month_against_the_business_is_a_claim_without_a_pay_day() -> None:
    document = document_of(told_of(capacity_statement(plants(1, penalty_yen=104_976_000))))
    [amount] = document.of_kind(LargeAmount)
    assert (amount.label, amount.yen) == ("ご請求額（税込）", 62_013_600)
    assert document.title == "支払通知書（差引請求のお知らせ）"
    assert all(fact.label != "お支払予定日" for fact in document.of_kind(KeyValues)[0].rows)
    assert table_of(document, "今月分の計算").rows[-1][3] == -62_013_600


def test_a_debt_differences_and_the_version_before_are_told() -> None:
    told = rich_statement()
    document = document_of(told)
    [amount] = document.of_kind(LargeAmount)
    assert amount.remark == "未払の債務に91,981,730円を充てたため、お支払いする額はありません"
    earlier = table_of(document, "調整の内訳")
    assert earlier.rows[0][0] == "2026年度4月分"
    assert earlier.total == ["合計", "", -1_234_567]
    assert table_of(document, "今月分の計算").rows[3][2] == "①−②＋③"
    debts = document.of_kind(KeyValues)[1]
    assert [fact.value for fact in debts.rows] == [200_000_000, 91_981_730, 108_018_270]
    assert table_of(document, "相殺する請求").rows == [
        ["請求書 第2026-07-0003号", date(2026, 7, 31), 91_981_730]
    ]
    assert table_of(document, "差し替え前後の額").rows == [
        ["差引額（税抜）", 97_200_000, 83_619_755, -13_580_245],
        ["合計", 106_920_000, 0, -106_920_000],
    ]
    replaced = [each.text for each in document.of_kind(Paragraph) if each.look == "strong"]
    assert replaced == [
        "この通知は、2026年8月1日（土）付けの支払通知書 第2026-05-0001号（第1版）に差し替わるものです。"
    ]


def test_the_steps_of_the_computation_are_attached_where_they_give_the_figures() -> None:
    statement = capacity_statement(plants(2, penalty_yen=7))
    [derivation] = document_of(told_of(statement)).of_kind(Derivation)
    assert derivation.steps[-3].value == f"{statement.total_yen:,}円"
    assert document_of(told_of(statement, derivation=[])).of_kind(Derivation) == []


def test_each_resource_has_its_steps_and_what_has_none_is_named() -> None:
    resources = plants(2)
    statement = capacity_statement(resources)
    document = document_of(told_of(statement, by_resource=derived_resources(resources)))
    whole, first, second = document.of_kind(Derivation)
    assert (first.title, second.title) == ("北浜発電所 1号機（R-1）", "北浜発電所 2号機（R-2）")
    assert [first.steps[0].label, first.steps[-1].value] == ["契約価格に契約容量を乗じた金額", "48,600,000円"]
    assert len(whole.steps) > 3
    document = document_of(told_of(statement, not_derived=["北浜発電所（R-9）"], left_out=1_234))
    left_out, named = [each.text for each in document.of_kind(Paragraph) if each.look == "note"][-2:]
    assert "1,234件の算定の過程は省略しています" in left_out
    assert named.startswith("北浜発電所（R-9）の額は")


@pytest.mark.parametrize("count", [0, 1, 3])
def test_every_figure_of_the_statement_stands_in_the_notice(count: int) -> None:
    statement = capacity_statement(plants(count, penalty_yen=98_765_432), carried_debt_yen=5)
    told = values_of(document_of(told_of(statement)))
    assert all(int(exact) in told for _, _, unit, exact in statement.figures if unit in ("yen", "slots"))


def test_word_excel_and_pdf_say_the_same_amounts(tmp_path) -> None:
    told = rich_statement()
    document = document_of(told)
    amounts = {int(exact) for _, _, unit, exact in told.statement.figures if unit == "yen"}
    shown = {f"{'−' if yen < 0 else ''}{abs(yen):,}円" for yen in amounts}
    pdf = told_by("pdftotext", write_pdf(document), tmp_path, "-layout")
    assert [each for each in shown if each not in pdf] == []
    assert [each for each in shown if each not in word_text(document)] == []
    book = openpyxl.load_workbook(io.BytesIO(write_excel(document)))
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert amounts <= cells


def word_text(document: Document) -> str:
    import docx

    file = docx.Document(io.BytesIO(write_word(document)))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in file.paragraphs), *cells])


def test_many_resources_with_long_names_lie_on_wide_pages() -> None:
    statement = capacity_statement(plants(20, long=True), name=LONG_NAME)
    assert table_of(document_of(told_of(statement)), "電源等ごとの内訳").wide
    assert not table_of(document_of(told_of(capacity_statement(plants(20)))), "電源等ごとの内訳").wide


def test_a_business_with_nothing_but_a_difference_has_a_notice_without_resources() -> None:
    statement = capacity_statement([], adjustments=(("差額", -100),))
    document = document_of(told_of(statement))
    assert table_of(document, "今月分の計算").rows[-1][3] == -110
    assert table_of(document, "調整の内訳").rows == [["", "差額", -100]]


def test_a_negative_payment_of_a_month_keeps_its_sign() -> None:
    [table] = [
        table
        for table in document_of(
            told_of(capacity_statement([(plants(1)[0][0], of_month(payment_yen=-5))]))
        ).of_kind(Table)
        if table.title == "電源等ごとの内訳"
    ]
    assert table.rows[0][-2] == -5
