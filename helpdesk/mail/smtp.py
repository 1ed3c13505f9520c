"""SMTP による送信: a batch of mails over a few kept connections to the next server (aiosmtplib).

Every mail gets its own answer: accepted, temporary, permanent, or uncertain when the connection broke after the text
had gone out. STARTTLS is demanded, never only tried: without it the mails would leave in the clear unnoticed.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable, Sequence

import aiosmtplib
import aiosmtplib.email

from helpdesk.errors import Problem, Refused
from helpdesk.fail_points import fail_point
from helpdesk.mail.delivery import Delivery, OutgoingMail
from helpdesk.settings import Settings

CONNECTIONS = 8
CONNECT_SECONDS = 20.0
MAIL_SECONDS = 90.0

_REAL_PORTS = (25, 465, 587)  # this machine's own mail server might listen there, and would pass mail on
_NOT_OUR_MAIL = (
    530,
    534,
    535,
    538,
)  # the server wants other credentials: our settings are wrong, not the mail
_WIRE_ERRORS = (aiosmtplib.SMTPException, OSError)

OnDelivery = Callable[[OutgoingMail, Delivery], None]
MayStart = Callable[[], bool]


class SmtpTransport:
    """The way to the next mail server. Holds no connection between batches."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        security: str = "none",
        user: str = "",
        password: str = "",
        connections: int = CONNECTIONS,
        tls_context: ssl.SSLContext | None = None,
        mail_seconds: float = MAIL_SECONDS,
    ) -> None:
        self.host, self.port, self.security = host, port, security
        self.user, self.password = user, password
        self.connections = connections
        self.mail_seconds = mail_seconds
        self._tls_context = tls_context

    def send_batch(
        self,
        mails: Sequence[OutgoingMail],
        *,
        on_delivery: OnDelivery | None = None,
        may_start: MayStart | None = None,
    ) -> list[Delivery]:
        """Send every mail once; what became of each, in the same order (see `helpdesk.mail.delivery`)."""
        if not mails:
            return []
        return asyncio.run(_Batch(self, mails, on_delivery, may_start).run())

    def open(self) -> aiosmtplib.SMTP:
        """A connection that is not made yet; `greet` follows."""
        context = self._tls_context
        if context is None and self.security != "none":
            context = ssl.create_default_context()
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            use_tls=self.security == "tls",
            start_tls=False,  # `greet` demands it; the library's own default only tries
            tls_context=context,
            timeout=CONNECT_SECONDS,
        )

    async def greet(self, smtp: aiosmtplib.SMTP) -> None:
        """Learn what the server offers, encrypt and sign in as the settings say."""
        if self.security == "starttls":
            await smtp.starttls()
        try:
            await smtp.ehlo()
        except aiosmtplib.SMTPHeloError:
            await smtp.helo()
        if self.user:
            await smtp.login(self.user, self.password)
        smtp.timeout = self.mail_seconds


def transport_from(settings: Settings) -> SmtpTransport:
    """The transport of this instance. Raises `Refused` where a demonstration would reach a real server."""
    if settings.demo and (settings.smtp_host != "127.0.0.1" or settings.smtp_port in _REAL_PORTS):
        message = "デモの環境からはデモ用メールサーバー（127.0.0.1）にしか送信できません。`helpdesk up --demo` で起動してください"
        raise Refused([Problem("smtp_host / smtp_port", message)])
    return SmtpTransport(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=settings.smtp_password,
    )


