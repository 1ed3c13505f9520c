"""エリアごとの内訳: the figures of a statement area by area, side by side, with their sum."""

from collections.abc import Sequence

from helpdesk.documents.document import Column, Table
from helpdesk.documents.figures import Figure, kind_of, split_labels, value_of

_PREFIX = "area."


def area_of(key: str) -> str | None:
    """The area (エリア) that a figure is about; None for the business's own."""
    return key.split(".")[1] if key.startswith(_PREFIX) else None


def area_tables(figures: Sequence[Figure], *, title: str = "エリアごとの内訳") -> list[Table]:
    """A line for each area, a column for each of its figures; amounts that are the business's own are summed."""
    by_area: dict[str, list[Figure]] = {}
    for figure in figures:
        area = area_of(figure[0])
        if area is not None:
            by_area.setdefault(area, []).append(figure)
    columns: dict[str, Column] = {}
    for own in by_area.values():
        _, labels = split_labels(own)
        for figure, label in zip(own, labels, strict=True):
            columns.setdefault(_name(figure), Column(label, kind_of(figure[2]), 16))
    if not columns:
        return []
    rows = []
    for area, own in by_area.items():
        values = {_name(figure): value_of(figure[3], figure[2]) for figure in own}
        rows.append([area, *(values.get(name) for name in columns)])
    sums = [_sum(rows, at, column) for at, column in enumerate(columns.values(), 1)]
    return [Table(title, [Column("エリア", width=12), *columns.values()], rows, total=["合計", *sums])]


def _sum(rows: Sequence[Sequence[object]], at: int, column: Column) -> int | None:
    values = [row[at] for row in rows]
    if column.kind != "yen":
        return None
    return sum(value for value in values if isinstance(value, int))


def _name(figure: Figure) -> str:
    return figure[0].rpartition(".")[2]
