"""受信メール as a value: all that the desk reads of a mail, decoded; made by the mail edge, taken in by `cases.intake`."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class IncomingAttachment:
    """添付ファイル: harmless file name, declared type and the decoded bytes."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """受信メール as a value: everything the desk reads of a mail, decoded; made by `helpdesk.mail.mime`.

    `raw_sha256` names the raw bytes in the blob store. `message_id`, `in_reply_to` and `references` are without
    angle brackets, references oldest first. `to` and `cc` are plain addresses in lower case. `text` is what an
    operator reads (from HTML when there is no plain part); `html` is the untouched HTML part, sanitised when shown.
    `headers` maps lower-case header names to all decoded values (for automatic_mail). `charset_notes` and
    `defects` say, in Japanese, what had to be guessed or was broken. `delivery_report` is true for
    multipart/report. `content_digest` is the SHA-256 of From, Date, Subject, decoded body and attachments: two
    mails are the same only if Message-ID and this digest agree.
    """

    raw_sha256: str
    size_bytes: int
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    from_address: str
    from_name: str
    reply_to: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    date: datetime | None
    text: str
    html: str
    attachments: tuple[IncomingAttachment, ...]
    headers: dict[str, tuple[str, ...]]
    content_digest: str
    delivery_report: bool = False
    charset_notes: tuple[str, ...] = ()
    defects: tuple[str, ...] = field(default=())
