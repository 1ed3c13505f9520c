"""電源等の照合: the resources of a file by code, or by the plant and unit that publications name; asked once a file."""

import unicodedata
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.imports.columns import Column, TableReader
from helpdesk.register.models import Contract, Resource

RESOURCE_COLUMN = Column(
    "resource",
    "電源等コード",
    ("電源コード", "電源等番号", "電源等識別番号", "resource"),
    example="P001-0601",
)
Unit = tuple[str, str, str]  # area, plant, unit, as they are compared


class KnownResources:
    """All resources, whatever the width and case in which a file writes them."""

    def __init__(self, session: Session) -> None:
        rows = session.execute(
            select(
                Resource.id, Resource.code, Resource.name, Resource.area, Resource.plant, Resource.unit
            ).order_by(Resource.id)
        ).all()
        self._by_code = {_folded(row.code): row.id for row in rows}
        self._labels = {row.id: f"{row.name}（{row.code}）" for row in rows}
        self._by_unit: dict[Unit, list[int]] = {}
        for row in rows:
            if row.plant:
                self._by_unit.setdefault(unit_key(row.area, row.plant, row.unit), []).append(row.id)
        self._years = set(session.scalars(select(Contract.fiscal_year).distinct()))

    def id_of(self, reader: TableReader, name: str) -> int | None:
        """The resource whose code stands in this column of the current row; None after noting a problem."""
        code = reader.text(name, most=40)
        found = self._by_code.get(_folded(code))
        if code and found is None:
            reader.note(name, f"電源等「{code}」は登録されていません。コードを確かめてください")
        return found

    def of_unit(self, unit: Unit) -> Sequence[int]:
        """The resources on a published unit: none, one, or more where the register is not clear."""
        return self._by_unit.get(unit, ())

    def label_of(self, resource_id: int) -> str:
        """How the preview names it."""
        return self._labels[resource_id]

    def has_year(self, fiscal_year: int) -> bool:
        """Whether any contract of this fiscal year is registered."""
        return fiscal_year in self._years


def unit_key(area: str, plant: str, unit: str) -> Unit:
    """A published unit as it is compared: one width, no blanks (１号機 is 1号機)."""
    return _folded(area).removesuffix("エリア"), _folded(plant), _folded(unit)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()
