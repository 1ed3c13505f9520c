"""設定ファイルの編集: one more value in the text of a parameters file, comments and order left as people wrote them.

Only the plain form is edited: a heading `["rule"]` and a line `name = {…}` below it. The text that comes out is read again
and must say exactly what was meant, else the edit is refused.
"""

import re
from typing import Any

from calc_core.configuration_file import parse_configuration
from calc_core.errors import InputRefused, Problem

_HEADING = re.compile(r"^\s*\[")
_BY_HAND = "この設定の書き方は自動では直せません。設定ファイルの文を直接直してください"


def with_value(text: str, rule: str, name: str, year: int, value: str, source: str) -> str:
    """The text with this value of a setting in a fiscal year, in place of another of the same year.

    An empty source leaves the one that is written. Raises `InputRefused`, also where the text cannot be read.
    """
    meant: dict[str, Any] = parse_configuration(text, "設定ファイル")
    section = meant.setdefault(rule, {})
    entry = section.get(name, {}) if isinstance(section, dict) else None
    if not isinstance(entry, dict):
        raise InputRefused([Problem(f"{rule}.{name}", _BY_HAND)])
    entry = {str(key): each for key, each in entry.items()} | {str(year): value}
    if source:
        entry["source"] = source
    section[name] = entry
    edited = _written(text, rule, f"{name} = {_inline(entry)}", name)
    try:
        same = parse_configuration(edited, "設定ファイル") == meant
    except InputRefused:
        same = False
    if not same:
        raise InputRefused([Problem(f"{rule}.{name}", _BY_HAND)])
    return edited


def _written(text: str, rule: str, line: str, name: str) -> str:
    """The text with the line of this setting replaced, or put in at the end of its section, or with a new section."""
    lines = text.rstrip().split("\n")
    heading = re.compile(rf"""^\s*\[\s*["']{re.escape(rule)}["']\s*\]\s*(#.*)?$""")
    start = next((at for at, each in enumerate(lines) if heading.match(each)), None)
    if start is None:
        first_list = next((at for at, each in enumerate(lines) if each.lstrip().startswith("[[")), len(lines))
        before, after = lines[:first_list], lines[first_list:]
        while after and before and before[-1].lstrip().startswith("#"):  # a remark belongs to what follows it
            after.insert(0, before.pop())
        while before and not before[-1].strip():
            before.pop()
        middle = [*([""] if before else []), f'["{rule}"]', line, *([""] if after else [])]
        return "\n".join([*before, *middle, *after]) + "\n"
    end = next((at for at in range(start + 1, len(lines)) if _HEADING.match(lines[at])), len(lines))
    written = re.compile(rf"""^\s*["']?{re.escape(name)}["']?\s*=""")
    for at in range(start + 1, end):
        if written.match(lines[at]):
            return "\n".join([*lines[:at], line, *lines[at + 1 :]]) + "\n"
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return "\n".join([*lines[:end], line, *lines[end:]]) + "\n"


def _inline(entry: dict[str, Any]) -> str:
    keys = [*sorted(key for key in entry if key != "source"), *(["source"] if "source" in entry else [])]
    return "{" + ", ".join(f"{key} = {_text(str(entry[key]))}" for key in keys) + "}"


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    escaped = "".join(
        letter if letter >= " " and letter != "\x7f" else f"\\u{ord(letter):04x}" for letter in escaped
    )
    return f'"{escaped}"'
