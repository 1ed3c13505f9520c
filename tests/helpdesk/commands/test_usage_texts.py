"""What click says of a command line: in Japanese everywhere, with click's own exit codes."""

import pytest
from click.testing import CliRunner, Result

from helpdesk.commands import main


def helpdesk(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, prog_name="helpdesk", catch_exceptions=False)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--verson"], "オプション --verson はありません。--version ではありませんか"),
        (["nothing"], "コマンド nothing はありません"),
        (["calc", "nothing"], "コマンド nothing はありません"),
        (["calc", "run", "--unknown"], "オプション --unknown はありません"),
        (["calc", "run", "--year"], "オプション --year に値がありません"),
        (["calc", "list", "--json=1"], "オプション --json に値は付けられません"),
        (["calc", "show"], "引数 RULE がありません"),
        (["calc", "show", "a", "b"], "余分な引数があります（b）"),
        (["report", "weekly"], "オプション --from がありません"),
        (["up", "--port", "abc"], "--port の値が正しくありません。1〜65535 の整数"),
        (["up", "--port", "70000"], "--port の値が正しくありません。1〜65535 の整数"),
    ],
)
def test_a_wrong_command_line_is_told_in_japanese_with_exit_code_2(arguments: list[str], told: str) -> None:
    result = helpdesk(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"エラー: {told}" in result.stderr
    for english in ("Error", "Usage", "Try", "No such", "Missing", "Invalid", "unexpected"):
        assert english not in result.stderr


@pytest.mark.parametrize("path", [(), ("calc",), ("calc", "run"), ("up",)])
def test_help_is_japanese_at_every_level(path: tuple[str, ...]) -> None:
    result = helpdesk(*path, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(" ".join(("使い方: helpdesk", *path)))
    assert "この説明を表示して終了します" in result.stdout
    for english in ("Usage", "Options", "Commands", "Show", "OPTIONS", "ARGS", "TEXT", "default"):
        assert english not in result.stdout


def test_a_group_without_a_command_shows_its_help() -> None:
    result = helpdesk("calc")
    assert result.exit_code == 2
    assert "コマンド:" in result.stderr
