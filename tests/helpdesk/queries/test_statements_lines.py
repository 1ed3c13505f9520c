"""Figures of a statement as totals and as tables of resources or areas; what a version changed."""

from helpdesk.queries.statements_lines import changed_lines, lines, totals

FIGURES = [
    ["resource.R-1.payment_yen", "北浜発電所 1号機 各月の額", "yen", "100"],
    ["resource.R-1.penalty_yen", "北浜発電所 1号機 ペナルティ額", "yen", "7"],
    ["resource.R-2.payment_yen", "北浜発電所 2号機 各月の額", "yen", "200"],
    ["area.tokyo.month_yen", "東京 各月の額", "yen", "1/3"],
    ["total_yen", "合計", "yen", "300"],
]


def test_resources_and_areas_are_tables_of_their_own_and_what_one_lacks_is_left_open() -> None:
    resources, areas = lines(FIGURES)
    assert [(row.code, row.name, row.values) for row in resources.rows] == [
        ("R-1", "北浜発電所 1号機", ("100", "7")),
        ("R-2", "北浜発電所 2号機", ("200", None)),
    ]
    assert resources.columns == (("各月の額", "円"), ("ペナルティ額", "円"))
    [row] = areas.rows
    assert (areas.noun, row.name, row.values) == ("エリア", "東京", ("約0.3333",))
    assert lines([["total_yen", "合計", "yen", "1"]]) == []


def test_a_label_without_a_name_stands_with_its_code() -> None:
    [table] = lines([["area.tokyo.month_yen", "各月の額", "yen", "1"]])
    assert (table.rows[0].name, table.columns) == ("tokyo", (("各月の額", "円"),))


def test_totals_stand_beside_what_they_were_and_only_changes_have_a_difference() -> None:
    before = [["resource.R-1.payment_yen", "x", "yen", "90"], ["total_yen", "合計", "yen", "290"]]
    [total] = totals(FIGURES, before)
    assert (total.value, total.before, total.difference) == ("300", "290", "10")
    assert [figure.difference for figure in totals(FIGURES)] == [None]
    changed = {figure.key: figure.difference for figure in changed_lines(FIGURES, before)}
    assert changed["resource.R-1.payment_yen"] == "10"
    assert changed["resource.R-2.payment_yen"] is None
