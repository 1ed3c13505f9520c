"""契約の期間: from which slot to which slot a contract stands as it does; a substitution (電源等差替) moves it at a slot.

A resource without periods for a slot owes nothing in it. The amount of a month is that of the period in force at the
month's last slot (policy); where none is, there is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

SlotPlace = tuple[date, int]  # a day and its slot 1 … 48, in time order as tuples


@dataclass(frozen=True, slots=True)
class ContractPeriod:
    """契約: kW and price from `first` to `last`, both inclusive; `None` is open."""

    contract_kw: int
    assessed_kw: int
    price_yen_per_kw: int
    transitional_deduction_yen: int = 0
    inefficient_coal: bool = False
    first: SlotPlace | None = None
    last: SlotPlace | None = None

    def covers(self, place: SlotPlace) -> bool:
        """Whether it is in force in this slot."""
        return (self.first is None or self.first <= place) and (self.last is None or place <= self.last)


def in_force(periods: Sequence[ContractPeriod], place: SlotPlace) -> ContractPeriod | None:
    """The period in force in a slot, or none."""
    return next((period for period in periods if period.covers(place)), None)
