"""帳簿のファイル: 試算表, 残高一覧, 仕訳帳 and 総勘定元帳 of some months as documents; they balance in every format."""

from collections.abc import Sequence
from datetime import datetime

from helpdesk.documents.document import (
    Block,
    Chart,
    Column,
    Document,
    Fact,
    KeyValues,
    Paragraph,
    Series,
    Table,
)
from helpdesk.ledger.account_ledger import AccountLedger
from helpdesk.ledger.books import BY_BUSINESS, AccountTotals, BusinessBalances
from helpdesk.ledger.chart_of_accounts import ACCOUNTS, KINDS, receivables
from helpdesk.ledger.journal import KINDS as ENTRY_KINDS
from helpdesk.ledger.models import JournalEntry
from helpdesk.presentation import japan_time

_MOST_BARS = 10
_RECEIVABLES = tuple(account.code for account in receivables())


def trial_balance_document(
    rows: Sequence[AccountTotals], first: str, last: str, *, made_at: datetime, sender: str
) -> Document:
    """合計残高試算表: debits equal credits in the turnover and in the balances."""
    columns = [
        Column("コード", width=8),
        Column("勘定科目", width=24),
        Column("区分", width=8),
        Column("前期間繰越", "yen", 18),
        Column("期間の借方", "yen", 18),
        Column("期間の貸方", "yen", 18),
        Column("借方残高", "yen", 18),
        Column("貸方残高", "yen", 18),
    ]
    cells = [
        [
            row.account.code,
            row.account.name,
            KINDS[row.account.kind],
            row.opening_yen,
            row.debit_yen,
            row.credit_yen,
            row.debit_balance_yen,
            row.credit_balance_yen,
        ]
        for row in rows
    ]
    total = ["", "合計", "", None, *(sum(row[at] for row in cells) for at in range(4, 8))]
    note = "前期間繰越は、資産・費用は借方、負債・純資産・収益は貸方の残高です"
    table = Table(
        "合計残高試算表", columns, cells, notes=[_months(first, last), note], total=total, wide=True
    )
    return _document("合計残高試算表", [_by_kind(rows), table], first, last, made_at, sender)


def _by_kind(rows: Sequence[AccountTotals]) -> KeyValues:
    """The sums of each kind, and that both sides agree."""
    facts = [
        Fact(f"{label}の残高", sum(row.closing_yen for row in rows if row.account.kind == kind), "yen")
        for kind, label in KINDS.items()
    ]
    difference = sum(row.debit_balance_yen - row.credit_balance_yen for row in rows)
    return KeyValues([*facts, Fact("借方残高と貸方残高の差", difference, "yen")], "まとめ")


def balances_document(
    rows: Sequence[BusinessBalances], last: str, *, made_at: datetime, sender: str
) -> Document:
    """残高一覧: the balances of each business at the end of a month, with their sums."""
    columns = [
        Column("事業者コード", width=12),
        Column("事業者", width=34),
        *(Column(ACCOUNTS[code].name, "yen", 18) for code in BY_BUSINESS),
    ]
    cells = [[row.code, row.name, *(row.balances.get(code, 0) for code in BY_BUSINESS)] for row in rows]
    total = ["", "合計", *(sum(row[at] for row in cells) for at in range(2, len(columns)))]
    note = "未収金は請求の残額、仮受金は未消込の入金、未払金は未振込の支払です"
    table = Table("残高一覧", columns, cells, notes=[f"{_month(last)}末現在", note], total=total, wide=True)
    owed = {row.name: sum(row.balances.get(code, 0) for code in _RECEIVABLES) for row in rows}
    most = sorted((name for name, yen in owed.items() if yen > 0), key=lambda name: -owed[name])[:_MOST_BARS]
    chart = Chart(
        f"未収金の大きい事業者（{len(most)}）",
        "bar",
        most,
        [Series("未収金", [owed[name] for name in most])],
        "円",
    )
    facts = [Fact(ACCOUNTS[code].name, total[at], "yen") for at, code in enumerate(BY_BUSINESS, 2)]
    blocks = [KeyValues([Fact("残高のある事業者", len(rows), "whole", "件"), *facts], "まとめ"), chart, table]
    return _document("残高一覧", blocks, last, last, made_at, sender)


