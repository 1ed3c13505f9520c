"""`helpdesk bank`: the request for the bank is written, the bank's files are read, all or nothing.

Money leaves by the hand of a person: `--by` names who does it, with that person's abilities.
"""

from datetime import date
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.commands.instance import opened, print_json, refuse, write_file
from helpdesk.errors import HelpdeskError, Problem, Refused
from helpdesk.ledger.models import TRANSFER_OUTCOMES
from helpdesk.users.models import User
from helpdesk.workflows.order_transfers import order_transfers
from helpdesk.workflows.read_bank_file import BankFileRead, read_bank_file

_BY = click.option("--by", "login", required=True, help="操作する利用者のログイン名")


@click.group(help="銀行のファイル（総合振込の依頼・振込結果・入金）")
def command() -> None:
    """Files to and from the bank."""


@command.command("request", help="支払日までの支払を、総合振込のファイルにして依頼します")
@click.option("--on", "value_on", required=True, help="取組日（例 2026-07-31）")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="書き出す先（既定は保存した名前）"
)
@_BY
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で出力します")
def request(value_on: str, out: Path | None, login: str, as_json: bool) -> None:
    """Order all payments due by a day; the file lies where `--out` says, and in the instance."""
    try:
        with opened() as desk, desk.database.open_session(writes=True) as session:
            by = _person(session, login)
            file, proposal = order_transfers(session, desk, value_on=_day(value_on), by=by)
            content = desk.blobs.get(file.sha256)
            told = {
                "bank_file": file.id,
                "file": str(out or Path(file.file_name)),
                "sha256": file.sha256,
                "transfers": file.rows,
                "amount_yen": file.amount_yen,
                "left_out": [[each.payment.number, each.why] for each in proposal.left_out],
            }
    except HelpdeskError as refused:
        refuse(refused)
    write_file(Path(told["file"]), content)
    if as_json:
        print_json(told)
        return
    click.echo(f"{told['file']} に {told['transfers']:,} 件・{told['amount_yen']:,}円の振込を書きました")
    for number, why in told["left_out"]:
        click.echo(f"依頼に入らない支払 {number}：{why}")


@command.command("read", help="振込結果・振込入金通知・入出金取引明細のファイルを読み込みます")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--check", is_flag=True, help="検査だけして、何も記録しません")
@_BY
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で出力します")
def read(file: Path, check: bool, login: str, as_json: bool) -> None:
    """Read a file of the bank."""
    try:
        content = _content(file)
        with opened() as desk, desk.database.open_session(writes=True) as session:
            by = _person(session, login)
            done = read_bank_file(session, desk, file.name, content, keep=not check, by=by)
    except HelpdeskError as refused:
        refuse(refused)
    if as_json:
        print_json(_told(done))
        return
    kept = "検査しました。何も記録していません" if check else "読み込みました"
    click.echo(f"{done.label}を{kept}（新規 {done.new:,} 件、登録済み {done.known:,} 件）")
    for outcome, count in done.outcomes.items():
        click.echo(f"{TRANSFER_OUTCOMES[outcome]} {count:,} 件")
    for words in done.words:
        click.echo(words)


def _told(done: BankFileRead) -> dict:
    return {
        "kind": done.kind,
        "bank_file": done.file_id,
        "rows": done.total,
        "new": done.new,
        "known": done.known,
        "matched": done.matched,
        "reversed": done.reversed_,
        "amount_yen": done.amount_yen,
        "outcomes": done.outcomes,
        "notes": done.words,
    }


def _person(session: Session, login: str) -> User:
    found = session.scalars(select(User).where(User.login == login.strip(), User.is_active)).one_or_none()
    if found is None:
        raise Refused([Problem("--by", f"利用者「{login[:60]}」はいないか、停止されています")])
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        words = f"「{text[:20]}」は日付ではありません（例 2026-07-31）"
        raise Refused([Problem("取組日", words)]) from None


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        words = f"読めません（{error.strerror or error}）。場所と権限を確かめてください"
        raise Refused([Problem(str(file), words)]) from None
