"""操作マニュアル as a document (requirement B9.1): the pages of the in-app help, in their order, as Word and PDF."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from helpdesk.documents.document import Block, Document, Heading, Listing, PageBreak, Paragraph
from helpdesk.manual.contents import Page

_ITEM = re.compile(r"(?:[-*]|(\d+)\.)\s+(.*)")
_MARKS = re.compile(r"\*\*|`|\[([^\]]*)\]\([^)]*\)")


def document_of(pages: Sequence[Page], *, sender: str, created: datetime) -> Document:
    """The whole manual; each page begins on a sheet of its own. The same pages give the same document."""
    blocks: list[Block] = []
    for page in pages:
        blocks += [PageBreak()] if blocks else []
        blocks += [Heading(page.title), *_blocks_of(page.summary)]
        for section in page.sections:
            blocks += [Heading(section.title, 2), *_blocks_of(section.markdown)]
    return Document(title="操作マニュアル", subtitle=sender, blocks=blocks, created=created)


def _blocks_of(markdown: str) -> Iterator[Block]:
    """Paragraphs and lists: the manual is written with nothing else."""
    for part in re.split(r"\n\s*\n", markdown.strip()):
        yield from _part(part.splitlines())


def _part(lines: Iterable[str]) -> Iterator[Block]:
    items: list[str] = []
    numbered = False
    for line in lines:
        found = _ITEM.fullmatch(line.strip())
        if found is None:
            yield from _listing(items, numbered)
            items = []
            yield Paragraph(_plain(line))
            continue
        if items and numbered != bool(found[1]):
            yield from _listing(items, numbered)
            items = []
        numbered = bool(found[1])
        items.append(_plain(found[2]))
    yield from _listing(items, numbered)


def _listing(items: list[str], numbered: bool) -> Iterator[Block]:
    if items:
        yield Listing(tuple(items), numbered=numbered)


def _plain(text: str) -> str:
    return _MARKS.sub(lambda mark: mark[1] or "", text.strip())
