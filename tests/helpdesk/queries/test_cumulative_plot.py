"""The line rises with what was missed, ends where nothing is known, and says when the free slots were used up."""

from datetime import date, timedelta
from fractions import Fraction

from helpdesk.queries.cumulative_plot import HEIGHT, WIDTH, CumulativePlot, cumulative_plot

DAYS = [date(2026, 4, 1) + timedelta(days=at) for at in range(365)]


def plot(slots: list[Fraction], known_days: int = 365) -> CumulativePlot:
    made = cumulative_plot(DAYS, slots + [Fraction(0)] * (365 - len(slots)), known_days, free_slots=8_640)
    assert made is not None
    return made


def heights(made: CumulativePlot) -> list[float]:
    return [float(point.split(",")[1]) for point in made.points.split()]


def test_nothing_known_is_nothing_drawn() -> None:
    assert cumulative_plot(DAYS, [Fraction(0)] * 365, 0, free_slots=8_640) is None


def test_a_year_without_shortfall_is_a_line_on_the_floor() -> None:
    made = plot([])
    assert set(heights(made)) == {made.floor_y}
    assert made.crossed_x is None
    assert made.told == "2027年3月31日（水）までの累計は 0 コマ。年間で認められる 8,640 コマを超えていません"


def test_the_day_on_which_the_free_slots_are_exceeded_is_marked_and_said() -> None:
    made = plot([Fraction(240)] * 37)  # 36 days are exactly 8,640
    assert made.crossed_x is not None
    assert "2026年5月7日（木）に 8,640 コマを超えました" in made.told
    assert plot([Fraction(240)] * 36).crossed_x is None


def test_the_line_never_falls_and_stays_inside_the_drawing() -> None:
    made = plot([Fraction(7, 3) * (at % 5) for at in range(365)])
    drawn = heights(made)
    assert drawn == sorted(drawn, reverse=True)
    assert 0 < min(drawn) <= max(drawn) < HEIGHT
    assert all(0 < float(point.split(",")[0]) < WIDTH for point in made.points.split())


def test_the_line_ends_with_the_last_known_day() -> None:
    assert plot([Fraction(1)] * 30, known_days=30).end[0] < plot([Fraction(1)] * 30).end[0]


def test_a_sum_that_is_no_whole_number_is_said_to_be_about() -> None:
    assert "累計は 約0.3333 コマ" in plot([Fraction(1, 3)]).told


def test_very_many_slots_keep_a_readable_grid() -> None:
    assert len(plot([Fraction(6_096)] * 365).grid) <= 46
    assert len(plot([]).grid) <= 7
