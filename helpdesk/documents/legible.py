"""読める文字: which characters of a text a file can hold? What it cannot is replaced by 〓, never dropped in silence.

〓 (geta) is what a Japanese printer sets where a character is missing. Word and Excel take nearly everything; a PDF and
a picture carry one embedded font, so what that font lacks (emoji, rare scripts) becomes 〓 there.
"""

import re
import threading
from functools import lru_cache
from pathlib import Path

MISSING = "〓"
FONT_FAMILY = "Noto Sans JP"

# what XML 1.0 refuses, what half of a surrogate pair is, and what turns the reading direction around
_UNHOLDABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
_LINE_ENDS = re.compile(r"\r\n?|[\x85\u2028\u2029]")
# what has no glyph of its own and needs none: joiners, variation selectors, the byte order mark
_INVISIBLE = re.compile(r"[\xad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
_LONG_RUN = re.compile(r"[!-~]{24,}")
_RUN_PIECE = 12
_ZERO_WIDTH_SPACE = "\u200b"
_lock = threading.Lock()


def legible(text: str) -> str:
    """The text as XML can hold it: line ends are \\n, characters that no file can hold are 〓."""
    return _UNHOLDABLE.sub(MISSING, _LINE_ENDS.sub("\n", text))


def printable(text: str) -> str:
    """The text as the embedded font can show it: also what the font lacks is 〓."""
    known = _characters_of_the_font()
    clean = _INVISIBLE.sub("", legible(text)).replace("\t", "    ")
    return "".join(letter if letter == "\n" or ord(letter) in known else MISSING for letter in clean)


def breakable(text: str) -> str:
    """A printable text whose long runs of Latin letters may be broken, so that a line of 5,000 stays on the page."""

    def in_pieces(run: re.Match[str]) -> str:
        letters = run[0]
        pieces = [letters[at : at + _RUN_PIECE] for at in range(0, len(letters), _RUN_PIECE)]
        return _ZERO_WIDTH_SPACE.join(pieces)

    return _LONG_RUN.sub(in_pieces, printable(text))


def font_path() -> Path:
    """The embedded Japanese font, a file (Noto Sans JP, SIL Open Font License)."""
    import pylopdf_fonts_jp

    return pylopdf_fonts_jp.sans_path()


def _characters_of_the_font() -> frozenset[int]:
    with _lock:
        return _read_characters()


@lru_cache(maxsize=1)
def _read_characters() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(font_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())
