import socket
import ssl
import subprocess
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from helpdesk.errors import Refused
from helpdesk.mail.delivery import Delivery, OutgoingMail
from helpdesk.mail.smtp import SmtpTransport, transport_from
from helpdesk.settings import load_settings

RAW = b"From: desk@helpdesk.example\r\nSubject: test\r\n\r\nline\r\n.starts with a dot\r\n"


def mail_to(address: str, reference: int = 1, raw: bytes = RAW) -> OutgoingMail:
    return OutgoingMail(reference, "desk@helpdesk.example", address, raw)


def transport_to(port: int, **settings: object) -> SmtpTransport:
    return SmtpTransport(host="127.0.0.1", port=port, **settings)


def test_a_mail_arrives_byte_for_byte(sink) -> None:
    [delivery] = transport_to(sink.port).send_batch([mail_to("a@business.example")])
    assert delivery == Delivery("accepted", "250 2.0.0 taken")
    assert sink.arrived == [("a@business.example", RAW)]


def test_each_recipient_gets_the_verdict_the_server_gave_it(sink) -> None:
    names = ["nobody", "fine", "busy", "refused", "cut-early", "cut-late", "also-fine"]
    mails = [mail_to(f"{name}@business.example", place) for place, name in enumerate(names)]
    reported = {}
    deliveries = transport_to(sink.port, connections=2).send_batch(
        mails, on_delivery=lambda mail, delivery: reported.update({mail.reference: delivery})
    )
    verdicts = dict(zip(names, (delivery.verdict for delivery in deliveries), strict=True))
    assert verdicts == {
        "nobody": "permanent",
        "fine": "accepted",
        "busy": "temporary",
        "refused": "permanent",
        "cut-early": "temporary",
        "cut-late": "uncertain",
        "also-fine": "accepted",
    }
    assert reported == dict(enumerate(deliveries))
    assert deliveries[0].reply == "550 5.1.1 no such user"
    assert deliveries[2].reply == "451 4.7.1 greylisted"
    assert "本文の送信中に接続が切れました" in deliveries[5].reply


def test_many_mails_share_few_connections(sink) -> None:
    mails = [mail_to(f"reader{number}@business.example", number) for number in range(60)]
    deliveries = transport_to(sink.port, connections=4).send_batch(mails)
    assert {delivery.verdict for delivery in deliveries} == {"accepted"}
    assert sorted(sink.recipients) == sorted(mail.to_address for mail in mails)
    assert len(sink.sessions) <= 4


def test_without_a_server_every_mail_is_postponed_with_the_place_named(free_port_nobody_hears: int) -> None:
    deliveries = transport_to(free_port_nobody_hears).send_batch(
        [mail_to("a@x.example"), mail_to("b@x.example")]
    )
    assert [delivery.verdict for delivery in deliveries] == ["temporary", "temporary"]
    assert f"127.0.0.1:{free_port_nobody_hears} に接続できません" in deliveries[0].reply


def test_no_mail_starts_once_the_sender_may_not_go_on(sink) -> None:
    answers = iter([True, True])
    deliveries = transport_to(sink.port, connections=1).send_batch(
        [mail_to(f"{name}@x.example") for name in "abc"], may_start=lambda: next(answers, False)
    )
    assert [delivery.verdict for delivery in deliveries] == ["accepted", "accepted", "not_attempted"]
    assert sink.recipients == ["a@x.example", "b@x.example"]


@pytest.mark.parametrize("address", ["a,b@x.example", "a b@x.example", "a(b)@x.example"])
def test_an_address_that_cannot_be_sent_to_fails_for_good_and_harms_no_other(sink, address) -> None:
    deliveries = transport_to(sink.port, connections=1).send_batch([mail_to(address), mail_to("b@x.example")])
    assert [delivery.verdict for delivery in deliveries] == ["permanent", "accepted"]
    assert sink.recipients == ["b@x.example"]
    assert "宛先を確かめてください" in deliveries[0].reply


@pytest.mark.parametrize("server_takes_it", [True, False])
def test_an_address_outside_ascii_is_sent_only_where_the_server_takes_it(sink, server_takes_it) -> None:
    port = _another_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port, enable_SMTPUTF8=server_takes_it)
    controller.start()
    try:
        [delivery] = transport_to(port).send_batch([mail_to("連絡先@x.example")])
    finally:
        controller.stop()
    assert delivery.verdict == ("accepted" if server_takes_it else "permanent")
    assert sink.recipients == (["連絡先@x.example"] if server_takes_it else [])


