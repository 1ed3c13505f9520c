"""符号化語（RFC 2047）: decodes =?charset?B?…?= wherever it stands and however it was broken.

Neighbouring words of one charset are joined before they are decoded, for many Japanese mailers cut a word inside a
character or even inside a group of base64. Words inside quotation marks, without an end, or encoded twice are decoded
too, though RFC 2047 forbids them: no operator is helped by base64.
"""

import binascii
import re
from itertools import groupby

from helpdesk.mail.charset_names import family
from helpdesk.mail.charsets import decode_text

_WORD = re.compile(r"=\?([^?\s=]{0,60})\?([bBqQ])\?((?:[^?=]|=(?!\?[^=])|\?(?!=))*)(?:\?=|\Z)")
_WORD_REMAINS = re.compile(r"=\?[\w.:+*-]{0,60}\?[a-zA-Z]?\??")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=]+")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_MOST_ROUNDS = 3


def decode_words(text: str, notes: list[str] | None = None) -> str:
    """The text with its encoded words read; what was guessed is appended to `notes`."""
    for _ in range(_MOST_ROUNDS):
        if "=?" not in text:
            break
        decoded = _decode_once(text, notes)
        if decoded == text:
            break
        text = decoded
    return text


def without_word_remains(text: str) -> str:
    """Text in which nothing looks like an encoded word any more (for the subject).

    The frame of a word that nobody can decode (unknown encoding letter, no content) is dropped and its content
    stays; a "=?" that belongs to no word is shown as "=？". The untouched header stays in the raw message.
    """
    if "=?" not in text:
        return text
    stripped = _WORD_REMAINS.sub("", text)
    if stripped != text:
        stripped = stripped.replace("?=", "")
    return stripped.replace("=?", "=？")


def _decode_once(text: str, notes: list[str] | None) -> str:
    pieces: list[str] = []
    run: list[tuple[str, str, str]] = []
    at = 0
    for word in _WORD.finditer(text):
        between = text[at : word.start()]
        if between.strip() or not run:
            pieces += [_decode_run(run, notes), between]
            run = []
        run.append(word.groups())
        at = word.end()
    return "".join([*pieces, _decode_run(run, notes), text[at:]])


def _decode_run(run: list[tuple[str, str, str]], notes: list[str] | None) -> str:
    """Neighbouring words: those of one charset are one text."""
    decoded = []
    for _, words in groupby(run, key=lambda word: family(word[0]) or word[0].lower()):
        group = list(words)
        octets = b"".join(
            _from_base64([payload for _, _, payload in same]) if encoding == "B" else _from_quoted(same)
            for encoding, same in (
                (key, list(part)) for key, part in groupby(group, key=lambda w: w[1].upper())
            )
        )
        found = decode_text(octets, group[0][0])
        if found.note and notes is not None:
            notes.append(found.note)
        decoded.append(found.text)
    return "".join(decoded)


def _from_base64(payloads: list[str]) -> bytes:
    """Base64 of several words; a padding ends a stretch, everything else is continued by the next word."""
    joined = _NOT_BASE64.sub("", "".join(payloads))
    return b"".join(_stretch(stretch) for stretch in re.split("=+", joined) if stretch)


def _stretch(characters: str) -> bytes:
    usable = characters[: len(characters) - 1] if len(characters) % 4 == 1 else characters
    return binascii.a2b_base64(usable + "=" * (-len(usable) % 4))


def _from_quoted(words: list[tuple[str, str, str]]) -> bytes:
    octets = "".join(payload for _, _, payload in words).replace("_", " ").encode("utf-8", "replace")
    return _HEX.sub(lambda code: bytes((int(code[1], 16),)), octets)