def journal_document(
    entries: Sequence[JournalEntry], first: str, last: str, *, made_at: datetime, sender: str
) -> Document:
    """仕訳帳: every line of every entry, in the order of booking."""
    columns = [
        Column("仕訳番号", width=13),
        Column("計上日", "day", 12),
        Column("取引日", "day", 12),
        Column("種類", width=10),
        Column("摘要", width=44),
        Column("事業者", width=28),
        Column("勘定科目", width=22),
        Column("借方", "yen", 16),
        Column("貸方", "yen", 16),
    ]
    cells = [
        [
            entry.number,
            entry.booked_on,
            entry.happened_on,
            ENTRY_KINDS[entry.kind],
            entry.description,
            entry.business.name if entry.business else "",
            ACCOUNTS[line.account].label,
            line.debit_yen or None,
            line.credit_yen or None,
        ]
        for entry in entries
        for line in entry.lines
    ]
    total = ["", None, None, "", "合計", "", "", *(sum(row[at] or 0 for row in cells) for at in (7, 8))]
    notes = [_months(first, last), f"仕訳 {len(entries):,}件"]
    table = Table("仕訳帳", columns, cells, notes=notes, total=total, wide=True)
    kinds = [[label, *_turnover(entries, kind)] for kind, label in ENTRY_KINDS.items()]
    used = [row for row in kinds if row[1]]
    of_kinds = Table(
        "種類ごとの仕訳",
        [Column("種類", width=20), Column("件数", "whole", 10), Column("借方合計", "yen", 20)],
        used,
        total=["合計", len(entries), sum(row[2] for row in used)],
    )
    return _document("仕訳帳", [of_kinds, table], first, last, made_at, sender)


def _turnover(entries: Sequence[JournalEntry], kind: str) -> tuple[int, int]:
    """How many entries of a kind, and the sum of their debits."""
    some = [entry for entry in entries if entry.kind == kind]
    return len(some), sum(line.debit_yen for entry in some for line in entry.lines)


def account_ledger_document(
    ledger: AccountLedger,
    month_ends: Sequence[tuple[str, int]],
    first: str,
    last: str,
    *,
    made_at: datetime,
    sender: str,
) -> Document:
    """総勘定元帳 of one account, with its balance month by month as a chart."""
    account = ledger.account
    columns = [
        Column("計上日", "day", 12),
        Column("仕訳番号", width=13),
        Column("種類", width=10),
        Column("摘要", width=44),
        Column("事業者", width=28),
        Column("借方", "yen", 16),
        Column("貸方", "yen", 16),
        Column("残高", "yen", 18),
    ]
    opening = [None, "", "", "前期間繰越", "", None, None, ledger.before_yen]
    cells = [
        [
            line.booked_on,
            line.number,
            ENTRY_KINDS[line.kind],
            line.description,
            line.business_name or "",
            line.debit_yen or None,
            line.credit_yen or None,
            line.balance_yen,
        ]
        for line in ledger.lines
    ]
    sums = [sum(getattr(line, side) for line in ledger.lines) for side in ("debit_yen", "credit_yen")]
    closing = ledger.lines[-1].balance_yen if ledger.lines else ledger.before_yen
    total = [None, "", "", "合計・次期間繰越", "", *sums, closing]
    title = f"総勘定元帳 {account.label}"
    notes = [_months(first, last), f"{KINDS[account.kind]}。{account.meaning}"]
    table = Table(title, columns, [opening, *cells], notes=notes, total=total, wide=True)
    chart = Chart(
        f"{account.name}の月末残高",
        "bar",
        [_month(month) for month, _ in month_ends],
        [Series(account.name, [yen for _, yen in month_ends])],
        "円",
    )
    return _document(title, [chart, table], first, last, made_at, sender)


def _document(
    title: str, blocks: Sequence[Block], first: str, last: str, made_at: datetime, sender: str
) -> Document:
    when = f"{_month(last)}末" if first == last and title == "残高一覧" else _months(first, last)
    told = Paragraph(f"{japan_time(made_at)} 現在の仕訳から作成。金額は円。", "note")
    subtitle = "　".join(part for part in (when, sender) if part)
    return Document(title=title, subtitle=subtitle, created=made_at, blocks=[told, *blocks])


def _months(first: str, last: str) -> str:
    return f"{_month(first)}分" if first == last else f"{_month(first)}〜{_month(last)}"


def _month(period: str) -> str:
    return f"{period[:4]}年{int(period[5:])}月"
