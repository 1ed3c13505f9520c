"""JSON の入力: read so that a number stays the text it was written as, and nothing is quietly dropped.

`0.45` becomes the exact 9/20, never a binary float; a name that stands twice, NaN and Infinity are problems.
"""

import json
from collections import Counter
from typing import Any

from calc_core import exact
from calc_core.errors import InputRefused, Problem
from calc_core.inputs import printable


def read_json(content: str | bytes, where: str) -> Any:
    """The value of a JSON text, numbers as `exact.NumberText`. Raises `InputRefused` with every problem found."""
    problems: list[Problem] = []

    def without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            times = Counter(name for name, _ in pairs)
            repeated = sorted(name for name in times if times[name] > 1)
            problems.extend(
                Problem(printable(name), "同じ名前の項目が2回以上あります。1回だけ書いてください")
                for name in repeated
            )
        return found

    def no_number(word: str) -> exact.NumberText:
        problems.append(Problem(where, f"{word} は数ではありません。有限の数を書いてください"))
        return exact.NumberText("0")

    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else content
        value = json.loads(
            text.removeprefix("\ufeff"),
            parse_float=exact.NumberText,
            parse_int=exact.NumberText,
            parse_constant=no_number,
            object_pairs_hook=without_repetition,
        )
    except UnicodeDecodeError as broken:
        message = f"UTF-8 として読めません（{broken.start} バイト目）。UTF-8 で保存してください"
        raise InputRefused([Problem(where, message)]) from broken
    except json.JSONDecodeError as broken:
        message = (
            f"JSON として読めません（{broken.lineno} 行 {broken.colno} 文字目）。書き方を確かめてください"
        )
        raise InputRefused([Problem(where, message)]) from broken
    except RecursionError as broken:
        raise InputRefused([Problem(where, "JSON の入れ子が深すぎます")]) from broken
    if problems:
        raise InputRefused(problems)
    return value
