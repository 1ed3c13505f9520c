"""頁送り: the cursor of a page of cases, the last change and id of the case at its edge, as text for an address."""

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, literal, tuple_

from cases.models import Case

_FORM = "%Y%m%dT%H%M%S%f"
_LARGEST_ID = 2**31 - 1  # that an integer column holds


def write_cursor(updated_at: datetime, case_id: int) -> str:
    """The cursor at a case."""
    return f"{updated_at.astimezone(UTC):{_FORM}}-{case_id}"


def read_cursor(text: str | None) -> ColumnElement | None:
    """What `(Case.updated_at, Case.id)` is compared with; None for a text that is no cursor."""
    if not text or not text.isascii() or len(text) > 60:
        return None
    moment, _, number = text.partition("-")
    try:
        at = datetime.strptime(moment, _FORM).replace(tzinfo=UTC)
    except ValueError:
        return None
    if not number.isdigit() or len(number) > 15 or int(number) > _LARGEST_ID:
        return None
    return tuple_(literal(at, Case.updated_at.type), literal(int(number), Case.id.type))
