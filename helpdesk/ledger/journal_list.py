"""仕訳帳: entries with their lines, the newest first, filtered by months, account, kind, business and words; paged by key."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from helpdesk.errors import NotFound
from helpdesk.ledger.models import JournalEntry, JournalLine

PAGE = 50


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """絞り込み: the months, and what else an entry must have; empty: anything."""

    first: str
    last: str
    account: str = ""
    kind: str = ""
    business_id: int | None = None
    text: str = ""


def journal(
    session: Session, wanted: JournalFilter, *, before: str = "", limit: int = PAGE
) -> tuple[list[JournalEntry], str | None]:
    """A page of entries, the newest first, and the cursor of the page after. Two statements."""
    place = (JournalEntry.period, JournalEntry.id)
    asked = _matching(wanted)
    cursor = _read_cursor(before)
    if cursor is not None:
        asked = asked.where(tuple_(*place) < tuple_(*cursor))
    asked = asked.order_by(JournalEntry.period.desc(), JournalEntry.id.desc()).limit(limit + 1)
    entries = session.scalars(asked).all()
    shown = list(entries[:limit])
    has_more = len(entries) > limit
    return shown, f"{shown[-1].period}_{shown[-1].id}" if has_more else None


def whole_journal(session: Session, wanted: JournalFilter) -> Sequence[JournalEntry]:
    """All entries in the order of their booking, for a file."""
    return session.scalars(_matching(wanted).order_by(JournalEntry.period, JournalEntry.id)).all()


def entry_by_number(session: Session, number: str) -> JournalEntry:
    """The entry of a number, or `NotFound`."""
    asked = (
        select(JournalEntry).options(selectinload(JournalEntry.lines)).where(JournalEntry.number == number)
    )
    entry = session.scalars(asked).one_or_none()
    if entry is None:
        raise NotFound("その仕訳はありません")
    return entry


def _matching(wanted: JournalFilter) -> Select[tuple[JournalEntry]]:
    asked = (
        select(JournalEntry)
        .options(selectinload(JournalEntry.lines), joinedload(JournalEntry.business))
        .where(JournalEntry.period.between(wanted.first, wanted.last))
    )
    if wanted.account:
        touched = select(JournalLine.id).where(
            JournalLine.entry_id == JournalEntry.id, JournalLine.account == wanted.account
        )
        asked = asked.where(touched.exists())
    if wanted.kind:
        asked = asked.where(JournalEntry.kind == wanted.kind)
    if wanted.business_id is not None:
        asked = asked.where(JournalEntry.business_id == wanted.business_id)
    if wanted.text:
        words = (JournalEntry.number, JournalEntry.description)
        asked = asked.where(or_(*(column.contains(wanted.text, autoescape=True) for column in words)))
    return asked


def _read_cursor(text: str) -> tuple[str, int] | None:
    period, _, number = text.partition("_")
    is_whole = number.isascii() and number.isdigit() and len(number) < 16
    return (period[:7], int(number)) if is_whole else None
