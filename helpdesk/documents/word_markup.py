"""Word の部品: how do paragraphs and tables look in WordprocessingML? Written as text, so that long tables stay linear.

(python-docx finds each cell of a table anew: 200 rows take it 16 seconds; 8,000 rows written as text a seventh of one.)
"""

from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from helpdesk.documents.cells import (
    NOTHING_FOUND,
    column_shares,
    fact_texts,
    is_all_numbers,
    label_width_mm,
    row_as_text,
)
from helpdesk.documents.document import NUMERIC, KeyValues, SignatureBoxes, Table
from helpdesk.documents.legible import legible

_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TWIPS_PER_MM = 56.7
_TWIPS_PER_DIGIT = 95  # in the table's 8.5 points
_NUMBER_MM = 40
_ROW_STAYS_WHOLE = "<w:cantSplit/>"
_LONG_CELL = 600  # a row with more characters than these in a cell may be broken over two pages


def with_namespace(part: str) -> str:
    """A paragraph or table that can be read on its own."""
    return part.replace(">", f" {_NAMESPACE}>", 1)


def paragraph(text: str, style: str, *, more: str = "") -> str:
    """One paragraph of a named style; line breaks and tabs of the text are kept, `more` is put into its properties."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>'
    return f"<w:p>{properties}{run(text)}</w:p>"


def run(text: str) -> str:
    """The text as runs, with its line breaks and tabs."""
    if not text:
        return ""
    safe = escape(legible(text))
    safe = safe.replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
    safe = safe.replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    return f'<w:r><w:t xml:space="preserve">{safe}</w:t></w:r>'


def field(code: str, shown: str) -> str:
    """A field (page number, running number) with the result that is shown until Word counts anew."""
    parts = (
        '<w:fldChar w:fldCharType="begin"/>',
        f'<w:instrText xml:space="preserve"> {code} </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        f"<w:t>{shown}</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    )
    return "".join(f"<w:r>{part}</w:r>" for part in parts)


def caption(kind: str, number: int, title: str, style: str) -> str:
    """`表 3　title`, numbered by Word itself, so that it stays right when somebody edits the document."""
    numbered = run(f"{kind} ") + field(f"SEQ {kind} \\* ARABIC", str(number)) + run(f"　{title}")
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{numbered}</w:p>'


def table(described: Table, width_mm: int) -> str:
    """A table with a head that is repeated on each page, its columns as wide as their contents need."""
    available = int(width_mm * TWIPS_PER_MM)
    widths = column_shares(described, available * 100 // _TWIPS_PER_DIGIT)
    widths = [width * _TWIPS_PER_DIGIT // 100 for width in widths]
    numeric = [column.kind in NUMERIC for column in described.columns]
    heads = ["TableHeadNumber" if each else "TableHead" for each in numeric]
    styles = ["TableNumber" if each else "TableText" for each in numeric]
    labels = [column.label for column in described.columns]
    rows = [_row(labels, heads, widths, "<w:cantSplit/><w:tblHeader/>")]
    for row in described.rows:
        rows.append(_row(row_as_text(row, described.columns), styles, widths, _whole(row)))
    if not described.rows:
        rows.append(_spanning_row(NOTHING_FOUND, len(widths), sum(widths)))
    if described.total:
        total = row_as_text(described.total, described.columns)
        rows.append(_row(total, styles, widths, _ROW_STAYS_WHOLE, bold=True))
    return _framed("DeskTable", widths, rows, described.title, has_total=described.total is not None)


def facts(described: KeyValues, width_mm: int) -> str:
    """Label and value, line by line; a value that is all number stands right in a narrow column."""
    label_width = int(label_width_mm(described) * TWIPS_PER_MM)
    numeric = is_all_numbers(described)
    value_width = int((_NUMBER_MM if numeric else width_mm) * TWIPS_PER_MM)
    widths = [label_width, value_width if numeric else value_width - label_width]
    styles = ["TableLabel", "TableNumber" if numeric else "TableText"]
    rows = [_row(pair, styles, widths, _whole(pair)) for pair in fact_texts(described)]
    return _framed("DeskFacts", widths, rows, described.title or "項目", has_head=False)


def signature_boxes(described: SignatureBoxes) -> str:
    """Boxes of 26 mm to sign or stamp in, at the right edge."""
    widths = [int(26 * TWIPS_PER_MM)] * len(described.labels)
    head = _row(described.labels, ["TableHead"] * len(widths), widths, _ROW_STAYS_WHOLE, centred=True)
    height = f'<w:cantSplit/><w:trHeight w:val="{int(20 * TWIPS_PER_MM)}" w:hRule="exact"/>'
    empty = _row([""] * len(widths), ["TableText"] * len(widths), widths, height)
    return _framed(
        "DeskBoxes", widths, [head, empty], "確認欄", place='<w:jc w:val="right"/>', has_head=False
    )


def _framed(
    style: str,
    widths: Sequence[int],
    rows: Iterable[str],
    title: str,
    *,
    place: str = "",
    has_head: bool = True,
    has_total: bool = False,
) -> str:
    look = f'w:firstRow="{int(has_head)}" w:lastRow="{int(has_total)}" w:firstColumn="0" w:lastColumn="0"'
    properties = (
        f'<w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>{place}'
        f'<w:tblLayout w:type="fixed"/><w:tblLook {look} w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(legible(title))}/>"
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def _row(
    texts: Sequence[str],
    styles: Sequence[str],
    widths: Sequence[int],
    properties: str,
    *,
    bold: bool = False,
    centred: bool = False,
) -> str:
    more = '<w:jc w:val="center"/>' if centred else ""
    cells = []
    for text, style, width in zip(texts, styles, widths, strict=True):
        inside = paragraph(text, style, more=more)
        if bold:
            inside = inside.replace("<w:r><w:t ", "<w:r><w:rPr><w:b/><w:bCs/></w:rPr><w:t ")
        cells.append(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{inside}</w:tc>')
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def _spanning_row(text: str, columns: int, width: int) -> str:
    properties = f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:gridSpan w:val="{columns}"/></w:tcPr>'
    inside = paragraph(text, "TableLabel", more='<w:jc w:val="center"/>')
    return f"<w:tr><w:trPr>{_ROW_STAYS_WHOLE}</w:trPr><w:tc>{properties}{inside}</w:tc></w:tr>"


def _whole(row: Sequence[Any]) -> str:
    is_long = any(isinstance(value, str) and len(value) > _LONG_CELL for value in row)
    return "" if is_long else _ROW_STAYS_WHOLE
