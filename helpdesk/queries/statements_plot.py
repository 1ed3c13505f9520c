"""精算の図: how the payments of a month become what is paid or invoiced in the end, as steps with coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 230
LEFT, RIGHT, TOP, BOTTOM = 12, 12, 26, 30
GAP, WIDEST = 14, 110


@dataclass(frozen=True, slots=True)
class Amount:
    """金額: one step of the way: a change, or with `is_sum` what has come of it so far."""

    label: str
    yen: int
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """棒: where it stands and what it says; `look` ∈ up, down, sum."""

    label: str
    yen: int
    look: str
    x: float
    y: float
    width: float
    height: float
    text_y: float
    link: tuple[float, float, float] | None  # the line to the next bar: from x, to x, at y

    @property
    def middle(self) -> float:
        """Where its words stand."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Waterfall:
    """増減の図: the bars, the line of zero, and all of it in words."""

    bars: tuple[Bar, ...]
    zero_y: float
    told: str


def amounts_of(
    net_yen: int,
    tax_yen: int,
    offset_yen: int,
    total_yen: int,
    *,
    payments_yen: int | None = None,
    penalties_yen: int | None = None,
    items_yen: int = 0,
) -> list[Amount]:
    """The steps from payments to the total; from the net where its parts are not known or do not come to it."""
    found = [Amount("差引（税抜）", net_yen, is_sum=True)]
    if payments_yen is not None and penalties_yen is not None:
        rest = net_yen - payments_yen + penalties_yen
        if rest == items_yen:
            parts = [Amount("契約金額（各月）", payments_yen), Amount("ペナルティ", -penalties_yen)]
            found = [*parts, *([Amount("精算項目", rest)] if rest else []), *found]
    found.append(Amount("消費税", tax_yen))
    if offset_yen:
        found.append(Amount("相殺", -offset_yen))
    return [*found, Amount("交付・請求", total_yen, is_sum=True)]


def waterfall(amounts: Sequence[Amount]) -> Waterfall | None:
    """The picture of these steps; None where all of them are nothing."""
    if not any(each.yen for each in amounts):
        return None
    spans, level = [], 0
    for each in amounts:
        begin = 0 if each.is_sum else level
        level = each.yen if each.is_sum else level + each.yen
        spans.append((begin, level))
    high, low = max(0, *map(max, spans)), min(0, *map(min, spans))
    room = (WIDTH - LEFT - RIGHT + GAP) / len(amounts)
    width = min(room - GAP, WIDEST)

    def at(yen: int) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (high - yen) / (high - low), 1)

    bars = []
    for number, (each, (begin, end)) in enumerate(zip(amounts, spans, strict=True)):
        x = round(LEFT + number * room + (room - GAP - width) / 2, 1)
        top, bottom = at(max(begin, end)), at(min(begin, end))
        following = (round(x + width, 1), round(x + room, 1), at(end))
        bars.append(
            Bar(
                each.label,
                each.yen,
                "sum" if each.is_sum else "up" if each.yen >= 0 else "down",
                x,
                top,
                round(width, 1),
                max(1.0, round(bottom - top, 1)),
                round(top - 6, 1),
                following if number + 1 < len(amounts) else None,
            )
        )
    return Waterfall(tuple(bars), at(0), "、".join(f"{each.label} {_yen(each.yen)}" for each in amounts))


def _yen(yen: int) -> str:
    return f"{yen:,}円".replace("-", "−")
