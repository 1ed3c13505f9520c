"""`helpdesk settle`: a month's statements are computed now, by this process, as the page's worker would do it; or shown."""

from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.models import Business
from helpdesk.commands.instance import KEYBOARD, opened, print_json, refuse
from helpdesk.commands.own_worker import refusal_of, work_off
from helpdesk.errors import HelpdeskError, NotFound, Problem, Refused
from helpdesk.settlement.items import month_name
from helpdesk.settlement.lists import newest_statements
from helpdesk.settlement.models import DIRECTIONS, FAMILIES, STATES, BusinessStatement
from helpdesk.task_models import Task
from helpdesk.workflows.compute_statements import KIND, request_settlement, run_settlement

_FAMILY = click.option(
    "--family",
    default="capacity",
    show_default=True,
    help="精算の種類（" + "、".join(f"{name}: {label}" for name, label in FAMILIES.items()) + "）",
)
_YEAR = click.option("--year", "fiscal_year", required=True, type=int, help="実需給年度（例 2026）")
_MONTH = click.option(
    "--month",
    "delivery_month",
    default=0,
    type=int,
    help="実需給月（4〜12、1〜3。年度ごとの精算では省きます）",
)
_BUSINESS = click.option("--business", help="この事業者だけ（事業者コード）")
_JSON = click.option("--json", "as_json", is_flag=True, help="結果を JSON で出力します")


@click.group(help="月次の精算の計算と表示")
def command() -> None:
    """`helpdesk settle`."""


@command.command("run", help="月（または年度）の精算を全事業者について計算し、版として記録します")
@_FAMILY
@_YEAR
@_MONTH
@_BUSINESS
@_JSON
def run_command(
    family: str, fiscal_year: int, delivery_month: int, business: str | None, as_json: bool
) -> None:
    """Compute and record; status 2 with everything that stands against it, and then nothing is recorded."""
    try:
        with opened() as desk:
            with desk.database.open_session(writes=True) as session:
                task = request_settlement(
                    session,
                    desk,
                    family=family,
                    fiscal_year=fiscal_year,
                    delivery_month=delivery_month,
                    business_id=_business(session, business),
                    by=KEYBOARD,
                )
            ended = work_off(desk, task.id, kind=KIND, handler=run_settlement)
    except HelpdeskError as refused:
        refuse(refused)
    if (refusal := refusal_of(ended, "精算")) is not None:
        refuse(refusal)
    _tell_run(ended, as_json)


@command.command("show", help="月（または年度）の精算の、いま有効な版を一覧にします")
@_FAMILY
@_YEAR
@_MONTH
@_BUSINESS
@_JSON
def show_command(
    family: str, fiscal_year: int, delivery_month: int, business: str | None, as_json: bool
) -> None:
    """The newest versions; status 2 where there is none."""
    try:
        with opened() as desk, desk.database.read_session() as session:
            found = newest_statements(
                session, family, fiscal_year, delivery_month, business_id=_business(session, business)
            )
            if not found:
                raise NotFound(f"{month_name((fiscal_year, delivery_month))}の精算は計算されていません")
            told = [_as_json(each) for each in found]
    except HelpdeskError as refused:
        refuse(refused)
    if as_json:
        print_json(told)
        return
    for each in told:
        click.echo(
            f"{each['business']} {each['name']}　{DIRECTIONS[each['direction']]} {each['total_yen']:,}円"
            f"（第{each['version']}版、{STATES[each['state']]}）"
        )
    click.echo(f"{len(told):,} 件、合計 {sum(each['total_yen'] for each in told):,}円（負は請求）")


def _as_json(each: BusinessStatement) -> dict[str, Any]:
    amounts = ("net_yen", "tax_yen", "offset_yen", "total_yen", "carried_debt_yen", "direction")
    return {
        "statement": each.id,
        "business": each.business.code,
        "name": each.business.name,
        "version": each.version,
        "state": each.state,
        "number": each.number,
        **{name: getattr(each, name) for name in amounts},
    }


def _business(session: Session, code: str | None) -> int | None:
    if code is None:
        return None
    found = session.scalar(select(Business.id).where(Business.code == code.strip()))
    if found is None:
        raise Refused([Problem("事業者", f"「{code}」は登録されていません。番号を確かめてください")])
    return found


def _tell_run(task: Task, as_json: bool) -> None:
    told = {"task": task.id, "state": task.state, **(task.result or {})}
    if as_json:
        print_json(told)
        return
    if task.state != "done":
        click.echo(f"別のプロセスが計算しています（処理 {task.id}）。結果は精算の画面に出ます")
        return
    click.echo(f"事業者 {told['businesses']:,} 件の精算を計算しました（計算 {told['run']}）")
    click.echo(f"新しい版 {told['new_versions']:,} 件、変わらないもの {told['unchanged']:,} 件")
    if told["items"]:
        months = "、".join(month_name((year, month)) for year, month in told["items_for"])
        click.echo(f"請求・支払後の差額 {told['items']:,} 件を {months} で精算します")
    for each in [*told["warnings"], *told["refused"]]:
        click.echo(f"注意: {each}", err=True)
