"""コマの入力: which slot somebody means who types its number, or the time at which it begins or ends."""

import re
import unicodedata
from typing import Any

from calc_core.slots import slot_of_end_label, slot_of_start_label

_TIME = re.compile(r"([0-9]{1,2})(?::|時)([0-9]{2})?分?")


def slot_text(typed: Any, *, ends: bool) -> str:
    """コマの番号 as typed, or that of the slot which begins (or `ends`) at a typed time; anything else as it is."""
    plain = unicodedata.normalize("NFKC", str(typed)).strip()
    time = _TIME.fullmatch(plain)
    if time is None:
        return plain
    label = f"{int(time[1]):02}:{time[2] or '00'}"
    try:
        return str(slot_of_end_label(label) if ends else slot_of_start_label(label))
    except ValueError:
        return plain
