"""デモ用メールサーバー: plays the mail world of a demonstration, on loopback only.

Mail to the desk lands in the desk's inbox, mail to anybody else in the demo mailbox, which plays the mailboxes of the
businesses. Nothing is ever passed on: a demonstration cannot write to real people.
"""

import asyncio
import mailbox
import re
import signal
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from helpdesk.settings import Settings, load_settings
from helpdesk.supervision import follow_parent

LOOPBACK = "127.0.0.1"


class DemoDelivery:
    """Sorts what arrives into the two Maildirs; each recipient gets a copy of its own."""

    def __init__(self, *, desk_address: str, inbox: Path, others: Path) -> None:
        self.desk_address = desk_address.lower()
        self.inbox = mailbox.Maildir(inbox, create=True)
        self.others = mailbox.Maildir(others, create=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Store the mail, on disk, before the sender is told that it was taken."""
        raw = envelope.original_content or b""
        for recipient in envelope.rcpt_tos:
            trace = f"Return-Path: <{_bare(envelope.mail_from)}>\r\nDelivered-To: {_bare(recipient)}\r\n"
            await asyncio.to_thread(self._folder_of(recipient).add, trace.encode() + raw)
        return "250 2.0.0 taken by the demonstration"

    def _folder_of(self, recipient: str) -> mailbox.Maildir:
        return self.inbox if recipient.lower() == self.desk_address else self.others


class DemoMailServer:
    """The server, running as long as the `with` block does."""

    def __init__(self, settings: Settings, *, port: int) -> None:
        settings.demo_mailbox_folder.parent.mkdir(parents=True, exist_ok=True)
        handler = DemoDelivery(
            desk_address=settings.desk_address,
            inbox=settings.inbox_folder,
            others=settings.demo_mailbox_folder,
        )
        size = settings.max_mail_megabytes * 1024 * 1024
        self._controller = Controller(handler, hostname=LOOPBACK, port=port, data_size_limit=size)

    def __enter__(self) -> "DemoMailServer":
        self._controller.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._controller.stop()


def mailbox_messages(folder: Path, *, limit: int = 200) -> list[tuple[str, bytes]]:
    """The newest mails in the demo mailbox, newest first, each with the name of its file."""
    if not folder.exists():
        return []
    box = mailbox.Maildir(folder, create=False)
    newest = sorted(box.iterkeys(), key=_delivery_order, reverse=True)[:limit]
    return [(key, box.get_bytes(key)) for key in newest]


def _delivery_order(key: str) -> tuple[int, ...]:
    """Second, microsecond and counter of a Maildir name as the standard library makes it."""
    return tuple(int(number) for number in re.findall(r"\d+", key)[:4])


def _bare(address: str | None) -> str:
    return "".join(letter for letter in address or "" if letter.isprintable() and letter not in "<>")


def main() -> None:
    """Run in a process of its own until SIGTERM or SIGINT; `HELPDESK_SMTP_PORT` says where."""
    settings = load_settings()
    stop = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(
        signal.SIG_BLOCK, stop
    )  # before any thread starts, so that none of them is interrupted
    follow_parent()
    with DemoMailServer(settings, port=settings.smtp_port):
        signal.sigwait(stop)


if __name__ == "__main__":
    main()
