"""The demonstration's business writes a mail: it goes through real SMTP to the demonstration's server, as any mail."""

import secrets
from dataclasses import dataclass

from cases.intake import IncomingMail
from helpdesk.desk import Desk
from helpdesk.errors import Problem, Refused
from helpdesk.mail.compose import compose
from helpdesk.mail.delivery import OutgoingMail
from helpdesk.mail.smtp import transport_from
from helpdesk.workflows.acknowledge_receipt import thread_references


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter from a business to the desk, as typed; attachments as (name, type, bytes)."""

    sender: str
    subject: str
    body: str
    reply_to: str
    attachments: tuple[tuple[str, str, bytes], ...]


def write_to_desk(desk: Desk, letter: Letter, answered: IncomingMail | None, *, by_name: str) -> None:
    """Send the letter to the desk. Raises `Refused` when the demonstration's mail server does not take it."""
    domain = letter.sender.partition("@")[2]
    raw = compose(
        message_id=f"{secrets.token_hex(8)}@{domain}",
        from_address=letter.sender,
        from_name=by_name.partition("（")[0],
        to=desk.settings.desk_address,
        subject=letter.subject,
        body_text=letter.body + "\n",
        in_reply_to=answered.message_id if answered else None,
        references=thread_references(answered.references, answered.message_id) if answered else (),
        attachments=letter.attachments,
        date=desk.clock(),
        from_this_desk=False,
    )
    [delivery] = transport_from(desk.settings).send_batch(
        [OutgoingMail(0, letter.sender, desk.settings.desk_address, raw)]
    )
    if delivery.verdict != "accepted":
        raise Refused([Problem("送信", f"デモ用メールサーバーが受け取りませんでした（{delivery.reply}）")])
