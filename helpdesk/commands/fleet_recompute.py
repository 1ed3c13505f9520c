"""`helpdesk fleet recompute`: what is registered is computed now, by this process, as the page's worker would do it."""

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import DELIVERY_MONTHS, calendar_month
from cases.models import Business
from helpdesk.clock import in_japan
from helpdesk.commands.instance import KEYBOARD, opened, print_json, refuse
from helpdesk.commands.own_worker import refusal_of, work_off
from helpdesk.desk import Desk
from helpdesk.errors import HelpdeskError, Problem, Refused
from helpdesk.register.models import Resource
from helpdesk.task_models import Task
from helpdesk.workflows.assess_fleet import KIND, request_assessment, run_assessment


def recompute(
    fiscal_year: int, last_month: int | None, *, business: str | None, resource: str | None, as_json: bool
) -> None:
    """Compute and record; status 2 with everything that stands against it, and then nothing is recorded."""
    try:
        with opened() as desk:
            with desk.database.open_session(writes=True) as session:
                scope = _scope(session, business, resource)
                until = last_month if last_month is not None else last_month_over(desk, fiscal_year)
                task = request_assessment(
                    session, desk, fiscal_year=fiscal_year, last_month=until, scope=scope, by=KEYBOARD
                )
            ended = work_off(desk, task.id, kind=KIND, handler=run_assessment)
    except HelpdeskError as refused:
        refuse(refused)
    if (refusal := refusal_of(ended, "算定")) is not None:
        refuse(refusal)
    _tell(ended, as_json)


def last_month_over(desk: Desk, fiscal_year: int) -> int:
    """The last delivery month of the year that is over at the desk's clock; the first one where none is."""
    today = in_japan(desk.clock()).date()
    over = [
        month for month in DELIVERY_MONTHS if calendar_month(fiscal_year, month) < (today.year, today.month)
    ]
    return over[-1] if over else DELIVERY_MONTHS[0]


def _scope(session: Session, business: str | None, resource: str | None) -> dict[str, int]:
    scope, problems = {}, []
    for name, label, model, code in (
        ("business", "事業者", Business, business),
        ("resource", "電源等", Resource, resource),
    ):
        if code is None:
            continue
        found = session.scalar(select(model.id).where(model.code == code.strip()))
        if found is None:
            problems.append(Problem(label, f"「{code}」は登録されていません。番号を確かめてください"))
        else:
            scope[name] = found
    if business is not None and resource is not None:
        problems.append(Problem("算定の範囲", "事業者と電源等は、どちらか一方を指定してください"))
    if problems:
        raise Refused(problems)
    return scope


def _tell(task: Task, as_json: bool) -> None:
    told = {"task": task.id, "state": task.state, **(task.result or {})}
    if as_json:
        print_json(told)
    elif task.state != "done":
        click.echo(f"別のプロセスが算定しています（処理 {task.id}）。結果は算定の画面に出ます")
    else:
        click.echo(f"電源等 {told['resources']:,} 件を算定しました（算定 {told['run']}）")
        click.echo(f"新しい版 {told['new_versions']:,} 件、変わらないもの {told['unchanged']:,} 件")
        if told["beside_settled"]:
            click.echo(f"修正・確定・通知済みの結果と異なるもの {told['beside_settled']:,} 件")
