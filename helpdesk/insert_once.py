"""Insert a row unless its unique key is already there, however many do so at once, on both databases."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from helpdesk.database import Base


def insert_once(session: Session, model: type[Base], **values: Any) -> bool:
    """Whether the row is new. False: a row with one of its unique keys was there, and nothing has changed."""
    table = model.__table__
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing()
    inserted = session.execute(statement.returning(*table.primary_key))
    return inserted.first() is not None  # not rowcount: PostgreSQL's driver gives none with RETURNING
