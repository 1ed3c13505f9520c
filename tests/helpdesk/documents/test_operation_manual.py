"""The manual as a deliverable: every page, every section and every step stands in the file."""

from datetime import UTC, datetime
from io import BytesIO

import docx
import pytest

from helpdesk.documents.document import Heading, Listing, Paragraph
from helpdesk.documents.formats import write
from helpdesk.documents.operation_manual import document_of
from helpdesk.manual.contents import pages

NOW = datetime(2026, 6, 30, 1, 0, tzinfo=UTC)


def the_manual():
    return document_of(pages(), sender="容量市場 問合せ窓口", created=NOW)


def test_every_page_and_section_is_a_heading_in_reading_order() -> None:
    told = [(block.text, block.level) for block in the_manual().of_kind(Heading)]
    expected = [
        entry
        for page in pages()
        for entry in [(page.title, 1), *((section.title, 2) for section in page.sections)]
    ]
    assert told == expected


def test_steps_stay_numbered_and_no_mark_of_markdown_is_left() -> None:
    document = the_manual()
    listings = document.of_kind(Listing)
    assert sum(listing.numbered for listing in listings) > 20
    assert any(not listing.numbered for listing in listings)
    texts = [item for listing in listings for item in listing.items]
    texts += [block.text for block in document.of_kind(Paragraph)]
    assert not any(mark in text for text in texts for mark in ("**", "](", "`", "## "))
    lines = [
        line
        for page in pages()
        for text in (page.summary, *(section.markdown for section in page.sections))
        for line in text.splitlines()
        if line.strip()
    ]
    assert len(texts) == len(lines)


@pytest.mark.parametrize("file_format", ["docx", "pdf"])
def test_it_can_be_had_as_word_and_pdf_and_is_the_same_each_time(file_format: str) -> None:
    first = write(the_manual(), file_format)
    assert first == write(the_manual(), file_format)
    if file_format == "docx":
        text = "\n".join(each.text for each in docx.Document(BytesIO(first)).paragraphs)
        assert "夜中に知らせを受けたら" in text
    else:
        assert first.startswith(b"%PDF-")
