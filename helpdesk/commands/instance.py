"""Opening the instance for a command, and how every command ends: 0 done, 2 refused input, 1 failure."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import click

from helpdesk.desk import Desk, open_desk
from helpdesk.errors import InstanceUnusable, Problem, Refused
from helpdesk.migrations import current_revision, require_current, upgrade
from helpdesk.settings import load_settings


@contextmanager
def opened(*, migrate_if_empty: bool = False) -> Iterator[Desk]:
    """The instance of this environment with a current schema; an unusable one ends the command with status 1."""
    try:
        desk = open_desk(load_settings())
        if migrate_if_empty and current_revision(desk.database.engine) is None:
            upgrade(desk.database.engine)
        require_current(desk.database.engine)
    except Refused as refused:
        refuse(refused)
    except InstanceUnusable as unusable:
        raise click.ClickException(str(unusable)) from unusable
    try:
        yield desk
    finally:
        desk.knowledge.close()
        desk.database.engine.dispose()


@dataclass(frozen=True, slots=True)
class Keyboard:
    """コマンド操作: whoever may run commands on the machine may do what a manager may; the history says so."""

    id: int | None = None
    display_name: str = "コマンド操作"
    role_names: frozenset[str] = frozenset({"manager"})
    business_id: int | None = None


KEYBOARD = Keyboard()


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; a place that cannot be written is refused."""
    try:
        path.write_bytes(content)
    except OSError:
        message = "ここには書き出せません。フォルダーがあることと、書き込めることを確かめてください"
        refuse(Refused([Problem(str(path), message)]))


def refuse(error: Exception) -> NoReturn:
    """Say on stderr everything that is wrong and end with status 2; nothing has been changed."""
    problems = getattr(error, "problems", None)
    lines = [f"{each.where}: {each.message}" for each in problems] if problems else [str(error)]
    for line in lines:
        click.echo(line, err=True)
    sys.exit(2)


def print_json(value: Any) -> None:
    """One JSON document on one line, in UTF-8 whatever the terminal says; a file name that is no text is escaped."""
    line = json.dumps(value, ensure_ascii=False, default=str)
    click.echo(line.encode("utf-8", "backslashreplace"))
