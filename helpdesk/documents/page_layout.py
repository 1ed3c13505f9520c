"""紙面: on which pages of A4 do the blocks of a document stand, upright or lying? The same in Word and PDF."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from helpdesk.documents.document import Block, Document, Heading, Table

PAGE_MM = (210, 297)
MARGIN_SIDE_MM, MARGIN_TOP_MM, MARGIN_BOTTOM_MM = 22, 22, 20
TEXT_WIDTH_MM = PAGE_MM[0] - 2 * MARGIN_SIDE_MM
WIDE_TEXT_WIDTH_MM = PAGE_MM[1] - 2 * MARGIN_SIDE_MM


@dataclass(slots=True)
class Stretch:
    """一続きの頁: blocks that stand on pages of one orientation."""

    lies: bool
    blocks: list[Block] = field(default_factory=list)

    @property
    def width_mm(self) -> int:
        """How wide the text is."""
        return WIDE_TEXT_WIDTH_MM if self.lies else TEXT_WIDTH_MM


def stretches(document: Document) -> list[Stretch]:
    """The blocks in their order; a wide table lies on pages of its own, with the headings right before it."""
    made = [Stretch(lies=False)]
    for at, block in enumerate(document.blocks):
        lies = _belongs_to_wide(document.blocks, at)
        if lies != made[-1].lies:
            made.append(Stretch(lies))
        made[-1].blocks.append(block)
    return made


def is_letter(document: Document) -> bool:
    """書簡: a document that somebody sends to somebody, with the head of a letter."""
    return bool(document.addressee or document.sender)


def running_head(document: Document) -> str:
    """柱: what stands at the top of every page but the first: the title and, if it does not say it already, the number."""
    if document.number.startswith(document.title.partition("（")[0]):
        return document.number
    return "　".join(part for part in (document.title, document.number) if part)


def steady_levels(document: Document) -> Document:
    """The document with heading levels that never skip one: readers and assistive software find their way by them."""
    level, blocks = 0, []
    for block in document.blocks:
        if isinstance(block, Heading):
            level = min(block.level, level + 1)
            blocks.append(replace(block, level=level))
        else:
            blocks.append(block)
    return replace(document, blocks=blocks)


def _belongs_to_wide(blocks: Sequence[Block], at: int) -> bool:
    while at < len(blocks) and isinstance(blocks[at], Heading):
        at += 1
    return at < len(blocks) and isinstance(blocks[at], Table) and blocks[at].wide
