"""Which blocks stand on which pages."""

from dataclasses import replace

from helpdesk.documents.document import Column, Document, Heading, Paragraph, Table
from helpdesk.documents.page_layout import is_letter, running_head, steady_levels, stretches
from tests.helpdesk.documents.sample_documents import CREATED, letter

WIDE = Table("横長", [Column("名")], [], wide=True)


def document(*blocks: object) -> Document:
    return Document(title="題", blocks=blocks, created=CREATED)


def test_a_wide_table_lies_on_pages_of_its_own_with_the_headings_before_it() -> None:
    made = stretches(document(Paragraph("前"), Heading("見出し"), WIDE, Paragraph("後")))
    assert [(each.lies, len(each.blocks)) for each in made] == [(False, 1), (True, 2), (False, 1)]
    assert made[1].width_mm > made[0].width_mm


def test_two_wide_tables_stay_together() -> None:
    assert [each.lies for each in stretches(document(WIDE, WIDE))] == [False, True]


def test_no_level_of_headings_is_skipped() -> None:
    steady = steady_levels(
        document(Heading("a", 3), Heading("b", 3), Paragraph("c"), Heading("d", 1), Heading("e", 3))
    )
    assert [block.level for block in steady.of_kind(Heading)] == [1, 2, 1, 2]


def test_what_has_an_addressee_is_a_letter() -> None:
    assert is_letter(letter())
    assert not is_letter(document())


def test_the_running_head_says_nothing_twice() -> None:
    assert running_head(letter()) == "異議申立てに対する決定について（通知）　窓口発第2026-0012号"
    named = Document(title="交付額通知書", number="交付額通知書 第1号", blocks=[], created=CREATED)
    assert running_head(named) == "交付額通知書 第1号"
    turned = replace(named, title="交付額通知書（差引請求のお知らせ）")
    assert running_head(turned) == "交付額通知書 第1号"
    assert running_head(document()) == "題"
