"""PDF: a document as tagged PDF (PDF/UA-1) with an embedded Japanese font, for reading, printing and archiving.

The page is set by typst from `document.typ`, a file of this project; the contents are handed over as JSON, so that
nothing in a text is ever markup. The same description gives the same bytes.
"""

import json
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from helpdesk.documents.cells import (
    NOTHING_FOUND,
    cell_text,
    column_shares,
    fact_texts,
    is_all_numbers,
    label_width_mm,
    row_as_text,
)
from helpdesk.documents.charts import chart_alt, chart_picture
from helpdesk.documents.document import (
    Block,
    Chart,
    Derivation,
    Document,
    Heading,
    KeyValues,
    LargeAmount,
    Listing,
    PageBreak,
    Paragraph,
    Quotation,
    SignatureBoxes,
    Table,
)
from helpdesk.documents.legible import FONT_FAMILY, breakable, font_path, printable
from helpdesk.documents.page_layout import (
    MARGIN_BOTTOM_MM,
    MARGIN_SIDE_MM,
    MARGIN_TOP_MM,
    is_letter,
    running_head,
    steady_levels,
    stretches,
)
from helpdesk.presentation import japanese_date

_MANY_ROWS, _RUNS_REMEMBERED = 300, 11  # of tables; runs after which typst drops what it kept
_POINTS, _WIDE_POINTS = 8.5, 8  # of a table's letters
_DIGIT_MM_OF_A_POINT = 0.196


def write_pdf(document: Document) -> bytes:
    """The document as PDF."""
    import typst

    contents = json.dumps(_paper(steady_levels(document)), ensure_ascii=False)
    made = typst.compile(
        _template(),
        root=_template().parent,
        font_paths=_fonts(),
        format="pdf",
        sys_inputs={"document": contents},
        pdf_standards="ua-1",
        timestamp=int(document.created.timestamp()),
    )
    assert isinstance(made, bytes)
    if sum(len(table.rows) for table in document.of_kind(Table)) > _MANY_ROWS:
        _forget()
    return made


def _forget() -> None:
    """typst keeps what it set for its next runs: ten tables of 2,000 rows are a gigabyte. Age it out."""
    import typst

    for _ in range(_RUNS_REMEMBERED):
        typst.compile(b".", font_paths=_fonts(), format="pdf")


@lru_cache(maxsize=1)
def _fonts() -> Any:
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[font_path().parent]
    )


def _template() -> Path:
    return Path(str(resources.files("helpdesk.documents").joinpath("document.typ")))


def _paper(document: Document) -> dict[str, Any]:
    dated = japanese_date(document.dated) if document.dated else ""
    beside = [document.subtitle] if is_letter(document) else [document.subtitle, document.number, dated]
    level = _Level()
    return {
        "title": printable(document.title),
        "subject": printable(document.number or document.subtitle),
        "author": [printable("、".join(document.sender))] if document.sender else [],
        "font": FONT_FAMILY,
        "margins": {"side": MARGIN_SIDE_MM, "top": MARGIN_TOP_MM, "bottom": MARGIN_BOTTOM_MM},
        "running": printable(running_head(document)),
        "letter": is_letter(document),
        "at-right": [breakable(part) for part in (document.number, dated) if part],
        "addressee": [breakable(line) for line in document.addressee],
        "sender": [breakable(line) for line in document.sender],
        "subtitle": breakable("　".join(part for part in beside if part)),
        "stretches": [
            {"lies": each.lies, "blocks": [_block(block, each.width_mm, level) for block in each.blocks]}
            for each in stretches(document)
        ],
    }


class _Level:
    """The level of the last heading: what follows stands one below it."""

    above = 0


def _block(block: Block, width_mm: int, level: _Level) -> dict[str, Any]:
    match block:
        case Heading():
            level.above = block.level
            return {"kind": "heading", "level": block.level, "text": breakable(block.text)}
        case Paragraph():
            return {"kind": "paragraph", "look": block.look, "text": breakable(block.text)}
        case LargeAmount():
            amount = cell_text(block.yen, "yen")
            return {
                "kind": "amount",
                "label": breakable(block.label),
                "amount": amount,
                "remark": breakable(block.remark),
            }
        case Quotation():
            return {"kind": "quotation", "text": _indented(breakable(block.text))}
        case Listing():
            return {
                "kind": "listing",
                "numbered": block.numbered,
                "items": [breakable(item) for item in block.items],
            }
        case KeyValues():
            return _facts(block)
        case Table():
            return _table(block, width_mm)
        case Chart():
            picture = chart_picture(block, format="svg").decode("utf-8")
            alt = printable(chart_alt(block))
            return {"kind": "chart", "title": breakable(block.title), "alt": alt, "svg": picture}
        case Derivation():
            return _derivation(block, min(level.above + 1, 3))
        case SignatureBoxes():
            return {"kind": "boxes", "labels": [breakable(label) for label in block.labels]}
        case PageBreak():
            return {"kind": "page-break"}


def _facts(block: KeyValues) -> dict[str, Any]:
    return {
        "kind": "facts",
        "title": breakable(block.title),
        "label-mm": label_width_mm(block),
        "numeric": is_all_numbers(block),
        "rows": [[breakable(text) for text in row] for row in fact_texts(block)],
    }


def _table(block: Table, width_mm: int) -> dict[str, Any]:
    points = _WIDE_POINTS if block.wide else _POINTS
    shares = column_shares(block, int(width_mm * 100 / (_DIGIT_MM_OF_A_POINT * points)))
    rows = [[breakable(text) for text in row_as_text(row, block.columns)] for row in block.rows]
    total = row_as_text(block.total, block.columns) if block.total else None
    return {
        "kind": "table",
        "title": breakable(block.title),
        "columns": [
            {"label": breakable(column.label), "kind": column.kind, "share": share}
            for column, share in zip(block.columns, shares, strict=True)
        ],
        "rows": rows,
        "total": [breakable(text) for text in total] if total else None,
        "notes": [breakable(note) for note in block.notes],
        "points": points,
        "nothing": NOTHING_FOUND,
    }


def _derivation(block: Derivation, level: int) -> dict[str, Any]:
    return {
        "kind": "derivation",
        "level": level,
        "title": breakable(block.title),
        "steps": [
            {
                name: breakable(getattr(step, name))
                for name in ("label", "value", "words", "numbers", "source", "remark")
            }
            for step in block.steps
        ],
        "warnings": [breakable(warning) for warning in block.warnings],
    }


def _indented(text: str) -> str:
    """Spaces at the beginning of a line stay: people indent in their mails."""
    told = []
    for line in text.split("\n"):
        bare = line.lstrip(" ")
        told.append("\u00a0" * (len(line) - len(bare)) + bare)
    return "\n".join(told)
