"""文字コードの判定: turns the bytes of a header or body into text and says what was chosen.

A ladder, each rung strict: escape sequences (JIS) → declared → UTF-8 → EUC-JP → code page 932. Then, for text that
is cut off or has stray bytes, the reading that loses least. Statistics over short Japanese texts guess wrong too
often; order and strictness do not.
"""

import codecs
import re
from dataclasses import dataclass

from helpdesk.mail.charset_names import EUC, JIS, SHIFT_JIS, UTF_8, WESTERN, decoder, family, says_nothing

_ESCAPES = re.compile(rb"\x1b(?:\$|\([IJ])")
_LOST_ESCAPES = re.compile(rb"(\$[@B])((?:[\x21-\x7e]{2}){1,400}?)(\([BJ])")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_HALF_WIDTH_KANA = re.compile("[\uff61-\uff9f]")
_CONTROL = re.compile("[\x01-\x08\x0e-\x1f\x7f\x80-\x9f]")
_REPLACED = "\ufffd"
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_ACCENTED = re.compile(rb"(?<![\x80-\xff])[\xc0-\xff](?![\x80-\xff])")
_SAMPLE = 65_536
_MOST_DAMAGED_LINES = 10_000


@dataclass(frozen=True, slots=True)
class Decoded:
    """解読した文字列: the text, the charset it was read with and, when that was not plain, a note in Japanese."""

    text: str
    charset: str
    note: str = ""


def decode_text(octets: bytes, declared: str = "") -> Decoded:
    """Read bytes in their declared charset or, where that cannot be, by the ladder. Never raises.

    The text holds no NUL and no lone surrogate, whatever came in.
    """
    chosen = family(declared)
    if not octets:
        return Decoded("", chosen or "ascii")
    found = _marked(octets) or _strict(octets, chosen) or _least_loss(octets, chosen)
    return Decoded(storable(found.text), found.charset, _note(found, declared, chosen))


