"""`helpdesk case`: looking at cases and taking one along, for the administrator at the keyboard."""

import json
from pathlib import Path

import click
from sqlalchemy import true

from calc_core.narration import number_text
from cases import queries
from cases.case_filter import CaseFilter
from cases.errors import NumberInvalid
from cases.lifecycle import STATE_LABELS
from cases.models import Case
from cases.numbering import parse_number
from helpdesk.commands.instance import KEYBOARD, opened, print_json, refuse, write_file
from helpdesk.desk import Desk
from helpdesk.errors import Problem, Refused
from helpdesk.presentation import japan_time
from helpdesk.register.lookups import compare_with_notified
from helpdesk.workflows.export_case import export_case
from helpdesk.workflows.recompute_for_case import notified_for, recompute

_DIRECTIONS = {"in": "受信", "out": "送信", "note": "メモ"}


@click.group(help="案件")
def command() -> None:
    """`helpdesk case`."""


@command.command("list", help="案件を更新の新しい順に一覧します")
@click.option("--all", "everything", is_flag=True, help="完了した案件も含めます")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--json", "as_json", is_flag=True, help="1件を JSON 1行で出力します")
def list_command(everything: bool, limit: int, as_json: bool) -> None:
    """List cases."""
    with opened() as desk, desk.database.read_session() as session:
        filters = CaseFilter(open_only=not everything)
        rows = queries.case_rows(session, visible=true(), filters=filters, limit=limit)
        for row in rows:
            if as_json:
                print_json(
                    {
                        "number": row.number,
                        "subject": row.subject,
                        "business": row.business_name,
                        "topic": row.topic,
                        "status": row.status,
                        "assignee": row.assignee_name,
                        "due_at": row.due_at.isoformat() if row.due_at else None,
                    }
                )
            else:
                click.echo(
                    f"{row.number}  {STATE_LABELS[row.status]}  {row.business_name or '未特定'}  {row.subject}"
                )


@command.command("show", help="案件のやりとりと履歴を表示します")
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="JSON で出力します")
def show_command(number: str, as_json: bool) -> None:
    """Show one case."""
    with opened() as desk, desk.database.read_session() as session:
        case = session.get_one(Case, _case_id(desk, number))
        page = queries.case_page(session, case)
        if as_json:
            print_json(
                {
                    "number": case.number,
                    "subject": case.subject,
                    "status": case.status,
                    "messages": [
                        {
                            "at": each.occurred_at.isoformat(),
                            "direction": each.direction,
                            "text": each.body_text,
                        }
                        for each in page.messages
                    ],
                    "events": [{"at": each.at.isoformat(), "kind": each.kind} for each in page.events],
                }
            )
            return
        click.echo(
            f"{case.number}  {case.subject}\n状態: {STATE_LABELS[case.status]}  期限: {japan_time(case.due_at)}"
        )
        for message in page.messages:
            click.echo(
                f"\n--- {japan_time(message.occurred_at)} {_DIRECTIONS[message.direction]} {message.author_name}\n{message.body_text}"
            )


@command.command("export", help="案件を履歴とともに JSON ファイルに書き出します")
@click.argument("number")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export_command(number: str, file: Path) -> None:
    """Write a case into a file; that it was taken stands in its history."""
    with opened() as desk:
        document = export_case(desk, _case_id(desk, number), by=KEYBOARD)
    write_file(file, json.dumps(document, ensure_ascii=False, indent=2).encode("utf-8"))
    click.echo(f"{file} に書き出しました")


@command.command("recompute", help="案件の通知を再計算して添付し、通知との差を表示します")
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で出力します")
def recompute_command(number: str, as_json: bool) -> None:
    """Compute the case's notified month again, attach the run, say what differs."""
    with opened() as desk:
        case_id = _case_id(desk, number)
        with desk.database.open_session(writes=True) as session:
            case = session.get_one(Case, case_id)
            try:
                run = recompute(session, desk, case, by=KEYBOARD)
            except Refused as refused:
                refuse(refused)
            notified = notified_for(session, case)
            assert notified is not None, "a run exists only for a notified result"
            rows = compare_with_notified(notified, run)
        if as_json:
            figures = [
                {
                    "key": row.key,
                    "notified": row.notified,
                    "recomputed": row.computed,
                    "difference": row.difference,
                }
                for row in rows
            ]
            print_json({"run": run.id, "digest": run.digest, "figures": figures})
            return
        click.echo(f"計算 #{run.id} を案件 {case.number} に添付しました（通知 {notified.document_number}）")
        for row in rows:
            if row.differs:
                texts = (
                    number_text(value, row.unit) if value else "なし"
                    for value in (row.notified, row.computed)
                )
                click.echo(f"  {row.label}: 通知 {' → 再計算 '.join(texts)}")
        if not any(row.differs for row in rows):
            click.echo("  通知とすべて一致しています")


def _case_id(desk: Desk, number: str) -> int:
    try:
        wanted = parse_number(number)
    except NumberInvalid as invalid:
        refuse(invalid)
    with desk.database.read_session() as session:
        case = queries.case_by_number(session, wanted, visible=true())
    if case is None:
        refuse(Refused([Problem(wanted, "この案件はありません")]))
    return case.id
