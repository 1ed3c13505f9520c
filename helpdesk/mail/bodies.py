"""本文と添付ファイル: decides for every part of a mail whether it is read as text, shown as HTML or kept as a file.

Nothing is dropped: what is not text to read is an attachment (nested mails, delivery reports, calendars, winmail.dat,
signatures). Only within multipart/alternative the other forms of the same text are left to the raw message.
"""

import hashlib
import html as entities
import re
from dataclasses import dataclass, field

from cases.intake import IncomingAttachment
from helpdesk.mail.charset_names import says_nothing
from helpdesk.mail.charsets import decode_text
from helpdesk.mail.flowed import unflow
from helpdesk.mail.headers import read_subject
from helpdesk.mail.html_text import html_to_text
from helpdesk.mail.parameters import harmless_file_name
from helpdesk.mail.structure import Cutter, Part
from helpdesk.mail.transfer import uu_files

MAX_BODY_BYTES = 2_000_000

_READ_AS_TEXT = {
    "text/plain",
    "text/html",
    "text/enriched",
    "text/richtext",
    "text/x-amp-html",
    "text/watch-html",
}
_OTHER_FORMS = {"text/enriched", "text/richtext", "text/x-amp-html", "text/watch-html"}
_EXTENSIONS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/rfc822-headers": ".txt",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "message/feedback-report": ".txt",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/ms-tnef": ".dat",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff]")
_META_CHARSET = re.compile(rb"<meta[^>]{0,300}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_NOT_ALONE = re.compile(r"\S")


@dataclass(slots=True)
class Body:
    """本文の一片: the same text as plain text and as HTML, as far as the sender gave them."""

    plain: str = ""
    html: str = ""


@dataclass(slots=True)
class Contents:
    """メールの中身, collected part by part in the order of the mail."""

    cutter: Cutter
    bodies: list[Body] = field(default_factory=list)
    attachments: list[IncomingAttachment] = field(default_factory=list)
    overlong: list[bytes] = field(default_factory=list)
    read_bytes: int = 0

    def collect(self, part: Part, *, attached: bool = False) -> None:
        """Take a part with all its children; `attached` parts (beside the root of a related) are never body."""
        if part.children and part.kind == "multipart/alternative":
            self._collect_alternative(part)
        elif part.children:
            for number, child in enumerate(part.children):
                self.collect(child, attached=attached or (part.kind == "multipart/related" and number > 0))
        elif part.kind in _READ_AS_TEXT and not attached and not self._is_file(part) and self._has_room():
            self.bodies.append(self._body(part))
        else:
            self._attach(part)

    def _collect_alternative(self, part: Part) -> None:
        outside, self.bodies = self.bodies, []
        forms = [child for child in part.children if child.kind not in _OTHER_FORMS] or part.children
        for child in forms:
            self.collect(child)
        plain = "\n".join(dict.fromkeys(body.plain for body in self.bodies if _NOT_ALONE.search(body.plain)))
        html = "\n".join(body.html for body in self.bodies if body.html)
        self.bodies = [*outside, Body(plain, html)]

    def _is_file(self, part: Part) -> bool:
        if part.disposition.value == "attachment" or "filename" in part.disposition.parameters:
            return True
        return "name" in part.content.parameters and bool(self.bodies or self.attachments)

    def _body(self, part: Part) -> Body:
        octets = self._readable(part.decoded(self.cutter.defects))
        charset = part.content.parameters.get("charset", "")
        if part.kind != "text/plain" and says_nothing(charset):
            meta = _META_CHARSET.search(octets[:4096])
            charset = meta[1].decode("ascii") if meta else charset
        found = decode_text(octets, charset)
        if found.note:
            self.cutter.notes.append(f"本文: {found.note}")
        text = _CONTROL.sub("", found.text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n"))
        if part.kind != "text/plain":
            return Body(html=text)
        parameters = part.content.parameters
        if parameters.get("format", "").strip().lower() == "flowed":
            text = unflow(text, delete_space=parameters.get("delsp", "").strip().lower() == "yes")
        text, files = uu_files(text)
        for file in files:
            name = harmless_file_name(file.name, len(self.attachments) + 1)
            self.attachments.append(IncomingAttachment(name, "application/octet-stream", file.content))
        return Body(plain=text)

    def _has_room(self) -> bool:
        """False when so much text has been read that a further part is kept as a file."""
        if self.read_bytes < MAX_BODY_BYTES:
            return True
        self.cutter.defects.append("本文が多いため、一部を添付ファイルとして保存した")
        return False

    def _readable(self, octets: bytes) -> bytes:
        """The part of a body that is read; of a longer one the whole counts in the digest and stays in the raw mail."""
        room = MAX_BODY_BYTES - self.read_bytes
        self.read_bytes += len(octets)
        if len(octets) <= room:
            return octets
        self.cutter.defects.append("本文が長いため、先頭の2MBまでを取り込んだ（全文は原本にある）")
        self.overlong.append(hashlib.sha256(octets).digest())
        line_end = octets.rfind(b"\n", max(0, room - 10_000), room)
        return octets[: line_end + 1 if line_end >= 0 else room]

    def _attach(self, part: Part) -> None:
        content = part.decoded(self.cutter.defects)
        if part.kind.startswith("multipart/"):
            return  # a multipart without any part
        name = part.disposition.parameters.get("filename") or part.content.parameters.get("name") or ""
        number = len(self.attachments) + 1
        if part.kind == "message/rfc822":
            name = self._mail_name(content, name)
        if not name and not content.strip():
            return
        self.attachments.append(
            IncomingAttachment(
                name=harmless_file_name(name, number, _EXTENSIONS.get(part.kind, "")),
                content_type=part.kind,
                content=content,
                content_id=part.first("content-id").decode("utf-8", "replace").strip(" <>\t\r\n\x00")[:500],
            )
        )

    def _mail_name(self, content: bytes, name: str) -> str:
        """A nested mail is called as its subject, and always ends in .eml."""
        if not name:
            headers, _ = Cutter(1, 1, [], []).split_headers(content, 0, min(len(content), 200_000))
            subject = next((read_subject(value) for key, value in headers if key == "subject"), "")
            name = subject.replace("/", "_").replace("\\", "_")[:100] or "転送メール"
        return name if name.lower().endswith(".eml") else f"{name}.eml"


def joined_text(bodies: list[Body], defects: list[str]) -> str:
    """What an operator reads: every plain text, and the text of HTML where there is no plain one."""
    html_only = sum(1 for body in bodies if not _NOT_ALONE.search(body.plain))
    texts = [
        body.plain if _NOT_ALONE.search(body.plain) else html_to_text(body.html, defects, share=html_only)
        for body in bodies
    ]
    return "\n".join(text.strip("\n") for text in texts if _NOT_ALONE.search(text))


def joined_html(bodies: list[Body]) -> str:
    """The HTML of the mail, untouched; empty when there is none. Plain parts beside HTML are set in <pre>."""
    if not any(body.html for body in bodies):
        return ""
    pieces = [
        body.html or f"<pre>{entities.escape(body.plain)}</pre>"
        for body in bodies
        if body.html or _NOT_ALONE.search(body.plain)
    ]
    return "\n<hr>\n".join(pieces)
