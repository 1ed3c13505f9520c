"""デモ用メールボックスの一覧: the businesses' people, and the mails that the desk has sent to them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.intake import IncomingMail
from cases.models import Business, Contact
from helpdesk.desk import Desk
from helpdesk.mail.demo_server import mailbox_messages
from helpdesk.mail.mime import parse_mail


@dataclass(frozen=True, slots=True)
class ReceivedLetter:
    """A mail in the demonstration's mailbox; `name` is its file's."""

    name: str
    mail: IncomingMail


def senders(session: Session) -> list[tuple[str, str]]:
    """Everybody who can write: mail address, and name with business."""
    rows = session.execute(
        select(Contact.mail_address, Contact.name, Business.name.label("business"))
        .join(Business, Business.id == Contact.business_id)
        .where(Contact.mail_address.is_not(None))
        .order_by(Business.code, Contact.id)
    )
    return [(row.mail_address, f"{row.name}（{row.business}）") for row in rows]


def letters(desk: Desk, address: str) -> list[ReceivedLetter]:
    """The mails to one address (or to all), newest first."""
    found = [
        ReceivedLetter(name, parse_mail(raw, raw_sha256=""))
        for name, raw in mailbox_messages(desk.settings.demo_mailbox_folder)
    ]
    return [letter for letter in found if not address or address in letter.mail.to]
