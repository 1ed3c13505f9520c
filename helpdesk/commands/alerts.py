"""`helpdesk alerts`: the watch of the reserve margin. `replay` needs no instance, no database and no web stack."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from alerts.errors import FeedUnreadable, Problem
from alerts.feeds.files import read_file
from alerts.readings import Determination
from alerts.replay import replay
from alerts.words import DECISION_LABELS, EVENT_LABELS
from calc_core.errors import unreadable_file
from calc_core.slots import JAPAN

if TYPE_CHECKING:
    from helpdesk.workflows.watch_feeds import WatchRound

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


@command.command("watch", help="公表を1回取りに行き、判定し、当番席へ知らせます（--once を付けます）")
@click.option("--once", is_flag=True, help="1回だけ行います（続けての監視は helpdesk jobs run が行います）")
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で出力します")
def watch_command(once: bool, as_json: bool) -> None:
    """One real round. Status 1 when the feed could not be fetched or read; what was found out is kept all the same."""
    from helpdesk.commands.instance import opened, print_json  # `replay` needs neither of them
    from helpdesk.workflows.watch_feeds import watch

    if not once:
        click.echo("--once を付けてください。続けての監視は `helpdesk jobs run` が行います", err=True)
        sys.exit(2)
    with opened() as desk:
        done = watch(desk)
    if as_json:
        print_json(_round_as_json(done))
    else:
        click.echo(_round_in_words(done))
    if not done.is_sound:
        sys.exit(1)


@command.command("low-reserve", help="保存した公表から低予備率アセスメント対象コマを判定し、記録します")
@click.option("--from", "first", required=True, type=click.DateTime(["%Y-%m-%d"]), help="始まりの日")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="終わりの日（省略すると始まりの日）")
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で出力します")
def low_reserve_command(first: datetime, last: datetime | None, as_json: bool) -> None:
    """Record the low-reserve slots that the stored publications decided; known ones stay as they are."""
    from helpdesk.commands.instance import (  # `replay` needs neither of them
        KEYBOARD,
        opened,
        print_json,
        refuse,
    )
    from helpdesk.errors import Refused
    from helpdesk.workflows.derive_low_reserve import derive_low_reserve

    try:
        with opened() as desk:
            done = derive_low_reserve(desk, first.date(), (last or first).date(), by=KEYBOARD)
    except Refused as refused:
        refuse(refused)
    if not as_json:
        period = f"{done.first}" + (f"〜{done.last}" if done.last != done.first else "")
        click.echo(
            f"{period}: 新たに {len(done.new)} コマを記録しました。対象コマは {done.in_force} コマです"
        )
        return
    new = [
        {
            "area": row.area,
            "date": row.date.isoformat(),
            "slot": row.slot,
            "margin_hundredths": row.margin_hundredths,
            "published_at": _stamp(row.decided_at),
        }
        for row in done.new
    ]
    told = {"from": done.first.isoformat(), "to": done.last.isoformat()}
    print_json(told | {"in_force": done.in_force, "new": new})


_OUTCOMES = {
    "new": "新しい公表を判定しました",
    "unchanged": "新しい公表はありません",
    "unreadable": "公表データを読み取れません",
    "given_up": "公表を判定できません",
    "superseded": "別の再生が始まりました",
    "failed": "公表データを取得できません",
    "waiting": "公表元が待つように求めています",
    "idle": "監視するものがありません",
}


def _round_as_json(done: "WatchRound") -> dict[str, Any]:
    return {
        "outcome": done.outcome,
        "source": done.source,
        "watched_at": _stamp(done.watched_at),
        "problem": done.problem,
        "publications": [
            {
                "outcome": judged.outcome,
                "published_at": _stamp(judged.published_at),
                "transitions": judged.transitions,
                "notices": [
                    {
                        "event": each.event,
                        "areas": each.areas,
                        "decision": each.decision,
                        "reason": each.reason,
                    }
                    for each in judged.notices
                ],
                "mails": judged.mails,
                "problem": judged.problem,
            }
            for judged in done.judged
        ],
    }


def _round_in_words(done: "WatchRound") -> str:
    lines = [_OUTCOMES[done.outcome] + (f"（{done.problem}）" if done.problem else "")]
    for judged in done.judged:
        if judged.published_at is not None:
            lines.append(
                f"{_stamp(judged.published_at)} の公表: 状態の変化 {judged.transitions} 件、メール {judged.mails} 通"
            )
        lines += [
            f"  {DECISION_LABELS[each.decision]}: {EVENT_LABELS[each.event]} {'・'.join(each.areas)} {each.reason}"
            for each in judged.notices
        ]
    return "\n".join(lines)


def _stamp(moment: datetime | None) -> str | None:
    return f"{moment.astimezone(JAPAN):%Y-%m-%d %H:%M}" if moment else None
