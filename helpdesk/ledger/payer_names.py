"""振込人名: are two names, as banks and as people write them, the same? Half-width kana, large kana, legal forms."""

import re
import unicodedata

_LEGAL_FORMS = re.compile(
    r"カ\)|\(カ|ユ\)|\(ユ|ド\)|\(ド|カブシキガイシヤ|ユウゲンガイシヤ|ゴウドウガイシヤ|株式会社|有限会社|合同会社|\(株\)|\(有\)|\(同\)"
)
_LARGE = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
_NO_LETTER = re.compile(r"[^0-9A-Zァ-ヺー一-鿿]")


def payer_key(name: str) -> str:
    """The name as it is compared: full-width katakana without small letters, legal form, blanks and signs."""
    plain = unicodedata.normalize("NFKC", name).upper()
    plain = "".join(chr(ord(each) + 0x60) if "ぁ" <= each <= "ゖ" else each for each in plain)
    plain = re.sub(r"[-‐‑–—−]", "ー", plain.translate(_LARGE))
    return _NO_LETTER.sub("", _LEGAL_FORMS.sub("", plain))


def letters(text: str) -> str:
    """Only the letters and digits of a text, as invoice numbers are compared."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())


def mentions(text: str, number: str) -> bool:
    """Whether an invoice number stands in a text as itself, not as a part of a longer one; signs in it are no matter.

    A number without a digit or of fewer than four letters is never recognised: it would stand in anything.
    """
    wanted = letters(number)
    if len(wanted) < 4 or wanted.isalpha() or wanted not in letters(text):
        return False
    pattern = r"[^0-9A-Z]*".join(wanted)
    plain = unicodedata.normalize("NFKC", text).upper()
    return re.search(rf"(?<![0-9A-Z])(?<![0-9][-/.]){pattern}(?![-/.]?[0-9A-Z])", plain) is not None
