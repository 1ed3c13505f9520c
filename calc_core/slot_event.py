"""コマの出来事: what one resource had to show in one slot besides its plan: an offer, an instruction, an order.

`inputs` are those of the event's assessment rule but `assessed_kw`, which is that of the contract in force in the slot.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

EVENTS = ("market_offer", "supply_instruction", "dispatch_order")  # assessment/<event>, penalty/<event>


@dataclass(frozen=True, slots=True)
class SlotEvent:
    """One event: its slot, the rule it is assessed by, and that rule's inputs by name (whole, Fraction or text)."""

    date: date
    slot: int
    event: str
    inputs: Mapping[str, int | Fraction | str]
