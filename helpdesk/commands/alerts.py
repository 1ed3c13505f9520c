"""`helpdesk alerts`: the watch of the reserve margin. `replay` needs no instance, no database and no web stack."""

import json
import sys
from pathlib import Path

import click

from alerts.errors import FeedUnreadable, Problem
from alerts.feeds.files import read_file
from alerts.readings import Determination
from alerts.replay import replay
from calc_core.errors import unreadable_file

WARNINGS_SHOWN = 20  # of one file


@click.group(help="広域予備率の監視")
def command() -> None:
    """`helpdesk alerts`."""


@command.command(
    "replay",
    help="記録された公表（.csv、.csv.gz、公式の CSV）を公表順に判定し、変化と知らせを JSON で1行ずつ出力します",
)
@click.argument("files", nargs=-1, required=True, metavar="ファイル...")
@click.option("--json", "as_json", is_flag=True, help="JSON で出力します（指定しなくても同じです）")
def replay_command(files: tuple[str, ...], as_json: bool) -> None:
    """What each recorded publication changed and what would have been told; nothing is stored or sent.

    A file that is no publication, or has rows of which nobody can say what they are about, is refused with
    everything that is wrong in all files; values that are absent or unreadable are judged as missing.
    """
    determinations: list[Determination] = []
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for name in files:
        found, refused = _read(name)
        determinations += found
        said = [problem for each in found for problem in each.problems]
        unplaced = sum(each.unplaced_rows for each in found)
        if unplaced:
            message = f"読めない行が{unplaced}行あるため、何も判定していません。直すか、取得し直してください"
            problems.append(Problem(name, message))
        if refused or unplaced:
            problems += [*refused, *said]
        else:
            warnings += said[:WARNINGS_SHOWN]
            if len(said) > WARNINGS_SHOWN:
                warnings.append(Problem(name, f"ほかに{len(said) - WARNINGS_SHOWN}件の注意があります"))
    if problems:
        for problem in problems:
            click.echo(f"{problem.where}: {problem.message}", err=True)
        sys.exit(2)
    for warning in warnings:
        click.echo(f"注意: {warning.where}: {warning.message}", err=True)
    for line in replay(determinations):
        click.echo(json.dumps(line, ensure_ascii=False).encode())


def _read(name: str) -> tuple[list[Determination], list[Problem]]:
    """The publications of a file, or why there are none."""
    try:
        return read_file(Path(name).read_bytes(), name), []
    except OSError as failed:
        return [], [Problem(name, unreadable_file(failed))]
    except FeedUnreadable as unreadable:
        return [], unreadable.problems
