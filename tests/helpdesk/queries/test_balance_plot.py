"""The balance as a picture: from zero, step by step, to today; round figures at the grid; nothing for a single day."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.queries.balance_plot import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, balance_plot

BEGIN = date(2026, 4, 1)


def test_a_day_alone_and_a_balance_of_nothing_have_no_picture() -> None:
    assert balance_plot([], BEGIN) is None
    assert balance_plot([(BEGIN, 100)], BEGIN) is None
    assert balance_plot([(BEGIN, 0)], date(2026, 5, 1)) is None


def test_the_line_rises_with_an_invoice_and_falls_with_a_receipt() -> None:
    plot = balance_plot([(BEGIN, 1_000_000), (date(2026, 4, 11), -200_000)], date(2026, 4, 21))
    assert plot is not None
    assert [yen for yen, _ in plot.grid] == [-500_000, 0, 500_000, 1_000_000]
    points = [tuple(map(float, each.split(","))) for each in plot.points.split()]
    assert [across for across, _ in points] == [96.0, 96.0, 96.0, 520.0, 520.0, 944.0]
    assert points[2][1] == TOP
    assert points[4][1] > plot.zero_y
    assert plot.told == (
        "2026年4月21日（火）の残高は −200,000 円。もっとも多かったのは2026年4月1日（水）の 1,000,000 円"
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 900), st.integers(-(10**12), 10**12)), min_size=1, max_size=12),
    st.integers(0, 400),
)
def test_everything_lies_in_the_frame(rows: list[tuple[int, int]], later: int) -> None:
    days = [(date.fromordinal(BEGIN.toordinal() + day), yen) for day, yen in sorted(rows)]
    plot = balance_plot(days, date.fromordinal(days[-1][0].toordinal() + later))
    if plot is None:
        return
    for each in plot.points.split():
        across, down = map(float, each.split(","))
        assert LEFT <= across <= WIDTH - RIGHT
        assert TOP <= down <= HEIGHT - BOTTOM
    assert 1 <= len(plot.grid) <= 8
    assert len(plot.days) <= 13
