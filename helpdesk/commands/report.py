"""`helpdesk report`: reports as files, for the week's mail and for scripts."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import click

from helpdesk.clock import JAPAN
from helpdesk.commands.instance import KEYBOARD, opened, print_json, refuse, write_file
from helpdesk.documents.formats import CONTENT_TYPES, DocumentFile
from helpdesk.errors import Problem, Refused
from helpdesk.workflows import report_day, report_week


@click.group(help="報告書")
def command() -> None:
    """`helpdesk report`."""


_OPTIONS = (
    click.option(
        "--as-of", help="この時点で記録されていたものだけで集計します（YYYY-MM-DD HH:MM、日本時間）"
    ),
    click.option("--format", "file_format", default="xlsx", show_default=True, help="、".join(CONTENT_TYPES)),
    click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False)),
    click.option("--json", "as_json", is_flag=True, help="結果を JSON で出力します"),
)


def _as_file(function: Callable[..., None]) -> Callable[..., None]:
    """The options that every report takes."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@command.command("daily", help="一日の報告書を作ります（件数・対応時間・チェックリスト・監視）")
@click.option("--from", "start", required=True, help="対象の日 YYYY-MM-DD")
@click.option("--to", "end", help="対象の日（省略できます。--from と同じ日）")
@_as_file
def daily(start: str, end: str | None, as_of: str | None, file_format: str, out: Path, as_json: bool) -> None:
    """Write the report of one day into a file."""
    try:
        day = _day(start, "--from")
        if end is not None and _day(end, "--to") != day:
            raise Refused([Problem("--to", "日次報告書の期間は一日です。--from と同じ日にしてください")])
        moment = _moment(as_of) if as_of else None
        with opened() as desk:
            report = report_day.issue(desk, day=day, file_format=file_format, by=KEYBOARD, as_of=moment)
    except Refused as refused:
        refuse(refused)
    _write(out, report, as_json=as_json)


@command.command("weekly", help="問合せの週次報告書を作ります（--from は月曜日）")
@click.option("--from", "start", required=True, help="週の初めの月曜日 YYYY-MM-DD")
@click.option("--to", "end", help="週の終わりの日曜日 YYYY-MM-DD（省略できます）")
@_as_file
def weekly(
    start: str, end: str | None, as_of: str | None, file_format: str, out: Path, as_json: bool
) -> None:
    """Write the weekly report of inquiries into a file."""
    try:
        monday = _day(start, "--from")
        if end is not None and (_day(end, "--to") - monday).days != 6:
            raise Refused([Problem("--to", "週次報告書の期間は月曜日から日曜日までの7日間です")])
        moment = _moment(as_of) if as_of else None
        with opened() as desk:
            report = report_week.issue(
                desk, monday=monday, file_format=file_format, by=KEYBOARD, as_of=moment
            )
    except Refused as refused:
        refuse(refused)
    _write(out, report, as_json=as_json)


def _write(out: Path, report: DocumentFile, *, as_json: bool) -> None:
    write_file(out, report.content)
    if as_json:
        print_json({"file": str(out), "sha256": report.sha256, "bytes": len(report.content)})
    else:
        click.echo(f"{out} に書き出しました")


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused([Problem(where, f"「{text}」は日付ではありません（例 2026-06-22）")]) from None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(
            [Problem("--as-of", f"「{text}」は日時ではありません（例 2026-06-29 09:00）")]
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=JAPAN)
