"""`helpdesk books`: do the books balance, the trial balance, and the closing of a period, for scripts."""

import sys

import click

from helpdesk.commands.instance import Keyboard, opened, print_json, refuse
from helpdesk.errors import Refused
from helpdesk.ledger.book_audit import audit
from helpdesk.ledger.books import months_booked, trial_balance
from helpdesk.ledger.closing import months_of, period_name, read_period, sums_of
from helpdesk.workflows.close_period import close_period

ACCOUNTANT = Keyboard(role_names=frozenset({"accounting_head"}))  # only this role closes


@click.group(help="帳簿の照合・試算表・締め")
def command() -> None:
    """`helpdesk books`."""


@command.command(
    "check", help="仕訳の貸借と、台帳（請求・入金・支払）との一致を確かめます。不一致があれば 1 で終わります"
)
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で出力します")
def check(as_json: bool) -> None:
    """Audit the books; a finding ends with status 1."""
    with opened() as desk, desk.database.read_session() as session:
        findings = audit(session)
        booked = months_booked(session)
        sums = sums_of(session, *booked) if booked else {"entries": 0, "debit_yen": 0, "credit_yen": 0}
    if as_json:
        told = [{"where": each.where, "message": each.message} for each in findings]
        print_json({"balanced": not findings, **sums, "findings": told})
    elif findings:
        for each in findings:
            click.echo(f"{each.where}: {each.message}", err=True)
    else:
        click.echo(
            f"帳簿は一致しています（仕訳 {sums['entries']:,}件、借方・貸方とも {sums['debit_yen']:,}円）"
        )
    if findings:
        sys.exit(1)


@command.command("trial-balance", help="試算表を出力します")
@click.option("--from", "first", required=True, help="はじめの期間（2026-04 か、年度の 2026）")
@click.option("--to", "last", help="おわりの月（省略すると --from と同じ期間）")
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で出力します")
def trial_balance_command(first: str, last: str | None, as_json: bool) -> None:
    """Print the trial balance of a period."""
    try:
        begin, end = months_of(read_period(first))
        end = months_of(read_period(last))[1] if last else end
        with opened() as desk, desk.database.read_session() as session:
            rows = trial_balance(session, begin, end)
    except Refused as refused:
        refuse(refused)
    if as_json:
        accounts = [
            {
                "code": row.account.code,
                "account": row.account.name,
                "kind": row.account.kind,
                "opening_yen": row.opening_yen,
                "debit_yen": row.debit_yen,
                "credit_yen": row.credit_yen,
                "closing_yen": row.closing_yen,
            }
            for row in rows
        ]
        totals = {
            f"{side}_yen": sum(each[f"{side}_yen"] for each in accounts) for side in ("debit", "credit")
        }
        print_json({"from": begin, "to": end, "accounts": accounts, **totals})
        return
    for row in rows:
        click.echo(
            f"{row.account.code} {row.account.name}\t{row.opening_yen:,}\t{row.debit_yen:,}\t{row.credit_yen:,}\t{row.closing_yen:,}"
        )


@command.command("close", help="月（2026-09）か年度（2026）を締めます。締めた期間に仕訳は追加されません")
@click.argument("period")
@click.option("--reason", default="", help="注意の項目が残っていても締める理由")
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で出力します")
def close(period: str, reason: str, as_json: bool) -> None:
    """Close a period; a second time tells the same."""
    try:
        with opened() as desk, desk.database.open_session(writes=True) as session:
            made = close_period(session, desk, period, reason=reason, by=ACCOUNTANT)
            told = {
                "period": made.period,
                "entries": made.entries,
                "debit_yen": made.debit_yen,
                "credit_yen": made.credit_yen,
                "closed_at": made.closed_at.isoformat(),
                "closed_by": made.closed_by_name,
                "checks": made.checks,
            }
    except Refused as refused:
        refuse(refused)
    if as_json:
        print_json(told)
    else:
        name = period_name(told["period"])
        click.echo(
            f"{name}は締め済みです（仕訳 {told['entries']:,}件、借方・貸方とも {told['debit_yen']:,}円）"
        )
