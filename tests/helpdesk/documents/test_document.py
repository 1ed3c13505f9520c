"""A document is described once, and says which blocks it has."""

from datetime import UTC, datetime

from helpdesk.documents.document import Column, Document, Heading, Paragraph, Table


def test_the_blocks_of_one_kind_are_found_in_their_order() -> None:
    first = Table("一", [Column("名")], [["北浜"]])
    second = Table("二", [Column("名")], [])
    document = Document(
        title="報告書",
        blocks=[Heading("見出し"), first, Paragraph("本文"), second],
        created=datetime(2026, 6, 30, tzinfo=UTC),
    )
    assert document.of_kind(Table) == [first, second]
    assert document.of_kind(Heading) == [Heading("見出し", level=1)]
