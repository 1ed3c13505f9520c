"""入力の版: rows of a file beside what is recorded: new, known already, or a correction and so the next version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Table, and_, insert, select
from sqlalchemy.orm import Session

_BOOKKEEPING = frozenset({"id", "version", "file_id", "recorded_at"})
_ROWS_A_STATEMENT = 5_000


@dataclass(frozen=True, slots=True)
class Recorded:
    """記録の結果: how many rows there were of each state; `states` row by row.

    `before` holds what a corrected row said before, by the row's place in what was handed in.
    """

    new: int
    corrected: int
    known: int
    states: list[str]
    before: dict[int, dict[str, Any]]


def record_versions(
    session: Session,
    model: type,
    rows: Sequence[Mapping[str, Any]],
    *,
    key: tuple[str, ...],
    file_id: int | None,
    now: datetime,
) -> Recorded:
    """Record rows of a model with versions; each row names the same columns, among them those of `key`.

    The same values as the version in force change nothing, other values become the next version. One query finds
    what is in force, one statement per some thousand rows writes. Whoever calls it lets no second writer in between.
    """
    table: Table = model.__table__
    in_force = _in_force(session, table, rows, key)
    states, before, made = [], {}, []
    for place, row in enumerate(rows):
        of_row = tuple(row[name] for name in key)
        found = in_force.get(of_row)
        if found is not None and all(found[name] == value for name, value in row.items()):
            states.append("known")
            continue
        states.append("new" if found is None else "corrected")
        if found is not None:
            before[place] = {name: found[name] for name in row}
        version = 1 if found is None else found["version"] + 1
        in_force[of_row] = {**row, "version": version}
        made.append({**row, "version": version, "file_id": file_id, "recorded_at": now})
    for start in range(0, len(made), _ROWS_A_STATEMENT):
        session.execute(insert(table), made[start : start + _ROWS_A_STATEMENT])
    return Recorded(states.count("new"), states.count("corrected"), states.count("known"), states, before)


def _in_force(
    session: Session, table: Table, rows: Sequence[Mapping[str, Any]], key: tuple[str, ...]
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """What counts now, by key, of whatever may meet one of these rows."""
    if not rows:
        return {}
    names = [name for name in rows[0] if name not in _BOOKKEEPING]
    columns = [*(table.c[name] for name in names), table.c.version]
    query = select(*columns).where(_near(table, rows, key)).order_by(table.c.version)
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for values in session.execute(query):
        row = dict(zip([*names, "version"], values, strict=True))
        found[tuple(row[name] for name in key)] = row
    return found


def _near(table: Table, rows: Sequence[Mapping[str, Any]], key: tuple[str, ...]) -> ColumnElement[bool]:
    """Between the least and the greatest of each number and day of the key: an index finds them, one query is enough."""
    ranges = []
    for name in key:
        if isinstance(table.c[name].type, Integer | Date):
            values: list[int | date] = [row[name] for row in rows]
            ranges.append(table.c[name].between(min(values), max(values)))
    return and_(True, *ranges)
