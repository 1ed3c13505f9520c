"""`helpdesk mail`: taking in mails from files and folders, one JSON line a message."""

import mailbox
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from helpdesk.commands.instance import opened, print_json, refuse
from helpdesk.errors import Problem, Refused
from helpdesk.workflows.receive_mail import receive_raw

_SUFFIXES = {".eml", ".msg", ".mbox"}


@click.group(help="メールの取り込み")
def command() -> None:
    """`helpdesk mail`."""


@command.command("import", help=".eml / mbox / フォルダーのメールを取り込み、1通ごとに JSON を1行出力します")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def import_command(paths: tuple[Path, ...]) -> None:
    """Take in every mail below the paths; a mail that was taken in before changes nothing.

    A file that cannot be read is named on stderr and stops no other; the status is then 1.
    """
    missing = [Problem(str(path), "ファイルもフォルダーもありません") for path in paths if not path.exists()]
    if missing:
        refuse(Refused(missing))
    all_read = True
    with opened(migrate_if_empty=True) as desk:
        for name, raw in _mails(paths):
            if isinstance(raw, OSError):
                reason = raw.strerror or raw
                click.echo(
                    f"{name}: 読めません（{reason}）。権限とファイルの状態を確かめてください", err=True
                )
                all_read = False
                continue
            reception = receive_raw(desk, raw, source="import")
            print_json(
                {
                    "file": name,
                    "outcome": reception.outcome,
                    "case": reception.case_number,
                    "message_id": reception.message_id,
                    "subject": reception.subject,
                    "from": reception.from_address,
                    "attachments": list(reception.attachments),
                    "note": reception.note,
                }
            )
    if not all_read:
        sys.exit(1)


def _mails(paths: tuple[Path, ...]) -> Iterator[tuple[str, bytes | OSError]]:
    """Every mail with its name: the path as given, `PATH#n` inside an mbox; or why a file cannot be read."""
    for path in paths:
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        for each in found:
            if each is path or (each.is_file() and not each.name.startswith(".")):
                try:
                    yield from _mails_of_file(each)
                except OSError as error:
                    yield str(each), error


def _mails_of_file(path: Path) -> Iterator[tuple[str, bytes]]:
    with path.open("rb") as file:
        is_mbox = path.suffix.lower() == ".mbox" or (
            path.suffix.lower() not in _SUFFIXES and file.read(5) == b"From "
        )
    if not is_mbox:
        yield str(path), path.read_bytes()
        return
    box = mailbox.mbox(path, create=False)
    try:
        for number, key in enumerate(box.iterkeys(), 1):
            yield f"{path}#{number}", box.get_bytes(key)
    finally:
        box.close()
