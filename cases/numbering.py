"""案件番号: `2026-000123-4` — fiscal year of receipt, serial number, check digit (Damm).

The year is Japan's fiscal year (April to March) of the receipt in Japan time. The check digit finds every single
wrong digit and every swap of two neighbours, so a number misheard on the telephone opens no other case.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cases.errors import NumberInvalid, NumbersExhausted
from cases.models import Counter

_JAPAN = ZoneInfo("Asia/Tokyo")
_LAST_SERIAL = 999_999
_HELD = "series held"  # of a session: in which transaction, and which

# Damm's quasigroup of order ten (H. M. Damm, 2004): row = digit so far, column = next digit.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−ー─━﹣⁃"), "-")
_LABEL = re.compile(r"^(?:no\.?|#|(?:案件|受付|お?問い?合わ?せ)?番号|案件)\s*[:.]?\s*", re.IGNORECASE)
_BRACKETS = "[](){}<>【】「」『』〔〕《》〈〉"
_WRITTEN = re.compile(r"(?<![0-9A-Za-z-])(20[0-9]{2})-([0-9]{6})-([0-9])(?![0-9A-Za-z-])")
_TYPED = re.compile(r"([0-9]{4})-?([0-9]{6})-?([0-9])")


def next_number(session: Session, *, now: datetime) -> str:
    """The next free case number (案件番号) for a receipt at `now`; safe whoever else asks at the same time."""
    japanese = now.astimezone(_JAPAN)
    fiscal_year = japanese.year if japanese.month >= 4 else japanese.year - 1
    serial = next_value(session, f"case:{fiscal_year}")
    if serial > _LAST_SERIAL:
        raise NumbersExhausted(
            f"{fiscal_year} 年度の案件番号は {_LAST_SERIAL} 件で尽きました。管理者に連絡してください"
        )
    digits = f"{fiscal_year:04d}{serial:06d}"
    return f"{digits[:4]}-{digits[4:]}-{check_digit(digits)}"


def next_value(session: Session, name: str) -> int:
    """The next value of a series, from 1, without gaps among committed transactions."""
    return next_values(session, name, 1)[0]


def next_values(session: Session, name: str, count: int) -> range:
    """The next so many values of a series, from 1, drawn at once.

    One upsert: the row stays locked until the transaction ends, so numbers neither repeat nor are lost.
    """
    table = Counter.__table__
    insert = insert_for(session)(table).values(name=name, value=count)
    statement = insert.on_conflict_do_update(
        index_elements=[table.c.name], set_={"value": table.c.value + count}
    ).returning(table.c.value)
    last = session.execute(statement).scalar_one()
    return range(last - count + 1, last + 1)


def lock_series(session: Session, name: str) -> None:
    """Hold a series' row until the transaction ends without drawing from it: one after the other, not two.

    Asked for again in the same transaction it is held already.
    """
    transaction, held = session.info.get(_HELD, (None, set()))
    if transaction is not None and transaction is session.get_transaction() and name in held:
        return
    table = Counter.__table__
    session.execute(insert_for(session)(table).values(name=name, value=0).on_conflict_do_nothing())
    session.execute(select(table.c.value).where(table.c.name == name).with_for_update())
    if session.in_nested_transaction():
        return  # what a savepoint holds is let go when it is rolled back
    if transaction is not session.get_transaction():
        transaction, held = session.get_transaction(), set()
    session.info[_HELD] = (transaction, held | {name})


def insert_for(session: Session) -> Callable[[Table], postgresql.Insert | sqlite.Insert]:
    """The `insert` of the session's database that knows ON CONFLICT."""
    return postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert


def check_digit(digits: str) -> str:
    """検査数字 of a string of digits, after Damm."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


def parse_number(text: str) -> str:
    """The case number a person typed, in its written form.

    Takes full-width digits, any dash or none, spaces, brackets and a leading 「案件番号」 or "No.".
    Raises `NumberInvalid` saying what is wrong with it.
    """
    plain = _plain(text).strip().strip(_BRACKETS).strip()
    plain = re.sub(r"\s+", "", _LABEL.sub("", plain)).strip(_BRACKETS)
    if not plain:
        raise NumberInvalid("案件番号が空です。「2026-000123-4」の形で入力してください")
    shown = text.strip() if len(text.strip()) <= 40 else text.strip()[:40] + "…"
    match = _TYPED.fullmatch(plain)
    if match is None:
        digits = sum(character in "0123456789" for character in plain)
        raise NumberInvalid(
            f"「{shown}」は案件番号の形ではありません（数字 11 桁のところ {digits} 桁）。"
            "「2026-000123-4」の形で入力してください"
        )
    year, serial, digit = match.groups()
    if check_digit(year + serial) != digit:
        raise NumberInvalid(
            f"案件番号「{shown}」の検査数字が合いません。番号の写し間違いや桁の入れ替わりがないか確かめてください"
        )
    if not year.startswith("20") or serial == "000000":
        raise NumberInvalid(f"案件番号「{shown}」は発番されない番号です。番号を確かめてください")
    return f"{year}-{serial}-{digit}"


def find_numbers(text: str) -> list[str]:
    """Valid case numbers written in a text (a subject line), in order, each once; anything else matches nothing.

    The dashes are required here: eleven bare digits in a subject are more often somebody else's number.
    """
    found = (
        match.group()
        for match in _WRITTEN.finditer(_plain(text))
        if check_digit(match[1] + match[2]) == match[3] and match[2] != "000000"
    )
    return list(dict.fromkeys(found))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_DASHES)
