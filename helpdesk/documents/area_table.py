"""エリアごとの内訳: the figures of a statement area by area, side by side; summed where the statement tells the sum."""

from collections.abc import Sequence

from calc_core.narration import UNITS
from helpdesk.documents.document import Column, Table
from helpdesk.documents.figures import Figure, kind_of, split_labels, value_of

_PREFIX = "area."
_WIDE_FROM = 7  # so many figures an area are read on a lying page


def area_of(key: str) -> str | None:
    """The area (エリア) that a figure is about; None for the business's own."""
    return key.split(".")[1] if key.startswith(_PREFIX) else None


def area_tables(figures: Sequence[Figure], *, only_summed: bool = False) -> list[Table]:
    """A line for each area, a column for each of its figures.

    A column is summed where its sum is one of the statement's own figures: it is the business's amount, not the area's.
    `only_summed` leaves the others out.
    """
    by_area: dict[str, list[Figure]] = {}
    for figure in figures:
        area = area_of(figure[0])
        if area is not None:
            by_area.setdefault(area, []).append(figure)
    columns: dict[str, Column] = {}
    for own in by_area.values():
        _, labels = split_labels(own)
        for figure, label in zip(own, labels, strict=True):
            columns.setdefault(_name(figure), Column(_with_unit(label, figure[2]), kind_of(figure[2]), 16))
    told = {value_of(figure[3], figure[2]) for figure in figures if area_of(figure[0]) is None}
    values = {
        area: {_name(figure): value_of(figure[3], figure[2]) for figure in own}
        for area, own in by_area.items()
    }
    sums = {name: _sum([of_area.get(name) for of_area in values.values()], told) for name in columns}
    shown = [name for name in columns if not only_summed or sums[name] is not None]
    if not shown:
        return []
    return [
        Table(
            "エリアごとの内訳",
            [Column("エリア", width=12), *(columns[name] for name in shown)],
            [[area, *(of_area.get(name) for name in shown)] for area, of_area in values.items()],
            total=["合計", *(sums[name] for name in shown)],
            wide=len(shown) >= _WIDE_FROM,
        )
    ]


def _sum(values: Sequence[object], told: set[int | str | None]) -> int | None:
    whole = [value for value in values if isinstance(value, int)]
    total = sum(whole)
    return total if len(whole) == len(values) and total in told else None


def _with_unit(label: str, unit: str) -> str:
    shown = UNITS.get(unit, unit)
    return label if unit == "yen" or not shown or shown in label else f"{label}（{shown}）"


def _name(figure: Figure) -> str:
    return figure[0].rpartition(".")[2]
