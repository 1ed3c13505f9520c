"""入金の記録: money that came in, by the bank's reference. The same receipt again changes nothing, a reversed one neither."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from cases.history import Person
from helpdesk.errors import NotFound, Problem, Refused
from helpdesk.ledger.account_history import Happened, lock_ledger
from helpdesk.ledger.already_recorded import already_recorded, differing
from helpdesk.ledger.journal import post
from helpdesk.ledger.models import Receipt, ReceiptReversal
from helpdesk.ledger.posting import receipt_draft
from helpdesk.ledger.reversing import reversals_of


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
    """What was new, and how many were there already, the same in every column; `reversed_` are those of them taken back."""

    new: list[Receipt]
    known: int
    happened: list[Happened]
    reversed_: dict[str, ReceiptReversal] = field(default_factory=dict)  # by reference


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
    reversals = reversals_of(session, [each.id for each in there.values()])
    problems = [
        problem
        for entry in entries
        if entry.reference in there
        for problem in _differences(entry, there[entry.reference], reversals)
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
    gone = {key: reversals[each.id] for key, each in there.items() if each.id in reversals}
    return RecordedReceipts(new, len(entries) - len(new), [_happened(receipt) for receipt in new], gone)


def receipt_by_id(session: Session, receipt_id: int) -> Receipt:
    """The receipt, or `NotFound`."""
    receipt = session.get(Receipt, receipt_id)
    if receipt is None:
        raise NotFound("その入金は登録されていません")
    return receipt


def _differences(
    entry: ReceiptEntry, recorded: Receipt, reversals: Mapping[int, ReceiptReversal]
) -> list[Problem]:
    labels = differing(entry, recorded, _COLUMNS)
    if not labels:
        return []
    if recorded.id in reversals:
        words = (
            f"取引番号「{entry.reference}」の入金は取り消されていて、{labels}がその記録と違います。"
            "正しい内容で記録し直すには、取引番号の終わりに「-2」などを付けてください"
        )
        return [Problem(entry.place, words)]
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
