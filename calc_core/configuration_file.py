"""設定ファイル: the TOML of `--parameters` and of the settings page. What cannot be read is told with line and remedy."""

import re
import tomllib
from pathlib import Path
from typing import Any

from calc_core import exact
from calc_core.errors import InputRefused, Problem, unreadable_file

_PLACE = re.compile(r"\(at line ([0-9]+), column ([0-9]+)\)")
_REPEATED = (
    "Cannot overwrite",
    "Cannot declare",
    "Cannot mutate",
    "Cannot redefine",
    "Duplicate inline table key",
)
_MOST_DOTS = 300  # of a line: reading a key takes the square of its parts
_EXAMPLE = '["penalty/market_offer"] の次の行に tight_hours = {2025 = "30"}'


def read_configuration(path: Path) -> dict[str, Any]:
    """The configuration in a TOML file. Raises `InputRefused` when it cannot be read."""
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as failed:
        message = unreadable_file(failed)
    except UnicodeDecodeError as broken:
        line = broken.object.count(b"\n", 0, broken.start) + 1
        message = f"{line}行目が UTF-8 として読めません。UTF-8 で保存し直してください"
    else:
        return parse_configuration(text, str(path))
    raise InputRefused([Problem(str(path), message)])


def parse_configuration(text: str, where: str) -> dict[str, Any]:
    """The configuration in a TOML text, numbers as they are written. Raises `InputRefused` (problem at `where`)."""
    text = text.removeprefix("\ufeff")
    for number, line in enumerate(text.splitlines(), 1):
        if line.count(".") > _MOST_DOTS:
            words = f"{number}行目に点（.）が {_MOST_DOTS} を超えてあります。行を分けてください"
            raise InputRefused([Problem(where, words)])
    try:
        return tomllib.loads(text, parse_float=exact.NumberText)
    except RecursionError:
        message = "TOML の入れ子が深すぎます。入れ子を浅くしてください"
    except ValueError as broken:  # also a whole number with more digits than Python reads
        message = _toml_fault(str(broken), text)
    raise InputRefused([Problem(where, message)])


def _toml_fault(told: str, text: str) -> str:
    found = _PLACE.search(told)
    if found:
        place = f"（{found[1]}行目の{found[2]}文字目）"
    elif "end of document" in told:
        place = f"（最後の行、{len(text.splitlines())}行目で途切れています）"
    else:
        place = ""
    if told.startswith(_REPEATED):
        return f"同じ名前の表か項目が2回以上あります{place}。1回だけ書いてください"
    return f"TOML として読めません{place}。書き方を確かめてください（例 {_EXAMPLE}）"
