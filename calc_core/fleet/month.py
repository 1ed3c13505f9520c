"""全電源算定の結果: what a delivery month of a resource comes to, and the months of the whole fleet in order.

Twenty-four thousand months stand in a few arrays; a `FleetMonth` is made when somebody looks at it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import overload

import numpy as np

from calc_core.slot_event import EVENTS

NO_KWH: Mapping[str, Fraction] = dict.fromkeys(EVENTS, Fraction(0))
NO_YEN: Mapping[str, int] = dict.fromkeys(EVENTS, 0)


@dataclass(frozen=True, slots=True)
class FleetMonth:
    """One resource in one delivery month; kWh and penalties of events by every kind there is.

    The penalty of each kind stands before the caps, `penalty_total_yen` after them and without coal.
    """

    resource: str
    delivery_month: int
    shortfall_slots: Fraction
    short_slots: int
    cumulative_slots: Fraction
    contract_amount_yen: int
    penalty_outage_yen: int
    penalty_total_yen: int
    payment_yen: int
    shortfall_kwh: Mapping[str, Fraction] = field(default_factory=lambda: NO_KWH)
    penalty_yen: Mapping[str, int] = field(default_factory=lambda: NO_YEN)
    coal_penalty_yen: int = 0


@dataclass(frozen=True, slots=True)
class PlainMonths:
    """The months of resources with one contract all year and nothing else, rows × months, int64; other rows mean nothing."""

    weighted_kw: np.ndarray
    cumulative_kw: np.ndarray
    short_slots: np.ndarray
    penalty_yen: np.ndarray
    total_yen: np.ndarray
    payment_yen: np.ndarray
    assessed_kw: np.ndarray
    amount_yen: np.ndarray

    def month(self, resource: str, delivery_month: int, row: int, column: int) -> FleetMonth:
        """One month of one row."""
        assessed_kw = int(self.assessed_kw[row])
        return FleetMonth(
            resource,
            delivery_month,
            Fraction(int(self.weighted_kw[row, column]), assessed_kw),
            int(self.short_slots[row, column]),
            Fraction(int(self.cumulative_kw[row, column]), assessed_kw),
            int(self.amount_yen[row]),
            int(self.penalty_yen[row, column]),
            int(self.total_yen[row, column]),
            int(self.payment_yen[row, column]),
        )


class FleetMonths(Sequence[FleetMonth]):
    """Every month of every resource, by resource and month; a list to its readers."""

    def __init__(
        self,
        resources: Sequence[str],
        delivery_months: Sequence[int],
        plain: PlainMonths,
        others: Mapping[int, Sequence[FleetMonth]],
    ) -> None:
        self._resources = resources
        self._delivery_months = delivery_months
        self._plain = plain
        self._others = others

    def __len__(self) -> int:
        return len(self._resources) * len(self._delivery_months)

    @overload
    def __getitem__(self, place: int) -> FleetMonth: ...

    @overload
    def __getitem__(self, place: slice) -> list[FleetMonth]: ...

    def __getitem__(self, place: int | slice) -> FleetMonth | list[FleetMonth]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        row, column = divmod(place % len(self), len(self._delivery_months))
        if row in self._others:
            return self._others[row][column]
        return self._plain.month(self._resources[row], self._delivery_months[column], row, column)

    def __iter__(self) -> Iterator[FleetMonth]:
        return (self[place] for place in range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class FleetResult:
    """算定結果: the months by resource (in the order given) and month, and what a person should look at."""

    fiscal_year: int
    months: Sequence[FleetMonth]
    warnings: list[str]
