"""主要な数値: the figures of a statement by key, and how two sets of them (notified, recomputed, what-if) differ."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from calc_core import exact


class KeyFigure(NamedTuple):
    """One figure: its key (`resource.R001.penalty_yen`), Japanese label, unit and exact text. As JSON a list of four."""

    key: str
    label: str
    unit: str
    exact: str


@dataclass(frozen=True, slots=True)
class FigureDifference:
    """One line of a comparison: the text on either side (none where it is missing) and second − first, exact."""

    key: str
    label: str
    unit: str
    first: str | None
    second: str | None
    difference: str | None

    @property
    def differs(self) -> bool:
        """Whether the two sides say different things; a figure that one side lacks is a difference."""
        return self.difference != "0"


def compare_figures(
    first: Iterable[Sequence[str]], second: Iterable[Sequence[str]]
) -> list[FigureDifference]:
    """Every line of two sets of figures, in the order of the first, then what only the second has."""
    before = {key: KeyFigure(key, *rest) for key, *rest in first}
    after = {key: KeyFigure(key, *rest) for key, *rest in second}
    lines = []
    for key in [*before, *(key for key in after if key not in before)]:
        one, other = before.get(key), after.get(key)
        named = one or other
        difference = exact.text(exact.read(other.exact) - exact.read(one.exact)) if one and other else None
        lines.append(
            FigureDifference(
                key, named.label, named.unit, one and one.exact, other and other.exact, difference
            )
        )
    return lines
