"""入金の記録: money that came in, by the bank's reference. The same receipt again changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from cases.history import Person
from helpdesk.errors import NotFound, Problem, Refused
from helpdesk.ledger.account_history import Happened, lock_ledger
from helpdesk.ledger.already_recorded import already_recorded, differing
from helpdesk.ledger.journal import post
from helpdesk.ledger.models import Receipt
from helpdesk.ledger.posting import receipt_draft


@dataclass(frozen=True, slots=True)
class ReceiptEntry:
    """一件の入金, checked. `reference` is the bank's; `place` says where it was written, for a refusal."""

    reference: str
    business_id: int | None
    payer_name_kana: str
    amount_yen: int
    received_on: date
    place: str = "取引番号"
    origin: str = "bank"
    bank_file_id: int | None = None
    statement_id: int | None = None  # of a set-off: the statement that set it off


@dataclass(frozen=True, slots=True)
class RecordedReceipts:
    """What was new, and how many were there already, the same in every column."""

    new: list[Receipt]
    known: int
    happened: list[Happened]


_COLUMNS = {
    "amount_yen": "入金額",
    "received_on": "入金日",
    "business_id": "事業者",
    "payer_name_kana": "振込人名",
}


def record_receipts(
    session: Session, entries: Sequence[ReceiptEntry], *, by: Person, now: datetime
) -> RecordedReceipts:
    """Record what is not recorded yet, and book it. Raises `Refused`, naming all whose reference stands for another receipt."""
    lock_ledger(session)
    there = already_recorded(session, Receipt.reference, [entry.reference for entry in entries])
    problems = [
        problem for entry in entries if entry.reference in there for problem in _differences(entry, there)
    ]
    if problems:
        raise Refused(problems)
    new = [
        Receipt(
            reference=entry.reference,
            **{name: getattr(entry, name) for name in _COLUMNS},
            origin=entry.origin,
            bank_file_id=entry.bank_file_id,
            statement_id=entry.statement_id,
            recorded_at=now,
            recorded_by_id=by.id,
            recorded_by_name=by.display_name,
        )
        for entry in entries
        if entry.reference not in there
    ]
    session.add_all(new)
    session.flush()
    post(session, [receipt_draft(receipt) for receipt in new], by=by, now=now)
    return RecordedReceipts(new, len(entries) - len(new), [_happened(receipt) for receipt in new])


def receipt_by_id(session: Session, receipt_id: int) -> Receipt:
    """The receipt, or `NotFound`."""
    receipt = session.get(Receipt, receipt_id)
    if receipt is None:
        raise NotFound("その入金は登録されていません")
    return receipt


def _differences(entry: ReceiptEntry, there: dict[str, Receipt]) -> list[Problem]:
    recorded = there[entry.reference]
    labels = differing(entry, recorded, _COLUMNS)
    if not labels:
        return []
    words = (
        f"取引番号「{entry.reference}」の入金は記録済みで、{labels}が記録と違います。"
        "別の入金なら、銀行の取引番号を確かめてください"
    )
    return [Problem(entry.place, words)]


def _happened(receipt: Receipt) -> Happened:
    content = {
        "receipt": receipt.id,
        "reference": receipt.reference,
        "amount_yen": receipt.amount_yen,
        "received_on": receipt.received_on,
        "payer": receipt.payer_name_kana,
    }
    return Happened(receipt.business_id, "receipt_recorded", content)
