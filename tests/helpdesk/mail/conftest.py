"""A real SMTP server on loopback that behaves as the address written to asks, and a desk that sends to it."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from helpdesk.blobs import BlobStore


@dataclass
class Sink:
    """What has arrived, in order: (recipient, raw mail)."""

    port: int = 0
    arrived: list[tuple[str, bytes]] = field(default_factory=list)
    sessions: set[int] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def recipients(self) -> list[str]:
        return [recipient for recipient, _ in self.arrived]

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.sessions.add(id(session))
        if address.startswith("nobody@"):
            return "550 5.1.1 no such user"
        if address.startswith("busy@"):
            return "451 4.7.1 greylisted"
        if address.startswith("cut-early@"):
            server.transport.abort()
            return "250 unseen"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if envelope.rcpt_tos[0].startswith("refused@"):
            return "554 5.7.1 content refused"
        with self.lock:
            self.arrived.append((envelope.rcpt_tos[0], envelope.original_content))
        if envelope.rcpt_tos[0].startswith("cut-late@"):
            server.transport.abort()
        return "250 2.0.0 taken"


@pytest.fixture
def sink(free_port: int) -> Iterator[Sink]:
    """An SMTP server that keeps what it gets."""
    handler = Sink(port=free_port)
    controller = Controller(handler, hostname="127.0.0.1", port=free_port)
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    """An empty blob store."""
    return BlobStore(tmp_path / "blobs")


@pytest.fixture
def free_port_nobody_hears() -> Iterator[int]:
    """A port that is taken but not listened on, so that every connection to it is refused."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]
