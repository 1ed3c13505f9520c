"""計算例: what a document or a derivation says a rule must give, as data beside the rules, each with source and mark.

Marks: `seed` (inputs and output in a document at hand), `public` (published figures), `derived` (from a clause), `disputed`
(the printed figure contradicts the document's own clause: `printed` keeps it, `expected` is what the clause gives).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from calc_core.configuration import Configuration

FOLDER = Path(__file__).with_name("worked_examples")
MARKS = {
    "seed": "資料の計算例",
    "public": "公表された値による例",
    "derived": "条文からの例",
    "disputed": "資料の図と条文が異なる例",
}


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """One example; its name is a Japanese sentence. `parameters` configures what no document publishes."""

    rule: str
    name: str
    mark: str
    source: str
    fiscal_year: int
    inputs: Mapping[str, Any]
    expected: Mapping[str, Any]
    printed: Mapping[str, Any] | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def configuration(self) -> Configuration | None:
        """What `catalogue.evaluate` takes as configuration for this example."""
        return {self.rule: self.parameters} if self.parameters else None


@cache
def examples_of(rule: str) -> tuple[WorkedExample, ...]:
    """The worked examples of a rule, in the order of its file; none where it has no file."""
    path = FOLDER / f"{rule}.toml"
    if not path.is_file():
        return ()
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(WorkedExample(rule=rule, **entry) for entry in table["example"])


def all_examples() -> list[WorkedExample]:
    """The worked examples of every rule that has a file."""
    rules = (path.relative_to(FOLDER).with_suffix("").as_posix() for path in sorted(FOLDER.rglob("*.toml")))
    return [example for rule in rules for example in examples_of(rule)]
