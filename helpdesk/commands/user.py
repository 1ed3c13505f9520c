"""`helpdesk user`: the first administrator, before anybody can sign in."""

import click

from cases.history import SYSTEM
from helpdesk.commands.instance import opened, print_json, refuse
from helpdesk.errors import Refused
from helpdesk.users.accounts import add_user
from helpdesk.users.roles import ROLES


@click.group(help="利用者")
def command() -> None:
    """`helpdesk user`."""


@command.command("add", help="利用者を追加します（最初の全体管理者など）")
@click.argument("login")
@click.option("--name", required=True, help="氏名")
@click.option("--role", "roles", multiple=True, required=True, help=f"役割: {', '.join(ROLES)}")
@click.option("--mail", default="", help="メールアドレス")
@click.password_option(help="パスワード。指定しなければ尋ねます")
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で出力します")
def add(login: str, name: str, roles: tuple[str, ...], mail: str, password: str, as_json: bool) -> None:
    """Add a user."""
    with opened() as desk:
        try:
            with desk.database.write_session() as session:
                user = add_user(
                    session,
                    login=login,
                    display_name=name,
                    password=password,
                    roles=frozenset(roles),
                    mail_address=mail,
                    by=SYSTEM,
                    now=desk.clock(),
                )
        except Refused as refused:
            refuse(refused)
        if as_json:
            print_json({"id": user.id, "login": user.login, "roles": sorted(roles)})
        else:
            click.echo(f"{user.display_name}（{user.login}）を追加しました")
