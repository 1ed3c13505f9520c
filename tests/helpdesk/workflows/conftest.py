"""A mail server that keeps what it gets, and a desk that sends to it."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import Message as Mail

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from helpdesk.desk import Desk


@dataclass
class MailServer:
    """What has arrived, in order."""

    arrived: list[tuple[str, bytes]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        with self.lock:
            self.arrived.append((envelope.rcpt_tos[0], envelope.original_content))
        return "250 2.0.0 taken"

    def mails(self) -> list[Mail]:
        return [message_from_bytes(raw) for _, raw in self.arrived]


@pytest.fixture
def mail_server(free_port: int) -> Iterator[MailServer]:
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=free_port)
    controller.start()
    yield server
    controller.stop()


@pytest.fixture
def sending_desk(desk: Desk, mail_server: MailServer, free_port: int) -> Desk:
    """The desk, with that server as its next one."""
    return replace(desk, settings=replace(desk.settings, smtp_port=free_port))
