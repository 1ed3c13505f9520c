"""銀行の入金明細の記録: the deposits of a file become receipts, once, whichever file or kind of file tells them.

A deposit that the bank took back in the same file is not booked, also not from an older file read later. One that was
booked before and is taken back now is told to a person: the receipt stays until it is dealt with. Where both kinds of
file tell of one account, what the one has booked is known to the other by day, amount and payer.
"""

import json
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import history
from cases.history import Person
from cases.models import Event
from helpdesk.errors import Problem, Refused
from helpdesk.ledger.account_history import LEDGER, Happened
from helpdesk.ledger.bank_files.deposits import Deposit, Deposits
from helpdesk.ledger.bank_files.records import place
from helpdesk.ledger.models import BankFile, Receipt
from helpdesk.ledger.receipts import ReceiptEntry, record_receipts

CANCELLED: Final = "deposit_cancelled"
_OTHER_KIND = {"deposit_notice": "account_statement", "account_statement": "deposit_notice"}
_ASKED_AT_ONCE = 500


@dataclass(slots=True)
class RecordedDeposits:
    """What a file of deposits changed; `words` say what a person must know, `cancelled` names what was taken back."""

    new: list[Receipt] = field(default_factory=list)
    known: int = 0
    happened: list[Happened] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    urgent: list[str] = field(default_factory=list)  # of the words: what somebody has to deal with
    cancelled: list[Deposit] = field(default_factory=list)
    states: dict[int, str] = field(default_factory=dict)  # by line: new, known, cancelled


def record_deposits(
    session: Session, told: Deposits, file: BankFile, *, by: Person, now: datetime
) -> RecordedDeposits:
    """Book what is not booked yet. Raises `Refused`; the caller holds the ledger's lock."""
    done = RecordedDeposits(words=list(told.left_out))
    came = [each for each in told.deposits if not each.cancelled]
    booked = _booked(session, [each.reference for each in came])
    gone = _cancelled_before(session)
    _take_back(session, told.deposits, came, booked, gone, done)
    wanted = [each for each in came if each.reference not in gone]
    elsewhere = _booked_by_the_other_kind(session, told.kind, wanted)
    entries = []
    for deposit in wanted:
        key = _key(deposit)
        if deposit.reference not in booked and elsewhere[key] > 0:
            elsewhere[key] -= 1
            done.known += 1
            done.states[deposit.line] = "known"
        else:
            done.states[deposit.line] = "known" if deposit.reference in booked else "new"
            entries.append(_entry(deposit, file))
    recorded = record_receipts(session, entries, by=by, now=now)
    done.new, done.known = recorded.new, done.known + recorded.known
    done.happened += recorded.happened
    done.words = [*done.urgent, *done.words]
    return done


def write_cancelled(
    session: Session, done: RecordedDeposits, file: BankFile, *, by: Person, now: datetime
) -> None:
    """Keep in the history which deposits were taken back, so that an older file does not bring them again."""
    for each in done.cancelled:
        content = {
            "reference": each.reference,
            "amount_yen": each.amount_yen,
            "payer": one_width(each.payer_name),
            "bank_file": file.id,
        }
        history.record(session, LEDGER, CANCELLED, content, by=by, now=now)


def _take_back(
    session: Session,
    told: Sequence[Deposit],
    came: list[Deposit],
    booked: dict[str, Receipt],
    gone: dict[str, dict],
    done: RecordedDeposits,
) -> None:
    """Pair every cancellation with the deposit that it takes back."""
    free = [each for each in came if each.reference not in gone]
    problems = []
    for each in told:
        if not each.cancelled:
            if each.reference in gone:
                done.known += 1
                done.states[each.line] = "cancelled"
            continue
        done.states[each.line] = "cancelled"
        pair = _pair(each, free)
        if pair is not None and pair.reference not in booked:
            free.remove(pair)
            gone[pair.reference] = {"amount_yen": pair.amount_yen, "payer": one_width(pair.payer_name)}
            done.cancelled.append(pair)
            done.states[pair.line] = "cancelled"
            done.words.append(f"{each.line}行目：{pair.line}行目の入金の取消です。どちらも記録しません")
            continue
        receipt = booked[pair.reference] if pair else _receipt_like(session, each)
        if receipt is not None:
            done.urgent.append(
                f"{each.line}行目：記録済みの入金「{receipt.reference}」（{receipt.amount_yen:,}円）を銀行が取り消しました。"
                "消込を取り消し、経理責任者に連絡してください"
            )
        elif not _was_cancelled(each, gone):
            words = "取り消す元の入金が見つかりません。前の日のファイルを先に読み込んでください"
            problems.append(Problem(place(each.line, "取消区分"), words))
    if problems:
        raise Refused(problems)


