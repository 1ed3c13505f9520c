"""Figures that cannot all be right are found; the published examples, ties included, are all right."""

import pytest

from alerts.feeds.reserve_margin import read
from alerts.rules.wrong_figure import contradictions
from tests.alerts.following import Watch, judged, sent, told
from tests.alerts.published import determination, official, official_rows

STAMP = "2026-07-22 08:59"
TOKYO = (34, "東京")
TIES = """
    8000,11930,3930,49.13,67.06
    9000,13635.45,4635.45,51.51,66
    2328.128,3737.926,1409.798,60.56,62.28
    87508.698,102703.71,15195.012,17.36,85.21
    64228.804,75514.44,11285.636,17.57,85.05
    11858.996,14193.042,2334.046,19.68,83.55
    3206.208,3774.896,568.688,17.74,84.94
    876,1383.34,507.34,57.92,63.32
    41293.992,45553.466,4259.474,10.31,90.65
    33370.376,37304.093,3933.717,11.79,89.45
    29042,32604,3562,12.26,89.07
"""


@pytest.mark.parametrize("figures", TIES.split())
def test_published_rows_are_right_also_where_rounding_ties(figures: str) -> None:
    """P2."""
    row = ["2026/03/20", "12:30", "1", "九州", *figures.split(","), "***", "***", "***"]
    (reading,) = read(official(STAMP, [row])).readings
    assert contradictions(reading) == {}


@pytest.mark.parametrize(
    ("column", "value", "kinds"),
    [
        (4, "1001", {"block_reserve", "rate", "usage"}),
        (6, "151", {"block_reserve", "rate"}),
        (7, "15.01", {"rate", "rate_usage"}),
        (7, "51", {"rate", "rate_usage"}),
        (8, "86.97", {"usage", "rate_usage"}),
        (8, "68.96", {"usage", "rate_usage"}),
        (11, "149", {"area_reserve"}),
        (4, "0", {"block_reserve", "rate", "usage"}),
    ],
)
def test_one_wrong_figure_is_found(column: int, value: str, kinds: set[str]) -> None:
    row = official_rows()[0]
    row[column] = value
    (reading,) = read(official(STAMP, [row])).readings
    assert set(contradictions(reading)) == kinds


def test_areas_of_one_block_with_other_values_or_another_sum_are_found() -> None:
    rows = official_rows()
    rows[1][2] = rows[0][2]
    day = read(official(STAMP, rows))
    (judgement,) = judged([day])
    (notice,) = [
        each for each in judgement.notices if each.event == "wrong_figure" and each.decision == "drop"
    ]
    assert [candidate.key[1:] for candidate in notice.candidates] == [(1, "北海道"), (1, "東北")]
    assert "エリア需要の合計が広域ブロック需要と合わない（北海道・東北: 2000 ≠ 1000）" in notice.reason
    rows[1][4:9] = ["2000", "2300", "300", "15.00", "86.96"]
    (judgement,) = judged([read(official(STAMP, rows))])
    assert "同じブロックのエリア（北海道・東北）で広域の値が違う" in judgement.notices[0].reason


def test_a_wrong_figure_is_told_once_and_its_correction_too() -> None:
    wrong = [list(row) for row in official_rows()]
    index = next(n for n, row in enumerate(wrong) if row[1] == "17:00" and row[3] == "東京")
    wrong[index][8] = "50.00"
    stamps = [f"2026-07-22 0{hour}:59" for hour in (1, 2, 3, 4)]
    judgements = judged(
        read(official(stamp, rows))
        for stamp, rows in zip(stamps, [wrong, wrong, official_rows(), official_rows()], strict=True)
    )
    assert sent(judgements) == [["wrong_figure"], [], ["wrong_figure"], []]
    assert told(judgements[1]) == [("wrong_figure", "drop", "repetition", [TOKYO])]
    assert "広域使用率が計算と合わない（公表 50.00、計算 86.96）" in judgements[0].notices[0].reason
    assert "矛盾していた値が直った" in judgements[2].notices[0].reason


def test_a_low_reading_whose_figures_contradict_is_told_as_low_and_as_wrong() -> None:
    rows = official_rows()
    index = next(n for n, row in enumerate(rows) if row[1] == "17:00" and row[3] == "東京")
    rows[index][7] = "7.00"
    (judgement,) = judged([read(official(STAMP, rows))])
    assert sent([judgement]) == [["first_low", "wrong_figure"]]


def test_a_told_value_that_is_replaced_under_the_same_stamp_is_told() -> None:
    watch = Watch()
    watch.judge(determination(STAMP, {TOKYO: 700}))
    replaced = watch.judge(determination(STAMP, {TOKYO: 650}))
    assert ("wrong_figure", "send", "routing", [TOKYO]) in told(replaced)
    assert "広域予備率 7.00 → 6.50" in replaced.notices[-1].reason
    assert sent([watch.judge(determination("2026-07-22 09:29", {TOKYO: 640}))]) == [[]]
