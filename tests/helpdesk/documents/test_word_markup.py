"""The parts of a Word file are well-formed, whatever the texts."""

import xml.etree.ElementTree as ElementTree

import pytest

from helpdesk.documents import word_markup as markup
from helpdesk.documents.document import Column, Fact, KeyValues, SignatureBoxes, Table
from tests.helpdesk.documents.sample_documents import COMPARISON, HOSTILE

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read(part: str) -> ElementTree.Element:
    return ElementTree.fromstring(markup.with_namespace(part))  # noqa: S314


def texts(element: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in element.iter(f"{W}t")]


def test_line_breaks_and_tabs_of_a_text_are_kept() -> None:
    made = read(markup.paragraph("一\n二\t三", "Normal"))
    assert texts(made) == ["一", "二", "三"]
    assert [each.tag for each in made.iter() if each.tag in (f"{W}br", f"{W}tab")] == [f"{W}br", f"{W}tab"]


@pytest.mark.parametrize(
    "part",
    [
        markup.paragraph(HOSTILE, "Normal"),
        markup.caption("表", 1, HOSTILE, "Caption"),
        markup.table(Table(HOSTILE, [Column(HOSTILE)], [[HOSTILE]]), 166),
        markup.facts(KeyValues([Fact(HOSTILE, HOSTILE)], HOSTILE), 166),
        markup.signature_boxes(SignatureBoxes([HOSTILE])),
    ],
)
def test_hostile_texts_stay_texts(part: str) -> None:
    assert any("=1+1 〓〓 <b>&amp;" in text for text in texts(read(part)))


def test_a_table_repeats_its_head_and_is_as_wide_as_the_text() -> None:
    made = read(markup.table(COMPARISON, 166))
    rows = made.findall(f"{W}tr")
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True, False, False, False]
    widths = [int(each.get(f"{W}w")) for each in made.findall(f"{W}tblGrid/{W}gridCol")]
    assert abs(sum(widths) - 166 * 56.7) < 30
    assert texts(rows[2]) == ["交付額", "−1,234円", "0", "7"]


def test_a_field_carries_its_code_and_what_is_shown() -> None:
    made = read(f"<w:p>{markup.field('PAGE', '3')}</w:p>")
    assert [each.text for each in made.iter(f"{W}instrText")] == [" PAGE "]
    assert texts(made) == ["3"]
