"""メールアドレス: display names and addresses out of From, To, Cc, Reply-To, however they are written.

Own parser instead of the one of the standard library, because Japanese senders write names with raw 8-bit bytes,
encoded words in quotation marks, unescaped brackets and full-width commas; what looks like an address is found in all.
"""

import re
from dataclasses import dataclass

from helpdesk.mail.encoded_words import decode_words, without_word_remains
from helpdesk.mail.headers import one_line, read_raw

MAX_ADDRESSES = 1000
MAX_ADDRESS_LENGTH = 320
MAX_NAME_LENGTH = 200

_ADDRESS = re.compile(r"(?:\"[^\"\s]{1,64}\"|[^\s<>\"',;:()\[\]@]{1,128})@[^\s<>\"',;:()@]{1,255}")
_ANGLE = re.compile(r"<\s*([^<>]*)>?")
_COMMENT = re.compile(r"\(([^()]*)\)")
_GROUP = re.compile(r"\A(?:(?!=\?)[^:<>@\"]){0,200}:(?!//)")  # a colon in an encoded word ends no group


@dataclass(frozen=True, slots=True)
class MailAddress:
    """差出人・宛先: decoded display name and the plain address in lower case."""

    name: str
    address: str


def read_addresses(raw: bytes, notes: list[str] | None = None) -> tuple[MailAddress, ...]:
    """All addresses of one field in order; a field without any address gives its text as a name without address."""
    text = read_raw(raw, notes)
    entries = [_entry(chunk, notes) for chunk in _joined_names(_split(text))]
    found = tuple(entry for entry in entries if entry and entry.address)
    if found:
        return found[:MAX_ADDRESSES]
    name = _name(text, notes)
    hidden = _ADDRESS.search(name)
    if hidden:  # the address stood inside an encoded word
        return (MailAddress(_tidy(name[: hidden.start()]), _address(hidden.group())),)
    return (MailAddress(name, ""),) if name else ()


def _split(text: str) -> list[str]:
    """Cut at commas and semicolons outside quotation marks, comments and angle brackets."""
    chunks, start, quoted, depth, angle, escaped = [], 0, False, 0, False, False
    for at, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == "\\" and (quoted or depth):
            escaped = True
        elif character == '"' and not depth:
            quoted = not quoted and '"' in text[at + 1 : at + 400]
        elif quoted:
            continue
        elif character == "(" and ")" in text[at : at + 400]:
            depth += 1
        elif character == ")" and depth:
            depth -= 1
        elif depth:
            continue
        elif character in "<>":
            angle = character == "<" and ">" in text[at : at + 1100]
        elif character in ",;" and not angle:
            chunks.append(text[start:at])
            start = at + 1
            if len(chunks) > MAX_ADDRESSES:
                return chunks
    return [*chunks, text[start:]]


def _joined_names(chunks: list[str]) -> list[str]:
    """A name with an unquoted comma (山田, 太郎 <a@b>) was cut in two: put it together again."""
    joined, before = [], ""
    for chunk in chunks:
        if "@" not in chunk and chunk.strip():
            before = f"{before}{chunk.strip()}, "
        else:
            joined.append(before + chunk if "<" in chunk else chunk)
            before = ""
    return joined


def _entry(chunk: str, notes: list[str] | None) -> MailAddress | None:
    if "@" not in chunk:
        return None
    angles = [match for match in _ANGLE.finditer(chunk) if "@" in match[1]]
    if angles:
        angle = angles[-1]
        address = _address(angle[1])
        name = _GROUP.sub("", chunk[: angle.start()]).strip() or chunk[angle.end() :]
        if address:
            return MailAddress(_name(name, notes), address)
    bare = _ADDRESS.search(_COMMENT.sub(" ", chunk)) or _ADDRESS.search(chunk)
    if not bare:
        return None
    comment = _COMMENT.search(chunk)
    rest = comment[1] if comment else _GROUP.sub("", chunk.replace(bare.group(), " ", 1))
    return MailAddress(_name(rest, notes), _address(bare.group()))


def _address(text: str) -> str:
    """The address inside angle brackets: without source route, blanks and mailto, in lower case."""
    candidates = _ADDRESS.findall(re.sub(r"\s+", "", text).removeprefix("mailto:"))
    if not candidates:
        return ""
    return one_line(candidates[-1]).strip(".").lower()[:MAX_ADDRESS_LENGTH]


def _name(text: str, notes: list[str] | None) -> str:
    text = text.strip()
    if text[:1] == '"':
        text = re.sub(r"\\(.)", r"\1", text)
    return _tidy(without_word_remains(decode_words(text, notes)))


def _tidy(text: str) -> str:
    return one_line(one_line(text).strip("\"'<> ,;"))[:MAX_NAME_LENGTH]