class _Batch:
    """One batch on its way: a queue of mails, some workers with a connection each, the answers so far."""

    def __init__(
        self,
        transport: SmtpTransport,
        mails: Sequence[OutgoingMail],
        on_delivery: OnDelivery | None,
        may_start: MayStart | None,
    ) -> None:
        self.transport = transport
        self.waiting = deque(enumerate(mails))
        self.deliveries: list[Delivery | None] = [None] * len(mails)
        self.on_delivery = on_delivery
        self.may_start = may_start or (lambda: True)
        self.wires: list[asyncio.BaseTransport | None] = []
        self.unreachable: str | None = None
        self.failure: Exception | None = None

    async def run(self) -> list[Delivery]:
        workers = min(self.transport.connections, len(self.waiting))
        try:
            await asyncio.gather(*(self._work() for _ in range(workers)))
        finally:
            await self._hang_up()
        rest = Delivery("not_attempted", "")
        if self.unreachable and self.may_start():
            rest = Delivery("temporary", self.unreachable)
        while self.waiting and self.failure is None:
            place, mail = self.waiting.popleft()
            await self._report(place, mail, rest)
        if self.failure is not None:
            raise self.failure
        return [delivery for delivery in self.deliveries if delivery is not None]

    async def _work(self) -> None:
        """Send one mail after another; a connection that breaks is opened again once for the next mail."""
        smtp: aiosmtplib.SMTP | None = None
        try:
            while self.waiting and self.failure is None and self.may_start():
                if smtp is None or not smtp.is_connected:
                    smtp = await self._connect()
                    if smtp is None or not self.waiting:
                        return
                place, mail = self.waiting.popleft()
                await self._report(place, mail, await self._send(smtp, mail))
        finally:
            if smtp is not None:
                await _leave(smtp)

    async def _connect(self) -> aiosmtplib.SMTP | None:
        """None where the server takes no (further) connection; the mails wait for the other workers."""
        smtp = self.transport.open()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await smtp.connect()
                self.wires.append(smtp.transport)
                await self.transport.greet(smtp)
        except _WIRE_ERRORS as error:
            smtp.close()
            where = f"{self.transport.host}:{self.transport.port}"
            self.unreachable = f"メールサーバー {where} に接続できません（{_words(error)}）"
            return None
        self.wires.append(smtp.transport)  # STARTTLS has put another one in the place of the first
        return smtp

    async def _hang_up(self) -> None:
        """End every wire now: a TLS wire would wait for the other side's farewell after the loop has gone."""
        for wire in filter(None, self.wires):
            wire.abort()
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def _send(self, smtp: aiosmtplib.SMTP, mail: OutgoingMail) -> Delivery:
        stage = "envelope"
        try:
            async with asyncio.timeout(self.transport.mail_seconds):
                options, encoding = _mail_options(smtp, mail)
                await smtp.mail(mail.envelope_from, options=options, encoding=encoding)
                await smtp.rcpt(mail.to_address, encoding=encoding)
                fail_point("smtp.before_text")
                stage = "text"
                response = await smtp.data(mail.raw)
                fail_point("smtp.accepted")
                return Delivery("accepted", f"{response.code} {response.message}")
        except aiosmtplib.SMTPResponseException as error:
            await _reset(smtp)
            return _answered(error)
        except _Unsendable as error:
            await _reset(smtp)
            return Delivery("permanent", str(error))
        except _WIRE_ERRORS as error:
            smtp.close()
            if stage == "text":
                return Delivery("uncertain", f"本文の送信中に接続が切れました（{_words(error)}）")
            return Delivery("temporary", f"接続が切れました（{_words(error)}）")

    async def _report(self, place: int, mail: OutgoingMail, delivery: Delivery) -> None:
        self.deliveries[place] = delivery
        if self.on_delivery is None:
            return
        try:
            await asyncio.to_thread(self.on_delivery, mail, delivery)
        except Exception as error:  # noqa: BLE001 - an edge: mails under way elsewhere are reported before it is raised
            self.failure = self.failure or error


class _Unsendable(Exception):
    """This mail cannot be put to this server."""


def _mail_options(smtp: aiosmtplib.SMTP, mail: OutgoingMail) -> tuple[list[str], str]:
    for address in filter(None, (mail.envelope_from, mail.to_address)):
        if not _goes_out_as_it_is(address):
            raise _Unsendable(f"「{address}」はメールアドレスとして送信できません。宛先を確かめてください")
    options = []
    if smtp.supports_extension("size"):
        options.append(f"SIZE={len(mail.raw)}")
    if not mail.raw.isascii() and smtp.supports_extension("8bitmime"):
        options.append("BODY=8BITMIME")
    if (mail.envelope_from + mail.to_address).isascii():
        return options, "ascii"
    if not smtp.supports_extension("smtputf8"):
        raise _Unsendable(
            "送信先のメールサーバーは英数字以外のメールアドレスを扱えません。宛先を確かめてください"
        )
    return [*options, "SMTPUTF8"], "utf-8"


def _goes_out_as_it_is(address: str) -> bool:
    if set(address) & set(' ,;:()<>[]\\"'):  # how such an address is read depends on the Python version
        return False
    try:
        return aiosmtplib.email.quote_address(address) == f"<{address}>"
    except ValueError:
        return False


def _answered(error: aiosmtplib.SMTPResponseException) -> Delivery:
    reply = f"{error.code} {error.message}"
    final = 500 <= error.code < 600 and error.code not in _NOT_OUR_MAIL
    return Delivery("permanent" if final else "temporary", reply)


def _words(error: BaseException) -> str:
    return str(error).strip() or type(error).__name__


async def _reset(smtp: aiosmtplib.SMTP) -> None:
    try:
        await smtp.rset(timeout=CONNECT_SECONDS)
    except _WIRE_ERRORS:
        smtp.close()


async def _leave(smtp: aiosmtplib.SMTP) -> None:
    try:
        if smtp.is_connected:
            await smtp.quit(timeout=CONNECT_SECONDS)
    except _WIRE_ERRORS:
        pass
    finally:
        smtp.close()
