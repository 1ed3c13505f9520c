"""A Word file has real styles, its own numbering and alt texts, and is the same every time."""

import io
import re
import zipfile

import docx
import pytest
from docx.enum.section import WD_ORIENT

from helpdesk.documents.word import write_word
from tests.helpdesk.documents.sample_documents import every_block, hostile, letter, long_table


def opened(raw: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(raw))


@pytest.fixture(scope="module")
def report() -> bytes:
    return write_word(every_block())


def test_headings_lists_and_captions_are_styles_that_word_knows(report: bytes) -> None:
    styles = {paragraph.text: paragraph.style.name for paragraph in opened(report).paragraphs}
    assert styles["週次報告書（問合せ対応）"] == "Title"
    assert styles["総括"] == "Heading 1"
    assert styles["飛んだ見出し"] == "Heading 2"
    assert styles["一つ目"] == "List Bullet"
    assert styles["手順一"] == "List Number"
    assert styles["表 1　通知値と再計算値"] == "Caption"
    assert styles["本文です。\n二行目です。"] == "Normal"


def test_the_language_the_fonts_and_the_paper_are_japanese(report: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(report)) as archive:
        styles = archive.read("word/styles.xml").decode()
    assert 'w:eastAsia="游ゴシック"' in styles
    assert '<w:lang w:val="ja-JP" w:eastAsia="ja-JP"' in styles
    file = opened(report)
    assert file.core_properties.language == "ja-JP"
    assert [(round(section.page_width.mm), section.orientation) for section in file.sections] == [
        (210, WD_ORIENT.PORTRAIT),
        (297, WD_ORIENT.LANDSCAPE),
        (210, WD_ORIENT.PORTRAIT),
    ]


def test_pages_are_numbered_and_name_the_document(report: bytes) -> None:
    section = opened(report).sections[0]
    assert section.header.paragraphs[0].text == "週次報告書（問合せ対応）　週報 2026-26"
    codes = re.findall(r"> (PAGE|NUMPAGES) <", section.footer._element.xml)
    assert codes == ["PAGE", "NUMPAGES"]
    assert section.first_page_header.paragraphs[0].text == ""


def test_tables_are_tables_with_their_figures(report: bytes) -> None:
    table = next(each for each in opened(report).tables if each.cell(0, 0).text == "項目")
    assert [cell.text for cell in table.rows[1].cells] == [
        "容量停止計画未達に係る経済的ペナルティ額",
        "104,976,000円",
        "12",
        "2/3",
        "2026-07-01",
        "2026-06-30 10:00",
    ]
    assert [cell.text for cell in table.rows[-1].cells][:2] == ["合計", "104,974,766円"]
    empty = next(each for each in opened(report).tables if each.cell(0, 0).text == "名")
    assert empty.cell(1, 0).text == "該当なし"


def test_a_picture_says_what_it_shows(report: bytes) -> None:
    (shape,) = opened(report).inline_shapes
    assert shape._inline.docPr.get("descr").startswith("日別の受付件数（件）。受付: 6/22（月） 4")


def test_each_numbered_list_begins_at_one(report: bytes) -> None:
    file = opened(report)
    used = [
        paragraph._p.pPr.numPr.numId.val
        for paragraph in file.paragraphs
        if paragraph.style.name == "List Number"
    ]
    assert used[0] == used[1] != used[2]
    starts = file.part.numbering_part.element.xpath("//w:startOverride/@w:val")
    assert starts == ["1", "1"]


def test_a_letter_has_its_head_in_the_order_of_letters() -> None:
    lines = [paragraph.text for paragraph in opened(write_word(letter())).paragraphs if paragraph.text]
    assert lines[:6] == [
        "窓口発第2026-0012号",
        "2026年7月3日（金）",
        "北浜エナジー株式会社",
        "電力取引部　田中 由紀 様",
        "容量市場 問合せ窓口",
        "異議申立てに対する決定について（通知）",
    ]
    assert opened(write_word(letter())).core_properties.author == "容量市場 問合せ窓口"


def test_hostile_texts_stay_texts() -> None:
    file = opened(write_word(hostile()))
    assert any(paragraph.text.startswith("# ] $x$ =1+1 〓〓 <b>&amp;") for paragraph in file.paragraphs)
    assert "🙂" in file.paragraphs[0].text


def test_the_same_description_gives_the_same_bytes(report: bytes) -> None:
    assert write_word(every_block()) == report


def test_a_table_of_two_thousand_rows_is_written_whole() -> None:
    (table,) = opened(write_word(long_table(2_000))).tables
    assert len(table._tbl.tr_lst) == 2_001
