"""送信メールの作成: the bytes of an outgoing mail, UTF-8 in base64, readable by every Japanese mailer.

Header lines are written here rather than by `email.policy.SMTP`: that one encodes Message-IDs longer than a line (as
Outlook makes them) inside References, which breaks threading, and takes ten times as long. Addresses are checked by
`email.headerregistry.Address`, so a display name such as 担当(営業) is a name and not a comment.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import format_datetime
from typing import NamedTuple
from urllib.parse import quote

from helpdesk.mail.errors import MailNotComposable
from helpdesk.mail.message_ids import new_message_id, read_own_message_id

__all__ = ["LOOP_HEADER", "OutgoingAttachment", "compose", "new_message_id", "read_own_message_id"]

LOOP_HEADER = "X-HelpDesk-Loop"
_MAX_REFERENCES = 50
_WORD_BYTES = 39  # 52 characters of base64, 64 with the frame: "Subject: " and a word fit into 76
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_PLAIN_TEXT = re.compile(r"[ -~]*")
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,900}")
_CONTENT_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,100}/[A-Za-z0-9!#$&^_.+-]{1,100}")
_AUTO_SUBMITTED = ("auto-replied", "auto-generated", "auto-notified")


class OutgoingAttachment(NamedTuple):
    """送信する添付ファイル: file name as the receiver sees it, type, bytes."""

    name: str
    content_type: str
    content: bytes


def compose(
    *,
    message_id: str,
    from_address: str,
    from_name: str,
    to: str | Sequence[str],
    subject: str,
    body_text: str,
    date: datetime,
    in_reply_to: str | None = None,
    references: Iterable[str] = (),
    auto_submitted: str | None = None,
    attachments: Sequence[tuple[str, str, bytes]] = (),
    cc: Sequence[str] = (),
    reply_to: str | None = None,
    to_name: str = "",
    from_this_desk: bool = True,
) -> bytes:
    """One mail with CRLF line ends. The same arguments give the same bytes.

    Ids come with or without angle brackets; `references` oldest first (the first and the newest are kept of a long
    list). `auto_submitted` (RFC 3834) also asks the other side's machines not to answer. `date` is aware. A mail
    that the desk writes for somebody else (the demonstration's businesses) is not `from_this_desk`: it carries no
    loop header, or it would be filed as our own. Raises MailNotComposable for a line break in a header value, a bad
    address or id, a naive date.
    """
    if date.tzinfo is None:
        raise MailNotComposable("送信日時に時間帯がありません。")
    receivers = [to] if isinstance(to, str) else list(to)
    if not receivers:
        raise MailNotComposable("宛先がありません。")
    names = [to_name if len(receivers) == 1 else ""] * len(receivers)
    lines = [
        f"Date: {format_datetime(date)}",
        _folded("From", [_address(from_address, from_name)], ","),
        _folded("To", [_address(each, name) for each, name in zip(receivers, names, strict=True)], ","),
    ]
    if cc:
        lines.append(_folded("Cc", [_address(each, "") for each in cc], ","))
    if reply_to:
        lines.append(_folded("Reply-To", [_address(reply_to, "")], ","))
    lines += [
        _folded("Subject", _words(_one_line("件名", subject))),
        f"Message-ID: {_own_id(message_id)}",
        *_threading(in_reply_to, references),
        *([f"{LOOP_HEADER}: 1"] if from_this_desk else []),
        *_automatic(auto_submitted),
        "MIME-Version: 1.0",
    ]
    return ("\r\n".join(lines) + "\r\n").encode("ascii") + _content(message_id, body_text, attachments)


def _threading(in_reply_to: str | None, references: Iterable[str]) -> list[str]:
    """In-Reply-To and References; an id of a foreign mail that no header could carry is left out."""
    answered = [_bracketed(in_reply_to)] if in_reply_to and _writable(in_reply_to) else []
    lines = [f"In-Reply-To: {answered[0]}"] if answered else []
    ids = list(dict.fromkeys([*(_bracketed(each) for each in references if _writable(each)), *answered]))
    if len(ids) > _MAX_REFERENCES:
        ids = [ids[0], *ids[-(_MAX_REFERENCES - 1) :]]
    return [*lines, *([_folded("References", ids)] if ids else [])]


def _automatic(auto_submitted: str | None) -> list[str]:
    if auto_submitted is None:
        return []
    if auto_submitted not in _AUTO_SUBMITTED:
        raise MailNotComposable(f"Auto-Submitted の値「{auto_submitted}」は使えません。")
    return [f"Auto-Submitted: {auto_submitted}", "X-Auto-Response-Suppress: All"]


def _content(message_id: str, body_text: str, attachments: Sequence[tuple[str, str, bytes]]) -> bytes:
    text = body_text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if not text.endswith("\n"):
        text += "\n"
    body = _part(
        ['Content-Type: text/plain; charset="utf-8"'], text.replace("\n", "\r\n").encode("utf-8", "replace")
    )
    if not attachments:
        return body
    files = [_part(_file_headers(each), each.content) for each in map(OutgoingAttachment._make, attachments)]
    seed = hashlib.sha256(message_id.encode("utf-8")).hexdigest()
    boundary = f"=_{seed[:40]}"  # "=_" cannot occur in base64
    mark = f"--{boundary}\r\n".encode()
    opening = f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'.encode()
    return opening + b"".join(mark + part for part in (body, *files)) + f"--{boundary}--\r\n".encode()


def _part(headers: list[str], content: bytes) -> bytes:
    lines = "\r\n".join([*headers, "Content-Transfer-Encoding: base64"]).encode("ascii")
    return lines + b"\r\n\r\n" + base64.encodebytes(content).replace(b"\n", b"\r\n")


def _file_headers(attachment: OutgoingAttachment) -> list[str]:
    name = _one_line("添付ファイル名", attachment.name)
    if not _CONTENT_TYPE.fullmatch(attachment.content_type):
        raise MailNotComposable(f"添付ファイル「{name}」の種類「{attachment.content_type}」が誤っています。")
    encoded = quote(name.encode("utf-8"), safe="")
    pieces = [encoded[at : at + 60] for at in range(0, len(encoded), 60)]
    numbered = [f"filename*{n}*={'' if n else chr(0)}{piece}" for n, piece in enumerate(pieces)]
    parameters = ";\r\n ".join(numbered).replace(chr(0), "utf-8''")
    # Old Outlook reads only the encoded word in name=, everything else the RFC 2231 form.
    return [
        f'Content-Type: {attachment.content_type};\r\n name="'
        + "\r\n ".join(_words(name.replace('"', "'")))
        + '"',
        f"Content-Disposition: attachment;\r\n {parameters}",
    ]


def _words(text: str) -> list[str]:
    """The text in pieces that may be folded between: plain ASCII words, or encoded words."""
    plain = _PLAIN_TEXT.fullmatch(text) and "=?" not in text and "  " not in text
    words = text.split(" ")
    return words if plain and max(map(len, words)) <= 200 else _encoded_words(text)


def _encoded_words(text: str) -> list[str]:
    """RFC 2047 words, cut between characters, each short enough for the line it stands in."""
    chunks = [b""]
    for character in text:
        octets = character.encode("utf-8", "replace")
        if len(chunks[-1]) + len(octets) > _WORD_BYTES:
            chunks.append(b"")
        chunks[-1] += octets
    return [f"=?utf-8?b?{base64.b64encode(chunk).decode('ascii')}?=" for chunk in chunks]


def _address(address: str, name: str) -> str:
    """One address with its display name, the name quoted or encoded as it needs."""
    address, name = _one_line("メールアドレス", address), _one_line("表示名", name)
    local, _, domain = address.rpartition("@")
    try:
        if not (_LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)):
            raise ValueError(address)
        plain = Address(username=local, domain=domain).addr_spec  # quotes a..b.@docomo.ne.jp
    except (ValueError, IndexError, MessageError) as refused:
        raise MailNotComposable(f"メールアドレス「{address}」が誤っています。") from refused
    if not name:
        return plain
    if _ATOMS.fullmatch(name) and "=?" not in name and len(name) < 60:
        return f"{name} <{plain}>"
    if _PLAIN_TEXT.fullmatch(name) and "=?" not in name and len(name) < 60:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{plain}>'
    return "\r\n ".join([*_encoded_words(name), f"<{plain}>"])


def _own_id(value: str) -> str:
    if not _writable(value):
        raise MailNotComposable(f"Message-ID「{value[:80]}」が誤っています。")
    return _bracketed(value)


def _writable(value: str) -> bool:
    return bool(_MESSAGE_ID.fullmatch(_one_line("Message-ID", value).removeprefix("<").removesuffix(">")))


def _bracketed(value: str) -> str:
    return f"<{value.strip().removeprefix('<').removesuffix('>')}>"


def _one_line(what: str, value: str) -> str:
    """The value, refused when it could start a new header line."""
    if any(
        ord(character) < 32 or ord(character) == 127 or character in "\x85\u2028\u2029" for character in value
    ):
        raise MailNotComposable(f"{what}に改行または制御文字が含まれています。取り除いてください。")
    return value.strip()


def _folded(name: str, pieces: list[str], separator: str = "") -> str:
    """A header of several pieces; a line is broken between pieces before it gets longer than 76 characters."""
    lines, line = [], f"{name}:"
    for number, piece in enumerate(pieces):
        piece += separator if number < len(pieces) - 1 else ""
        if len(line) + 1 + len(piece.split("\r\n")[0]) > 76 and line != f"{name}:":
            lines.append(line)
            line = f" {piece}"
        else:
            line += f" {piece}"
    return "\r\n".join([*lines, line])
