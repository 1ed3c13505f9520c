"""The `helpdesk` command. One module a command group; a group is imported only when it is called, so that
`helpdesk calc` starts without the web stack and the database."""

import importlib
import keyword
from typing import Any

import click

from helpdesk.commands.usage_texts import JapaneseContext, in_japanese, japanese_errors

_GROUPS = {
    "alerts": "広域予備率の監視",
    "audit": "履歴の検証と書き出し",
    "bank": "銀行のファイル（振込の依頼・結果・入金）",
    "books": "帳簿の照合・試算表・締め",
    "calc": "算定の規則の一覧・説明・実行",
    "case": "案件の一覧と控え",
    "db": "データベースの版",
    "fleet": "全電源等の年度の算定",
    "import": "請求書・入金などの表の取り込み",
    "jobs": "定時処理",
    "kb": "ナレッジ",
    "mail": "メールの取り込み",
    "outbox": "送信箱",
    "report": "報告書",
    "serve": "画面のサーバー",
    "settle": "月次の精算の計算と表示",
    "up": "すべてを起動（--demo でデモ）",
    "user": "利用者",
}


class _LazyGroup(click.Group):
    """Imports `helpdesk.commands.<stem>` when the command is used; each module offers `command`."""

    context_class = JapaneseContext

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with japanese_errors():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with japanese_errors():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_GROUPS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _GROUPS:
            return None
        stem = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        return in_japanese(importlib.import_module(f"helpdesk.commands.{stem}").command)


@click.command(cls=_LazyGroup, help="容量市場 問合せ・案件管理ヘルプデスク")
@click.version_option(package_name="helpdesk", message="%(version)s")
def main() -> None:
    """Entry point of the console command `helpdesk`."""
