"""`helpdesk db`: the schema of the instance's database."""

import click

from helpdesk.commands.instance import print_json, refuse
from helpdesk.desk import open_desk
from helpdesk.errors import Refused
from helpdesk.migrations import current_revision, newest_revision, upgrade
from helpdesk.settings import load_settings
from helpdesk.workflows.prepare_instance import prepare_instance


@click.group(help="データベースの版")
def command() -> None:
    """`helpdesk db`."""


@command.command("upgrade", help="データベースを最新の版にします（何度実行しても同じです）")
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で出力します")
def upgrade_command(as_json: bool) -> None:
    """Bring the schema up to date."""
    try:
        desk = open_desk(load_settings())
    except Refused as refused:
        refuse(refused)
    engine = desk.database.engine
    before = current_revision(engine)
    upgrade(engine)
    prepare_instance(desk)
    if as_json:
        print_json({"before": before, "after": newest_revision()})
    else:
        click.echo(f"データベースの版: {before or 'なし'} → {newest_revision()}")
