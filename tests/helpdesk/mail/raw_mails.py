"""Small raw mails for the tests of the decoder, written as mailers write them."""

import base64

from cases.intake import IncomingMail
from helpdesk.mail.mime import parse_mail

# The subject of a real complaint (Microsoft characters under the label iso-2022-jp).
MICROSOFT_WORD = "=?iso-2022-jp?B?GyRCLWokIiQkJCYkKCQqfGIkKyQtJC8kMSQzGyhC?="
MICROSOFT_TEXT = "㈱あいうえお髙かきくけこ"


def microsoft_jis(text: str) -> bytes:
    """ISO-2022-JP as Windows mailers write it, with NEC and IBM characters."""
    octets, double = b"", False
    for character in text:
        code = character.encode("cp932")
        if len(code) == 1:
            octets += (b"\x1b(B" if double else b"") + code
            double = False
        else:
            octets += (b"" if double else b"\x1b$B") + _jis(code)
            double = True
    return octets + (b"\x1b(B" if double else b"")


def _jis(code: bytes) -> bytes:
    lead, trail = code
    if (lead, trail) >= (
        0xFA,
        0x40,
    ):  # IBM extensions have no row in JIS: NEC selected the same ones in rows 89–92
        lead, trail = _nec_selected(code)
    row = (lead - (0x70 if lead < 0xA0 else 0xB0)) * 2
    if trail < 0x9F:
        return bytes((row - 1, trail - (0x1F if trail < 0x7F else 0x20)))
    return bytes((row, trail - 0x7E))


def _nec_selected(code: bytes) -> tuple[int, int]:
    character = code.decode("cp932")
    for lead in (0xED, 0xEE):
        for trail in (*range(0x40, 0x7F), *range(0x80, 0xFD)):
            if bytes((lead, trail)).decode("cp932", "replace") == character:
                return lead, trail
    raise ValueError(character)


def word(octets: bytes, charset: str) -> str:
    return f"=?{charset}?B?{base64.b64encode(octets).decode()}?="


def mail(*headers: str | bytes, body: bytes = b"", line_end: bytes = b"\r\n") -> bytes:
    lines = [header.encode("ascii") if isinstance(header, str) else header for header in headers]
    return line_end.join([*lines, b"", body])


def parse(raw: bytes) -> IncomingMail:
    return parse_mail(raw, raw_sha256="0" * 64)


def multipart(kind: str, *parts: bytes, boundary: str = "=_b1") -> bytes:
    """A whole multipart mail; each part brings its own headers."""
    mark = f"--{boundary}".encode()
    body = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"
    return mail(
        "From: yamada@denryoku.example",
        "Subject: x",
        "Date: Wed, 01 Apr 2026 10:00:00 +0900",
        "Message-ID: <m1@denryoku.example>",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/{kind}; boundary="{boundary}"',
        body=body,
    )


def part(content_type: str, body: bytes, *headers: str | bytes) -> bytes:
    return mail(f"Content-Type: {content_type}", *headers, body=body)
