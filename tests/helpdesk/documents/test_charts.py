"""A chart is the same picture every time, says what it shows, and holds any text."""

import pytest

from helpdesk.documents.charts import chart_alt, chart_picture
from helpdesk.documents.document import Chart, Series
from tests.helpdesk.documents.sample_documents import CHART, HOSTILE

PNG = b"\x89PNG\r\n\x1a\n"


def png_size(picture: bytes) -> tuple[int, int]:
    return int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")


@pytest.mark.parametrize("kind", ["bar", "stacked", "line"])
def test_the_same_chart_gives_the_same_bytes(kind: str) -> None:
    chart = Chart("推移", kind, ["4月", "5月"], [Series("受付", [4, 7]), Series("回答", [3, None])], "件")
    png, svg = chart_picture(chart), chart_picture(chart, format="svg")
    assert png.startswith(PNG)
    assert b"<svg" in svg
    assert png == chart_picture(chart)
    assert svg == chart_picture(chart, format="svg")


def test_other_figures_give_another_picture() -> None:
    other = Chart(CHART.title, CHART.kind, CHART.categories, [Series("受付", [4, 8])], CHART.unit)
    assert chart_picture(CHART) != chart_picture(other)


def test_every_value_is_told_to_who_cannot_see_it() -> None:
    assert chart_alt(CHART) == "日別の受付件数（件）。受付: 6/22（月） 4、6/23（火） 7"
    assert chart_alt(Chart("題", "bar", [], [], alt="言葉で")) == "言葉で"


def test_many_values_are_told_shortly() -> None:
    many = Chart("コマ", "line", [str(slot) for slot in range(48)], [Series("予備率", list(range(48)))])
    assert chart_alt(many).endswith("23 23、…")


def test_long_names_lie_beside_their_bars_and_the_picture_grows_with_them() -> None:
    names = [f"アセスメント結果・ペナルティ {number}" for number in range(20)]
    few = png_size(chart_picture(Chart("区分", "bar", names[:5], [Series("件数", [1] * 5)])))
    many = png_size(chart_picture(Chart("区分", "bar", names, [Series("件数", [1] * 20)])))
    assert many[0] == few[0]
    assert many[1] > 2 * few[1]


def test_hostile_texts_negative_values_and_nothing_at_all_are_pictures_too() -> None:
    charts = [
        Chart(HOSTILE, "bar", [HOSTILE, "乙"], [Series(HOSTILE, [-3, None])], HOSTILE[:9]),
        Chart("金額", "bar", ["甲"], [Series("a", [-5]), Series("$b$", [7])], "円"),
        Chart("空", "bar", [], []),
        Chart("空", "line", ["甲"], [Series("a", [None])]),
        Chart("一つ", "line", ["甲"], [Series("a", [0])]),
        Chart("零", "stacked", ["甲"], [Series("a", [0]), Series("b", [None])]),
    ]
    for chart in charts:
        assert chart_picture(chart).startswith(PNG)
        assert b"</svg>" in chart_picture(chart, format="svg")
