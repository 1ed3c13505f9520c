"""The `helpdesk` command. One module a command group; a group is imported only when it is called, so that
`helpdesk calc` starts without the web stack and the database."""

import importlib

import click

_GROUPS = {
    "calc": "calc_core の規則を一覧・説明・実行します",
}


class _LazyGroup(click.Group):
    """Imports `helpdesk.commands.<stem>` when the command is used; each module offers `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_GROUPS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _GROUPS:
            return None
        return importlib.import_module(f"helpdesk.commands.{cmd_name}").command


@click.command(cls=_LazyGroup, help="容量市場 問合せ・案件管理ヘルプデスク")
@click.version_option(package_name="helpdesk", message="%(version)s")
def main() -> None:
    """Entry point of the console command `helpdesk`."""
