"""Word 文書: a document as .docx with real styles, A4, which Word 2019 and LibreOffice open and people edit on.

Headings, lists, captions, page numbers and repeated table heads are Word's own. The same description gives the same bytes.
"""

import io
import zipfile
from typing import Any

from helpdesk.documents import word_markup as markup
from helpdesk.documents.cells import cell_text
from helpdesk.documents.charts import WIDTH_INCHES, chart_alt, chart_picture
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
from helpdesk.documents.legible import legible
from helpdesk.documents.page_layout import TEXT_WIDTH_MM, is_letter, steady_levels, stretches
from helpdesk.documents.word_dress import dress, turn_page
from helpdesk.presentation import japanese_date

_LOOKS = {"plain": "Normal", "note": "Note", "strong": "Strong"}
_BULLETS, _NUMBERS = 1, 2
_OLDEST = (1980, 1, 1, 0, 0, 0)  # the only time that the archive tells: a fixed one
_PICTURE_WIDTH_MM = min(TEXT_WIDTH_MM, WIDTH_INCHES * 25.4)


def write_word(document: Document) -> bytes:
    """The document as .docx."""
    import docx

    file = docx.Document()
    dress(file, document)
    writer = _Writer(file)
    writer.head(document)
    for number, stretch in enumerate(stretches(steady_levels(document))):
        if number:
            turn_page(file, lies=stretch.lies)
        for block in stretch.blocks:
            writer.block(block, stretch.width_mm)
    buffer = io.BytesIO()
    file.save(buffer)
    return _with_fixed_times(buffer.getvalue())


class _Writer:
    """Puts blocks at the end of the body and counts tables, figures and numbered lists."""

    def __init__(self, file: Any) -> None:
        self.file = file
        self.end = file.element.body.sectPr
        self.counted = {"表": 0, "図": 0}

    def put(self, *parts: str) -> None:
        from docx.oxml import parse_xml

        for part in parts:  # each with its own root: taking a table out of another tree is quadratic
            self.end.addprevious(parse_xml(markup.with_namespace(part)))

    def text(self, text: str, style: str) -> None:
        self.put(markup.paragraph(text, style))

    def head(self, document: Document) -> None:
        """A letter has number, date, addressee and sender above its title; a report names itself first."""
        dated = japanese_date(document.dated) if document.dated else ""
        if not is_letter(document):
            self.text(document.title, "Title")
            line = "　".join(part for part in (document.subtitle, document.number, dated) if part)
            if line:
                self.text(line, "Subtitle")
            return
        for line in (document.number, dated):
            if line:
                self.text(line, "LetterRight")
        for style, lines in (("Addressee", document.addressee), ("LetterRight", document.sender)):
            self.text("", style)
            for line in lines:
                self.text(line, style)
        self.text(document.title, "LetterTitle")
        if document.subtitle:
            self.text(document.subtitle, "Normal")

    def block(self, block: Block, width_mm: int) -> None:
        match block:
            case Heading():
                self.text(block.text, f"Heading{block.level}")
            case Paragraph():
                self.text(block.text, _LOOKS[block.look])
            case LargeAmount():
                self.text(f"{block.label}\t{cell_text(block.yen, 'yen')}", "Amount")
                if block.remark:
                    self.text(block.remark, "AmountRemark")
            case Quotation():
                self.text(block.text, "Quote")
            case Listing():
                self._listing(block)
            case KeyValues():
                if block.title:
                    self.text(block.title, "Caption")
                self.put(markup.facts(block, width_mm), markup.paragraph("", "AfterTable"))
            case Table():
                self.put(self._caption("表", block.title, "Caption"))
                self.put(markup.table(block, width_mm), markup.paragraph("", "AfterTable"))
                self.put(*(markup.paragraph(note, "Note") for note in block.notes))
            case Chart():
                self._chart(block)
            case Derivation():
                self._derivation(block)
            case SignatureBoxes():
                self.put(
                    markup.paragraph("", "AfterTable"),
                    markup.signature_boxes(block),
                    markup.paragraph("", "AfterTable"),
                )
            case PageBreak():
                self.put(
                    '<w:p><w:pPr><w:pStyle w:val="SectionEnd"/></w:pPr><w:r><w:br w:type="page"/></w:r></w:p>'
                )

    def _caption(self, kind: str, title: str, style: str) -> str:
        self.counted[kind] += 1
        return markup.caption(kind, self.counted[kind], title, style)

    def _listing(self, block: Listing) -> None:
        style, more = "ListBullet", ""
        if block.numbered:
            number = self._begin_numbering()
            style, more = (
                "ListNumber",
                f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>',
            )
        self.put(*(markup.paragraph(item, style, more=more) for item in block.items))

    def _begin_numbering(self) -> int:
        numbering = self.file.part.numbering_part.element
        begun = numbering.add_num(_NUMBERS)
        begun.add_lvlOverride(ilvl=0).add_startOverride(1)
        return begun.numId

    def _chart(self, block: Chart) -> None:
        from docx.shared import Mm

        held = self.file.add_paragraph(style="図")
        shape = held.add_run().add_picture(io.BytesIO(chart_picture(block)), width=Mm(_PICTURE_WIDTH_MM))
        properties = shape._inline.docPr
        properties.set("descr", legible(chart_alt(block)))
        properties.set("title", legible(block.title))
        self.put(self._caption("図", block.title, "FigureCaption"))

    def _derivation(self, block: Derivation) -> None:
        self.text(block.title, "Heading3")
        parts = []
        for number, step in enumerate(block.steps, 1):
            parts.append(markup.paragraph(f"{number}. {step.label}\t{step.value}", "DerivationStep"))
            parts.append(markup.paragraph(f"{step.words}\n= {step.numbers}", "DerivationFormula"))
            remark = f"\n※ {step.remark}" if step.remark else ""
            parts.append(markup.paragraph(f"根拠: {step.source}{remark}", "DerivationSource"))
        parts += [markup.paragraph(f"注意: {warning}", "Note") for warning in block.warnings]
        self.put(*parts)


def _with_fixed_times(raw: bytes) -> bytes:
    """The same archive without the time of its making."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as made,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as fixed,
    ):
        for name in made.namelist():
            entry = zipfile.ZipInfo(name, _OLDEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            fixed.writestr(entry, made.read(name))
    return buffer.getvalue()
