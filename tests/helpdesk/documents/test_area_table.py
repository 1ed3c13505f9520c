"""Each area is a line with its figures; amounts are summed, kW are not."""

from helpdesk.documents.area_table import area_of, area_tables
from helpdesk.documents.document import Column

FIGURES = [
    ["area.北海道.kw", "北海道 シェア変動考慮後の kW", "kw", "12000"],
    ["area.北海道.month_yen", "北海道 当月分の請求額", "yen", "1000"],
    ["area.九州.kw", "九州 シェア変動考慮後の kW", "kw", "1/3"],
    ["area.九州.month_yen", "九州 当月分の請求額", "yen", "-1"],
    ["total_yen", "合計", "yen", "999"],
]


def test_areas_are_lines_and_amounts_are_summed() -> None:
    [table] = area_tables(FIGURES)
    assert list(table.columns) == [
        Column("エリア", width=12),
        Column("シェア変動考慮後の kW", "figure", 16),
        Column("当月分の請求額", "yen", 16),
    ]
    assert table.rows == [["北海道", 12_000, 1_000], ["九州", "約0.3333（1/3）", -1]]
    assert table.total == ["合計", None, 999]
    assert area_of("total_yen") is None


def test_a_column_that_the_statement_does_not_sum_has_no_sum_and_may_be_left_out() -> None:
    figures = [*FIGURES[:-1], ["total_yen", "合計", "yen", "1234"]]
    [table] = area_tables(figures)
    assert table.total == ["合計", None, None]
    assert area_tables(figures, only_summed=True) == []
    [own] = area_tables(FIGURES, only_summed=True)
    assert [column.label for column in own.columns] == ["エリア", "当月分の請求額"]


def test_without_areas_there_is_no_table() -> None:
    assert area_tables(FIGURES[-1:]) == []
