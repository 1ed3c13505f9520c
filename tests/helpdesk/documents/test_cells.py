"""Values read as a Japanese reader expects them, and columns are as wide as their contents need."""

from datetime import date

import pytest

from helpdesk.documents.cells import (
    cell_text,
    column_shares,
    fact_texts,
    is_all_numbers,
    label_width_mm,
    row_as_text,
    text_width,
)
from helpdesk.documents.document import Column, Fact, KeyValues, Table
from tests.helpdesk.documents.sample_documents import COMPARISON, CREATED


@pytest.mark.parametrize(
    ("value", "kind", "read"),
    [
        (1_234_567, "whole", "1,234,567"),
        (-1_234, "yen", "−1,234円"),
        (0, "yen", "0円"),
        ("2/3", "figure", "2/3"),
        (12, "figure", "12"),
        (CREATED, "moment", "2026-06-30 10:00"),
        (date(2026, 6, 30), "day", "2026-06-30"),
        (None, "whole", ""),
        ("", "text", ""),
    ],
)
def test_a_value_reads_by_its_kind(value: object, kind: str, read: str) -> None:
    assert cell_text(value, kind) == read


def test_a_row_reads_cell_by_cell() -> None:
    assert row_as_text(COMPARISON.rows[1], COMPARISON.columns) == ["交付額", "−1,234円", "0", "7", "", ""]


def test_a_japanese_letter_is_nearly_two_digits_wide() -> None:
    assert text_width("12") < text_width("円") + text_width("1") < text_width("123")
    assert text_width("一\n三三三") == text_width("三三三")
    assert text_width("") == 0


def test_numbers_times_and_short_codes_keep_their_width_where_texts_must_share() -> None:
    columns = [Column("番号"), Column("件名", width=80), Column("受付", "moment"), Column("額", "yen")]
    table = Table("表", columns, [["2026-000123-4", "長い件名" * 40, CREATED, 104_976_000]])
    narrow, wide = column_shares(table, 6_000), column_shares(table, 12_000)
    assert sum(narrow) == 6_000
    assert sum(wide) == 12_000
    assert narrow[2] >= text_width("2026-06-30 10:00")
    assert narrow[3] >= text_width("104,976,000円")
    assert narrow[0] >= text_width("2026-000123-4")
    assert wide[1] - narrow[1] > wide[0] - narrow[0]


def test_the_head_of_a_number_is_broken_only_where_there_is_no_room() -> None:
    table = Table("表", [Column("エリア"), Column("当月分の請求額の合計", "yen")], [["北海道", 1]])
    assert column_shares(table, 9_000)[1] >= text_width("当月分の請求額の合計")
    assert column_shares(table, 2_400)[1] < text_width("当月分の請求額の合計")


def test_columns_share_what_there_is_even_when_it_is_too_little() -> None:
    table = Table("表", [Column("a", "yen")] * 12, [[10**12] * 12])
    shares = column_shares(table, 3_000)
    assert sum(shares) == 3_000
    assert min(shares) > 0


def test_facts_read_line_by_line_and_a_missing_value_is_a_dash() -> None:
    numbers = KeyValues([Fact("受付", 3, "whole", "件"), Fact("時間", None, "whole", "分")])
    assert fact_texts(numbers) == [("受付", "3件"), ("時間", "—")]
    assert is_all_numbers(numbers)
    assert not is_all_numbers(KeyValues([Fact("事業者", "北浜")]))
    assert fact_texts(KeyValues([])) == [("", "該当なし")]
    assert label_width_mm(KeyValues([Fact("長" * 90, "値")])) < label_width_mm(
        KeyValues([Fact("長" * 90, 1, "whole")])
    )
