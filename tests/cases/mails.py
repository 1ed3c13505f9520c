"""Mails for the case tests, as values: what the mail edge would hand in."""

import hashlib

from cases.incoming_mail import IncomingMail


def make_mail(**values: object) -> IncomingMail:
    """A mail of a business about its penalty; everything can be said differently."""
    standard: dict[str, object] = {
        "size_bytes": 1000,
        "message_id": "first@kaminari.example",
        "in_reply_to": (),
        "references": (),
        "from_address": "yamada@kaminari.example",
        "from_name": "山田 太郎",
        "reply_to": "",
        "to": ("desk@helpdesk.example",),
        "cc": (),
        "subject": "5月分のペナルティ額について",
        "date": None,
        "text": "お世話になっております。\n未達成コマの数え方を教えてください。\n",
        "html": "",
        "attachments": (),
        "headers": {},
    }
    standard |= values
    content = repr([standard[name] for name in ("from_address", "date", "subject", "text", "attachments")])
    standard.setdefault("content_digest", hashlib.sha256(content.encode()).hexdigest())
    raw = content + repr([standard[name] for name in ("message_id", "headers")])
    standard.setdefault("raw_sha256", hashlib.sha256(raw.encode("utf-8", "replace")).hexdigest())
    return IncomingMail(**standard)
