"""Worked examples as data: what a document or a derivation says a rule must give, each with source and mark."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("worked_examples")
MARKS = ("seed", "public", "derived", "disputed")


@dataclass(frozen=True)
class WorkedExample:
    """One example; `printed` is what a disputed figure of a document says against its own clause."""

    rule: str
    name: str
    mark: str
    source: str
    fiscal_year: int
    inputs: dict[str, Any]
    expected: dict[str, Any]
    printed: dict[str, Any] | None = None


def examples_of(rule: str) -> list[WorkedExample]:
    """The worked examples of a rule."""
    table = tomllib.loads((FOLDER / f"{rule}.toml").read_text(encoding="utf-8"))
    return [WorkedExample(rule=rule, **entry) for entry in table["example"]]


def all_examples() -> list[WorkedExample]:
    """The worked examples of every rule that has a file."""
    paths = sorted(FOLDER.rglob("*.toml"))
    return [
        example
        for path in paths
        for example in examples_of(path.relative_to(FOLDER).with_suffix("").as_posix())
    ]
