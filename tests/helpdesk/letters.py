"""Raw mails as businesses send them, for tests that need a whole one and care about few of its parts."""

from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP

STANDARD = {
    "From": "田中 由紀 <tanaka@kitahama.example>",
    "To": "desk@helpdesk.example",
    "Date": "Tue, 30 Jun 2026 09:55:00 +0900",
    "Subject": "5月分のペナルティ額について",
    "Message-ID": "<first@kitahama.example>",
}
TEXT = "お世話になっております。\n未達成コマの数え方を教えてください。\n"


def letter(
    text: str = TEXT, *, attachments: Sequence[tuple[str, bytes]] = (), html: str = "", **changed: str | None
) -> bytes:
    """A mail; headers by name with `_` for `-` (None: not there), attachments as (name, bytes)."""
    headers: dict[str, str | None] = {name.lower(): value for name, value in STANDARD.items()}
    headers |= {name.replace("_", "-").lower(): value for name, value in changed.items()}
    made = EmailMessage(policy=SMTP)
    names = {name.lower(): name for name in STANDARD}
    for name, value in headers.items():
        if value is not None:
            made[names.get(name, name.title())] = value
    made.set_content(text, charset="utf-8")
    if html:
        made.add_alternative(html, subtype="html", charset="utf-8")
    for name, content in attachments:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


def reply(to: str, text: str = "追加の質問です。\n", **changed: str | None) -> bytes:
    """An answer to a message of this id (without angle brackets), from the same person."""
    values = {"in_reply_to": f"<{to}>", "message_id": "<second@kitahama.example>", "subject": "Re: 回答の件"}
    return letter(text, **{**values, **changed})
