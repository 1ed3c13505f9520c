"""メールの解読: raw bytes of a mail to the value that the desk works with (`cases.intake.IncomingMail`).

Only what is no mail at all, or over a limit, is refused (the quarantine keeps it); everything else is read as far as
it goes, and what was guessed or broken is said in Japanese. Pure: no database, no clock, no network.
"""

import hashlib
import re

from cases.intake import IncomingAttachment, IncomingMail
from helpdesk.mail.addresses import MailAddress, read_addresses
from helpdesk.mail.bodies import Contents, joined_html, joined_text
from helpdesk.mail.errors import MailUnreadable
from helpdesk.mail.headers import read_date, read_message_ids, read_subject, read_text
from helpdesk.mail.structure import Cutter, Part

MAX_BYTES = 30 * 1024 * 1024
MAX_PARTS = 1000
MAX_DEPTH = 30
MAX_TEXT_CHARACTERS = 1_000_000
_MAX_HEADER_VALUES = 500
_MAX_HEADER_CHARACTERS = 4000
_MAX_REMARKS = 50
_MAX_REPORTED_BYTES, _MAX_REPORTED_MAILS = 1_000_000, 10
_REPORTED_MAILS = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")

_CONTROL_BYTES = bytes(b for b in range(32) if b not in b"\t\n\r\x0c\x1b") + b"\x7f"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def parse_mail(
    raw: bytes,
    *,
    raw_sha256: str,
    max_bytes: int = MAX_BYTES,
    max_parts: int = MAX_PARTS,
    max_depth: int = MAX_DEPTH,
) -> IncomingMail:
    """Read one mail.

    `raw` is the message as it came, `raw_sha256` its name in the blob store. Raises MailUnreadable, and nothing
    else, when there is nothing to read, when the bytes are no mail, or when size, number or depth of parts is over
    the limit; `reason` is a Japanese sentence for the quarantine list.
    """
    try:
        return _parse(raw, raw_sha256, max_bytes, max_parts, max_depth)
    except MailUnreadable:
        raise
    except Exception as failure:
        raise MailUnreadable(
            f"メールの解読中に想定外の誤りが起きました（{type(failure).__name__}）。原本は保存されています。"
            "修正後に再処理してください。"
        ) from failure


def _parse(raw: bytes, raw_sha256: str, max_bytes: int, max_parts: int, max_depth: int) -> IncomingMail:
    if len(raw) > max_bytes:
        raise MailUnreadable(
            f"メールの大きさ（{len(raw):,}バイト）が上限（{max_bytes:,}バイト）を超えています。原本を確認してください。"
        )
    defects: list[str] = []
    notes: list[str] = []
    cutter = Cutter(max_parts, max_depth, defects, notes)
    root = _root(raw, cutter)
    contents = Contents(cutter)
    contents.collect(root)
    sender = next(iter(_addresses(root, "from", notes)), MailAddress("", ""))
    reply_to = next((each.address for each in _addresses(root, "reply-to", notes) if each.address), "")
    subject = read_subject(root.first("subject"), notes)
    date = read_date(root.first("date"))
    text, html = joined_text(contents.bodies, defects), joined_html(contents.bodies)
    _note_missing(root, sender, date, defects)
    message_ids = read_message_ids(root.first("message-id"))
    attachments = tuple(contents.attachments)
    references = read_message_ids(root.first("references"))
    digest = _digest(
        sender.name, sender.address, read_text(root.first("date")), subject, text, html,
        *(item for each in attachments for item in (each.name, each.content_type, each.content)),
        *contents.overlong,
    )  # fmt: skip
    if max(len(text), len(html)) > MAX_TEXT_CHARACTERS:
        defects.append(
            f"本文が長いため、先頭の{MAX_TEXT_CHARACTERS:,}文字までを取り込んだ（全文は原本にある）"
        )
    return IncomingMail(
        raw_sha256=raw_sha256,
        size_bytes=len(raw),
        message_id=message_ids[0] if message_ids else "",
        in_reply_to=read_message_ids(root.first("in-reply-to")),
        references=tuple(dict.fromkeys((*references, *_reported_ids(root, attachments)))),
        from_address=sender.address,
        from_name=sender.name,
        reply_to=reply_to,
        to=tuple(each.address for each in _addresses(root, "to", notes) if each.address),
        cc=tuple(each.address for each in _addresses(root, "cc", notes) if each.address),
        subject=subject,
        date=date,
        text=text[:MAX_TEXT_CHARACTERS],
        html=html[:MAX_TEXT_CHARACTERS],
        attachments=attachments,
        headers=_headers(root),
        content_digest=digest,
        delivery_report=root.kind == "multipart/report" or root.kind == "message/delivery-status",
        charset_notes=tuple(dict.fromkeys(notes))[:_MAX_REMARKS],
        defects=tuple(dict.fromkeys(defects))[:_MAX_REMARKS],
    )


