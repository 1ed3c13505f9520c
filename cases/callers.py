"""電話の相手: which business and person is meant by a number, a reading, a name, a code or a case number.

Numbers are compared as digits from their beginning or their end; readings and names whatever their width, kana,
spaces, dashes and legal form. Nothing is decided here: candidates come with the reason why they stand there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.directory import plain_name
from cases.errors import NumberInvalid
from cases.models import Business, Case, Contact
from cases.numbering import parse_number
from cases.phone_numbers import Number, read_number, searched_digits
from cases.search import normalise

MOST = 12
_LONGEST = 80
_SUBSCRIBER = 4  # the last digits of a number, which differ inside one exchange
_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}


@dataclass(frozen=True, slots=True)
class Caller:
    """候補: a business, perhaps a person there, and why (Japanese); `is_certain`: the whole number agrees."""

    business_id: int
    business_code: str
    business_name: str
    business_kana: str
    contact_id: int | None
    contact_name: str
    department: str
    telephone: str
    reason: str
    is_certain: bool = False


def find_callers(session: Session, text: str, *, limit: int = MOST) -> list[Caller]:
    """The candidates for what somebody typed or the telephone shows, the likeliest first; two or three statements."""
    wanted = text.strip()[:_LONGEST]
    if not wanted:
        return []
    directory = _directory(session)
    try:
        number = parse_number(wanted)
    except NumberInvalid:
        found = _by_number(directory, wanted) if searched_digits(wanted) else []
        found += _by_words(directory, wanted)
    else:
        found = _by_case(session, directory, number)
    best: dict[tuple[int, int | None], tuple[int, Caller]] = {}
    for rank, caller in found:
        key = (caller.business_id, caller.contact_id)
        if key not in best or rank < best[key][0]:
            best[key] = (rank, caller)
    ordered = sorted(
        best.values(), key=lambda each: (each[0], each[1].business_code, each[1].contact_id or 0)
    )
    return [caller for _, caller in ordered[:limit]]


def certain_caller(session: Session, telephone: str) -> Caller | None:
    """Whose number this is, when it is one person's, or of several people of one business; else None."""
    certain = [caller for caller in find_callers(session, telephone, limit=100) if caller.is_certain]
    if len({caller.business_id for caller in certain}) != 1:
        return None
    if len(certain) == 1:
        return certain[0]
    first = certain[0]
    return Caller(
        first.business_id,
        first.business_code,
        first.business_name,
        first.business_kana,
        None,
        "",
        "",
        telephone,
        first.reason,
        True,
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    """A business with its people, as two statements give them."""

    id: int
    code: str
    name: str
    kana: str
    contacts: list


_Found = list[tuple[int, Caller]]


def _directory(session: Session) -> list[_Entry]:
    entries = {
        row.id: _Entry(row.id, row.code, row.name, row.name_kana, [])
        for row in session.execute(select(Business.id, Business.code, Business.name, Business.name_kana))
    }
    people = select(
        Contact.id,
        Contact.business_id,
        Contact.name,
        Contact.name_kana,
        Contact.department,
        Contact.telephone,
    )
    for row in session.execute(people.order_by(Contact.id)):
        entries[row.business_id].contacts.append(row)
    return list(entries.values())


def _by_number(directory: list[_Entry], wanted: str) -> _Found:
    digits, whole = searched_digits(wanted), read_number(wanted)
    found: _Found = []
    for entry, contact in _people(directory):
        stored = _stored_number(contact.telephone)
        if stored is None:
            continue
        rank, reason = _agreement(digits, whole, stored)
        if rank is not None:
            found.append((rank, _caller(entry, contact, reason, is_certain=rank == 0)))
    return found


def _agreement(digits: str, whole: Number | None, stored: Number) -> tuple[int | None, str]:
    """How well what was typed agrees with a stored number, and in what words."""
    own = stored.digits.removeprefix("+")
    if whole is not None and whole.digits == stored.digits:
        if whole.extension and stored.extension and whole.extension != stored.extension:
            return 1, "電話番号が登録と一致（内線は異なる）"
        return 0, "電話番号が登録と一致"
    if own.startswith(digits):
        return 2, f"電話番号が {digits} で始まる"
    if own.endswith(digits):
        return 2, f"電話番号が {digits} で終わる"
    exchange = own[:-_SUBSCRIBER]
    if whole is not None and len(whole.digits) == len(own) and len(own) == 10 and digits.startswith(exchange):
        return 5, "局番までが同じ（代表番号や別の回線かもしれない）"
    return None, ""


def _by_words(directory: list[_Entry], wanted: str) -> _Found:
    word = _folded(wanted)
    if not word:
        return []
    found: _Found = []
    for entry in directory:
        rank, reason = _of_business(entry, word)
        if rank is not None:
            found.append((rank, _caller(entry, None, reason)))
    for entry, contact in _people(directory):
        kana, name = _folded(contact.name_kana), _folded(contact.name)
        if word in kana or word in name:
            starts = kana.startswith(word) or name.startswith(word)
            found.append((3 if starts else 4, _caller(entry, contact, "担当者名が一致")))
    return found


def _of_business(entry: _Entry, word: str) -> tuple[int | None, str]:
    code, kana, name = _folded(entry.code), _folded(entry.kana), _folded(entry.name)
    if word == code:
        return 0, "事業者コードが一致"
    if kana.startswith(word):
        return 1, "カナの先頭が一致"
    if name.startswith(word):
        return 1, "名称の先頭が一致"
    if code.startswith(word):
        return 2, "事業者コードの先頭が一致"
    if word in kana:
        return 3, "カナの一部が一致"
    return (3, "名称の一部が一致") if word in name else (None, "")


def _by_case(session: Session, directory: list[_Entry], number: str) -> _Found:
    case = session.execute(select(Case.business_id, Case.contact_id).where(Case.number == number)).first()
    if case is None or case.business_id is None:
        return []
    entry = next(each for each in directory if each.id == case.business_id)
    contact = next((each for each in entry.contacts if each.id == case.contact_id), None)
    return [(0, _caller(entry, contact, f"案件 {number} の事業者"))]


def _people(directory: list[_Entry]) -> Iterator[tuple[_Entry, Any]]:
    for entry in directory:
        for contact in entry.contacts:
            yield entry, contact


def _caller(entry: _Entry, contact: Any, reason: str, *, is_certain: bool = False) -> Caller:
    return Caller(
        business_id=entry.id,
        business_code=entry.code,
        business_name=entry.name,
        business_kana=entry.kana,
        contact_id=contact.id if contact else None,
        contact_name=contact.name if contact else "",
        department=contact.department if contact else "",
        telephone=contact.telephone if contact else "",
        reason=reason,
        is_certain=is_certain,
    )


@lru_cache(maxsize=20_000)
def _stored_number(telephone: str) -> Number | None:
    return read_number(telephone) if telephone else None


@lru_cache(maxsize=20_000)
def _folded(value: str) -> str:
    """As compared: width, case, name variants, dashes, blanks and legal forms do not matter, hiragana is katakana."""
    plain = normalise(plain_name(value)).replace(" ", "").replace("-", "ー")
    return plain.translate(_HIRAGANA_TO_KATAKANA)
