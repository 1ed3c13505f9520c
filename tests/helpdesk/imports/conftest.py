"""Four resources of two businesses, and files read or imported for them."""

from collections.abc import Callable
from datetime import date

import pytest

from helpdesk.errors import Refused
from helpdesk.imports.checked import Checked
from helpdesk.imports.kinds import KINDS
from helpdesk.imports.table_file import read_table
from helpdesk.register.models import Contract, Resource
from helpdesk.workflows.import_file import Imported, import_file

TODAY = date(2026, 6, 30)


@pytest.fixture
def fleet(desk, businesses) -> dict[str, int]:
    """R-1 and R-2: 100,000 kW at the same price; R-3: another price; R-4: no contract. Ids by code."""
    prices = {"R-1": 5_832, "R-2": 5_832, "R-3": 7_000, "R-4": None}
    with desk.database.write_session() as session:
        made = [
            Resource(
                code=code,
                name=f"北浜発電所 {code[-1]}号機",
                business_id=businesses["P001"],
                area="関西",
                category="安定電源",
                installed_kw=105_000,
                contracts=[]
                if price is None
                else [
                    Contract(
                        fiscal_year=2026, contract_kw=100_000, assessed_kw=100_000, price_yen_per_kw=price
                    )
                ],
            )
            for code, price in prices.items()
        ]
        session.add_all(made)
        session.flush()
        return {resource.code: resource.id for resource in made}


@pytest.fixture
def read(desk) -> Callable[[str, str], Checked]:
    """`read("contracts", text)`: the checked rows of a file as it came in cp932."""

    def read(kind: str, text: str) -> Checked:
        with desk.database.read_session() as session:
            return KINDS[kind].read(session, read_table("届いた.csv", text.encode("cp932")), TODAY)

    return read


@pytest.fixture
def told(read) -> Callable[[str, str], list[tuple[str, str]]]:
    """Every problem of a file: where it stands in it, and what is said."""

    def told(kind: str, text: str) -> list[tuple[str, str]]:
        with pytest.raises(Refused) as refused:
            read(kind, text)
        return [
            (problem.where.removeprefix("届いた.csv "), problem.message) for problem in refused.value.problems
        ]

    return told


@pytest.fixture
def send(desk, people) -> Callable[..., Imported]:
    """`send("contracts", text)`: the file imported, or with `keep=False` looked at."""

    def send(kind: str, text: str, *, keep: bool = True, by: str = "payment_staff") -> Imported:
        with desk.database.open_session(writes=True) as session:
            content = text.encode("cp932")
            return import_file(session, desk, kind, "届いた.csv", content, keep=keep, by=people[by])

    return send
