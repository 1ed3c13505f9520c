"""JSON の入力: read so that a number stays the text it was written as, and nothing is quietly dropped.

`0.45` becomes the exact 9/20, never a binary float. NaN and Infinity stay the words they are, for `exact.read` to refuse
under the input's name; a name that stands twice is noted with its path, and the rest is read on.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from calc_core import exact
from calc_core.errors import InputRefused, Problem
from calc_core.inputs import printable

REPEATED = "同じ名前の項目が2回以上あります。1回だけ書いてください"


class _Repeating(dict):
    """A JSON object in which names stand more than once; the last value of each counts."""

    repeated: tuple[str, ...] = ()


def read_json(content: str | bytes, where: str, problems: list[Problem], path: str = "") -> Any:
    """The value of a JSON text, numbers as `exact.NumberText`; repeated names are added to `problems`, below `path`.

    Raises `InputRefused` at `where` for what is no JSON at all.
    """
    repeating: list[_Repeating] = []

    def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        times = Counter(name for name, _ in pairs)
        found = _Repeating(pairs)
        found.repeated = tuple(name for name in times if times[name] > 1)
        repeating.append(found)
        return found

    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else content
        value = json.loads(
            text.removeprefix("\ufeff"),
            parse_float=exact.NumberText,
            parse_int=exact.NumberText,
            parse_constant=exact.NumberText,
            object_pairs_hook=object_of,
        )
        if repeating:
            problems += [Problem(place, REPEATED) for place in _repeated_places(value, path)]
    except UnicodeDecodeError as broken:
        message = f"UTF-8 として読めません（{broken.start + 1} バイト目）。UTF-8 で保存してください"
        raise InputRefused([Problem(where, message)]) from broken
    except json.JSONDecodeError as broken:
        message = (
            f"JSON として読めません（{broken.lineno} 行 {broken.colno} 文字目）。書き方を確かめてください"
        )
        raise InputRefused([Problem(where, message)]) from broken
    except RecursionError as broken:
        message = "JSON の入れ子が深すぎます。入れ子を浅くしてください"
        raise InputRefused([Problem(where, message)]) from broken
    return value


def _repeated_places(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, _Repeating):
        yield from (_below(path, name) for name in value.repeated)
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _repeated_places(inner, _below(path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _repeated_places(inner, f"{path}[{number}]")


def _below(path: str, name: str) -> str:
    return f"{path}.{printable(name)}" if path else printable(name)
