"""銀行による入金の取消: which booked receipt does a cancellation in a file take back, and was it dealt with before?

A cancellation is known by its kind of file and reference; each kind tells one receipt's cancellation once. So what the
other kind of file, or a person, has reversed already is not reversed a second time, nor is another deposit like it.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import history
from cases.history import Person
from cases.models import Event
from helpdesk.errors import Refused
from helpdesk.ledger.account_history import LEDGER, Happened
from helpdesk.ledger.bank_files.deposits import Deposit
from helpdesk.ledger.models import BankFile, Receipt
from helpdesk.ledger.reversing import reversals_of, reverse_receipt

UNBOOKED: Final = (
    "deposit_cancelled"  # taken back before it was booked: an older file does not bring it again
)
BOOKED: Final = "receipt_cancelled"  # a booked receipt that the bank took back
_REASON = "銀行による取消"


@dataclass(slots=True)
class Cancellations:
    """What the bank ever took back, in files read before: rare, so all of it is read."""

    unbooked: dict[str, dict] = field(default_factory=dict)  # by reference of the deposit
    known: dict[tuple[str, str], str] = field(default_factory=dict)  # kind, own reference: what it took back
    told: set[tuple[int, str]] = field(default_factory=set)  # receipt, kind

    def was_unbooked(self, cancelling: Deposit) -> bool:
        """Whether a deposit like this was taken back before it was booked."""
        like = (cancelling.amount_yen, one_width(cancelling.payer_name))
        return any(
            reference.startswith(_start(cancelling)) and (each["amount_yen"], each["payer"]) == like
            for reference, each in self.unbooked.items()
        )


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What came of one cancellation: the receipt, in words what happened, and whether somebody has to deal with it."""

    receipt: Receipt
    words: str
    is_urgent: bool = False
    happened: Sequence[Happened] = ()
    event: Mapping[str, Any] | None = None


def cancellations_before(session: Session) -> Cancellations:
    """What files read before have told."""
    found = Cancellations()
    asked = select(Event.kind, Event.content).where(
        Event.stream == LEDGER, Event.kind.in_((UNBOOKED, BOOKED))
    )
    for kind, content in session.execute(asked):
        told = json.loads(content)
        if kind == UNBOOKED:
            found.unbooked[told["reference"]] = told
        else:
            found.told.add((told["receipt"], told["kind"]))
        if "cancellation" in told:
            found.known[told["kind"], told["cancellation"]] = told["reference"]
    return found


def take_back(
    session: Session,
    cancelling: Deposit,
    first: Receipt | None,
    before: Cancellations,
    file: BankFile,
    *,
    by: Person,
    now: datetime,
    only_reversed: bool = False,
) -> TakenBack | None:
    """Reverse the receipt that is meant: `first` if given, else one that is alike; None: there is none.

    One that may not be reversed stays, and somebody is told. `only_reversed`: one that was reversed already, or none.
    """
    receipts = [first] if first is not None else []
    receipts += [each for each in _alike(session, cancelling) if each is not first]
    free = [each for each in receipts if (each.id, file.kind) not in before.told]
    gone = reversals_of(session, [each.id for each in free])
    if only_reversed:
        free = [each for each in free if each.id in gone]
    if not free:
        return None
    meant = min(free, key=lambda each: (each.reference != cancelling.reference, each.id not in gone))
    before.told.add((meant.id, file.kind))
    event = {
        "reference": meant.reference,
        "cancellation": cancelling.reference,
        "kind": file.kind,
        "receipt": meant.id,
        "amount_yen": meant.amount_yen,
        "bank_file": file.id,
    }
    named = f"{cancelling.line}行目：入金「{meant.reference}」（{meant.amount_yen:,}円）"
    if meant.id in gone:
        words = f"{named}の取消です。{gone[meant.id].reversed_on.isoformat()} に取り消してあります"
        return TakenBack(meant, words, event=event)
    reason = f"{_REASON}（{file.file_name}）"
    try:
        happened = reverse_receipt(session, meant, reason=reason, by=by, now=now, bank_file_id=file.id)
    except Refused as refused:
        why = "。".join(each.message for each in refused.problems)
        return TakenBack(meant, f"{named}を銀行が取り消しました。{why}", is_urgent=True)
    opened = sum("allocation" in each.content for each in happened)
    rest = f"消込 {opened}件も取消し、請求書は未入金" if opened else "消込なし"
    words = f"{named}を銀行が取り消しました（入金の取消を記録、{rest}）"
    return TakenBack(meant, words, is_urgent=True, happened=happened, event=event)


def write_cancellations(
    session: Session,
    unbooked: Sequence[tuple[Deposit, Deposit]],
    booked: Sequence[Mapping[str, Any]],
    file: BankFile,
    *,
    by: Person,
    now: datetime,
) -> None:
    """Keep in the history what was taken back: deposits with their cancellations, and booked receipts."""
    for deposit, cancelling in unbooked:
        content = {
            "reference": deposit.reference,
            "amount_yen": deposit.amount_yen,
            "payer": one_width(deposit.payer_name),
            "bank_file": file.id,
            "cancellation": cancelling.reference,
            "kind": file.kind,
        }
        history.record(session, LEDGER, UNBOOKED, content, by=by, now=now)
    for event in booked:
        history.record(session, LEDGER, BOOKED, dict(event), by=by, now=now)


def one_width(text: str) -> str:
    """A payer's name as files and forms of receipts keep it."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _alike(session: Session, cancelling: Deposit) -> Sequence[Receipt]:
    asked = select(Receipt).where(
        Receipt.reference.startswith(_start(cancelling), autoescape=True),
        Receipt.amount_yen == cancelling.amount_yen,
        Receipt.payer_name_kana == one_width(cancelling.payer_name),
    )
    return session.scalars(asked.order_by(Receipt.id)).all()


def _start(cancelling: Deposit) -> str:
    return f"{cancelling.account}-{cancelling.booked_on:%Y%m%d}-"
