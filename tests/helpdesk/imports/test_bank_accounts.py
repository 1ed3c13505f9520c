"""Accounts as banks take them: kana is written for them, what cannot be written is named by row and column."""

import pytest

from cases.history import SYSTEM
from helpdesk.imports.bank_accounts import BANK_ACCOUNTS
from helpdesk.imports.table_file import read_table
from helpdesk.register.addressing import account_in_force
from tests.helpdesk.imports.slot_files import TODAY, as_csv, problems_of

HEADER = [column.label for column in BANK_ACCOUNTS.columns]
ROW = ["P001", "2026-04-01", "999", "カクウ", "1", "ホンテン", "普通", "12345", "株式会社キタハマエナジー"]


def changed(**cells: str) -> list[str]:
    names = [column.name for column in BANK_ACCOUNTS.columns]
    return [cells.get(name, cell) for name, cell in zip(names, ROW, strict=True)]


@pytest.mark.any_database
def test_everything_wrong_is_found_by_row_and_column(desk, businesses) -> None:
    rows = [
        changed(business="P009"),
        changed(bank_code="12345"),
        changed(holder_kana="北浜エナジー"),
        changed(account_kind="定期"),
        changed(account_number="0"),
        changed(holder_kana="ガ" * 16),
        changed(account_kind=""),
        changed(valid_from="2026-05-01"),
        changed(valid_from="2026-05-01"),
    ]
    with desk.database.read_session() as session:
        found = problems_of(session, BANK_ACCOUNTS, as_csv([HEADER, *rows]))
    assert [where for where, _ in found] == [
        "2行目「事業者コード」",
        "3行目「銀行番号」",
        "4行目「口座名義カナ」",
        "5行目「預金種目」",
        "6行目「口座番号」",
        "7行目「口座名義カナ」",
        "8行目「預金種目」",
        "10行目「事業者コード」",
    ]
    assert "「北浜」は銀行のカナ" in found[2][1]
    assert "いま 32字" in found[5][1]


def test_an_account_is_kept_as_the_bank_writes_it_and_corrected_by_a_further_version(
    desk, businesses, now
) -> None:
    def take(row: list[str]):
        with desk.database.write_session() as session:
            checked = BANK_ACCOUNTS.read(session, read_table("a.csv", as_csv([HEADER, row])), TODAY)
            return BANK_ACCOUNTS.keep(session, desk, checked, file=None, by=SYSTEM, now=now)

    assert take(ROW).new == 1
    kept = take(changed(account_kind="2"))
    assert (kept.new, kept.corrected) == (0, 1)
    assert kept.changes[0].endswith("預金種目 普通 → 当座")
    assert take(changed(account_kind="当座")).known == 1
    with desk.database.read_session() as session:
        [account] = account_in_force(session, [businesses["P001"]], TODAY).values()
    assert (account.bank_code, account.branch_code, account.account_number) == ("0999", "001", "0012345")
    assert (account.holder_kana, account.account_kind) == ("ｶ)ｷﾀﾊﾏｴﾅｼﾞ-", "2")
