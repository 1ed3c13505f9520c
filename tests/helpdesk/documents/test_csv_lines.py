"""CSV opens in Excel, is exact for scripts, and runs nothing."""

import csv
import io

from helpdesk.documents.csv_lines import write_csv, write_tables
from helpdesk.documents.document import Column, Table
from tests.helpdesk.documents.sample_documents import every_block, hostile
from tests.helpdesk.documents.test_excel import TABLE


def lines(raw: bytes) -> list[list[str]]:
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))


def test_figures_are_plain_and_formulas_are_texts() -> None:
    rows = lines(write_tables([TABLE, TABLE]))
    assert rows[2] == ["件名", "件数", "額", "受付", "日"]
    assert rows[3] == ["'=1+1", "12345678901", "-3", "2026-06-30 10:00", "2026-06-30"]
    assert rows[4][0].startswith("'+81")
    assert rows[6] == ["合計", "12345678902", "-1", "", ""]
    assert rows[8] == rows[0]
    texts = [cell for row in rows for cell in row if not cell.lstrip("-").isdigit()]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in texts)


def test_facts_and_tables_of_a_document_stand_one_below_the_other() -> None:
    rows = lines(write_csv(every_block()))
    assert ["受付", "1234", "件"] in rows
    assert ["金額", "-5", "円"] in rows
    assert ["交付額", "-1234", "0", "7", "", ""] in rows


def test_hostile_texts_become_lines() -> None:
    rows = lines(write_csv(hostile()))
    assert any(cell.startswith("# ] $x$ =1+1 〓〓") for row in rows for cell in row)
    assert lines(write_tables([Table("", [Column("＝A1")], [["＝1"]])])) == [["'＝A1"], ["'＝1"]]


def test_a_fraction_does_not_become_a_day() -> None:
    head = [Column("未達成コマ", "figure")]
    rows = lines(write_tables([Table("", head, [["12/7"], ["78104851/215500"], ["4.5"]])]))
    assert rows[1:] == [["'12/7"], ["78104851/215500"], ["4.5"]]
