"""当番席へ知らせる: what the watch decided to tell becomes one mail to each duty address, in the same transaction.

The key of a mail is the key of its notice: however often a round is repeated, there is one row in the outbox.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cases import history
from cases.models import Case
from helpdesk.desk import Desk
from helpdesk.errors import Refused
from helpdesk.mail import outbox
from helpdesk.mail.compose import compose, new_message_id
from helpdesk.mail.errors import MailNotComposable
from helpdesk.mail.models import OutboxMail
from mail_templates.rendering import RenderedMail, render

KIND = "alert"  # an uncertain one is sent again: rather twice than never


def tell_duty_desk(
    session: Session,
    desk: Desk,
    template: str,
    values: Mapping[str, Any],
    *,
    key: str,
    case: Case | None,
    now: datetime,
) -> list[OutboxMail]:
    """Queue the mail for everybody on duty; those that were queued. Nobody on duty, or an address that cannot be
    written to, is said in the history, and stops nobody else's mail."""
    mail = render(template, values)
    queued = []
    for address in desk.settings.duty_addresses:
        try:
            queued.append(_queue(session, desk, mail, address, key=key, case=case, now=now))
        except (MailNotComposable, Refused) as refused:
            _record(session, case, "mail_failed", {"to": address, "reply": str(refused)}, now=now)
    if not desk.settings.duty_addresses:
        reason = "当番のメールアドレス（duty_addresses）が設定されていないため、誰にも送っていません"
        _record(session, case, "not_told", {"subject": mail.subject, "reason": reason}, now=now)
    elif queued:
        content = {
            "subject": mail.subject,
            "to": [row.to_address for row in queued],
            "outbox": [row.id for row in queued],
        }
        _record(session, case, "duty_desk_told", content, now=now)
    return queued


def _queue(
    session: Session,
    desk: Desk,
    mail: RenderedMail,
    address: str,
    *,
    key: str,
    case: Case | None,
    now: datetime,
) -> OutboxMail:
    settings = desk.settings
    receiver = hashlib.sha256(address.lower().encode()).hexdigest()[:16]
    of_this_mail = hashlib.sha256(f"{key} {receiver}".encode()).hexdigest()[:40]
    message_id = new_message_id(KIND, of_this_mail, settings.secret_key, settings.desk_address.split("@")[1])
    raw = compose(
        message_id=message_id,
        from_address=settings.desk_address,
        from_name=settings.desk_name,
        to=address,
        subject=mail.subject,
        body_text=mail.body,
        auto_submitted="auto-generated",
        date=now,
    )
    return outbox.queue(
        session,
        desk.blobs,
        key=f"{key} {receiver}",
        kind=KIND,
        envelope_from=settings.desk_address,
        to=address,
        subject=mail.subject,
        raw=raw,
        message_id=message_id,
        case_id=case.id if case else None,
        by=history.SYSTEM,
        now=now,
    )


def _record(
    session: Session, case: Case | None, kind: str, content: dict[str, Any], *, now: datetime
) -> None:
    if case is not None:
        history.record_on_case(session, case, kind, content, by=history.SYSTEM, now=now)
    else:
        history.record(session, "watch", kind, content, by=history.SYSTEM, now=now)
