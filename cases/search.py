"""全文検索: which messages contain these words — the same answer as a substring scan, without the scan.

Messages keep a normalised text (NFKC, case, dashes and name variants folded, line breaks inside Japanese removed).
Its 1- and 2-grams stand in an index table that is made here: SQLite FTS5 without content, PostgreSQL text[] with GIN.
The index gives candidates, the substring decides, the newest comes first. A word of one character is found too.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    column,
    event,
    exists,
    func,
    insert,
    literal_column,
    select,
    table,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from cases.models import Case, Message

INDEX_TABLE = "cases_message_gram"

CREATE_INDEX = {
    "sqlite": (
        f"CREATE VIRTUAL TABLE {INDEX_TABLE} USING fts5"
        "(grams, content='', detail='none', columnsize=0, tokenize='ascii')",
    ),
    "postgresql": (
        f"CREATE TABLE {INDEX_TABLE} (message_id integer PRIMARY KEY"
        " REFERENCES cases_message (id) ON DELETE CASCADE, grams text[] NOT NULL)",
        f"CREATE INDEX ix_{INDEX_TABLE}_grams ON {INDEX_TABLE} USING gin (grams)",
    ),
}
DROP_INDEX = f"DROP TABLE IF EXISTS {INDEX_TABLE}"

_LONGEST_TEXT = 200_000  # characters of one message that are searched
_GRAMS_ASKED = 40  # of one word; the substring check makes the rest exact
_FEW = 1_000

_FOLDED = {ord(dash): "-" for dash in "‐‑‒–—―−ー─━﹣⁃"}
_FOLDED |= {ord(wave): "~" for wave in "〜∼"}
_FOLDED |= dict.fromkeys(map(ord, "\0\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_FOLDED |= str.maketrans("髙﨑嵜濵濱邊邉齋德澤廣國櫻𠮷’‘“”", "高崎崎浜浜辺辺斎徳沢広国桜吉''\"\"")
_WIDE = "\u2e80-\U0010ffff"
_GAP_IN_JAPANESE = re.compile(f"(?<=[{_WIDE}]) | (?=[{_WIDE}])")
_QUERY_PART = re.compile(r'"([^"]*)"|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class Hit:
    """検索結果: a message that contains all words, and its case."""

    message: Message
    case: Case


def normalise(text: str) -> str:
    """The form in which texts are compared: width, case, dashes, name variants and white space do not matter."""
    plain = unicodedata.normalize("NFKC", text.translate(_FOLDED)).casefold()
    plain = " ".join(unicodedata.normalize("NFKC", plain).translate(_FOLDED).split())
    return _GAP_IN_JAPANESE.sub("", plain)


def query_words(query: str) -> list[str]:
    """The normalised words of a query; "…" keeps several together. All of them must occur."""
    plain = query.translate(_FOLDED).replace("＂", '"')
    parts = (normalise(quoted or single) for quoted, single in _QUERY_PART.findall(plain))
    return list(dict.fromkeys(part for part in parts if part))


def store(session: Session, message: Message) -> Message:
    """Add a message with its attachments to the session and to the index: the one way a message is written."""
    parts = (message.subject, message.author_name, message.from_address, message.body_text)
    names = (attachment.name for attachment in message.attachments)
    message.search_text = normalise("\n".join((*parts, *names))[:_LONGEST_TEXT])
    session.add(message)
    session.flush()
    index(session, [message])
    return message


def index(session: Session, messages: Sequence[Message]) -> None:
    """Put stored messages into the index (for rows that were written in bulk, with their `search_text`)."""
    if not messages:
        return
    if _on_postgresql(session):
        grams = table(INDEX_TABLE, column("message_id", Integer), column("grams", ARRAY(Text)))
        rows = [{"message_id": each.id, "grams": sorted(_grams(each.search_text))} for each in messages]
        session.execute(insert(grams), rows)
        return
    session.execute(
        sql(f"INSERT INTO {INDEX_TABLE} (rowid, grams) VALUES (:id, :grams)"),  # noqa: S608
        [{"id": each.id, "grams": " ".join(map(_token, _grams(each.search_text)))} for each in messages],
    )


def find_messages(
    session: Session,
    query: str,
    *,
    visible: ColumnElement[bool],
    before: int | None = None,
    limit: int = 20,
) -> list[Hit]:
    """The newest messages that contain every word of the query, among the visible cases; `before`: a message id."""
    words = query_words(query)
    if not words:
        return []
    found = _candidates(session, select(Message, Case).join(Case, Case.id == Message.case_id), words)
    if before is not None:
        found = found.where(Message.id < before)
    rows = session.execute(found.where(visible).order_by(_newest_first(session)).limit(limit))
    return [Hit(message, case) for message, case in rows]


def case_condition(session: Session, query: str) -> ColumnElement[bool] | None:
    """What a case list asks of `Case` so that one message contains all words; None for an empty query.

    Words that few messages contain are looked up first; common ones are checked case by case, where a page is
    soon full. Both give the same cases.
    """
    words = query_words(query)
    if not words:
        return None
    found = _candidates(session, select(Message.case_id), words)
    case_ids = session.scalars(found.order_by(_newest_first(session)).limit(_FEW + 1)).all()
    if len(case_ids) <= _FEW:
        return Case.id.in_(set(case_ids))
    return exists().where(Message.case_id == Case.id, *_contains(session, words))


def create_index(connection: Connection) -> None:
    """Make the index table of the connection's database (for migrations)."""
    for statement in CREATE_INDEX[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def drop_index(connection: Connection) -> None:
    """Remove the index table; the messages stay."""
    connection.exec_driver_sql(DROP_INDEX)


@event.listens_for(Message.__table__, "after_create")
def _create_with_messages(target: object, connection: Connection, **options: object) -> None:
    create_index(connection)


@event.listens_for(Message.__table__, "before_drop")
def _drop_with_messages(target: object, connection: Connection, **options: object) -> None:
    drop_index(connection)


def _candidates(session: Session, found: Select, words: list[str]) -> Select:
    """The selection, over messages, narrowed by the index and then by the words themselves."""
    asked = dict.fromkeys(gram for word in words for gram in _asked_grams(word))
    if _on_postgresql(session):
        grams = table(INDEX_TABLE, column("message_id", Integer), column("grams", ARRAY(Text)))
        found = found.join(grams, grams.c.message_id == Message.id)
        found = found.where(grams.c.grams.op("@>")(cast(list(asked), ARRAY(Text))))
    else:
        rows = table(INDEX_TABLE, column("rowid", Integer))
        found = found.join(rows, rows.c.rowid == Message.id)
        wanted = bindparam("grams", " ".join(map(_token, asked)), unique=True)
        found = found.where(literal_column(INDEX_TABLE).op("MATCH")(wanted))
    return found.where(*_contains(session, words))


def _contains(session: Session, words: list[str]) -> list[ColumnElement[bool]]:
    position = func.strpos if _on_postgresql(session) else func.instr
    return [position(Message.search_text, word) > 0 for word in words]


def _newest_first(session: Session) -> ColumnElement[int]:
    """By message id; on SQLite as the index's own row id, so that the index is read from its end and stops early."""
    if _on_postgresql(session):
        return Message.id.desc()
    return literal_column(f"{INDEX_TABLE}.rowid", Integer).desc()


def _grams(text: str) -> set[str]:
    return {*text, *(text[at : at + 2] for at in range(len(text) - 1))}


def _asked_grams(word: str) -> list[str]:
    if len(word) == 1:
        return [word]
    return [word[at : at + 2] for at in range(len(word) - 1)][:_GRAMS_ASKED]


def _token(gram: str) -> str:
    """A gram as one token of letters and digits, whatever characters it has."""
    return "g".join(f"{ord(character):x}" for character in gram)


def _on_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
