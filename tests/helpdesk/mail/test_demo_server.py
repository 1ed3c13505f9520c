import smtplib
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from helpdesk.mail.delivery import OutgoingMail
from helpdesk.mail.demo_server import DemoMailServer, mailbox_messages
from helpdesk.mail.inbox import read_folder
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
    found: list[bytes] = []
    read_folder(settings.inbox_folder, lambda raw, key: found.append(raw))
    [taken] = found
    assert taken.endswith(sent.raw)
    assert taken.startswith(
        b"Return-Path: <tanto@business.example>\r\nDelivered-To: Desk@helpdesk.example\r\n"
    )
    assert mailbox_messages(settings.demo_mailbox_folder) == []


def test_mail_to_anybody_else_lands_in_the_demo_mailbox_newest_first(settings, free_port) -> None:
    with DemoMailServer(settings, port=free_port):
        for number in range(12):
            deliver(free_port, mail(f"reader{number}@business.example", "回答", "desk@helpdesk.example"))
    newest = mailbox_messages(settings.demo_mailbox_folder, limit=3)
    for (_, raw), number in zip(newest, (11, 10, 9), strict=True):
        assert f"Delivered-To: reader{number}@business.example\r\n".encode() in raw
    assert len(mailbox_messages(settings.demo_mailbox_folder)) == 12


def test_a_mail_to_two_readers_reaches_both(settings, free_port) -> None:
    with DemoMailServer(settings, port=free_port), smtplib.SMTP("127.0.0.1", free_port) as client:
        client.sendmail(
            "tanto@x.example", ["desk@helpdesk.example", "cc@x.example"], b"Subject: both\r\n\r\n"
        )
    [(_, copy)] = mailbox_messages(settings.demo_mailbox_folder)
    assert b"Delivered-To: cc@x.example" in copy
    assert read_folder(settings.inbox_folder, lambda raw, key: None) == 1


def test_an_empty_demonstration_has_an_empty_mailbox(settings) -> None:
    assert mailbox_messages(settings.demo_mailbox_folder) == []


def test_a_mail_over_the_limit_is_refused_for_good(tmp_path, free_port) -> None:
    settings = load_settings({"HELPDESK_INSTANCE": str(tmp_path), "HELPDESK_MAX_MAIL_MEGABYTES": "1"})
    with DemoMailServer(settings, port=free_port):
        big = OutgoingMail(1, "", "a@x.example", b"Subject: big\r\n\r\n" + b"x" * 70 + b"\r\n" * 1_000_000)
        assert deliver(free_port, big) == ["permanent"]
    assert mailbox_messages(settings.demo_mailbox_folder) == []
