"""事業者コードの照合: the businesses of a file by their codes, asked once for all rows."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.models import Business


class KnownBusinesses:
    """All businesses by code, whatever the width and case in which it is written."""

    def __init__(self, session: Session) -> None:
        rows = session.execute(select(Business.id, Business.code, Business.name))
        self._by_code = {row.code.upper(): (row.id, row.name) for row in rows}

    def id_of(self, code: str) -> int | None:
        """The business of a code, or None."""
        found = self._by_code.get(code.upper())
        return found[0] if found else None

    def name_of(self, code: str) -> str:
        """How the preview names it."""
        found = self._by_code.get(code.upper())
        return f"{found[1]}（{code.upper()}）" if found else code
