"""Each resource is a line with its figures; below stand the sums of the notice, not sums of our own."""

from helpdesk.documents.resource_table import resource_tables

FIGURES = [
    ["resource.R-1.payment_yen", "北浜発電所 1号機 容量確保契約金額（各月）", "yen", "48600000"],
    ["resource.R-1.penalty_yen", "北浜発電所 1号機 経済的ペナルティ額", "yen", "0"],
    ["resource.R-2.payment_yen", "北浜発電所 2号機 容量確保契約金額（各月）", "yen", "-5"],
    ["payments_yen", "容量確保契約金額（各月）の合計", "yen", "48599995"],
]


def test_a_figure_that_a_resource_does_not_have_is_an_empty_cell() -> None:
    [table] = resource_tables(FIGURES)
    assert [column.label for column in table.columns] == [
        "電源等",
        "番号",
        "容量確保契約金額（各月）",
        "経済的ペナルティ額",
    ]
    assert table.rows == [
        ["北浜発電所 1号機", "R-1", 48_600_000, 0],
        ["北浜発電所 2号機", "R-2", -5, None],
    ]
    assert table.total == ["合計", "", 48_599_995, None]


def test_without_resources_there_is_no_table() -> None:
    assert resource_tables(FIGURES[3:]) == []
