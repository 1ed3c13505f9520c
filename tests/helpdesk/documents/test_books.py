"""The books as documents: the sums of every table are those of its rows, and both sides agree. No database."""

from datetime import UTC, date, datetime

from helpdesk.documents.books import (
    account_ledger_document,
    balances_document,
    journal_document,
    trial_balance_document,
)
from helpdesk.documents.csv_lines import write_csv
from helpdesk.documents.document import Chart, Document, KeyValues, Table
from helpdesk.ledger.account_ledger import AccountLedger, LedgerLine
from helpdesk.ledger.books import AccountTotals, BusinessBalances
from helpdesk.ledger.chart_of_accounts import ACCOUNTS
from helpdesk.ledger.models import JournalEntry, JournalLine

MADE = {"made_at": datetime(2026, 7, 1, 3, 0, tzinfo=UTC), "sender": "容量市場 問合せ窓口"}


def facts(document: Document) -> dict[str, object]:
    [block] = document.of_kind(KeyValues)
    return {fact.label: fact.value for fact in block.rows}


def test_the_trial_balance_sums_both_sides_and_tells_their_difference() -> None:
    rows = [AccountTotals(ACCOUNTS["110"], 100, 50, 20), AccountTotals(ACCOUNTS["210"], 100, 20, 50)]
    document = trial_balance_document(rows, "2026-04", "2026-06", **MADE)
    [table] = document.of_kind(Table)
    assert [list(row[3:]) for row in table.rows] == [[100, 50, 20, 130, 0], [100, 20, 50, 0, 130]]
    assert list(table.total[4:]) == [70, 70, 130, 130]
    assert (facts(document)["資産の残高"], facts(document)["借方残高と貸方残高の差"]) == (130, 0)
    assert document.subtitle == "2026年4月〜2026年6月　容量市場 問合せ窓口"


def test_balances_are_summed_by_account_and_the_largest_debtors_are_drawn() -> None:
    rows = [
        BusinessBalances(None, "", "支払人不明", {"210": 30}),
        *(BusinessBalances(at, f"P{at:03d}", f"第{at}電力", {"121": at, "122": 100}) for at in range(1, 13)),
    ]
    document = balances_document(rows, "2026-06", **MADE)
    [table], [chart] = document.of_kind(Table), document.of_kind(Chart)
    assert list(table.total) == ["", "合計", 78, 1_200, 0, 30, 0, 0, 0]
    assert (len(chart.categories), chart.categories[0], chart.series[0].values[0]) == (10, "第12電力", 112)
    assert facts(document)["残高のある事業者"] == 13


def test_the_journal_has_every_line_and_the_sums_of_each_kind() -> None:
    lines = [
        JournalLine(line=1, account="110", debit_yen=70, credit_yen=0),
        JournalLine(line=2, account="210", debit_yen=0, credit_yen=70),
    ]
    days = {"booked_on": date(2026, 6, 1), "happened_on": date(2026, 5, 30)}
    entry = JournalEntry(number="2026-000001", kind="receipt", description="=入金", lines=lines, **days)
    document = journal_document([entry], "2026-06", "2026-06", **MADE)
    of_kinds, table = document.of_kind(Table)
    assert of_kinds.rows == [["入金", 1, 70]]
    assert [list(row[-3:]) for row in table.rows] == [["110 普通預金", 70, None], ["210 仮受金", None, 70]]
    assert list(table.total[-2:]) == [70, 70]
    assert "'=入金" in write_csv(document).decode("utf-8-sig")


def test_the_ledger_begins_with_what_came_before_and_ends_with_what_goes_on() -> None:
    line = LedgerLine(1, 1, "2026-000001", date(2026, 6, 1), "receipt", "入金", None, 70, 0, 370)
    found = AccountLedger(ACCOUNTS["110"], 300, [line], None)
    document = account_ledger_document(found, [("2026-06", 370)], "2026-06", "2026-06", **MADE)
    [table], [chart] = document.of_kind(Table), document.of_kind(Chart)
    assert list(table.rows[0][-3:]) == [None, None, 300]
    assert list(table.total[-3:]) == [70, 0, 370]
    assert (chart.categories, chart.series[0].values) == (["2026年6月"], [370])
    empty = account_ledger_document(
        AccountLedger(ACCOUNTS["110"], 300, [], None), [("2026-06", 300)], "2026-06", "2026-06", **MADE
    )
    assert list(empty.of_kind(Table)[0].total[-3:]) == [0, 0, 300]
