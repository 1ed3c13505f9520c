"""ヘッダーのパラメーター: value and parameters of Content-Type and Content-Disposition, and harmless file names.

RFC 2231 (charset'language'percent, numbered pieces) and the forms that mailers write instead: encoded words in
quotation marks, raw 8-bit or JIS bytes, extended values in quotation marks or without a charset.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from helpdesk.mail.charset_names import family
from helpdesk.mail.charsets import decode_text
from helpdesk.mail.encoded_words import decode_words, without_word_remains
from helpdesk.mail.headers import one_line, read_raw

MAX_FILE_NAME_LENGTH = 150
_MAX_PARAMETERS = 200

_PARAMETER = re.compile(
    r""";\s*([^\s=;"]{1,80}?)(?:\*(\d{1,4}))?(\*)?\s*=\s*(?:"((?:[^"\\]|\\.)*)(?:"|\Z)|([^;]*))""", re.DOTALL
)
_ESCAPED = re.compile(r'\\(["\\])')
_EXTENDED = re.compile(r"([^']{0,60})'([^']{0,40})'(.*)", re.DOTALL)
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parameterised:
    """値とパラメーター: the value in lower case and its decoded parameters (names in lower case)."""

    value: str
    parameters: dict[str, str]


def read_parameters(raw: bytes, notes: list[str] | None = None) -> Parameterised:
    """Take a structured field apart; of a parameter given twice the RFC 2231 form wins, then the first."""
    text = read_raw(raw, notes)
    value, _, rest = text.partition(";")
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for count, match in enumerate(_PARAMETER.finditer(";" + rest)):
        if count >= _MAX_PARAMETERS:
            break
        name, number, star, quoted, bare = match.groups()
        content = _ESCAPED.sub(r"\1", quoted) if quoted is not None else bare.strip().strip('"')
        if star or number is not None:
            pieces.setdefault(name.lower(), {}).setdefault(int(number or 0), (bool(star), content))
        else:
            plain.setdefault(name.lower(), content)
    parameters = {name: decode_words(content, notes) for name, content in plain.items()}
    for name, numbered in pieces.items():
        joined = _joined([numbered[n] for n in sorted(numbered)], notes)
        if joined or name not in parameters:
            parameters[name] = joined
    return Parameterised(_value(value), parameters)


def _value(text: str) -> str:
    return re.sub(r"\s+|\([^()]*\)", "", text).strip("\"'").lower()[:200]


def _joined(pieces: list[tuple[bool, str]], notes: list[str] | None) -> str:
    """RFC 2231: the pieces are one run of bytes; only the first carries charset and language."""
    charset, octets = "", b""
    for number, (extended, content) in enumerate(pieces):
        named = _EXTENDED.fullmatch(content) if number == 0 and extended else None
        if named and (family(named[1]) or not named[1]):
            charset, content = named[1], named[3]
        octets += unquote_to_bytes(content) if extended else content.encode("utf-8", "replace")
    found = decode_text(octets, charset)
    if found.note and notes is not None and charset:
        notes.append(found.note)
    return decode_words(found.text, notes)


def harmless_file_name(name: str, number: int, extension: str = "") -> str:
    """添付ファイル名 without path, control characters, direction overrides and reserved names, at most 150 characters.

    A missing name becomes 添付ファイル<number><extension>; the ending of an overlong name is kept.
    """
    name = one_line(without_word_remains(decode_words(name)))
    name = re.split(r"[/\\]", name)[-1] if not name.endswith(("/", "\\")) else re.sub(r"[/\\]", "", name)
    name = _FORBIDDEN.sub("_", name).strip(" .\u3000'")
    if not name.strip("_"):
        return f"添付ファイル{number}{extension}"
    if _DEVICE.match(name):
        name = f"_{name}"
    if len(name) <= MAX_FILE_NAME_LENGTH:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 20:
        return name[:MAX_FILE_NAME_LENGTH].rstrip(" .")
    return f"{stem[: MAX_FILE_NAME_LENGTH - len(ending) - 1].rstrip(' .')}.{ending}"
