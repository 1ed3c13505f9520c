"""銀行のカナ (JIS X 0201): how is a name written so that a bank takes it, and what in it cannot be written?

Banks take half-width kana with 濁点 and 半濁点 as characters of their own, capital letters, digits and a few signs (全銀協
制定フォーマットの使用文字). Small kana are written large, 長音 as a hyphen, ヲ as ｵ; legal forms by their abbreviations.
"""

import re
import unicodedata
from typing import Final

_SIGNS: Final = " ().,-/｢｣\\"
WRITABLE: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" + _SIGNS + "ﾞﾟ") | {
    chr(code) for code in range(0xFF71, 0xFF9E)
}  # ｱ … ﾝ
_FULL = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
_HALF = {full: chr(0xFF71 + at) for at, full in enumerate(_FULL)}
_LARGE = str.maketrans("ァィゥェォッャュョヮヵヶヲヰヱ", "アイウエオツヤユヨワカケオイエ")
_DASHES = dict.fromkeys(map(ord, "ー‐‑‒–—―−─━﹣⁃~〜"), "-")
_OTHERS = str.maketrans(
    {"・": ".", "·": ".", "、": ",", "。": ".", "「": "｢", "」": "｣", "¥": "\\", "゙": "ﾞ", "゚": "ﾟ"}
)
_LEGAL_FORMS: Final = {  # the longest first: 一般社団法人 before 社団法人
    "特定非営利活動法人": "ﾄｸﾋ",
    "独立行政法人": "ﾄﾞｸ",
    "国立大学法人": "ﾀﾞｲ",
    "社会福祉法人": "ﾌｸ",
    "一般社団法人": "ｼﾔ",
    "公益社団法人": "ｼﾔ",
    "一般財団法人": "ｻﾞｲ",
    "公益財団法人": "ｻﾞｲ",
    "カブシキガイシヤ": "ｶ",
    "カブシキカイシヤ": "ｶ",
    "ユウゲンガイシヤ": "ﾕ",
    "ゴウドウガイシヤ": "ﾄﾞ",
    "株式会社": "ｶ",
    "有限会社": "ﾕ",
    "合同会社": "ﾄﾞ",
    "合資会社": "ｼ",
    "合名会社": "ﾒ",
    "社団法人": "ｼﾔ",
    "財団法人": "ｻﾞｲ",
    "医療法人": "ｲ",
    "(株)": "ｶ",
    "(有)": "ﾕ",
    "(同)": "ﾄﾞ",
}


def bank_kana(name: str) -> str:
    """The name as a bank writes it; what cannot be written stays as it is (`unwritable` names it)."""
    text = unicodedata.normalize("NFKC", name).upper()
    text = "".join(chr(ord(each) + 0x60) if "ぁ" <= each <= "ゖ" else each for each in text)
    text = " ".join(text.translate(_LARGE).split())
    text = _abbreviated(text)
    text = unicodedata.normalize("NFD", text).translate(_DASHES).translate(_OTHERS)
    return "".join(_HALF.get(each, each) for each in text)


def unwritable(written: str) -> list[str]:
    """The characters that a bank does not take, each once, in order."""
    return list(dict.fromkeys(each for each in written if each not in WRITABLE))


def kana_problem(written: str, *, most: int) -> str:
    """What is wrong with a name in `bank_kana`, in Japanese; empty: a bank takes it."""
    if not written:
        return "空です。銀行に届け出たカナの名義を入れてください"
    if wrong := unwritable(written):
        shown = "".join(unicodedata.normalize("NFC", each) for each in wrong[:10])
        return f"「{shown}」は銀行のカナ（半角カナ・英大文字・数字・記号）で書けません。カナで入れてください"
    if len(written) > most:
        return f"濁点・半濁点を1字と数えて {most}字以内にしてください（いま {len(written)}字）"
    return ""


def jis_bytes(written: str) -> bytes:
    """Its bytes in JIS X 0201: one a character. Raises `ValueError` for what cannot be written."""
    if wrong := unwritable(written):
        raise ValueError(f"not writable in JIS X 0201: {wrong}")
    return written.encode("shift_jis")


def jis_text(content: bytes) -> str | None:
    """The text of single bytes in JIS X 0201; None where a byte is neither a letter nor kana."""
    if re.search(rb"[^\x20-\x7e\xa1-\xdf]", content):
        return None
    return content.decode("shift_jis")


def _abbreviated(text: str) -> str:
    """株式会社 in front is ｶ), behind (ｶ, between (ｶ)."""
    for form, short in _LEGAL_FORMS.items():
        before, found, after = text.partition(form)
        if found:
            sign = f"{'(' if before.strip() else ''}{short}{')' if after.strip() else ''}"
            return f"{before.strip()}{sign}{after.strip()}"
    return text
