"""Payments are ordered from the bank: a file of 総合振込 is written, with a transfer of each payment that waits for its result.

The bytes are kept as a blob before anything is recorded; file, transfers and events are committed at once. The same
payments give the same bytes: an order that was killed is repeated and is the same, one that was done finds nothing left.
"""

import hashlib
from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy.orm import Session

from cases import history
from cases.business_calendar import BANK, load_holidays
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.errors import Conflict, Problem, Refused
from helpdesk.fail_points import fail_point
from helpdesk.ledger.account_history import LEDGER, lock_ledger, write_account_history
from helpdesk.ledger.bank_files.transfer_request import Sender, fits, request_bytes
from helpdesk.ledger.models import BankFile
from helpdesk.ledger.transfer_sender import sender_of
from helpdesk.ledger.transfers import Proposal, propose, record_transfers, transfer_happened
from helpdesk.users.permissions import Person, require

MOST_DAYS_AHEAD = 60


def preview_order(session: Session, desk: Desk, *, value_on: date) -> tuple[Proposal, str]:
    """What a request of this day would hold, and the digest of its bytes. Raises `Refused`; writes nothing."""
    sender = sender_of(desk.settings)
    refuse_day(session, value_on, today=in_japan(desk.clock()).date())
    proposal = propose(session, value_on)
    if not proposal.orderable:
        return proposal, ""
    content = _bytes(sender, proposal)
    return proposal, hashlib.sha256(content).hexdigest()


def order_transfers(
    session: Session,
    desk: Desk,
    *,
    value_on: date,
    payment_ids: Collection[int] | None = None,
    shown: str = "",
    by: Person,
) -> tuple[BankFile, Proposal]:
    """Write the request of a day for all payments due by then (or those wanted). Raises `Refused`: nothing is ordered.

    `shown`: the digest of what the person looked at; when it would be something else now, `Conflict`.
    """
    require(by, "order_transfers", "振込を依頼する")
    now = desk.clock()
    sender = sender_of(desk.settings)
    refuse_day(session, value_on, today=in_japan(now).date())
    lock_ledger(session)
    proposal = propose(session, value_on, payment_ids=payment_ids)
    transfers = [each.transfer for each in proposal.orderable]
    _refuse_empty(proposal, payment_ids)
    content = _bytes(sender, proposal)
    if shown and shown != hashlib.sha256(content).hexdigest():
        raise Conflict("確認したあとに支払か口座が変わりました。もう一度内容を確かめてください")
    sha256 = desk.blobs.put(content)
    fail_point("order_transfers.blob_kept")
    file = BankFile(
        kind="transfer_request",
        file_name=f"sogo-furikomi-{value_on:%Y%m%d}-{sha256[:8]}.txt",
        sha256=sha256,
        value_on=value_on,
        rows=len(transfers),
        new=len(transfers),
        known=0,
        amount_yen=proposal.amount_yen,
        made_at=now,
        made_by_id=by.id,
        made_by_name=by.display_name,
    )
    session.add(file)
    session.flush()
    rows = record_transfers(session, file, proposal.orderable)
    happened = [
        transfer_happened("ordered", row, each.payment)
        for row, each in zip(rows, proposal.orderable, strict=True)
    ]
    write_account_history(session, happened, by=by, now=now)
    told = {
        "bank_file": file.id,
        "sha256": sha256,
        "value_on": value_on,
        "rows": file.rows,
        "amount_yen": file.amount_yen,
    }
    history.record(session, LEDGER, "transfers_ordered", told, by=by, now=now)
    fail_point("order_transfers.before_commit")
    session.commit()
    return file, proposal


def _bytes(sender: Sender, proposal: Proposal) -> bytes:
    transfers = [each.transfer for each in proposal.orderable]
    if not fits(transfers):
        words = "合計が 1兆円以上です。総合振込のファイルには書けません。支払を選んで分けてください"
        raise Refused([Problem("支払", words)])
    return request_bytes(sender, proposal.value_on, transfers)


def refuse_day(session: Session, value_on: date, *, today: date) -> None:
    """取組日: a day on which banks are open, not past and not far ahead."""
    holidays = load_holidays(session)
    verdict = BANK.is_open_day(value_on, holidays)
    words = ""
    if value_on < today:
        words = f"今日（{today}）より前です"
    elif value_on > today + timedelta(days=MOST_DAYS_AHEAD):
        words = f"{MOST_DAYS_AHEAD}日より先です。近い日にしてください"
    elif not verdict.open:
        next_day = BANK.next_open_day(value_on, holidays)
        words = f"銀行の休業日です。{next_day} などの銀行営業日にしてください"
    if words:
        raise Refused([Problem("取組日", words)])


def _refuse_empty(proposal: Proposal, payment_ids: Collection[int] | None) -> None:
    """Nothing to order; or something wanted cannot be ordered (any more)."""
    if payment_ids is not None:
        there = {each.payment.id for each in proposal.orderable}
        problems = [
            Problem(each.payment.number, each.why)
            for each in proposal.left_out
            if each.payment.id in payment_ids
        ]
        gone = len(set(payment_ids) - there - {each.payment.id for each in proposal.left_out})
        if gone:
            words = f"選んだ支払のうち {gone:,} 件はすでに依頼済みか、支払日が取組日より後です。画面を開き直してください"
            problems.append(Problem("支払", words))
        if problems:
            raise Refused(problems)
    if not proposal.orderable:
        raise Refused([Problem("支払", f"{proposal.value_on} までに振り込む支払はありません")])
