"""`helpdesk outbox`: sending what waits, once."""

import click

from helpdesk.commands.instance import opened, print_json, refuse
from helpdesk.errors import Refused
from helpdesk.workflows.send_mail import send_due

_WORDS = {
    "sent": "送信",
    "queued": "延期",
    "failed": "失敗",
    "uncertain": "届いたか不明",
}


@click.group(help="送信箱")
def command() -> None:
    """`helpdesk outbox`."""


@command.command("send", help="送信待ちのメールを送信します")
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で出力します")
def send_command(as_json: bool) -> None:
    """Send everything that is due; status 0 also when single mails were refused: they are in the outbox."""
    with opened() as desk:
        try:
            counts = send_due(desk)
        except Refused as refused:
            refuse(refused)
    if as_json:
        print_json({state: counts[state] for state in _WORDS})
    else:
        click.echo("、".join(f"{word} {counts[state]} 通" for state, word in _WORDS.items()))
