"""図: a chart as a picture, the same in Word, PDF and Excel; readable in grey print and without colour vision.

Bars stand on zero; values stand at the bars and names at the lines where there is room, so that nothing must be looked up.
"""

import io
import threading
from typing import Any, Literal

from helpdesk.documents.cells import NOTHING_FOUND, number_text, text_width
from helpdesk.documents.document import Chart
from helpdesk.documents.legible import FONT_FAMILY, font_path, printable

WIDTH_INCHES, HEIGHT_INCHES = 6.3, 2.7
_PNG_DPI = 200
# Okabe and Ito's colours in an order of falling darkness, each with a hatch of its own
_COLOURS = ("#0b3c6f", "#d55e00", "#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#8a8a8a", "#f0e442")
_HATCHES = ("", "///", "", "...", "\\\\\\", "", "xxx", "")
_DASHES = ("-", "--", "-.", ":")
_MARKS = ("o", "s", "^", "D")
_INK, _GREY, _GRID = "#1f2933", "#5b6670", "#d5dae0"
_LONG_LABEL = 1000  # from here names stand beside lying bars instead of below standing ones
_MOST_VALUES = 24  # more values than these are not written at their bars
_lock = threading.Lock()  # the font engine is not made for threads


def chart_picture(chart: Chart, *, format: Literal["png", "svg"] = "png") -> bytes:
    """The chart as PNG or SVG. The same chart gives the same bytes."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    settings = {
        "svg.hashsalt": "helpdesk",
        "svg.fonttype": "path",
        "hatch.linewidth": 0.4,
        "axes.unicode_minus": False,
        "font.family": [FONT_FAMILY],
        "font.size": 8.5,
    }
    with _lock, matplotlib.rc_context(settings):
        _know_the_font()
        figure = Figure(figsize=(WIDTH_INCHES, _height(chart)), layout="constrained")
        axes = figure.add_subplot()
        _draw(axes, chart)
        canvas = (FigureCanvasAgg if format == "png" else FigureCanvasSVG)(figure)
        metadata: dict[str, Any] = {"Software": None} if format == "png" else {"Date": None, "Creator": None}
        buffer = io.BytesIO()
        canvas.print_figure(buffer, format=format, dpi=_PNG_DPI, facecolor="white", metadata=metadata)
    return buffer.getvalue()


def chart_alt(chart: Chart) -> str:
    """What the chart shows, for a reader who cannot see it: its own words, or every value when there are few."""
    if chart.alt:
        return chart.alt
    told = []
    for series in chart.series:
        pairs = zip(chart.categories, series.values, strict=True)
        values = [f"{name} {'—' if value is None else number_text(value)}" for name, value in pairs]
        shown = "、".join(values[:_MOST_VALUES]) + ("、…" if len(values) > _MOST_VALUES else "")
        told.append(f"{series.name}: {shown}")
    return f"{chart.title}（{chart.unit or '値'}）。" + "。".join(told)


def _know_the_font() -> None:
    from matplotlib import font_manager

    if FONT_FAMILY not in font_manager.fontManager.get_font_names():
        font_manager.fontManager.addfont(font_path())


def _lies(chart: Chart) -> bool:
    longest = max((text_width(name) for name in chart.categories), default=0)
    return chart.kind == "bar" and len(chart.series) == 1 and longest > _LONG_LABEL


def _height(chart: Chart) -> float:
    if _is_empty(chart):
        return 0.6
    return max(1.2, 0.45 + 0.27 * len(chart.categories)) if _lies(chart) else HEIGHT_INCHES


def _is_empty(chart: Chart) -> bool:
    return not chart.categories or all(value is None for each in chart.series for value in each.values)


def _draw(axes: Any, chart: Chart) -> None:
    if _is_empty(chart):
        axes.text(0.5, 0.5, NOTHING_FOUND, ha="center", va="center", color=_GREY, transform=axes.transAxes)
        axes.set_axis_off()
        return
    if _lies(chart):
        _lying_bars(axes, chart)
    elif chart.kind == "line":
        _lines(axes, chart)
    else:
        _standing_bars(axes, chart)
    _calm(axes, lies=_lies(chart), unit=printable(chart.unit))


def _standing_bars(axes: Any, chart: Chart) -> None:
    count, places = len(chart.series), range(len(chart.categories))
    stacked = chart.kind == "stacked"
    width = 0.66 if stacked or count == 1 else 0.82 / count
    base = [0] * len(chart.categories)
    written = len(chart.categories) * (1 if stacked else count) <= _MOST_VALUES
    for number, series in enumerate(chart.series):
        values = [value or 0 for value in series.values]
        shift = 0 if stacked else (number - (count - 1) / 2) * width
        bars = axes.bar(
            [place + shift for place in places],
            values,
            width,
            bottom=base if stacked else None,
            label=printable(series.name),
            color=_COLOURS[number % len(_COLOURS)],
            hatch=_HATCHES[number % len(_HATCHES)],
            edgecolor="white",
            linewidth=0.6,
        )
        if written and not stacked:
            shown = [number_text(value) if value is not None else "" for value in series.values]
            axes.bar_label(bars, shown, padding=1.5, fontsize=8, color=_INK)
        base = [below + value for below, value in zip(base, values, strict=True)]
    if stacked and written:
        for place, total in zip(places, base, strict=True):
            axes.annotate(
                number_text(total),
                (place, total),
                (0, 2),
                textcoords="offset points",
                ha="center",
                fontsize=8,
                color=_INK,
            )
    _name_the_places(axes, chart)
    _legend(axes, count)


def _lying_bars(axes: Any, chart: Chart) -> None:
    series = chart.series[0]
    bars = axes.barh(
        range(len(chart.categories)), [value or 0 for value in series.values], 0.66, color=_COLOURS[0]
    )
    unit = printable(chart.unit)
    shown = [f"{number_text(value)}{unit}" if value is not None else "" for value in series.values]
    axes.bar_label(bars, shown, padding=3, fontsize=8, color=_INK)
    axes.set_yticks(range(len(chart.categories)), [_short(name) for name in chart.categories])
    axes.invert_yaxis()


def _lines(axes: Any, chart: Chart) -> None:
    for number, series in enumerate(chart.series):
        values = [float("nan") if value is None else value for value in series.values]
        colour = _COLOURS[number % len(_COLOURS)]
        few = len(values) <= _MOST_VALUES
        axes.plot(
            range(len(values)),
            values,
            _DASHES[number % len(_DASHES)],
            color=colour,
            linewidth=1.6,
            marker=_MARKS[number % len(_MARKS)] if few else None,
            markersize=4,
            label=printable(series.name),
        )
    if min(value for each in chart.series for value in each.values if value is not None) >= 0:
        axes.set_ylim(bottom=0)
    _name_the_places(axes, chart)
    _legend(axes, len(chart.series))


def _name_the_places(axes: Any, chart: Chart) -> None:
    step = -(-len(chart.categories) // _MOST_VALUES)
    places = range(0, len(chart.categories), step)
    axes.set_xticks(list(places), [_short(chart.categories[place]) for place in places])


def _legend(axes: Any, count: int) -> None:
    if count > 1:
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1.0),
            ncols=min(count, 4),
            frameon=False,
            borderaxespad=0.2,
            handlelength=1.6,
            fontsize=8,
        )


def _calm(axes: Any, *, lies: bool, unit: str) -> None:
    """Only what is read stays: the zero line, faint lines of the scale, the names."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    scale = axes.xaxis if lies else axes.yaxis
    scale.set_major_locator(MaxNLocator(nbins=5, integer=True))
    scale.set_major_formatter(FuncFormatter(lambda value, _: number_text(round(value))))
    axes.set_axisbelow(True)
    for side in ("top", "right", "bottom" if lies else "left"):
        axes.spines[side].set_visible(False)
    axes.spines["left" if lies else "bottom"].set_color(_INK)
    axes.tick_params(colors=_INK, length=0)
    if lies:
        axes.set_xticks([])
        axes.margins(x=0.1)
    else:
        scale.grid(True, color=_GRID, linewidth=0.6)
        if axes.get_ylim()[0] < 0:
            axes.axhline(0, color=_INK, linewidth=0.8)
            axes.spines["bottom"].set_visible(False)
        axes.margins(y=0.12)
        if unit:
            axes.set_ylabel(unit, rotation=0, ha="right", va="top", y=1.0, color=_GREY, fontsize=8)


def _short(name: str) -> str:
    clean = printable(name).replace("\n", " ")
    return clean if text_width(clean) <= 3000 else clean[:15] + "…"
