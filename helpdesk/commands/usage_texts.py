"""`--help` と使い方の誤り: what click itself says of a command line, in Japanese. Exit codes stay click's own."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click
from click.exceptions import NoArgsIsHelpError, NoSuchCommand

_HEADINGS = {"Options": "オプション", "Commands": "コマンド", "Positional arguments": "引数"}
_USAGE = (("[OPTIONS]", "[オプション]"), ("COMMAND [ARGS]...", "コマンド [引数]..."))
_VALUES = (
    (" INTEGER RANGE", " 整数"),
    (" TEXT", " 値"),
    (" DIRECTORY", " フォルダー"),
    (" FILE", " ファイル"),
)
_NOTES = (
    ("Show this message and exit.", "この説明を表示して終了します"),
    ("Show the version and exit.", "版を表示して終了します"),
    ("[default: ", "[既定値: "),
    ("[required]", "[必須]"),
    ("; required]", "; 必須]"),
)
_EXTRA_ARGUMENTS = re.compile(r"Got unexpected extra arguments? \((.*)\)", re.DOTALL)


class _Formatter(click.HelpFormatter):
    """click's help page with Japanese headings and notes."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, _replaced(args, _USAGE), prefix or "使い方: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(_HEADINGS.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        told = [(_replaced(term, _VALUES), _replaced(note, _NOTES)) for term, note in rows]
        super().write_dl(told, col_max, col_spacing)


class JapaneseContext(click.Context):
    """A context whose help is written in Japanese."""

    formatter_class = _Formatter


class _ShownInJapanese(click.UsageError):
    """An error of click, told in Japanese with the exit code it had; the usage stands above where there is one."""

    def __init__(self, message: str, exit_code: int, ctx: click.Context | None) -> None:
        super().__init__(message, ctx)
        self.exit_code = exit_code  # type: ignore[misc]

    def show(self, file: object = None) -> None:
        if self.ctx is not None:
            click.echo(self.ctx.get_usage(), file=file, err=True)
            click.echo(f"くわしくは {self.ctx.command_path} --help を見てください\n", file=file, err=True)
        click.echo(f"エラー: {self.message}", file=file, err=True)


def in_japanese(command: click.Command) -> click.Command:
    """The same command; it and everything below it show their help in Japanese."""
    command.context_class = JapaneseContext
    if isinstance(command, click.Group):
        for each in command.commands.values():
            in_japanese(each)
    return command


@contextmanager
def japanese_errors() -> Iterator[None]:
    """Tell errors of click in Japanese."""
    try:
        yield
    except (NoArgsIsHelpError, _ShownInJapanese):
        raise
    except click.UsageError as error:
        raise _ShownInJapanese(_usage_fault(error), error.exit_code, error.ctx) from error
    except click.ClickException as error:
        raise _ShownInJapanese(error.format_message(), error.exit_code, None) from error


def _usage_fault(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"オプション {error.option_name} はありません。{_similar(error.possibilities)}"
    if isinstance(error, NoSuchCommand):
        return f"コマンド {error.command_name} はありません。{_similar(error.possibilities)}"
    if isinstance(error, click.MissingParameter):
        kind = "引数" if isinstance(error.param, click.Argument) else "オプション"
        return f"{kind} {_hint(error)} がありません。指定してください"
    if isinstance(error, click.BadParameter):
        return f"{_hint(error)} の値が正しくありません。{_remedy(error)}"
    if isinstance(error, click.BadOptionUsage):
        if "does not take a value" in error.message:
            return f"オプション {error.option_name} に値は付けられません。値を除いてください"
        return f"オプション {error.option_name} に値がありません。値を続けて指定してください"
    if error.message == "Missing command.":
        return "コマンドがありません。--help にあるコマンドを指定してください"
    extra = _EXTRA_ARGUMENTS.fullmatch(error.message)
    return f"余分な引数があります（{extra[1]}）。除いてください" if extra else error.format_message()


def _similar(names: list[str] | None) -> str:
    return f"{'、'.join(names)} ではありませんか" if names else "--help で確かめてください"


def _hint(error: click.BadParameter) -> str:
    hint = error.param_hint or (error.param and error.param.get_error_hint(error.ctx)) or ""
    return (hint if isinstance(hint, str) else " / ".join(hint)).replace("'", "")


def _remedy(error: click.BadParameter) -> str:
    kind = error.param.type if error.param else None
    if isinstance(kind, click.IntRange) and kind.min is not None and kind.max is not None:
        return f"{kind.min}〜{kind.max} の整数で指定してください"
    if isinstance(kind, click.types.IntParamType):
        return "整数で指定してください"
    if isinstance(kind, click.Choice):
        return f"{'、'.join(map(str, kind.choices))} のいずれかで指定してください"
    if isinstance(kind, click.Path):
        wanted = "ファイル" if kind.file_okay else "フォルダー"
        return f"{wanted}の場所と権限を確かめてください"
    return error.message


def _replaced(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    for english, japanese in pairs:
        text = text.replace(english, japanese)
    return text
