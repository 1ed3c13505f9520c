"""HTML 本文のテキスト化: what an operator reads of a mail that has HTML only; tables stay aligned."""

import html as entities
import re

from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig
from lxml.etree import LxmlError

_CONFIG = ParserConfig(css=CSS_PROFILES["strict"])
_MAX_CHARACTERS = 1_000_000
_MAX_LAYOUT_CHARACTERS = 300_000
_MAX_LAYOUT_COST = 3_000_000
_MAX_TABLE_DEPTH = 12
_UNSEEN = re.compile(r"<(script|style|head|title)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6]|hr)\b[^<>]{0,500}>", re.IGNORECASE)
_CELL = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
_TAG = re.compile(r"<[/!?a-zA-Z][^<>]{0,10000}>")
_CELL_START = re.compile(r"<t[dh]\b", re.IGNORECASE)
_ROW = re.compile(r"<tr\b", re.IGNORECASE)
_TABLE = re.compile(r"<(/?)table\b", re.IGNORECASE)
_MANY_EMPTY_LINES = re.compile(r"\n{4,}")


def html_to_text(html: str, defects: list[str], *, share: int = 1) -> str:
    """The text of an HTML document. Never raises; what is too large or too nested is read without layout.

    `share` is the number of HTML bodies of the mail: together they may cost no more than one.
    """
    if len(html) > _MAX_CHARACTERS:
        defects.append("HTML 本文が長いため、テキスト表示は途中までとした")
        html = html[:_MAX_CHARACTERS]
    text = _with_layout(html) if _layout_is_cheap(html, _MAX_LAYOUT_COST // share) else _without_layout(html)
    text = "\n".join(line.rstrip(" \t") for line in text.split("\n"))
    return _MANY_EMPTY_LINES.sub("\n\n\n", text).strip("\n")


def _with_layout(html: str) -> str:
    try:
        return get_text(_COMMENT.sub("", html), _CONFIG)
    except (LxmlError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        return _without_layout(html)


def _without_layout(html: str) -> str:
    text = _BREAK.sub("\n", _UNSEEN.sub("", _COMMENT.sub("", html)))
    return entities.unescape(_TAG.sub("", _CELL.sub("\t", text)))


def _layout_is_cheap(html: str, allowance: int) -> bool:
    """False where aligning tables would cost much more than reading them: every row is padded to the widest cells,
    so a page of a megabyte can become gigabytes.
    """
    if len(html) > _MAX_LAYOUT_CHARACTERS:
        return False
    depth = deepest = 0
    for table in _TABLE.finditer(html):
        depth = max(0, depth - 1) if table[1] else depth + 1
        deepest = max(deepest, depth)
    if not deepest:
        return True
    rows = [row.split("\0") for row in _TAG.sub("", _ROW.sub("\1", _CELL_START.sub("\0", html))).split("\1")]
    width = max(map(len, rows)) * max(len(cell) for row in rows for cell in row)
    return deepest <= _MAX_TABLE_DEPTH and len(rows) * min(width, len(html)) * deepest <= allowance
