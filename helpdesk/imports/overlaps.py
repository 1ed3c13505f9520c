"""重なり: rows about the slots of one resource's day that may not meet each other, in a file or with what is recorded."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Occupied:
    """Slots of a resource's day that something holds: what (its key) and how a reader knows it."""

    key: Hashable
    first_slot: int
    last_slot: int
    words: str


class DayOccupation:
    """Who holds which slots of which resource and day."""

    def __init__(self, held: Iterable[tuple[int, date, Occupied]] = ()) -> None:
        self._held: dict[tuple[int, date], list[Occupied]] = {}
        for resource_id, day, occupied in held:
            self.take(resource_id, day, occupied)

    def take(self, resource_id: int, day: date, occupied: Occupied) -> Occupied | None:
        """Hold these slots; what else holds one of them, if anything does."""
        there = self._held.setdefault((resource_id, day), [])
        met = next(
            (
                each
                for each in there
                if each.key != occupied.key
                and each.first_slot <= occupied.last_slot
                and occupied.first_slot <= each.last_slot
            ),
            None,
        )
        there.append(occupied)
        return met

    def release(self, keys: set[Hashable]) -> None:
        """What a file says anew or takes back holds nothing by what was recorded."""
        for day, there in self._held.items():
            self._held[day] = [each for each in there if each.key not in keys]
