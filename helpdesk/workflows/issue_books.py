"""A statement of the books is given out as a file; who took which one, with its digest, stands in the history."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases import history
from helpdesk.desk import Desk
from helpdesk.documents.books import (
    account_ledger_document,
    balances_document,
    journal_document,
    trial_balance_document,
)
from helpdesk.documents.document import Document
from helpdesk.documents.formats import CONTENT_TYPES, DocumentFile, check, write
from helpdesk.errors import Problem, Refused
from helpdesk.ledger.account_ledger import account_ledger, month_end_balances
from helpdesk.ledger.books import balances, trial_balance
from helpdesk.ledger.chart_of_accounts import Account
from helpdesk.ledger.journal_list import JournalFilter, whole_journal
from helpdesk.ledger.models import JournalEntry, JournalLine
from helpdesk.users.permissions import Person, require

MOST_LINES = {"pdf": 5_000, "docx": 5_000, "xlsx": 200_000, "csv": 1_000_000}


def issue_trial_balance(desk: Desk, first: str, last: str, *, file_format: str, by: Person) -> DocumentFile:
    """試算表 of the months from the first to the last."""

    def describe(session: Session, now: datetime) -> Document:
        rows = trial_balance(session, first, last)
        return trial_balance_document(rows, first, last, made_at=now, sender=desk.settings.desk_name)

    return _issue(desk, describe, f"trial-balance-{first}-{last}", file_format, by=by)


def issue_balances(desk: Desk, last: str, *, file_format: str, by: Person) -> DocumentFile:
    """残高一覧 of all businesses at the end of a month."""

    def describe(session: Session, now: datetime) -> Document:
        rows = balances(session, last)
        return balances_document(rows, last, made_at=now, sender=desk.settings.desk_name)

    return _issue(desk, describe, f"balances-{last}", file_format, by=by)


def issue_journal(desk: Desk, wanted: JournalFilter, *, file_format: str, by: Person) -> DocumentFile:
    """仕訳帳: what the list shows, whole. Raises `Refused` for more than the format is fit for."""

    def describe(session: Session, now: datetime) -> Document:
        _not_too_long(session, file_format, wanted.first, wanted.last)
        entries = whole_journal(session, wanted)
        sender = desk.settings.desk_name
        return journal_document(entries, wanted.first, wanted.last, made_at=now, sender=sender)

    return _issue(desk, describe, f"journal-{wanted.first}-{wanted.last}", file_format, by=by)


def issue_account_ledger(
    desk: Desk,
    account: Account,
    first: str,
    last: str,
    *,
    business_id: int | None = None,
    file_format: str,
    by: Person,
) -> DocumentFile:
    """総勘定元帳 of one account, of one business or of all."""

    def describe(session: Session, now: datetime) -> Document:
        _not_too_long(session, file_format, first, last, account.code)
        found = account_ledger(session, account, first, last, business_id=business_id, limit=None)
        ends = month_end_balances(session, account, first, last, business_id=business_id)
        return account_ledger_document(found, ends, first, last, made_at=now, sender=desk.settings.desk_name)

    return _issue(desk, describe, f"ledger-{account.code}-{first}-{last}", file_format, by=by)


def _issue(
    desk: Desk,
    describe: Callable[[Session, datetime], Document],
    stem: str,
    file_format: str,
    *,
    by: Person,
) -> DocumentFile:
    require(by, "see_books", "帳簿を書き出す")
    check(file_format)
    with desk.database.read_session() as session:
        document = describe(session, desk.clock())
    content = write(document, file_format)  # drawn outside the transaction: it takes a while
    digest = desk.blobs.put(content)
    told = {"document": stem, "format": file_format, "sha256": digest}
    with desk.database.write_session() as session:
        history.record(session, "books", "books_issued", told, by=by, now=desk.clock())
    return DocumentFile(content, f"{stem}.{file_format}", CONTENT_TYPES[file_format], digest)


def _not_too_long(session: Session, file_format: str, first: str, last: str, account: str = "") -> None:
    asked = (
        select(func.count())
        .select_from(JournalLine)
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalEntry.period.between(first, last))
    )
    if account:
        asked = asked.where(JournalLine.account == account)
    lines, most = session.scalar(asked) or 0, MOST_LINES[file_format]
    if lines > most:
        words = f"この期間の明細は {lines:,}行あり、この形式では {most:,}行までです。期間を短くするか CSV にしてください"
        raise Refused([Problem("期間", words)])
