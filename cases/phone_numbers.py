"""電話番号: which number is meant by what somebody typed, and can it be one at all.

Full-width digits, any dash, brackets, +81 and an extension (内線) are understood. Nothing is known here about which
numbers are in use; only the lengths of the national numbering plan are asked.
"""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 40  # as written, of PhoneCall.telephone
FEWEST_TO_SEARCH = 3  # digits

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−ー─━﹣⁃ｰ～~"), "-")
_EXTENSION = re.compile(r"(?:内線|extension|ext\.?|内|#|x)\s*[:.]?\s*([0-9][0-9-]{0,9})\s*$", re.IGNORECASE)
_REMARK = re.compile(
    r"[(【\[](?:代表|代|直通|本社|携帯|TEL|電話)[)】\]]|^(?:TEL|電話(?:番号)?)\s*[:.]?", re.IGNORECASE
)
_TRUNK_ZERO = re.compile(r"^(\+81[\s-]*)\(?0\)?")
_WRITTEN = re.compile(r"[0-9()\s./-]+")
_SPECIAL = re.compile(r"1[0-9]{2}|0[0-9]{9,10}|00[0-9]{6,17}")


@dataclass(frozen=True, slots=True)
class Number:
    """番号: national digits with the leading 0 (abroad: with +), and the extension."""

    digits: str
    extension: str = ""


def read_number(text: str) -> Number | None:
    """The number that a text stands for; None when it is none, or cannot be one."""
    found = _split(text)
    if found is None:
        return None
    if found.digits.startswith("+"):
        return found if 7 <= len(found.digits) - 1 <= 15 else None
    return found if _SPECIAL.fullmatch(found.digits) else None


def why_impossible(text: str) -> str:
    """Why a typed number cannot be one (Japanese); empty when it can."""
    if len(text) > LONGEST:
        return f"{LONGEST}文字以内にしてください（いま {len(text)}文字）"
    if read_number(text) is not None:
        return ""
    found = _split(text)
    if found is None:
        return f"「{text[:LONGEST]}」は電話番号として読めません。数字とハイフンで入力してください（例 03-1234-5678）"
    count = len(found.digits.removeprefix("+"))
    if found.digits.startswith("+"):
        return f"「{text}」は {count}桁です。国番号からの番号は 7〜15桁です"
    if not found.digits.startswith("0"):
        return f"「{text}」は 0 で始まっていません。市外局番から入力してください（例 03-1234-5678）"
    return f"「{text}」は {count}桁です。市外局番からの 10桁か 11桁で入力してください（例 03-1234-5678）"


def searched_digits(text: str) -> str:
    """The digits by which a number is looked for, a part of one too; empty when the text is no part of a number."""
    found = _split(text)
    if found is None:
        return ""
    digits = found.digits.removeprefix("+")
    return digits if len(digits) >= FEWEST_TO_SEARCH else ""


def _split(text: str) -> Number | None:
    plain = unicodedata.normalize("NFKC", text[: LONGEST * 2].translate(_DASHES)).translate(_DASHES)
    plain = _REMARK.sub(" ", plain).strip()
    extension = _EXTENSION.search(plain)
    if extension:
        plain = plain[: extension.start()].rstrip(" ,、(-")
    plain = _TRUNK_ZERO.sub(r"\1", plain)
    abroad = plain.startswith("+")
    if not _WRITTEN.fullmatch(plain.removeprefix("+")):
        return None
    digits = re.sub(r"[^0-9]", "", plain)
    if not digits:
        return None
    if abroad and digits.startswith("81") and len(digits) > 2:
        digits, abroad = "0" + digits[2:], False
    return Number(("+" if abroad else "") + digits, extension[1].replace("-", "") if extension else "")
