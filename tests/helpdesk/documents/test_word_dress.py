"""The styles that the writer names are the styles that the file has."""

import re
from importlib import resources
from pathlib import Path

import docx

from helpdesk.documents import word, word_dress, word_markup
from helpdesk.documents.word_dress import dress
from tests.helpdesk.documents.sample_documents import every_block


def test_every_style_that_is_named_is_there() -> None:
    styles = resources.files("helpdesk.documents").joinpath("word_styles.xml").read_text("utf-8")
    known = set(re.findall(r'w:styleId="(\w+)"', styles))
    named = set()
    for module in (word, word_dress, word_markup):
        source = Path(module.__file__).read_text("utf-8")
        named |= set(re.findall(r'(?:pStyle|tblStyle) w:val="(\w+)"', source))
        named |= set(re.findall(r'markup\.paragraph\([^)]*, "(\w+)"', source))
        named |= set(re.findall(r'self\.text\([^)]*, "(\w+)"\)', source))
        named |= set(re.findall(r'"(Table\w+|Desk\w+)"', source))
    assert {"Title", "Note", "TableText", "DeskTable", "DerivationStep"} <= named
    assert named <= known


def test_the_file_tells_its_title_and_nothing_of_the_library_that_made_it() -> None:
    file = docx.Document()
    dress(file, every_block())
    properties = file.core_properties
    assert properties.title == "週次報告書（問合せ対応）"
    assert properties.created == every_block().created
    assert "python-docx" not in (properties.author + properties.comments)
