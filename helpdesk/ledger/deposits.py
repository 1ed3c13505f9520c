"""銀行の入金明細の記録: the deposits of a file become receipts, once, whichever file or kind of file tells them.

A deposit that the bank took back in the same file is not booked, also not from an older file read later. One that was
booked before and is taken back now is reversed (`taken_back`). Where both kinds of file tell of one account, what the one
has booked is known to the other by day, amount and payer; a reversed receipt is known as well, and not booked again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.history import Person
from helpdesk.errors import Problem, Refused
from helpdesk.ledger.account_history import Happened
from helpdesk.ledger.bank_files.deposits import Deposit, Deposits
from helpdesk.ledger.bank_files.records import place
from helpdesk.ledger.models import BankFile, Receipt
from helpdesk.ledger.receipts import ReceiptEntry, record_receipts
from helpdesk.ledger.reversing import told_reversed
from helpdesk.ledger.taken_back import Cancellations, TakenBack, cancellations_before, one_width, take_back

_OTHER_KIND = {"deposit_notice": "account_statement", "account_statement": "deposit_notice"}
_ASKED_AT_ONCE = 500
_LOOK_ELSEWHERE = (
    "同じ日・金額・振込人の入金を別の種類のファイルで記録しています。その種類のファイルで取消が届かないときは、"
    "入金を開いて取り消してください"
)


@dataclass(slots=True)
class RecordedDeposits:
    """What a file of deposits changed; `words` say what a person must know, `cancelled` are the deposits taken back unbooked,
    each with what took it back; `reversed_` counts the receipts that were reversed.
    """

    new: list[Receipt] = field(default_factory=list)
    known: int = 0
    happened: list[Happened] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    urgent: list[str] = field(default_factory=list)  # of the words: what somebody has to deal with
    cancelled: list[tuple[Deposit, Deposit]] = field(default_factory=list)
    reversed_: int = 0
    events: list[Mapping[str, Any]] = field(default_factory=list)  # of booked receipts taken back
    states: dict[int, str] = field(default_factory=dict)  # by line: new, known, cancelled, reversed


def record_deposits(
    session: Session, told: Deposits, file: BankFile, *, by: Person, now: datetime
) -> RecordedDeposits:
    """Book what is not booked yet. Raises `Refused`; the caller holds the ledger's lock."""
    done = RecordedDeposits(words=list(told.left_out))
    came = [each for each in told.deposits if not each.cancelled]
    booked = _booked(session, [each.reference for each in came])
    before = cancellations_before(session)
    _take_back(session, told, came, booked, before, file, done, by=by, now=now)
    wanted = [each for each in came if each.reference not in before.unbooked]
    elsewhere = _booked_by_the_other_kind(session, told.kind, wanted)
    alike = 0
    entries = []
    for deposit in wanted:
        key = _key(deposit)
        if deposit.reference not in booked and elsewhere[key] > 0:
            elsewhere[key] -= 1
            alike += 1
            done.known += 1
            done.states[deposit.line] = "known"
        else:
            done.states[deposit.line] = "known" if deposit.reference in booked else "new"
            entries.append(_entry(deposit, file))
    recorded = record_receipts(session, entries, by=by, now=now)
    done.new, done.known = recorded.new, done.known + recorded.known
    done.happened += recorded.happened
    for deposit in wanted:
        reversal = recorded.reversed_.get(deposit.reference)
        if reversal is not None:
            done.states[deposit.line] = "reversed"
            done.words.append(f"{deposit.line}行目：この入金は{told_reversed(reversal)}")
    if alike:
        done.words.append(
            f"{alike:,}件は、もう一方の種類のファイルで記録した同じ日・金額・支払人の入金とみなしました。"
            "別の入金であれば手で記録してください"
        )
    done.words = [*done.urgent, *done.words]
    return done


def _take_back(
    session: Session,
    told: Deposits,
    came: list[Deposit],
    booked: dict[str, Receipt],
    before: Cancellations,
    file: BankFile,
    done: RecordedDeposits,
    *,
    by: Person,
    now: datetime,
) -> None:
    """Pair every cancellation with the deposit that it takes back: in this file, or booked before."""
    free = [each for each in came if each.reference not in before.unbooked]
    problems, pairs = [], []
    for each in told.deposits:
        if not each.cancelled:
            if each.reference in before.unbooked:
                done.known += 1
                done.states[each.line] = "cancelled"
            continue
        done.states[each.line] = "cancelled"
        known = before.known.get((told.kind, each.reference))
        if known is not None:
            free = [other for other in free if other.reference != known]
            continue
        pair = _pair(each, free)
        if pair is not None:
            free.remove(pair)
        if pair is not None and pair.reference not in booked:
            pairs.append((pair, each))
            continue
        first = booked[pair.reference] if pair else None
        taken = take_back(session, each, first, before, file, by=by, now=now)
        if taken is not None:
            _note(taken, done)
        elif not before.was_unbooked(each):
            words = "取り消す元の入金が見つかりません。前の日のファイルを先に読み込んでください"
            problems.append(Problem(place(each.line, "取消区分"), words))
    if problems:
        raise Refused(problems)
    _not_booked(session, told.kind, pairs, free, booked, before, file, done, by=by, now=now)


def _not_booked(
    session: Session,
    kind: str,
    pairs: Sequence[tuple[Deposit, Deposit]],
    free: Sequence[Deposit],
    booked: Mapping[str, Receipt],
    before: Cancellations,
    file: BankFile,
    done: RecordedDeposits,
    *,
    by: Person,
    now: datetime,
) -> None:
    """Deposits taken back in their own file are not booked; where the other kind of file has booked one, a person looks."""
    elsewhere = _booked_by_the_other_kind(session, kind, [pair for pair, _ in pairs])
    elsewhere -= Counter(_key(each) for each in free if each.reference not in booked)
    for pair, cancelling in pairs:
        before.unbooked[pair.reference] = {
            "amount_yen": pair.amount_yen,
            "payer": one_width(pair.payer_name),
        }
        done.cancelled.append((pair, cancelling))
        done.states[pair.line] = "cancelled"
        if elsewhere[_key(pair)] <= 0:
            done.words.append(f"{cancelling.line}行目：{pair.line}行目の入金の取消です。どちらも記録しません")
            continue
        elsewhere[_key(pair)] -= 1
        taken = take_back(session, cancelling, None, before, file, by=by, now=now, only_reversed=True)
        if taken is not None:
            _note(taken, done)
        else:
            done.urgent.append(f"{cancelling.line}行目：{pair.line}行目の入金の取消です。{_LOOK_ELSEWHERE}")


def _note(taken: TakenBack, done: RecordedDeposits) -> None:
    (done.urgent if taken.is_urgent else done.words).append(taken.words)
    done.reversed_ += any(each.kind == "receipt_reversed" for each in taken.happened)
    done.happened += taken.happened
    if taken.event is not None:
        done.events.append(taken.event)


def _pair(cancelling: Deposit, free: Sequence[Deposit]) -> Deposit | None:
    """The deposit that it takes back: of the same number, else one that is alike."""
    alike = [each for each in free if each.like == cancelling.like]
    same = [each for each in alike if each.reference == cancelling.reference]
    return next(iter([*same, *alike]), None)


def _booked(session: Session, references: Sequence[str]) -> dict[str, Receipt]:
    found: dict[str, Receipt] = {}
    for start in range(0, len(references), _ASKED_AT_ONCE):
        asked = select(Receipt).where(Receipt.reference.in_(references[start : start + _ASKED_AT_ONCE]))
        found |= {each.reference: each for each in session.scalars(asked)}
    return found


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
