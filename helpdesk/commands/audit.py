"""`helpdesk audit`: 履歴の検証と書き出し. Exit 0: all stands; 1: broken; 2: unusable input."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from cases.errors import CasesError
from cases.history_verification import VerificationReport
from helpdesk.audit import export_file, open_existing, verify_database, verify_file
from helpdesk.clock import system_clock
from helpdesk.commands.instance import print_json, refuse
from helpdesk.database import Database
from helpdesk.errors import HelpdeskError, Problem, Refused
from helpdesk.settings import load_settings


@click.group(help="履歴の検証と書き出し")
def command() -> None:
    """The group `helpdesk audit`."""


@command.command("verify", help="データベースの履歴、または書き出した FILE を検証します")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--seal", "seals", multiple=True, metavar="番号:ダイジェスト", help="日報などに控えた封印と照合します"
)
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で出力します")
def verify_command(file: Path | None, seals: tuple[str, ...], as_json: bool) -> None:
    """Verify the instance's database, or an exported file."""
    known_seals = dict(_known_seal(text) for text in seals)
    with _unusable_input_exits_2():
        if file is None:
            with _instance_database() as database:
                report = verify_database(database, known_seals=known_seals)
        else:
            report = verify_file(file, known_seals=known_seals)
    if as_json:
        print_json({"ok": report.ok, **asdict(report)})
    else:
        _print(report)
    raise SystemExit(0 if report.ok else 1)


@command.command("export", help="履歴の全体を FILE に書き出します（JSON Lines）")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で出力します")
def export_command(file: Path, as_json: bool) -> None:
    """Write the history of the instance's database into a file."""
    with _unusable_input_exits_2(), _instance_database() as database:
        rows = export_file(database, file, now=system_clock())
    if as_json:
        print_json({"file": str(file), "rows": rows})
    else:
        click.echo(f"{file} に {rows} 行を書き出しました")


@contextmanager
def _instance_database() -> Iterator[Database]:
    database = open_existing(load_settings().database_url)
    try:
        yield database
    finally:
        database.engine.dispose()


@contextmanager
def _unusable_input_exits_2() -> Iterator[None]:
    try:
        yield
    except (HelpdeskError, CasesError) as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from error
    except OSError as error:
        click.echo(
            f"{error.filename}: 開けません（{error.strerror}）。場所と権限を確かめてください", err=True
        )
        raise SystemExit(2) from error


def _known_seal(text: str) -> tuple[int, str]:
    number, _, digest = text.partition(":")
    if not number.isascii() or not number.isdigit() or len(digest) != 64:
        refuse(Refused([Problem("--seal", f"「{text}」を 番号:ダイジェスト（16進64桁）の形にしてください")]))
    return int(number), digest.lower()


def _print(report: VerificationReport) -> None:
    click.echo(
        f"流れ {report.streams}、履歴 {report.events} 件（消去済み {report.erased}、未封印 {report.unsealed}）、"
        f"封印 {report.seals}"
    )
    if report.last_seal is not None:
        click.echo(f"最後の封印 {report.last_seal}:{report.last_seal_digest}")
    for problem in report.problems:
        click.echo(f"{problem.where}: {problem.message}")
    if report.problem_count > len(report.problems):
        click.echo(f"ほかに {report.problem_count - len(report.problems)} 件あります")
    click.echo("履歴に異常はありません" if report.ok else f"異常が {report.problem_count} 件あります")
