"""全電源算定の入力: one resource with its contracts, events and coal metering, and the slots of a month of all of them."""

from dataclasses import dataclass

import numpy as np

from calc_core.coal_year import CoalYear
from calc_core.contract_period import ContractPeriod
from calc_core.slot_event import SlotEvent


@dataclass(frozen=True, slots=True)
class FleetResource:
    """電源等: its codes, its contracts (any order, never two in one slot), and what the year demanded of it besides."""

    resource: str
    business: str
    area: str
    category: str
    periods: tuple[ContractPeriod, ...]
    events: tuple[SlotEvent, ...] = ()
    coal: CoalYear | None = None


@dataclass(frozen=True, slots=True)
class FleetSlots:
    """A month of all resources in their order, resources × days × 48: offered kW (int32), multiplier (int8 or int32)."""

    offered_kw: np.ndarray
    multiplier: np.ndarray
