"""コマの出来事: what one resource had to show in one slot besides its plan: an offer, an instruction, an order.

`inputs` are those of the event's assessment rule but `assessed_kw`, which is that of the contract in force in the slot.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from calc_core.fiscal_year import fiscal_year_of
from calc_core.slots import SLOTS, SLOTS_PER_DAY, end_label

EVENTS = ("market_offer", "supply_instruction", "dispatch_order")  # assessment/<event>, penalty/<event>


@dataclass(frozen=True, slots=True)
class SlotEvent:
    """One event: its slot, the rule it is assessed by, and that rule's inputs by name (whole, Fraction or text)."""

    date: date
    slot: int
    event: str
    inputs: Mapping[str, int | Fraction | str]


def place_of(event: SlotEvent) -> str:
    """Where an event is, for a message: day, end of the slot, kind."""
    slot = end_label(event.slot) if event.slot in SLOTS else str(event.slot)
    return f"{event.date.isoformat()} {slot} {event.event}"


def faults_of(event: SlotEvent, fiscal_year: int, *, repeated: bool) -> Iterator[str]:
    """What is wrong with an event in itself; `repeated`: its slot had one of its kind before."""
    if event.event not in EVENTS:
        yield f"種類は {'、'.join(EVENTS)} のいずれかで指定してください"
    if event.slot not in SLOTS:
        yield f"コマは 1〜{SLOTS_PER_DAY} で指定してください（{event.slot}）"
    if fiscal_year_of(event.date) != fiscal_year:
        yield f"{fiscal_year}年度の日ではありません。日付を確かめてください"
    if repeated:
        yield "同じコマに同じ種類のものが2回以上あります。1回だけ指定してください"
