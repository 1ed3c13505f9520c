"""Files of invoices: every problem by row and column, nothing half-read."""

from datetime import date

import pytest

from helpdesk.errors import Refused
from helpdesk.imports.invoices import read_invoices
from helpdesk.imports.table_file import read_table
from tests.helpdesk.imports.tables import INVOICES, ONE_INVOICE, workbook
from tests.world import World

TODAY = date(2026, 6, 30)


@pytest.fixture
def read(desk, world: World):
    def read(text: str | bytes):
        content = text if isinstance(text, bytes) else text.encode()
        with desk.database.read_session() as session:
            return read_invoices(session, read_table("請求.csv", content), TODAY)

    return read


def problems(read, text: str | bytes) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        read(text)
    return [(problem.where, problem.message) for problem in refused.value.problems]


def test_a_row_becomes_an_entry_and_the_preview_says_it_in_words(read, world) -> None:
    checked = read(INVOICES + ONE_INVOICE)
    [entry] = checked.entries
    assert (entry.number, entry.business_id, entry.amount_yen) == (
        "KY-0001",
        world.businesses["P001"],
        1_000_000,
    )
    assert (entry.kind, entry.delivery_month, entry.due_on) == ("contribution", 4, date(2026, 6, 26))
    assert checked.rows == [
        [
            "KY-0001",
            "北浜エナジー株式会社（P001）",
            "容量拠出金",
            "2026年度 4月分",
            "1,000,000",
            "2026-06-01",
            "2026-06-26",
        ]
    ]


def test_headings_and_values_are_understood_as_people_write_them(read) -> None:
    text = "請求番号\t事業者番号\t種別\t年度\t請求金額（円）\t請求日\t支払期日\t余分\nKY-１\tｐ００１\tpenalty\t２０２６年度\t￥1,234\t令和8年6月1日\tR8.6.26\tx\n"
    [entry] = read(text.encode("cp932")).entries
    assert (entry.number, entry.kind, entry.amount_yen, entry.delivery_month) == (
        "KY-1",
        "penalty",
        1_234,
        None,
    )


def test_a_workbook_is_read_like_a_file_of_text(read) -> None:
    rows = [["請求書番号", "事業者コード", "請求の種類", "実需給年度", "請求額", "発行日", "支払期限"]]
    rows.append(["KY-0001", "P001", "差引請求", 2026, 1234567, date(2026, 6, 1), date(2026, 6, 26)])
    [entry] = read(workbook(rows)).entries
    assert (entry.amount_yen, entry.issued_on) == (1_234_567, date(2026, 6, 1))


def test_every_problem_is_named_by_row_and_column_at_once(read) -> None:
    text = (
        INVOICES
        + "KY-1,P999,容量拠出金,2026,4,1000,2026-06-01,2026-06-26\n"
        + "KY-2,P001,家賃,26,13,#N/A,2026-06-31,\n"
        + ",P001,容量拠出金,2026,4,-5,2026-06-01,2026-05-01\n"
        + "KY-1,P001,容量拠出金,2026,4,1,2026-06-01,2027-12-01,余り\n"
    )
    found = problems(read, text)
    places = [where for where, _ in found]
    assert places == [
        "請求.csv 2行目「事業者コード」",
        "請求.csv 3行目「発行日」",
        "請求.csv 3行目「支払期限」",
        "請求.csv 3行目「請求の種類」",
        "請求.csv 3行目「実需給年度」",
        "請求.csv 3行目「対象月」",
        "請求.csv 3行目「請求額」",
        "請求.csv 4行目「支払期限」",
        "請求.csv 4行目「請求書番号」",
        "請求.csv 4行目「請求額」",
        "請求.csv 5行目",
        "請求.csv 5行目「支払期限」",
        "請求.csv 5行目「請求書番号」",
    ]
    said = dict(found)
    assert "登録されていません" in said["請求.csv 2行目「事業者コード」"]
    assert "容量拠出金・経済的ペナルティ・差引請求" in said["請求.csv 3行目「請求の種類」"]
    assert "発行日（2026-06-01）より前" in said["請求.csv 4行目「支払期限」"]
    assert "2行目にもあります" in said["請求.csv 5行目「請求書番号」"]


def test_missing_and_double_columns_are_named_before_any_row(read) -> None:
    found = problems(read, "請求書番号,請求番号,請求額\nKY-1,KY-1,x\n")
    assert [where for where, _ in found] == ["請求.csv 1行目（見出し）"] * 2
    assert "列「請求書番号」が2つあります" in found[0][1]
    assert "列「事業者コード」「請求の種類」「実需給年度」「発行日」「支払期限」がありません" in found[1][1]
    assert "見つかった列：請求書番号・請求番号・請求額" in found[1][1]


def test_many_problems_are_told_to_the_last_one(read) -> None:
    found = problems(read, INVOICES + "KY,P001,容量拠出金,2026,4,x,2026-06-01,2026-06-26\n" * 500)
    assert len(found) == 999  # each amount, and each number but the first
    assert {where for where, _ in found} >= {"請求.csv 2行目「請求額」", "請求.csv 501行目「請求額」"}


def test_a_notice_ties_the_invoice_to_what_was_notified(read, world) -> None:
    head = INVOICES.strip() + ",通知番号\n"
    row = "PE-1,{},経済的ペナルティ,2026,5,1,2026-06-01,2026-06-26,{}\n"
    number = world.notice.document_number
    [entry] = read(head + row.format("P001", number)).entries
    assert entry.notified_result_id == world.notice.id
    [(where, words)] = problems(read, head + row.format("P002", number))
    assert where == "請求.csv 2行目「通知番号」"
    assert "別の事業者あて" in words
    assert "登録されていません" in problems(read, head + row.format("P001", "第0号"))[0][1]
