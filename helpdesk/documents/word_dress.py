"""Word の体裁: styles, lists, paper, running head and foot, properties: everything of a Word file but its contents."""

from importlib import resources
from typing import Any

from helpdesk.documents import word_markup as markup
from helpdesk.documents.document import Document
from helpdesk.documents.legible import legible
from helpdesk.documents.page_layout import (
    MARGIN_BOTTOM_MM,
    MARGIN_SIDE_MM,
    MARGIN_TOP_MM,
    PAGE_MM,
    running_head,
)


def dress(file: Any, document: Document) -> None:
    """Styles, lists, paper, running head and foot, properties: everything but the contents."""
    _replace_children(file.styles.element, "word_styles.xml")
    _replace_children(file.part.numbering_part.element, "word_numbering.xml")
    _set_language(file)
    section = file.sections[0]
    _set_paper(section, lies=False)
    section.different_first_page_header_footer = True  # it has the title itself
    _fill(section.header, markup.paragraph(running_head(document), "Header"))
    pages = markup.field("PAGE", "1") + markup.run(" / ") + markup.field("NUMPAGES", "1")
    foot = f'<w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{pages}</w:p>'
    _fill(section.footer, foot)
    _fill(section.first_page_header, markup.paragraph("", "Header"))
    _fill(section.first_page_footer, foot)
    _name_properties(file, document)


def _replace_children(element: Any, resource: str) -> None:
    from docx.oxml import parse_xml

    ours = parse_xml(resources.files("helpdesk.documents").joinpath(resource).read_bytes())
    for child in list(element):
        element.remove(child)
    for child in list(ours):
        element.append(child)


def _set_language(file: Any) -> None:
    from docx.oxml.ns import qn

    language = file.settings.element.find(qn("w:themeFontLang"))
    language.set(qn("w:val"), "ja-JP")
    language.set(qn("w:eastAsia"), "ja-JP")


def _set_paper(section: Any, *, lies: bool) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    short, long = PAGE_MM
    section.orientation = WD_ORIENT.LANDSCAPE if lies else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(long), Mm(short)) if lies else (Mm(short), Mm(long))
    section.left_margin = section.right_margin = Mm(MARGIN_SIDE_MM)
    section.top_margin, section.bottom_margin = Mm(MARGIN_TOP_MM), Mm(MARGIN_BOTTOM_MM)
    section.header_distance = section.footer_distance = Mm(10)


def turn_page(file: Any, *, lies: bool) -> None:
    """From here on pages lie or stand."""
    section = file.add_section()
    section.different_first_page_header_footer = False
    _set_paper(section, lies=lies)
    ended = file.element.body.sectPr.getprevious()
    if ended is not None and hasattr(ended, "style"):
        ended.style = "SectionEnd"


def _fill(part: Any, paragraph: str) -> None:
    from docx.oxml import parse_xml

    part.is_linked_to_previous = False
    for child in list(part._element):
        part._element.remove(child)
    part._element.append(parse_xml(markup.with_namespace(paragraph)))


def _name_properties(file: Any, document: Document) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE

    properties = file.core_properties
    properties.title = legible(document.title)[:255]
    properties.subject = legible(document.number or document.subtitle)[:255]
    properties.author = properties.last_modified_by = legible("、".join(document.sender))[:255]
    properties.comments = properties.keywords = ""
    properties.language = "ja-JP"
    properties.revision = 1
    properties.created = properties.modified = document.created.replace(microsecond=0)
    package = file.part.package
    for name, each in list(package.rels.items()):
        if each.reltype == RELATIONSHIP_TYPE.THUMBNAIL:  # the template's own picture
            package.rels.pop(name)
