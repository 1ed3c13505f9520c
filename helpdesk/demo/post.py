"""デモの配達: takes the desk's mails while the demonstration is loaded and puts them into the demo mailbox."""

import mailbox
from collections.abc import Callable, Sequence
from pathlib import Path

from helpdesk.mail.delivery import Delivery, OutgoingMail


class DemoPost:
    """A transport (see `helpdesk.mail.delivery.Transport`) that accepts everything; nothing leaves the machine."""

    def __init__(self, folder: Path) -> None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        self.box = mailbox.Maildir(folder, create=True)

    def send_batch(
        self,
        mails: Sequence[OutgoingMail],
        *,
        on_delivery: Callable[[OutgoingMail, Delivery], None] | None = None,
        may_start: Callable[[], bool] | None = None,
    ) -> list[Delivery]:
        """Store each mail for its receiver."""
        taken = Delivery("accepted", "250 2.0.0 taken by the demonstration")
        for mail in mails:
            trace = f"Return-Path: <{mail.envelope_from}>\r\nDelivered-To: {mail.to_address}\r\n"
            self.box.add(trace.encode() + mail.raw)
            if on_delivery is not None:
                on_delivery(mail, taken)
        return [taken for _ in mails]