def _root(raw: bytes, cutter: Cutter) -> Part:
    """The cut message, after refusing what is no mail."""
    octets = _with_plain_line_ends(raw, cutter.defects)
    if not octets.strip(b" \t\r\n\x00\x1a"):
        raise MailUnreadable("メールが空です。送信元に再送を依頼してください。")
    if octets.startswith(_OLE):
        raise MailUnreadable(
            "Outlook 形式（.msg）のファイルです。.eml 形式で保存し直して取り込んでください。"
        )
    headers, _ = Cutter(1, 1, [], []).split_headers(octets, 0, len(octets))
    if not headers and _is_binary(octets):
        raise MailUnreadable(
            "メールのヘッダーが一つもないバイナリデータです。ファイルの種類を確認してください。"
        )
    if not headers:
        cutter.defects.append("ヘッダーが一つもない")
    return cutter.cut(octets, 0, len(octets))


def _with_plain_line_ends(raw: bytes, defects: list[str]) -> bytes:
    """Undo what file systems and mailers do to a whole message: byte order marks, CR alone, CR CR LF, empty start."""
    octets = bytes(raw).removeprefix(b"\xef\xbb\xbf")
    if octets[:2] in (b"\xff\xfe", b"\xfe\xff"):
        defects.append("メール全体が UTF-16 で保存されている")
        octets = octets.decode("utf-16", "replace").encode("utf-8")
    if b"\n" not in octets and b"\r" in octets:
        defects.append("改行が CR のみ")
        octets = octets.replace(b"\r", b"\n")
    elif b"\r\r\n" in octets[:4096]:
        defects.append("改行が CR CR LF")
        octets = octets.replace(b"\r\r\n", b"\r\n")
    if octets[:1] in (b"\r", b"\n", b" ", b"\t"):
        without = octets.lstrip(b" \t\r\n")
        if re.match(rb"[A-Za-z][A-Za-z0-9-]{1,60}:", without):
            defects.append("ヘッダーの前に空行がある")
            return without
    return octets


def _is_binary(octets: bytes) -> bool:
    sample = octets[:8192]
    return b"\x00" in sample or len(sample) - len(sample.translate(None, _CONTROL_BYTES)) > len(sample) // 50


def _addresses(root: Part, name: str, notes: list[str]) -> tuple[MailAddress, ...]:
    """All addresses of all fields of that name; the same address once."""
    found = [each for key, value in root.headers if key == name for each in read_addresses(value, notes)]
    return tuple({each.address or each.name: each for each in reversed(found)}.values())[::-1]


def _note_missing(root: Part, sender: MailAddress, date: object, defects: list[str]) -> None:
    if not sender.address:
        defects.append("差出人のアドレスを読み取れない" if root.first("from") else "差出人（From）がない")
    if date is None:
        defects.append("日時（Date）が誤っている" if root.first("date") else "日時（Date）がない")
    if not root.first("message-id"):
        defects.append("Message-ID がない")


def _reported_ids(root: Part, attachments: tuple[IncomingAttachment, ...]) -> list[str]:
    """The Message-IDs of the mails that a delivery report is about: the only sign of what it answers (RFC 3462)."""
    if root.kind != "multipart/report":
        return []
    found = []
    for each in attachments:
        if each.content_type in _REPORTED_MAILS:
            content = each.content[:_MAX_REPORTED_BYTES].lstrip(b"\r\n")
            headers, _ = Cutter(1, 1, [], []).split_headers(content, 0, len(content))
            found += [
                key for name, value in headers if name == "message-id" for key in read_message_ids(value)[:1]
            ]
    return found[:_MAX_REPORTED_MAILS]


def _headers(root: Part) -> dict[str, tuple[str, ...]]:
    headers: dict[str, tuple[str, ...]] = {}
    for name, value in root.headers[:_MAX_HEADER_VALUES]:
        headers[name] = (*headers.get(name, ()), read_text(value)[:_MAX_HEADER_CHARACTERS])
    return headers


def _digest(*items: str | bytes) -> str:
    """SHA-256 over the items, each with its length in front, so that no two contents run into each other."""
    digest = hashlib.sha256()
    for item in items:
        octets = item if isinstance(item, bytes) else item.encode("utf-8")
        digest.update(b"%d:" % len(octets))
        digest.update(octets)
    return digest.hexdigest()
