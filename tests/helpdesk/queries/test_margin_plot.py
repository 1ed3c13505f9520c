"""The plot draws what was published: one line a block, gaps stay gaps, names do not cover each other."""

from itertools import pairwise

from helpdesk.queries.margin_plot import HEIGHT, MOST_LINES, NAME_GAP, margin_plot
from tests.alerts.published import DAY

FLAT = [1500] * 48


def test_nothing_published_is_nothing_drawn() -> None:
    assert margin_plot(DAY, {}) is None
    assert margin_plot(DAY, {"東京": [None] * 48}) is None


def test_areas_of_one_block_share_a_line_and_the_lowest_comes_first() -> None:
    low = [*FLAT[:33], 254, *FLAT[34:]]
    plot = margin_plot(DAY, {"九州": low, "東京": FLAT, "中部": FLAT})
    assert [line.name for line in plot.lines] == ["九州", "東京・中部"]
    assert plot.told == "九州：最低 2.54 %（16:30–17:00）。東京・中部：最低 15.00 %（00:00–00:30）"


def test_a_gap_in_the_values_is_a_gap_in_the_line() -> None:
    values: list[int | None] = [*FLAT[:10], None, None, *FLAT[12:]]
    [line] = margin_plot(DAY, {"東京": values}).lines
    assert [len(stroke.split()) for stroke in line.strokes] == [20, 72]


def test_a_value_below_zero_stays_inside_the_drawing() -> None:
    plot = margin_plot(DAY, {"東京": [*FLAT[:47], -400]})
    heights = [float(point.split(",")[1]) for point in plot.lines[0].strokes[0].split()]
    assert max(heights) == plot.floor_y
    assert 0 < min(heights) < max(heights) < HEIGHT


def test_names_at_the_ends_keep_their_distance_and_many_lines_are_said_to_be_left_out() -> None:
    areas = ("北海道", "東北", "東京", "中部", "北陸", "関西", "中国", "四国")
    plot = margin_plot(DAY, {area: [1500 + number] * 48 for number, area in enumerate(areas)})
    assert len(plot.lines) == MOST_LINES
    names = sorted(line.name_y for line in plot.lines)
    assert all(round(lower - upper, 1) >= NAME_GAP for upper, lower in pairwise(names))
    assert plot.told.endswith("ほか 2 本は表のとおり")
