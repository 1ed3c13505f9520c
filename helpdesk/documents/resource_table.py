"""電源等ごとの内訳: the figures of each resource of a notice side by side, with the sums that the notice itself tells."""

from collections.abc import Sequence

from helpdesk.documents.document import Column, Table
from helpdesk.documents.figures import Figure, kind_of, resource_of, split_labels, value_of

_SUMS = {"payment_yen": "payments_yen", "penalty_yen": "penalties_yen"}  # of a column → the notice's own sum
_WIDE_FROM = 7  # so many figures a resource are read on a lying page
_LONG_NAME, _MANY = 24, 12  # so many long names as well


def resource_tables(figures: Sequence[Figure]) -> list[Table]:
    """A line for each resource, a column for each of its figures, the notice's own sums below."""
    by_resource: dict[str, list[Figure]] = {}
    for figure in figures:
        code = resource_of(figure[0])
        if code is not None:
            by_resource.setdefault(code, []).append(figure)
    columns: dict[str, Column] = {}
    names = {}
    for code, own in by_resource.items():
        names[code], labels = split_labels(own)
        for figure, label in zip(own, labels, strict=True):
            columns.setdefault(_name(figure), Column(label, kind_of(figure[2]), 16))
    if not columns:
        return []
    rows = []
    for code, own in by_resource.items():
        values = {_name(figure): value_of(figure[3], figure[2]) for figure in own}
        rows.append([names[code] or code, code, *(values.get(name) for name in columns)])
    sums = {figure[0]: value_of(figure[3], figure[2]) for figure in figures}
    total = ["合計", "", *(sums.get(_SUMS.get(name, "")) for name in columns)]
    heads = [Column("電源等", width=30), Column("番号", width=12), *columns.values()]
    return [
        Table(
            "電源等ごとの内訳",
            heads,
            rows,
            total=total,
            wide=_is_wide(list(columns), figures, list(names.values())),
        ),
    ]


def _is_wide(columns: Sequence[str], figures: Sequence[Figure], names: Sequence[str]) -> bool:
    """Whether the table does not stand well on an upright page: many figures, their fractions, many long names."""
    long_names = sum(len(name) > _LONG_NAME for name in names)
    is_broad = len(columns) >= _WIDE_FROM or any("/" in figure[3] for figure in figures)
    return is_broad or long_names >= _MANY


def _name(figure: Figure) -> str:
    return figure[0].rpartition(".")[2]
