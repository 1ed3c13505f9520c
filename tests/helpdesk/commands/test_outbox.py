import json
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from click.testing import CliRunner, Result

from cases.history import SYSTEM
from helpdesk.commands.outbox import command
from helpdesk.desk import open_desk
from helpdesk.mail import outbox
from helpdesk.settings import load_settings


def send(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["send", *arguments])


def queue_mail(now) -> None:
    desk = open_desk(load_settings())
    with desk.database.write_session() as session:
        outbox.queue(
            session,
            desk.blobs,
            key="answer:1",
            kind="answer",
            to="tanto@business.example",
            subject="ご照会の件",
            raw=b"Subject: test\r\n\r\nbody\r\n",
            message_id="1@desk.example",
            envelope_from="desk@helpdesk.example",
            by=SYSTEM,
            now=now,
        )
    desk.database.engine.dispose()


class Taking:
    """Takes every mail."""

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        return "250 taken"


@contextmanager
def mail_server(port: int):
    controller = Controller(Taking(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def test_an_old_schema_is_refused_with_what_to_do(instance) -> None:
    result = send()
    assert result.exit_code == 1
    assert "helpdesk db upgrade" in result.output


def test_what_waits_is_sent_and_counted(migrated, monkeypatch, free_port, now) -> None:
    monkeypatch.setenv("HELPDESK_SMTP_PORT", str(free_port))
    queue_mail(now)
    with mail_server(free_port):
        result = send("--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.output) == {"sent": 1, "queued": 0, "failed": 0, "uncertain": 0}
    assert send().output == "送信 0 通、延期 0 通、失敗 0 通、届いたか不明 0 通\n"


def test_a_demonstration_is_refused_a_real_server(migrated, monkeypatch) -> None:
    (migrated / "demo").touch()
    monkeypatch.setenv("HELPDESK_SMTP_HOST", "relay.example")
    result = send()
    assert result.exit_code == 2
    assert "デモ用メールサーバー" in result.output