def storable(text: str) -> str:
    """Text that every database takes: without NUL, lone surrogates made visible."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _marked(octets: bytes) -> Decoded | None:
    """Bytes that name their own charset: a UTF-16 byte order mark, or the escape sequences of JIS."""
    if octets[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _try(octets, "utf-16")
    if not _ESCAPES.search(octets):
        return None
    if octets.isascii():
        return _try(octets, JIS) or Decoded(_replacing(octets, JIS), JIS, "読めない文字がある")
    return _try(octets, JIS) or _least_loss(octets, JIS)


def _strict(octets: bytes, chosen: str) -> Decoded | None:
    if chosen == JIS and b"\x1b" not in octets and _LOST_ESCAPES.search(octets):
        restored = _try(_LOST_ESCAPES.sub(lambda m: b"\x1b%s%s\x1b%s" % m.groups(), octets), JIS)
        if restored:
            return Decoded(restored.text, JIS, "失われたエスケープ文字を補った")
    if (
        octets.isascii()
        and b"\x1b" not in octets
        and chosen in ("", "ascii", JIS, EUC, SHIFT_JIS, UTF_8, *WESTERN)
    ):
        return Decoded(octets.decode("ascii"), chosen or "ascii")
    declared = _try(octets, chosen) if chosen else None
    if declared:
        return _better_than_declared(octets, declared) or declared
    return (
        _try(octets, UTF_8)
        or (_cut_off_utf8(octets) if chosen == UTF_8 else None)
        or _damaged_utf8(octets)
        or _sparse_western(octets)
        or _try(octets, EUC)
        or _try(octets, SHIFT_JIS)
    )


def _better_than_declared(octets: bytes, declared: Decoded) -> Decoded | None:
    """Another reading for a charset that accepts nearly any bytes, where the bytes plainly are something else."""
    if declared.charset not in (SHIFT_JIS, *WESTERN):
        return None
    utf8 = _try(octets, UTF_8)
    foreign = [c for c in utf8.text if c > "\x7f"] if utf8 else []
    if utf8 and len(foreign) >= 2 and (declared.charset in WESTERN or all(c > "\u07ff" for c in foreign)):
        return utf8
    if declared.charset == SHIFT_JIS:
        if len(_HALF_WIDTH_KANA.findall(declared.text)) * 3 < sum(c > "\x7f" for c in declared.text):
            return None
        euc = _try(octets, EUC)
        return euc if euc and len(_KANA.findall(euc.text)) >= 2 else None
    for charset in (EUC, SHIFT_JIS):
        japanese = _try(octets, charset)
        if japanese and len(_KANA.findall(japanese.text)) >= 2:
            return japanese
    return None


def _cut_off_utf8(octets: bytes) -> Decoded | None:
    """UTF-8 that ends inside a character, or holds halves of surrogate pairs (`storable` joins or replaces them)."""
    try:
        text, read = codecs.utf_8_decode(octets, "surrogatepass", False)
    except UnicodeDecodeError:
        return None
    if read < len(octets):
        return Decoded(text + _REPLACED, UTF_8, "末尾が途中で切れている")
    return Decoded(text, UTF_8, "読めない文字がある")


def _damaged_utf8(octets: bytes) -> Decoded | None:
    """UTF-8 with a few stray or missing bytes; without this, code page 932 would read it as other kanji."""
    text = octets.decode("utf-8", "replace")
    lost = text.count(_REPLACED)
    foreign = sum(c > "\x7f" for c in text) - lost
    return Decoded(text, UTF_8, "読めない文字がある") if foreign >= 3 and lost * 20 <= foreign + 17 else None


def _sparse_western(octets: bytes) -> Decoded | None:
    """Western text: single accented letters among many ASCII ones; Japanese text always has high bytes side by side."""
    high = sum(map(len, _HIGH_RUN.findall(octets)))
    alone = len(_ACCENTED.findall(octets))
    letters = len(octets) - high
    return _try(octets, "cp1252") if alone and alone == high and letters >= 8 * high else None


def _least_loss(octets: bytes, chosen: str) -> Decoded:
    sample = octets[:_SAMPLE]
    charsets = dict.fromkeys((chosen or UTF_8, UTF_8, EUC, SHIFT_JIS, JIS))
    best = min(charsets, key=lambda charset: _loss(_replacing(sample, charset)))
    return Decoded(_replacing(octets, best), best, "読めない文字がある")


def _loss(text: str) -> float:
    lost = text.count(_REPLACED) * 2 + len(_CONTROL.findall(text)) + len(_HALF_WIDTH_KANA.findall(text)) / 2
    return lost / (len(text) + 1)


def _replacing(octets: bytes, charset: str) -> str:
    if charset != JIS:
        return octets.decode({SHIFT_JIS: "cp932", EUC: "euc_jp"}.get(charset, charset), "replace")
    lines = octets.splitlines(keepends=True)
    rest = (
        b"".join(lines[_MOST_DAMAGED_LINES:]).decode("iso2022_jp_ext", "replace").replace("\x1b", _REPLACED)
    )
    return "".join(map(_damaged_jis_line, lines[:_MOST_DAMAGED_LINES])) + rest


def _damaged_jis_line(line: bytes) -> str:
    """One line of JIS, its last few bytes perhaps cut off; escape sequences never survive."""
    for cut in range(min(4, len(line))):
        readable = _try(line[: len(line) - cut], JIS)
        if readable:
            return readable.text + (_REPLACED if cut else "")
    return line.decode("iso2022_jp_ext", "replace").replace("\x1b", _REPLACED)


def _try(octets: bytes, charset: str) -> Decoded | None:
    try:
        return Decoded(decoder(charset)(octets), charset)
    except (UnicodeError, LookupError, ValueError):
        return None


def _note(found: Decoded, declared: str, chosen: str) -> str:
    if found.charset == (chosen or "ascii") and not found.note:
        return ""
    if says_nothing(declared):
        reason = "文字コードの宣言がないので"
    elif not chosen:
        reason = f"宣言「{declared.strip()[:40]}」は未知の文字コードなので"
    elif found.charset == chosen:
        return f"{found.charset}: {found.note}"
    elif chosen == "ascii" and found.charset == JIS and not found.note:
        reason = "宣言は ascii だが"
    else:
        reason = f"宣言「{declared.strip()[:40]}」では読めないので"
    extra = f"（{found.note}）" if found.note else ""
    return f"{reason}、{found.charset} として読んだ{extra}"
