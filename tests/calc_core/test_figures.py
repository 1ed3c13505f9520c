"""Comparison of figures: line by line, exact, also where one side lacks a line."""

from calc_core.figures import compare_figures

NOTIFIED = [
    ["resource.R001.penalty_yen", "R001 経済的ペナルティ額", "yen", "1500"],
    ["resource.R001.shortfall_slots", "R001 未達成コマ", "slots", "8641"],
    ["net_yen", "差引額", "yen", "10"],
]


def test_differences_are_exact_and_keep_the_order_of_the_first() -> None:
    recomputed = [
        ("net_yen", "差引額", "yen", "10"),
        ("resource.R001.penalty_yen", "R001 経済的ペナルティ額", "yen", "-20"),
        ("resource.R001.shortfall_slots", "R001 未達成コマ", "slots", "25924/3"),
        ("tax_yen", "消費税額", "yen", "1"),
    ]
    lines = compare_figures(NOTIFIED, recomputed)
    assert [(line.key, line.difference, line.differs) for line in lines] == [
        ("resource.R001.penalty_yen", "-1520", True),
        ("resource.R001.shortfall_slots", "1/3", True),
        ("net_yen", "0", False),
        ("tax_yen", None, True),
    ]
    assert (lines[3].first, lines[3].second) == (None, "1")


def test_a_line_that_only_the_first_side_has_is_a_difference() -> None:
    lines = compare_figures(NOTIFIED, NOTIFIED[1:])
    assert [line.differs for line in lines] == [True, False, False]
    assert lines[0].second is None
