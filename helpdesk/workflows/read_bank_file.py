"""A file of the bank is read: results of transfers, or deposits; all of it or nothing, shown first if wanted.

The bytes are kept as a blob before anything is recorded; what they did, with the file's row and the events, is committed
at once. The same file again changes nothing, and what another file told already is known.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import history
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.fail_points import fail_point
from helpdesk.ledger.account_history import LEDGER, Happened, lock_ledger
from helpdesk.ledger.bank_files.deposits import deposits_of
from helpdesk.ledger.bank_files.layouts import TRANSFER_RESULT
from helpdesk.ledger.bank_files.sections import Sections, read_sections
from helpdesk.ledger.bank_files.transfer_result import results_of
from helpdesk.ledger.deposits import RecordedDeposits, record_deposits
from helpdesk.ledger.matching import match_new_receipts
from helpdesk.ledger.models import BANK_FILE_KINDS, TRANSFER_OUTCOMES, BankFile
from helpdesk.ledger.taken_back import write_cancellations
from helpdesk.ledger.transfer_outcomes import apply_results
from helpdesk.users.permissions import Person, require
from helpdesk.workflows.keep_ledger import finish

_STATES = {"new": "新規", "known": "登録済み", "cancelled": "取消", "reversed": "取消済み"}


@dataclass(slots=True)
class BankFileRead:
    """読込みの結果: what a file did, or would do. `rows` are cells for a reader: line, state, what it is about, yen."""

    kind: str
    file_name: str
    file_id: int | None = None
    was_known: bool = False
    total: int = 0
    new: int = 0
    known: int = 0
    matched: int = 0
    settled: int = 0
    cancelled: int = 0  # deposits that the bank took back before they were booked
    reversed_: int = 0  # receipts that the bank took back
    amount_yen: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    urgent: list[str] = field(default_factory=list)
    rows: list[tuple[str, str, str, int]] = field(default_factory=list)

    @property
    def changes_nothing(self) -> bool:
        """Whether all of it was known."""
        return self.was_known or not (self.new or self.cancelled or self.reversed_)

    @property
    def label(self) -> str:
        """What kind of file it is, for a reader."""
        return BANK_FILE_KINDS[self.kind]


def read_bank_file(
    session: Session, desk: Desk, file_name: str, content: bytes, *, keep: bool, by: Person
) -> BankFileRead:
    """Read a file, or with `keep=False` do all of it and take it back. Raises `Refused` with line and field."""
    require(by, "read_bank_files", "銀行のファイルを読み込む")
    now = desk.clock()
    sha256 = hashlib.sha256(content).hexdigest()
    if keep:
        desk.blobs.put(content)
        fail_point("read_bank_file.blob_kept")
    lock_ledger(session)
    before = session.scalars(
        select(BankFile).where(BankFile.sha256 == sha256, BankFile.kind != "transfer_request")
    ).first()
    if before is not None:
        return BankFileRead(
            before.kind,
            file_name,
            before.id,
            True,
            before.rows,
            known=before.rows,
            amount_yen=before.amount_yen,
        )
    sections = read_sections(content, today=in_japan(now).date())
    is_result = sections.layout is TRANSFER_RESULT
    work = _results if is_result else _deposits
    done = work(session, sections, _begin(file_name, sha256, by=by, now=now), by=by, now=now)
    if not keep:
        session.rollback()
        done.file_id = None
        return done
    fail_point("read_bank_file.before_commit")
    session.commit()
    return done


def _results(
    session: Session, sections: Sections, file: BankFile, *, by: Person, now: datetime
) -> BankFileRead:
    results = results_of(sections)
    done = BankFileRead("transfer_result", file.file_name, total=len(results))
    done.amount_yen = sum(each.amount_yen for each in results)
    _add(session, file, done)
    applied = apply_results(session, results, file, today=in_japan(now).date(), by=by, now=now)
    done.new, done.known, done.outcomes = applied.new, applied.known, applied.counts
    done.rows = [
        (str(result.line), TRANSFER_OUTCOMES[outcome], f"{payment.number}　{row.holder_kana}", row.amount_yen)
        for result, (row, payment, outcome) in zip(results, applied.shown, strict=True)
    ]
    _end(session, file, done, applied.happened, by=by, now=now)
    return done


def _deposits(
    session: Session, sections: Sections, file: BankFile, *, by: Person, now: datetime
) -> BankFileRead:
    told = deposits_of(sections)
    done = BankFileRead(told.kind, file.file_name, total=len(told.deposits))
    done.amount_yen = sum(each.amount_yen for each in told.deposits if not each.cancelled)
    _add(session, file, done)
    recorded = record_deposits(session, told, file, by=by, now=now)
    matched = match_new_receipts(session, by=by, now=now) if recorded.new else []
    done.new, done.known, done.words = len(recorded.new), recorded.known, recorded.words
    done.urgent, done.reversed_ = recorded.urgent, recorded.reversed_
    done.cancelled = len(recorded.cancelled)
    done.matched = len({each.content["receipt"] for each in matched})
    done.rows = [
        (
            str(each.line),
            _STATES[recorded.states[each.line]],
            f"{each.booked_on}　{each.payer_name}　{each.account}" + (f"　{each.edi}" if each.edi else ""),
            each.amount_yen,
        )
        for each in told.deposits
    ]
    _end(session, file, done, [*recorded.happened, *matched], recorded, by=by, now=now)
    return done


def _begin(file_name: str, sha256: str, *, by: Person, now: datetime) -> BankFile:
    return BankFile(
        file_name=file_name[:200],
        sha256=sha256,
        new=0,
        known=0,
        made_at=now,
        made_by_id=by.id,
        made_by_name=by.display_name,
    )


def _add(session: Session, file: BankFile, done: BankFileRead) -> None:
    """The file's row, so that what is recorded can name it; how much of it was new is not known yet."""
    file.kind, file.rows, file.amount_yen = done.kind, done.total, done.amount_yen
    session.add(file)
    session.flush()
    done.file_id = file.id


def _end(
    session: Session,
    file: BankFile,
    done: BankFileRead,
    happened: Sequence[Happened],
    deposits: RecordedDeposits | None = None,
    *,
    by: Person,
    now: datetime,
) -> None:
    """Let the cases follow, complete the file's row within its transaction, and write what happened."""
    done.settled = finish(session, happened, by=by, now=now)
    counts = {"new": done.new, "known": done.known}
    table = BankFile.__table__
    session.execute(table.update().where(table.c.id == file.id).values(counts))
    session.expire(file)
    if deposits is not None:
        write_cancellations(session, deposits.cancelled, deposits.events, file, by=by, now=now)
    told = {"kind": done.kind, "file": done.file_name, "sha256": file.sha256, "bank_file": done.file_id}
    told |= counts | {"rows": done.total, "amount_yen": done.amount_yen, "matched": done.matched}
    if done.reversed_:
        told["reversed"] = done.reversed_
    if done.words:
        told |= {"words": done.words[:50]}
    history.record(session, LEDGER, "bank_file_read", told | done.outcomes, by=by, now=now)
