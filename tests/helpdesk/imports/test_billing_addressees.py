"""Whom letters go to: an address or a mail address is needed, what is wrong is named by row and column."""

import pytest

from cases.history import SYSTEM
from helpdesk.imports.billing_addressees import BILLING_ADDRESSEES
from helpdesk.imports.table_file import read_table
from helpdesk.register.addressing import addressee_in_force
from tests.helpdesk.imports.slot_files import TODAY, as_csv, problems_of

HEADER = [column.label for column in BILLING_ADDRESSEES.columns]


@pytest.mark.any_database
def test_everything_wrong_is_found_by_row_and_column(desk, businesses) -> None:
    rows = [
        ["P009", "2026-04-01", "", "大阪府", "", "", ""],
        ["P001", "2026-04-01", "53000", "大阪府", "", "", ""],
        ["P001", "2026-04-01", "", "", "経理部", "", ""],
        ["P001", "2026-04-01", "", "", "", "", "a@b.example, c@d.example"],
    ]
    with desk.database.read_session() as session:
        found = problems_of(session, BILLING_ADDRESSEES, as_csv([HEADER, *rows]))
    assert [where for where, _ in found] == [
        "2行目「事業者コード」",
        "3行目「郵便番号」",
        "4行目「住所」",
        "5行目「メールアドレス」",
    ]


def test_an_addressee_is_kept_and_found(desk, businesses, now) -> None:
    row = ["P001", "2026-04-01", "〒5300001", "大阪府大阪市", "経理部", "", "keiri@kitahama.example"]
    with desk.database.write_session() as session:
        checked = BILLING_ADDRESSEES.read(session, read_table("a.csv", as_csv([HEADER, row])), TODAY)
        kept = BILLING_ADDRESSEES.keep(session, desk, checked, file=None, by=SYSTEM, now=now)
        assert kept.new == 1
        [found] = addressee_in_force(session, [businesses["P001"]], TODAY).values()
    assert (found.postal_code, found.department, found.mail_address) == (
        "530-0001",
        "経理部",
        "keiri@kitahama.example",
    )
