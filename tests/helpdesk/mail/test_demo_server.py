from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from helpdesk.errors import NotFound
from helpdesk.mail.delivery import OutgoingMail
from helpdesk.mail.demo_server import DemoMailServer, list_demo_mails, read_demo_mail
from helpdesk.mail.inbox import FoundMail, read_folder
from helpdesk.mail.smtp import SmtpTransport
from helpdesk.settings import Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(
        {"HELPDESK_INSTANCE": str(tmp_path), "HELPDESK_DESK_ADDRESS": "desk@helpdesk.example"}
    )


def mail(to: str, subject: str, sender: str = "tanto@business.example") -> OutgoingMail:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = "Tue, 30 Jun 2026 10:00:00 +0900"
    message.set_content("本文です", cte="base64")
    return OutgoingMail(1, sender, to, message.as_bytes())


def deliver(port: int, *mails: OutgoingMail) -> list[str]:
    transport = SmtpTransport(host="127.0.0.1", port=port, connections=1)
    return [delivery.verdict for delivery in transport.send_batch(mails)]


def test_mail_to_the_desk_lands_in_its_inbox_and_nowhere_else(settings, free_port) -> None:
    sent = mail("Desk@helpdesk.example", "ペナルティについて")
    with DemoMailServer(settings, port=free_port):
        assert deliver(free_port, sent) == ["accepted"]
    found: list[FoundMail] = []
    read_folder(settings.inbox_folder, found.append)
    [taken] = found
    assert taken.raw.endswith(sent.raw.replace(b"\r\n", b"\n")) or taken.raw.endswith(sent.raw)
    assert taken.raw.startswith(b"Return-Path: <tanto@business.example>")
    assert list_demo_mails(settings.demo_mailbox_folder) == []


def test_mail_to_anybody_else_lands_in_the_demo_mailbox(settings, free_port) -> None:
    with DemoMailServer(settings, port=free_port):
        answers = [
            mail("tanto@business.example", "【回答】容量確保契約金額", "desk@helpdesk.example"),
            mail("anybody@real-company.example", "別件", "desk@helpdesk.example"),
        ]
        assert deliver(free_port, *answers) == ["accepted", "accepted"]
    folder = settings.demo_mailbox_folder
    assert {headline.to for headline in list_demo_mails(folder)} == {
        "tanto@business.example",
        "anybody@real-company.example",
    }
    [headline] = list_demo_mails(folder, to="Tanto@business.example")
    assert headline.subject == "【回答】容量確保契約金額"
    assert headline.sender == "desk@helpdesk.example"
    assert headline.sent_at.isoformat() == "2026-06-30T10:00:00+09:00"
    assert b"Delivered-To: tanto@business.example" in read_demo_mail(folder, headline.key)


@pytest.mark.parametrize("key", ["", "nothing", "../../secret_key", "/etc/hostname"])
def test_a_key_outside_the_mailbox_finds_nothing(settings, free_port, key) -> None:
    with DemoMailServer(settings, port=free_port):
        deliver(free_port, mail("a@x.example", "件名"))
    with pytest.raises(NotFound):
        read_demo_mail(settings.demo_mailbox_folder, key)


def test_an_empty_demonstration_has_an_empty_mailbox(settings) -> None:
    assert list_demo_mails(settings.demo_mailbox_folder) == []
    with pytest.raises(NotFound):
        read_demo_mail(settings.demo_mailbox_folder, "1")


def test_a_mail_with_broken_headers_is_listed_all_the_same(settings, free_port) -> None:
    raw = b"From: =?utf-8?b?broken\r\nSubject: \xff\xfe\r\nDate: yesterday\r\n\r\nbody\r\n"
    with DemoMailServer(settings, port=free_port):
        assert deliver(free_port, OutgoingMail(1, "", "a@x.example", raw)) == ["accepted"]
    [headline] = list_demo_mails(settings.demo_mailbox_folder)
    assert (headline.to, headline.sent_at) == ("a@x.example", None)


def test_a_mail_over_the_limit_is_refused_for_good(tmp_path, free_port) -> None:
    settings = load_settings({"HELPDESK_INSTANCE": str(tmp_path), "HELPDESK_MAX_MAIL_MEGABYTES": "1"})
    with DemoMailServer(settings, port=free_port):
        big = OutgoingMail(1, "", "a@x.example", b"Subject: big\r\n\r\n" + b"x" * 70 + b"\r\n" * 1_000_000)
        assert deliver(free_port, big) == ["permanent"]
    assert list_demo_mails(settings.demo_mailbox_folder) == []