def test_the_dotted_addresses_of_japanese_carriers_are_sent_as_they_are(sink) -> None:
    mails = [mail_to("foo..bar@carrier.example"), mail_to("foo.@carrier.example")]
    assert {delivery.verdict for delivery in transport_to(sink.port).send_batch(mails)} == {"accepted"}
    assert sorted(sink.recipients) == ["foo..bar@carrier.example", "foo.@carrier.example"]


def test_the_null_sender_of_automatic_mail_is_sent_as_such(sink) -> None:
    mail = OutgoingMail(1, "", "a@x.example", RAW)
    [delivery] = transport_to(sink.port).send_batch([mail])
    assert delivery.verdict == "accepted"


def test_raw_eight_bit_text_arrives_unchanged(sink) -> None:
    raw = "Subject: test\r\n\r\n日本語の本文\r\n".encode()
    [delivery] = transport_to(sink.port).send_batch([mail_to("a@x.example", raw=raw)])
    assert delivery.verdict == "accepted"
    assert sink.arrived[0][1] == raw


def test_a_server_without_starttls_gets_nothing_where_starttls_is_set(sink) -> None:
    [delivery] = transport_to(sink.port, security="starttls").send_batch([mail_to("a@x.example")])
    assert delivery.verdict == "temporary"
    assert sink.arrived == []


def test_a_failing_report_is_raised_after_the_mails_under_way_are_done(sink) -> None:
    def fail(mail: OutgoingMail, delivery: Delivery) -> None:
        raise RuntimeError("database gone")

    with pytest.raises(RuntimeError, match="database gone"):
        transport_to(sink.port, connections=1).send_batch(
            [mail_to("a@x.example"), mail_to("b@x.example")], on_delivery=fail
        )
    assert sink.recipients == ["a@x.example"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("certificate")
    key, cert = folder / "key.pem", folder / "cert.pem"
    request = (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    made = subprocess.run(
        ["openssl", *request.split(), "-keyout", str(key), "-out", str(cert)],
        capture_output=True,
    )
    if made.returncode != 0:
        pytest.skip("openssl cannot make a certificate here")
    return key, cert


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_an_encrypted_signed_in_sending_arrives_and_a_wrong_password_only_postpones(
    sink, certificate, security: str
) -> None:
    key, cert = certificate
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(cert, key)
    client_context = ssl.create_default_context(cafile=str(cert))

    def authenticate(server: SMTP, session, envelope, mechanism, login) -> AuthResult:
        return AuthResult(success=login.password == b"right", handled=False)

    transport_layer = (
        {"ssl_context": server_context} if security == "tls" else {"tls_context": server_context}
    )
    controller = Controller(
        sink,
        hostname="127.0.0.1",
        port=_another_port(),
        authenticator=authenticate,
        auth_required=security == "starttls",
        auth_require_tls=security == "starttls",
        require_starttls=security == "starttls",
        **transport_layer,
    )
    controller.start()
    try:
        verdicts = {}
        for password in ("wrong", "right"):
            transport = transport_to(
                controller.port, security=security, user="desk", password=password, tls_context=client_context
            )
            [verdicts[password]] = transport.send_batch([mail_to("a@x.example")])
        untrusting = transport_to(controller.port, security=security, user="desk", password="right")
        [unverified] = untrusting.send_batch([mail_to("b@x.example")])
    finally:
        controller.stop()
    assert verdicts["wrong"].verdict == "temporary"
    assert "535" in verdicts["wrong"].reply
    assert verdicts["right"].verdict == "accepted"
    assert unverified.verdict == "temporary"
    assert sink.recipients == ["a@x.example"]


def _another_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.mark.parametrize(
    ("host", "port", "allowed"),
    [("relay.example", 2525, False), ("127.0.0.1", 25, False), ("127.0.0.1", 2525, True)],
)
def test_a_demonstration_sends_only_to_its_own_server(tmp_path: Path, host, port, allowed) -> None:
    (tmp_path / "demo").touch()
    environ = {
        "HELPDESK_INSTANCE": str(tmp_path),
        "HELPDESK_SMTP_HOST": host,
        "HELPDESK_SMTP_PORT": str(port),
    }
    if allowed:
        assert transport_from(load_settings(environ)).port == port
    else:
        with pytest.raises(Refused, match="デモ用メールサーバー"):
            transport_from(load_settings(environ))
