"""試算の入力: rows of changes; rows without a kind are empty."""

from werkzeug.datastructures import MultiDict

from helpdesk.register.what_if import FIELDS, place

ROWS = 3
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


def changes_of(rows: list[dict[str, str]]) -> list[dict[str, str | int]]:
    """The rows that say what to change, each with its number and only what belongs to its kind."""
    return [
        {"row": at}
        | {
            name: value
            for name, value in row.items()
            if value and (name not in _OF_SLOTS or row["kind"] in _SLOT_KINDS)
        }
        for at, row in enumerate(rows, 1)
        if row["kind"]
    ]


def field_ids(noun: str, rows: list[dict[str, str]]) -> dict[str, str]:
    """The id of the form's field for each place that a problem of these rows can name."""
    return {
        place(noun, at, row["kind"], field): f"{field.replace('_', '-')}-{at}"
        for at, row in enumerate(rows, 1)
        for field in FIELDS
    }
