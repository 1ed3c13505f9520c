"""HTML メールの表示: what of an HTML mail may be shown, made anew each time it is shown.

Sanitising takes time with the square of the nesting, so a mail that nests beyond all reason is shown as text only.
"""

import re

import nh3

MOST_CHARACTERS = 500_000
DEEPEST_NESTING = 2_000
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_NEVER_CLOSED = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "li",
        "link",
        "meta",
        "option",
        "p",
        "param",
        "source",
        "td",
        "th",
        "tr",
        "wbr",
    ]
)


def shown_html(html: str) -> str | None:
    """The HTML without anything that runs or is fetched; None where it is too large or too deep to be shown."""
    if len(html) > MOST_CHARACTERS or _nesting(html) > DEEPEST_NESTING:
        return None
    return nh3.clean(html, url_schemes={"http", "https", "mailto"}, link_rel="noopener noreferrer")


def _nesting(html: str) -> int:
    depth = deepest = 0
    for closing, name in _TAG.findall(html):
        if name.lower() in _NEVER_CLOSED:
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest
