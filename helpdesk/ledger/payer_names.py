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


class Words:
    """摘要 of one receipt, made comparable once, for asking after many invoice numbers."""

    def __init__(self, text: str) -> None:
        self._plain = unicodedata.normalize("NFKC", text).upper()
        self._letters = _letters(text)

    def mention(self, number_letters: str) -> bool:
        """Whether an invoice number (`number_letters` of it) stands there as itself, not as a part of a longer one.

        Signs in it are no matter. A number without a digit or of fewer than four letters is never recognised: it
        would stand in anything.
        """
        if len(number_letters) < 4 or number_letters not in self._letters or number_letters.isalpha():
            return False
        pattern = r"[^0-9A-Z]*".join(number_letters)
        found = rf"(?<![0-9A-Z])(?<![0-9][-/.]){pattern}(?![-/.]?[0-9A-Z])"
        return re.search(found, self._plain) is not None


def mentions(text: str, number: str) -> bool:
    """Whether an invoice number stands in a text."""
    return Words(text).mention(number_letters(number))


def number_letters(number: str) -> str:
    """An invoice number as it is compared: only its letters and digits."""
    return _letters(number)


def _letters(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())