def _pair(cancelling: Deposit, free: Sequence[Deposit]) -> Deposit | None:
    """The deposit that it takes back: of the same number, else one that is alike."""
    alike = [each for each in free if each.like == cancelling.like]
    same = [each for each in alike if each.reference == cancelling.reference]
    return next(iter([*same, *alike]), None)


def _was_cancelled(cancelling: Deposit, gone: Mapping[str, dict]) -> bool:
    """Whether a deposit like this was taken back by a file that was read before."""
    start = f"{cancelling.account}-{cancelling.booked_on:%Y%m%d}-"
    like = (cancelling.amount_yen, one_width(cancelling.payer_name))
    return any(
        reference.startswith(start) and (each["amount_yen"], each["payer"]) == like
        for reference, each in gone.items()
    )


def _receipt_like(session: Session, cancelling: Deposit) -> Receipt | None:
    start = f"{cancelling.account}-{cancelling.booked_on:%Y%m%d}-"
    asked = select(Receipt).where(
        Receipt.reference.startswith(start, autoescape=True),
        Receipt.amount_yen == cancelling.amount_yen,
        Receipt.payer_name_kana == one_width(cancelling.payer_name),
    )
    return session.scalars(asked.order_by(Receipt.id)).first()


def _booked(session: Session, references: Sequence[str]) -> dict[str, Receipt]:
    found: dict[str, Receipt] = {}
    for start in range(0, len(references), _ASKED_AT_ONCE):
        asked = select(Receipt).where(Receipt.reference.in_(references[start : start + _ASKED_AT_ONCE]))
        found |= {each.reference: each for each in session.scalars(asked)}
    return found


def _cancelled_before(session: Session) -> dict[str, dict]:
    """What the bank ever took back before it was booked, by reference: rare."""
    rows = session.scalars(select(Event.content).where(Event.stream == LEDGER, Event.kind == CANCELLED))
    told = [json.loads(content) for content in rows if content]
    return {each["reference"]: each for each in told}


def _booked_by_the_other_kind(session: Session, kind: str, wanted: Sequence[Deposit]) -> Counter:
    """How many receipts like each deposit the other kind of file has booked, and this file does not name itself."""
    days = sorted({each.booked_on for each in wanted})
    own = {each.reference for each in wanted}
    found: Counter = Counter()
    if not days:
        return found
    asked = (
        select(Receipt.reference, Receipt.received_on, Receipt.amount_yen, Receipt.payer_name_kana)
        .join(BankFile, BankFile.id == Receipt.bank_file_id)
        .where(
            BankFile.kind == _OTHER_KIND[kind],
            Receipt.received_on >= days[0],
            Receipt.received_on <= days[-1],
        )
    )
    for reference, day, amount_yen, payer in session.execute(asked):
        if reference not in own:
            found["-".join(reference.split("-")[:4]), day, amount_yen, payer] += 1
    return found


def _key(deposit: Deposit) -> tuple[str, date, int, str]:
    return deposit.account, deposit.booked_on, deposit.amount_yen, one_width(deposit.payer_name)


def _entry(deposit: Deposit, file: BankFile) -> ReceiptEntry:
    return ReceiptEntry(
        deposit.reference,
        None,
        one_width(deposit.payer_name),
        deposit.amount_yen,
        deposit.booked_on,
        place=place(deposit.line, "照会番号"),
        bank_file_id=file.id,
    )


def one_width(text: str) -> str:
    """A payer's name as files and forms of receipts keep it."""
    return " ".join(unicodedata.normalize("NFKC", text).split())
