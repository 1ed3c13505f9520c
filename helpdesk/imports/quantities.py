"""量のセル: kWh, kW and exact numbers as people write them, never through a binary float.

Full-width digits, thousands separators and a unit behind the number are understood.
"""

import re
from fractions import Fraction

from calc_core import exact
from helpdesk.imports.cells import NotReadable, plain

MOST = 2**31 - 1  # of Wh in a slot and of kW: what a slot file can hold
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_NUMBER = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")
_SHOWN = 30


def read_wh(cell: str, *, most: int = MOST) -> int:
    """An energy given in kWh, as whole Wh: at most three decimals. May be negative."""
    sign, whole, decimals = _number(cell, "kWh")
    if len(decimals.rstrip("0")) > 3:
        raise NotReadable(
            f"「{cell.strip()[:_SHOWN]}」は小数が3桁を超えています（1 Wh 未満は登録できません）"
        )
    found = int(whole) * 1000 + int(decimals[:3].ljust(3, "0"))
    if found > most:
        raise NotReadable(f"{most // 1000:,} kWh を超えています。単位（kWh）と桁を確かめてください")
    return -found if sign else found


def read_kw(cell: str, *, most: int = MOST) -> int:
    """A power in whole kW, zero or more."""
    sign, whole, decimals = _number(cell, "kW")
    if decimals.strip("0"):
        raise NotReadable(f"「{cell.strip()[:_SHOWN]}」は kW の整数ではありません")
    found = int(whole)
    if sign and found:
        raise NotReadable(f"「{cell.strip()[:_SHOWN]}」は 0 以上ではありません")
    if found > most:
        raise NotReadable(f"{most:,} kW を超えています。単位（kW）と桁を確かめてください")
    return found


def read_exact(cell: str) -> str:
    """A number of zero or more, decimals and fractions as they are, as the exact text that calculations read."""
    text = _ungrouped(cell, "kW")
    try:
        found = exact.read(text)
    except ValueError as error:
        raise NotReadable(str(error)) from None
    if found < 0:
        raise NotReadable(f"「{cell.strip()[:_SHOWN]}」は 0 以上ではありません")
    written = exact.text(found)
    if len(written) > 40 or Fraction(written) != found:
        raise NotReadable(f"「{cell.strip()[:_SHOWN]}」は桁が多すぎます（40文字まで）")
    return written


def _number(cell: str, unit: str) -> tuple[str, str, str]:
    found = _NUMBER.fullmatch(_ungrouped(cell, unit))
    if found is None:
        raise NotReadable(f"「{cell.strip()[:_SHOWN]}」は数（{unit}）ではありません")
    if len(found[2].lstrip("0")) > 15:
        raise NotReadable(f"「{cell.strip()[:_SHOWN]}」は桁が多すぎます")
    return found[1], found[2], found[3] or ""


def _ungrouped(cell: str, unit: str) -> str:
    text = plain(cell).replace("−", "-").replace("▲", "-").replace("△", "-").replace(" ", "")
    text = re.sub(rf"{unit}$", "", text, flags=re.IGNORECASE)
    if "," in text:
        if not _GROUPED.fullmatch(text):
            raise NotReadable(f"「{cell.strip()[:_SHOWN]}」は桁区切りの位置が3桁ごとではありません")
        text = text.replace(",", "")
    return text
