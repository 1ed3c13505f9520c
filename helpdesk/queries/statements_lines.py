"""精算の明細: the figures of a statement as its own totals and as a table of its resources or areas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calc_core.figures import compare_figures
from calc_core.narration import UNITS
from helpdesk.queries.calculations import readable

_PARTS = {"resource": "電源等", "area": "エリア"}  # the first word of a figure's key


@dataclass(frozen=True, slots=True)
class Figure:
    """数値: one total, and what it was in another version where one is compared."""

    key: str
    label: str
    unit: str
    value: str | None
    before: str | None = None
    difference: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """明細の一行: a resource or area by its code, its name, its figures in the order of the columns."""

    code: str
    name: str
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """明細: what the rows are (電源等, エリア), the columns (label, unit), the rows."""

    noun: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[Line, ...]


def totals(figures: Sequence[Sequence[str]], before: Sequence[Sequence[str]] | None = None) -> list[Figure]:
    """The statement's own figures; with `before`, beside what they were."""
    found = []
    for line in compare_figures(before if before is not None else figures, figures):
        if _part(line.key):
            continue
        unit = UNITS.get(line.unit, line.unit)
        if before is None:
            found.append(Figure(line.key, line.label, unit, readable(line.second)))
        else:
            found.append(
                Figure(
                    line.key,
                    line.label,
                    unit,
                    readable(line.second),
                    readable(line.first),
                    readable(line.difference) if line.differs else None,
                )
            )
    return found


def changed_lines(figures: Sequence[Sequence[str]], before: Sequence[Sequence[str]]) -> list[Figure]:
    """The figures of resources or areas that are not the same in the version before."""
    return [
        Figure(
            line.key,
            line.label,
            UNITS.get(line.unit, line.unit),
            readable(line.second),
            readable(line.first),
            readable(line.difference),
        )
        for line in compare_figures(before, figures)
        if _part(line.key) and line.differs
    ]


def lines(figures: Sequence[Sequence[str]]) -> list[Lines]:
    """The tables of resources and of areas; what a row has and no other has stands in a column of its own."""
    found = []
    for part, noun in _PARTS.items():
        by_code: dict[str, dict[str, Sequence[str]]] = {}
        for figure in figures:
            if _part(figure[0]) == part:
                _, code, name = figure[0].split(".", 2)
                by_code.setdefault(code, {})[name] = figure
        if by_code:
            found.append(_table(noun, by_code))
    return found


def _table(noun: str, by_code: Mapping[str, Mapping[str, Sequence[str]]]) -> Lines:
    names = {code: _name([figure[1] for figure in own.values()]) for code, own in by_code.items()}
    columns: dict[str, tuple[str, str]] = {}
    for code, own in by_code.items():
        for key, figure in own.items():
            label = figure[1].removeprefix(names[code]).strip() or figure[1]
            columns.setdefault(key, (label, UNITS.get(figure[2], figure[2])))
    rows = [
        Line(
            code,
            names[code] or code,
            tuple(readable(own[key][3]) if key in own else None for key in columns),
        )
        for code, own in by_code.items()
    ]
    return Lines(noun, tuple(columns.values()), tuple(rows))


def _name(labels: Sequence[str]) -> str:
    """What all labels of a row begin with, up to a blank: 「北浜発電所 1号機」."""
    first, last = min(labels), max(labels)  # what these share, all share
    length = next(
        (at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first)
    )
    same = first[:length].replace("　", " ")
    return same[: same.rfind(" ") + 1].strip()


def _part(key: str) -> str | None:
    first, dot, _ = key.partition(".")
    return first if dot and first in _PARTS and key.count(".") >= 2 else None
