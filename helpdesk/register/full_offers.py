"""契約どおりの供給力: whose slots offered just what the contract asked for, before the contract was corrected?

They follow the contract: nobody had reported less. What was reported otherwise stays as it is.
"""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.orm import Session

from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.register import slot_files, slot_rows
from helpdesk.register.slot_store import first_day


def offered_in_full(
    session: Session, folder: Path, fiscal_year: int, assessed_kw: Mapping[int, int]
) -> dict[int, tuple[int, ...]]:
    """By resource the months whose every slot offers exactly what it was assessed with, `assessed_kw` by id."""
    names = {f"{first_day(fiscal_year, month):%Y-%m}": month for month in DELIVERY_MONTHS}
    files = slot_rows.newest_files(session, fiscal_year, list(names), "offered_kw")
    found: dict[int, list[int]] = {}
    for (name, _), file in files.items():
        base = slot_files.open_mapped(folder, file.sha256)
        for at, resource_id in enumerate(file.resource_ids):
            if resource_id in assessed_kw and bool((base[at] == assessed_kw[resource_id]).all()):
                found.setdefault(resource_id, []).append(names[name])
    return {each: tuple(sorted(months, key=DELIVERY_MONTHS.index)) for each, months in found.items()}
