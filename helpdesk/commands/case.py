"""`helpdesk case`: looking at cases and taking one along, for the administrator at the keyboard."""

import json
from pathlib import Path

import click
from sqlalchemy import true

from cases import queries
from cases.case_filter import CaseFilter
from cases.errors import NumberInvalid
from cases.history import SYSTEM
from cases.lifecycle import STATE_LABELS
from cases.models import Case
from cases.numbering import parse_number
from helpdesk.commands.instance import opened, print_json, refuse
from helpdesk.desk import Desk
from helpdesk.errors import Problem, Refused
from helpdesk.presentation import japan_time
from helpdesk.workflows.export_case import export_case


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
                f"\n--- {japan_time(message.occurred_at)} {message.direction} {message.author_name}\n{message.body_text}"
            )


@command.command("export", help="案件を履歴とともに JSON ファイルに書き出します")
@click.argument("number")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export_command(number: str, file: Path) -> None:
    """Write a case into a file; that it was taken stands in its history."""
    with opened() as desk:
        document = export_case(desk, _case_id(desk, number), by=SYSTEM)
    file.write_text(json.dumps(document, ensure_ascii=False, indent=2), encoding="utf-8")
    click.echo(f"{file} に書き出しました")


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
