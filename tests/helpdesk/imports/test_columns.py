"""Headings as people send them: titles above are skipped, merged and split headings refused, unknown ones told."""

import pytest

from helpdesk.errors import Refused
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.table_file import read_table
from tests.helpdesk.imports.tables import workbook

COLUMNS = (
    Column("code", "コード", ("番号",)),
    Column("start", "開始"),
    Column("start_time", "開始時刻", required=False),
    Column("kw", "容量", may_be_empty=True),
)


def reader_of(text: str) -> TableReader:
    return TableReader(read_table("表.csv", text.encode()), COLUMNS)


def refused(text: str) -> str:
    with pytest.raises(Refused) as found:
        reader_of(text)
    return str(found.value)


@pytest.mark.parametrize(
    "header",
    ["コード,開始,容量", "ｺｰﾄﾞ, 開始 ,容量(kW)", "番号,開始（必須）,容量［ｋＷ］", "\ufeffコード,開 始,容量"],
)
def test_a_heading_is_known_whatever_its_width_unit_and_blanks(header: str) -> None:
    reader = reader_of(f"{header}\nA,1,2\n")
    reader.at(reader.rows()[0])
    assert [reader.text(name) for name in ("code", "start", "kw")] == ["A", "1", "2"]
    assert reader.warnings == []


def test_title_rows_above_an_unmistakable_header_are_skipped_and_told() -> None:
    reader = reader_of("停止計画の一覧,,\n作成日,2026-05-01,\nコード,開始,容量\nA,1,2\n")
    assert [row.number for row in reader.rows()] == [4]
    assert reader.warnings == ["見出しより上の 2 行は表題として読み飛ばしました"]


def test_a_title_that_is_called_like_a_column_is_a_title() -> None:
    reader = reader_of("容量,,\n,,\nコード,開始,容量\nA,1,2\n")
    assert [row.number for row in reader.rows()] == [4]


def test_below_titles_the_refusal_speaks_of_the_row_that_looks_like_a_header() -> None:
    words = refused("停止計画の一覧,,\nコード,開始日,容量\nA,1,2\n")
    assert "2行目（見出し）" in words
    assert "列「開始」がありません。見出しを確かめてください（見つかった列：コード・開始日・容量）" in words
    assert "2行に分かれています" not in words


def test_a_row_of_sums_is_one_problem_that_says_to_take_it_out() -> None:
    reader = reader_of("コード,開始,容量\nA,1,2\n合 計,,2\n")
    for row in reader.rows():
        reader.at(row)
        reader.text("code"), reader.text("start")
    with pytest.raises(Refused) as found:
        reader.refuse_if_wrong()
    assert str(found.value) == "表.csv 3行目: 合計の行のようです。この行を消して保存し直してください"


def test_a_title_above_no_header_leaves_the_refusal_to_the_first_row() -> None:
    assert "列「コード」「開始」「容量」がありません" in refused("一覧\nA,1,2\nB,1,2\n")


@pytest.mark.parametrize(
    "text",
    [
        "コード,開始,,容量\nA,2026-05-01,08:30,5\n",  # merged over date and time
        "コード,開始,容量,\nA,1,2,3\n",
        ",コード,開始,容量\n1,A,1,2\n",
    ],
)
def test_a_value_below_an_empty_heading_is_refused(text: str) -> None:
    assert "見出しが空です。セルの結合を解除し、列ごとに見出しを1行で" in refused(text)


def test_an_empty_column_needs_no_heading() -> None:
    assert len(reader_of("コード,,開始,容量,\nA,,1,2,\n").rows()) == 1


def test_a_header_on_two_rows_is_refused() -> None:
    assert "見出しが2行に分かれています" in refused("コード,期間,\n,開始,容量\nA,1,2\n")


def test_a_merged_header_of_excel_is_refused() -> None:
    content = workbook([["コード", "開始", None, "容量"], ["A", "2026-05-01", "08:30", 5]])
    with pytest.raises(Refused, match="3列目に値がありますが、見出しが空です"):
        TableReader(read_table("表.xlsx", content), COLUMNS)


def test_a_column_that_is_not_read_is_told() -> None:
    assert reader_of("コード,開始,容量,とりけし\nA,1,2,はい\n").warnings == ["読み取らなかった列：とりけし"]


def test_a_column_that_may_be_empty_must_still_be_there() -> None:
    reader = reader_of("コード,開始,容量\nA,1,\n")
    reader.at(reader.rows()[0])
    assert reader.text("kw") == ""
    assert reader.problems == []
    assert "列「容量」がありません" in refused("コード,開始\nA,1\n")


def test_of_very_many_problems_the_first_are_told_and_the_rest_counted() -> None:
    reader = reader_of("コード,開始,容量\n" + ",1,\n" * 10_800)
    for row in reader.rows():
        reader.at(row)
        reader.text("code")
    with pytest.raises(Refused) as found:
        reader.refuse_if_wrong()
    assert len(found.value.problems) == 10_001
    assert found.value.problems[-1].message == "このほかに 800 件の問題があります"
    first = found.value.problems[0]
    assert (first.file, first.row, first.column) == ("表.csv", 2, "コード")
