"""自局の Message-ID: ids that only this desk can make, so that a reply to them proves which thing it answers.

Form: hd.<kind>.<key>.<signature>@<domain>. Deterministic: a retry of the same outbox row carries the same id.
"""

import hashlib
import hmac
import re

from helpdesk.mail.errors import MailNotComposable

_PART = re.compile(r"[A-Za-z0-9_-]{1,80}")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_OWN = re.compile(r"hd\.([A-Za-z0-9_-]{1,80})\.([A-Za-z0-9_-]{1,80})\.([0-9a-f]{32})@[^@\s]{1,255}")


def new_message_id(kind: str, key: str, secret: str | bytes, domain: str) -> str:
    """Message-ID without angle brackets for the thing `key` of that `kind` (letters, digits, hyphen, underscore).

    Raises MailNotComposable when kind, key or domain could not stand in a Message-ID.
    """
    if not (_PART.fullmatch(kind) and _PART.fullmatch(key)):
        raise MailNotComposable(f"Message-ID の種別「{kind}」またはキー「{key}」に使えない文字があります。")
    if not _DOMAIN.fullmatch(domain):
        raise MailNotComposable(f"Message-ID のドメイン「{domain}」が誤っています。設定を確認してください。")
    return f"hd.{kind}.{key}.{_signature(kind, key, secret)}@{domain.lower()}"


def read_own_message_id(message_id: str, secret: str | bytes) -> tuple[str, str] | None:
    """(kind, key) of an id that this desk signed, with or without brackets; None for any other id."""
    own = _OWN.fullmatch(message_id.strip().removeprefix("<").removesuffix(">").strip())
    if not own or not hmac.compare_digest(own[3], _signature(own[1], own[2], secret)):
        return None
    return own[1], own[2]


def _signature(kind: str, key: str, secret: str | bytes) -> str:
    octets = secret.encode("utf-8") if isinstance(secret, str) else secret
    if not octets:
        raise MailNotComposable("Message-ID の署名鍵が設定されていません。設定を確認してください。")
    return hmac.new(octets, f"message-id:{kind}.{key}".encode(), hashlib.sha256).hexdigest()[:32]
