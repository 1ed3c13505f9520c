"""試算の入力: rows of changes; rows without a kind are empty."""

from werkzeug.datastructures import MultiDict

ROWS = 3
FIELDS = ("kind", "resource", "value", "first_date", "last_date", "first_slot", "last_slot")
_OF_SLOTS = ("first_date", "last_date", "first_slot", "last_slot")
_SLOT_KINDS = ("offered_kw", "multiplier")


def read_rows(values: MultiDict[str, str]) -> list[dict[str, str]]:
    """All rows as typed, for showing them again."""
    columns = {name: values.getlist(name) for name in FIELDS}
    count = max(ROWS, min(20, max((len(column) for column in columns.values()), default=0)))
    return [
        {name: column[at].strip()[:40] if at < len(column) else "" for name, column in columns.items()}
        for at in range(count)
    ]


def changes_of(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows that say what to change, with only what belongs to their kind."""
    return [
        {
            name: value
            for name, value in row.items()
            if value and (name not in _OF_SLOTS or row["kind"] in _SLOT_KINDS)
        }
        for row in rows
        if row["kind"]
    ]
