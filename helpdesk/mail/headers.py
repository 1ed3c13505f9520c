"""ヘッダーの解読: from the raw bytes of a header field to what a person or a program reads of it.

Raw 8-bit and JIS bytes are read first (encoded words are plain ASCII and survive that), encoded words second.
"""

import re
import unicodedata
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from helpdesk.mail.charsets import decode_text, storable
from helpdesk.mail.encoded_words import decode_words, without_word_remains

MAX_SUBJECT_LENGTH = 500
MAX_HEADER_BYTES = 64 * 1024
MAX_MESSAGE_ID_LENGTH = 500
MAX_REFERENCES = 100

_FOLD = re.compile(rb"(?:\r\n|\r|\n)[ \t]*")
_SPACES = re.compile(r"[ \t\r\n\f\v\u2028\u2029\x85]+")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_ESCAPE_REMAINS = re.compile(r"\x1b(?:&@)?(?:\$\(?[@-DOPQ]|\([A-Z]|\.[A-Z])?")
_BRACKETED = re.compile(r"<([^<>]{1,2000})>")
_BLANK = re.compile(r"\s+")
_COMMENT = re.compile(r"\([^()]*\)?")
_ISO_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ]+(\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(.*)")
_ZONES = {"JST": "+0900", "KST": "+0900", "CET": "+0100", "CEST": "+0200", "BST": "+0100", "HKT": "+0800"}
_ZONE_NAME = re.compile(r"\b(" + "|".join(_ZONES) + r")\b")


def unfold(raw: bytes) -> bytes:
    """The field on one line; a fold is one space."""
    raw = raw[:MAX_HEADER_BYTES]
    return _FOLD.sub(b" ", raw).strip() if b"\n" in raw or b"\r" in raw else raw.strip()


def read_raw(raw: bytes, notes: list[str] | None = None) -> str:
    """The field as text, its encoded words still encoded (structured fields are taken apart before decoding)."""
    line = unfold(raw)
    found = decode_text(line)
    if found.note and notes is not None:
        notes.append(found.note)
    return found.text


def read_text(raw: bytes, notes: list[str] | None = None) -> str:
    """The field as one line of text, decoded."""
    return one_line(decode_words(read_raw(raw, notes), notes))


def read_subject(raw: bytes, notes: list[str] | None = None) -> str:
    """件名: one line without control characters, at most 500 characters, nothing left encoded."""
    return one_line(without_word_remains(read_text(raw, notes)))[:MAX_SUBJECT_LENGTH].rstrip()


def one_line(text: str) -> str:
    """Text without control characters, escape sequences and direction overrides, blanks collapsed."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    text = _ESCAPE_REMAINS.sub("", storable(text))
    return _UNSEEN.sub("", _SPACES.sub(" ", text)).strip(" ")


def read_message_ids(raw: bytes) -> tuple[str, ...]:
    """Message-IDs without angle brackets, in order, each once; blanks that a fold put inside are removed.

    Ids without brackets are taken where they hold an @. The newest 100 of a long list are kept. Encoded words are
    not allowed here, but mailers that fold every header alike write long ids so.
    """
    text = read_text(raw) if b"=?" in raw else read_raw(raw)
    found = _BRACKETED.findall(text)
    if not found:
        found = [token.strip("<>,;\"'") for token in text.split()]
        found = [token for token in found if "@" in token] or found[:1]
    cleaned = (_UNSEEN.sub("", _BLANK.sub("", each))[:MAX_MESSAGE_ID_LENGTH] for each in found)
    return tuple(dict.fromkeys(each for each in cleaned if each))[-MAX_REFERENCES:]


def read_date(raw: bytes) -> datetime | None:
    """日時 in UTC, or None where the field is no date between 1970 and 2100. Without a zone it is taken as UTC."""
    text = unicodedata.normalize("NFKC", read_text(raw))[:200]
    text = _ZONE_NAME.sub(lambda zone: _ZONES[zone[1]], _COMMENT.sub(" ", text)).strip()
    iso = _ISO_DATE.fullmatch(text)
    if iso:
        months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        year, month, day, time, zone = iso.groups()
        if not 1 <= int(month) <= 12:
            return None
        text = f"{day} {months[int(month) - 1]} {year} {time} {zone.replace('Z', '+0000').replace(':', '')}"
    try:
        moment = parsedate_to_datetime(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
    return moment if 1970 <= moment.year <= 2100 else None
