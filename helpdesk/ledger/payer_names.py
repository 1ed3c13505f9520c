"""振込人名: are two names, as banks and as people write them, the same? Half-width kana, large kana, legal forms.

Banks write JIS X 0201 kana without small letters and shorten legal forms (`ｶ)`, `(ｶ)`, `(ﾕ`); people write 株式会社, ㈱ or
カブシキガイシャ. A key is what is left when all of that is taken away.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

_SHORT = "カ|ユ|ド|メ|シ|ソ|イ|ザイ|シヤ|シユウ|ガク|フク|ドク|トク"  # of the banks' own list (全銀協)
_COMPANIES = "カブシキ|ユウゲン|ゴウドウ|ゴウメイ|ゴウシ|ソウゴ"
_BODIES = "(?:イツパン|コウエキ)?(?:シヤダン|ザイダン)|ドクリツギヨウセイ|トクテイヒエイリカツドウ"
_KANJI = "(?:株式|有限|合同|合名|合資|相互)会社|(?:一般|公益)?(?:社団|財団)法人|独立行政法人"
_LEGAL_FORMS = re.compile(
    rf"(?<![ァ-ヺー])(?:{_SHORT})\)|\((?:{_SHORT})(?:\)|\s|$)"
    rf"|(?:{_COMPANIES})\s*[ガカ]イシヤ|(?:{_BODIES})\s*ホウジン|{_KANJI}|\([株有同名資]\)"
)
_LARGE = str.maketrans("ァィゥェォッャュョヮヵヶヲ", "アイウエオツヤユヨワカケオ")
_NO_LETTER = re.compile(r"[^0-9A-Zァ-ヺー一-鿿]")
_AROUND = "0123456789"  # a customer's number before or after the name
_LEAST_ALIKE = 5  # letters; banks cut long names
LEAST_NEARLY = 8  # letters and digits of a number of which one may be mistyped


class Named(Protocol):
    """A business with its names."""

    id: int
    name: str
    name_kana: str


def payer_key(name: str) -> str:
    """The name as it is compared: full-width katakana without small letters, legal form, blanks and signs."""
    plain = unicodedata.normalize("NFKC", name).upper()
    plain = "".join(chr(ord(each) + 0x60) if "ぁ" <= each <= "ゖ" else each for each in plain)
    plain = re.sub(r"[-‐‑–—−]", "ー", plain.translate(_LARGE))
    return _NO_LETTER.sub("", _LEGAL_FORMS.sub(" ", plain))


class Payers:
    """振込人: which businesses a payer's name can mean; each name is made comparable once."""

    def __init__(self, businesses: Iterable[Named]) -> None:
        self._by_key: dict[str, set[int]] = defaultdict(set)
        for each in businesses:
            for key in {payer_key(each.name_kana), payer_key(each.name)} - {""}:
                self._by_key[key].add(each.id)

    def named(self, name: str) -> set[int]:
        """The businesses of just this name; a number around it is no part of it."""
        key = payer_key(name)
        return self._by_key.get(key) or self._by_key.get(key.strip(_AROUND)) or set()

    def the_one(self, name: str) -> int | None:
        """The only business of this name; none where nobody or several have it."""
        found = self.named(name)
        return next(iter(found)) if len(found) == 1 else None

    def alike(self, name: str) -> set[int]:
        """The businesses whose name begins as this one does, or this one as theirs: a name that was cut."""
        key = payer_key(name).strip(_AROUND)
        if len(key) < _LEAST_ALIKE:
            return set()
        return {
            business_id
            for other, ids in self._by_key.items()
            if len(other) >= _LEAST_ALIKE and (other.startswith(key) or key.startswith(other))
            for business_id in ids
        }


class Words:
    """摘要 of one receipt, made comparable once, for asking after many invoice numbers."""

    def __init__(self, text: str) -> None:
        self._plain = unicodedata.normalize("NFKC", text).upper()
        self.letters = _letters(text)

    def mention(self, number_letters: str) -> bool:
        """Whether an invoice number (`number_letters` of it) stands there as itself, not as a part of a longer one.

        Signs in it are no matter. A number without a digit or of fewer than four letters is never recognised: it
        would stand in anything.
        """
        if len(number_letters) < 4 or number_letters not in self.letters or number_letters.isalpha():
            return False
        pattern = r"[^0-9A-Z]*".join(number_letters)
        found = rf"(?<![0-9A-Z])(?<![0-9][-/.]){pattern}(?![-/.]?[0-9A-Z])"
        return re.search(found, self._plain) is not None

    def nearly_mention(self, number_letters: str) -> bool:
        """Whether a number stands there that differs in one letter or in two that were exchanged."""
        length = len(number_letters)
        if length < LEAST_NEARLY:
            return False
        return any(
            _nearly(number_letters, self.letters[at : at + length])
            for at in range(len(self.letters) - length + 1)
        )


def mentions(text: str, number: str) -> bool:
    """Whether an invoice number stands in a text."""
    return Words(text).mention(number_letters(number))


def number_letters(number: str) -> str:
    """An invoice number as it is compared: only its letters and digits."""
    return _letters(number)


def _letters(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())


def _nearly(number: str, written: str) -> bool:
    if len(written) != len(number):
        return False
    apart = [at for at in range(len(number)) if number[at] != written[at]]
    if len(apart) == 2 and apart[1] == apart[0] + 1:
        return number[apart[0]] == written[apart[1]] and number[apart[1]] == written[apart[0]]
    return len(apart) == 1
