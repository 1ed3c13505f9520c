"""入力の揃い方: which resources and days of a month have values of a kind, and which are missing.

Of each base only the number of filled slots a day is wanted; bases never change, so each is counted once a process.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np
from sqlalchemy.orm import Session

from calc_core.fiscal_year import DELIVERY_MONTHS, days_in_month
from calc_core.slots import SLOTS_PER_DAY
from helpdesk.register import slot_files, slot_rows
from helpdesk.register.models import NO_VALUE
from helpdesk.register.slot_store import first_day


@dataclass(frozen=True, slots=True)
class MonthCoverage:
    """ある月の揃い方: for each resource of which anything has come, how many slots of each day have a value."""

    fiscal_year: int
    delivery_month: int
    kind: str
    slots_of_day: Mapping[int, np.ndarray]  # uint8, one for each day of the month

    def complete(self, resource_ids: Iterable[int]) -> list[int]:
        """Those that have a value in every slot of the month."""
        return [each for each in resource_ids if self._filled(each) == self._whole]

    def partial(self, resource_ids: Iterable[int]) -> list[int]:
        """Those of which something is there and something is missing."""
        return [each for each in resource_ids if 0 < self._filled(each) < self._whole]

    def missing(self, resource_ids: Iterable[int]) -> list[int]:
        """Those of which nothing has come."""
        return [each for each in resource_ids if not self._filled(each)]

    def missing_days(self, resource_id: int) -> list[date]:
        """The days of a resource on which at least one slot has no value."""
        start = first_day(self.fiscal_year, self.delivery_month)
        counts = self.slots_of_day.get(resource_id, np.zeros(self._whole // SLOTS_PER_DAY, np.uint8))
        return [start + timedelta(days=int(at)) for at in np.nonzero(counts < SLOTS_PER_DAY)[0]]

    @property
    def _whole(self) -> int:
        return days_in_month(self.fiscal_year, self.delivery_month) * SLOTS_PER_DAY

    def _filled(self, resource_id: int) -> int:
        counts = self.slots_of_day.get(resource_id)
        return 0 if counts is None else int(counts.sum())


def coverage(session: Session, folder: Path, *, fiscal_year: int, kind: str) -> list[MonthCoverage]:
    """What has come of a kind for each delivery month, April to March; three statements whatever there is."""
    starts = {number: first_day(fiscal_year, number) for number in DELIVERY_MONTHS}
    files = slot_rows.newest_files(session, fiscal_year, [f"{each:%Y-%m}" for each in starts.values()], kind)
    corrections = slot_rows.corrections_in_force(session, None, list(starts.values()), kind=kind)
    laid_over = slot_rows.corrected_values(session, [each for some in corrections.values() for each in some])
    found = []
    for number, start in starts.items():
        month = f"{start:%Y-%m}", kind
        counts: dict[int, np.ndarray] = {}
        if file := files.get(month):
            counts = dict(zip(file.resource_ids, _filled_slots(folder, file.sha256), strict=True))
        for resource_id, on, version in corrections.get(month, []):
            counts[resource_id] = counts.get(
                resource_id, np.zeros(days_in_month(fiscal_year, number), np.uint8)
            ).copy()
            values = laid_over[resource_id, kind, on, version]
            counts[resource_id][int(on[-2:]) - 1] = np.count_nonzero(values != NO_VALUE)
        found.append(MonthCoverage(fiscal_year, number, kind, counts))
    return found


@lru_cache(maxsize=256)
def _filled_slots(folder: Path, digest: str) -> np.ndarray:
    return np.count_nonzero(slot_files.open_mapped(folder, digest) != NO_VALUE, axis=2).astype(np.uint8)
