"""デモのメール: the mails of the demonstration's businesses as bytes, in the charsets in which people here write."""

import base64
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime

from helpdesk.mail.compose import OutgoingAttachment, compose


def letter(
    *,
    message_id: str,
    from_address: str,
    from_name: str,
    to: str,
    subject: str,
    body_text: str,
    date: datetime,
    charset: str = "utf-8",
    answered: tuple[str, ...] = (),
    attachments: tuple[tuple[str, str], ...] = (),
) -> bytes:
    """One mail from a business. `answered` are the Message-IDs of the thread, the newest last.

    Attachments (name, text) and threads are there for UTF-8 only.
    """
    if charset != "utf-8":
        return _old_style(message_id, from_address, from_name, to, subject, body_text, date, charset)
    return compose(
        message_id=message_id,
        from_address=from_address,
        from_name=from_name,
        to=to,
        subject=subject,
        body_text=body_text,
        date=date,
        in_reply_to=answered[-1] if answered else None,
        references=answered,
        attachments=tuple(
            OutgoingAttachment(name=name, content=text.encode("utf-8-sig"), content_type="text/csv")
            for name, text in attachments
        ),
        from_this_desk=False,
    )


def _old_style(
    message_id: str,
    from_address: str,
    from_name: str,
    to: str,
    subject: str,
    body_text: str,
    date: datetime,
    charset: str,
) -> bytes:
    """As older mailers write: one part, headers and body in ISO-2022-JP or Shift_JIS."""
    encode = _iso_2022_jp if charset == "iso-2022-jp" else _shift_jis
    headers = [
        f"Date: {format_datetime(date)}",
        f"From: {_words(from_name, charset, encode)} <{from_address}>",
        f"To: {to}",
        f"Subject: {_words(subject, charset, encode)}",
        f"Message-ID: <{message_id}>",
        "MIME-Version: 1.0",
        f'Content-Type: text/plain; charset="{charset}"',
        "Content-Transfer-Encoding: base64",
    ]
    text = encode(body_text.replace("\n", "\r\n"))
    body = base64.encodebytes(text).replace(b"\n", b"\r\n")
    return "\r\n".join([*headers, "", ""]).encode("ascii") + body


def _words(text: str, charset: str, encode: Callable[[str], bytes]) -> str:
    pieces = [text[at : at + 12] for at in range(0, len(text), 12)]
    return "\r\n ".join(
        f"=?{charset}?B?{base64.b64encode(encode(piece)).decode('ascii')}?=" for piece in pieces
    )


def _shift_jis(text: str) -> bytes:
    """What Windows calls Shift_JIS: with ㈱ ① 髙."""
    return text.encode("cp932")


def _iso_2022_jp(text: str) -> bytes:
    """ISO-2022-JP as Japanese mailers really write it: JIS X 0208 and the vendor row with ㈱ and ① (no half-width kana)."""
    out, in_ascii = bytearray(), True
    for character in text:
        if character.isascii():
            out += (b"" if in_ascii else b"\x1b(B") + character.encode("ascii")
            in_ascii = True
            continue
        octets = character.encode("cp932")
        out += (b"\x1b$B" if in_ascii else b"") + _jis(octets)
        in_ascii = False
    return bytes(out if in_ascii else out + b"\x1b(B")


def _jis(octets: bytes) -> bytes:
    """The two JIS bytes of two Shift_JIS bytes."""
    first, second = octets
    row = (first - (0x81 if first < 0xA0 else 0xC1)) * 2
    cell = second - (0x40 if second < 0x80 else 0x41)
    if cell >= 94:
        row, cell = row + 1, cell - 94
    return bytes((row + 0x21, cell + 0x21))
