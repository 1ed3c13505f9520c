"""format=flowed（RFC 3676）: joins the soft-wrapped lines of a plain text, quotation by quotation."""

import re

_QUOTED = re.compile(r">*")


def unflow(text: str, *, delete_space: bool) -> str:
    """Undo soft line breaks; `delete_space` (DelSp=yes) also drops the blank that marked them.

    Quotation marks are kept as "> " in front of each paragraph; the signature mark "-- " never flows.
    """
    paragraphs: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = _QUOTED.match(line).end()
        content = line[depth:].removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        if open_depth == depth and content != "-- ":
            paragraphs[-1].append(content)
        else:
            paragraphs.append([">" * depth + " " * bool(depth) + content])
        if flows and delete_space:
            paragraphs[-1][-1] = paragraphs[-1][-1][:-1]
        open_depth = depth if flows else -1
    return "\n".join("".join(pieces) for pieces in paragraphs)
