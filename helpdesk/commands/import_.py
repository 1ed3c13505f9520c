"""`helpdesk import`: files of every kind, all or nothing; problems by row and column."""

import os
from pathlib import Path

import click

from helpdesk.commands.instance import KEYBOARD, opened, print_json, refuse
from helpdesk.errors import Problem, Refused
from helpdesk.imports.kinds import KINDS, LEDGER_KINDS, kind_of
from helpdesk.workflows.import_file import Imported, import_file


@click.command(help="表のファイルを取り込みます（--list で種類と列を表示）")
@click.argument("kind", required=False)
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--list", "list_kinds", is_flag=True, help="取り込める種類と、その列を表示します")
@click.option("--check", is_flag=True, help="検査だけして、何も記録しません")
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で出力します")
def command(kind: str | None, file: Path | None, list_kinds: bool, check: bool, as_json: bool) -> None:
    """Import a file, or name the kinds."""
    if list_kinds:
        _print_kinds(as_json)
        return
    try:
        if kind is None or file is None:
            words = "種類とファイルを指定してください（例 helpdesk import receipts 入金.csv）"
            raise Refused([Problem("引数", words)])
        kind_of(kind)
        content = _read(file)
        with opened() as desk, desk.database.open_session(writes=True) as session:
            done = import_file(session, desk, kind, _name(file), content, keep=not check, by=KEYBOARD)
    except Refused as refused:
        refuse(refused)
    _tell(done, check, as_json)


def _name(file: Path) -> str:
    """The file's name as text, also where it was written in another encoding or over several lines."""
    return " ".join(os.fsencode(file.name).decode("utf-8", "replace").split())


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refused([Problem(str(file), f"読めません（{reason}）。場所と権限を確かめてください")]) from None


def _print_kinds(as_json: bool) -> None:
    for kind in KINDS.values():
        columns = [
            {
                "label": each.label,
                "required": each.required,
                "may_be_empty": each.may_be_empty or not each.required,
                "example": each.example,
            }
            for each in kind.columns
        ]
        if as_json:
            print_json({"kind": kind.key, "label": kind.label, "columns": columns})
            continue
        click.echo(f"{kind.key}  {kind.label}")
        for each in kind.told_columns:
            click.echo(f"    {each.label}（{each.need}）{f'  例 {each.example}' if each.example else ''}")


def _tell(done: Imported, check: bool, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "kind": done.kind.key,
                "file": done.file,
                "encoding": done.encoding,
                "sha256": done.sha256,
                "kept": not check,
                "new": done.new,
                "corrected": done.corrected,
                "known": done.known,
                "matched": done.matched,
                "settled_cases": done.settled,
                "warnings": done.checked.warnings,
                "changes": list(done.kept.changes),
                "renewals": [task.id for task in done.renewals],
            }
        )
        return
    counts = f"新規 {done.new:,} 件、訂正 {done.corrected:,} 件、登録済み {done.known:,} 件"
    click.echo(f"{done.file}（{done.encoding}）  {done.kind.label}: {counts}")
    for words in (*done.checked.warnings, *done.kept.changes):
        click.echo(f"    {words}")
    if done.changes_nothing:
        why = done.checked.nothing
        click.echo(f"{why}。何も変わりません" if why else "すべて登録済みのため、何も変わりません")
    elif done.kind.key in LEDGER_KINDS:
        click.echo(f"自動消込 {done.matched:,} 件、完了した入金遅延の案件 {done.settled:,} 件")
    if done.renewals:
        click.echo("関係する月のコマ別データの作り直しを依頼しました。終わってから算定してください")
    if check:
        click.echo("検査だけを行いました。何も記録していません")
