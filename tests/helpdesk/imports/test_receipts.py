"""Files of receipts: what the bank's statement gives, checked wholly."""

from datetime import date

import pytest

from helpdesk.errors import Refused
from helpdesk.imports.receipts import read_receipts
from helpdesk.imports.table_file import read_table
from tests.helpdesk.imports.tables import ONE_RECEIPT, RECEIPTS

TODAY = date(2026, 6, 30)


def read(desk, text: str):
    with desk.database.read_session() as session:
        return read_receipts(session, read_table("入金.csv", text.encode("cp932")), TODAY)


def test_a_row_becomes_an_entry_with_or_without_its_business(desk, businesses) -> None:
    checked = read(desk, RECEIPTS + ONE_RECEIPT + "B-2,R8.6.30,5,,\n")
    first, second = checked.entries
    assert (first.business_id, first.payer_name_kana) == (businesses["P001"], "カ)キタハマ")
    assert (second.business_id, second.received_on) == (None, TODAY)
    assert checked.rows[1] == ["B-2", "2026-06-30", "5", "", "（未特定）"]


def test_a_receipt_of_tomorrow_an_unknown_business_and_a_double_reference_are_refused(
    desk, businesses
) -> None:
    with pytest.raises(Refused) as refused:
        read(desk, RECEIPTS + "B-1,2026-07-01,5,,P999\n" + "B-1,2026-06-30,5,,\n")
    assert [problem.where for problem in refused.value.problems] == [
        "入金.csv 2行目「事業者コード」",
        "入金.csv 2行目「入金日」",
        "入金.csv 3行目「取引番号」",
    ]
    assert "より後の日付" in refused.value.problems[1].message
