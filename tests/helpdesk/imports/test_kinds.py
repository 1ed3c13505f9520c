"""Every kind keeps what its page promises: a key, words, and an example row that can be read."""

from datetime import date

import pytest

from cases.models import Business
from helpdesk.errors import Refused
from helpdesk.imports.kinds import KINDS, kind_of
from helpdesk.imports.table_file import read_table
from helpdesk.queries.imports import template_csv
from helpdesk.register.models import Contract, Resource

OF_THE_EXAMPLES = ("P001-0601", "P001-0602")


@pytest.fixture
def examples(desk, businesses) -> None:
    """The retailer and the resources that the examples name."""
    with desk.database.write_session() as session:
        session.add(Business(code="R001", name="あかつき小売電気", kind="retailer"))
        session.add(Business(code="T006", name="関西エリア送配電", kind="utility"))
        for code in OF_THE_EXAMPLES:
            contract = Contract(
                fiscal_year=2026, contract_kw=400_000, assessed_kw=400_000, price_yen_per_kw=5_832
            )
            session.add(
                Resource(
                    code=code,
                    name="大飯発電所",
                    business_id=businesses["P001"],
                    area="関西",
                    category="安定電源",
                    plant="大飯発電所",
                    unit="３号機" if code.endswith("1") else "４号機",
                    installed_kw=459_000,
                    inefficient_coal=True,
                    contracts=[contract],
                )
            )


@pytest.mark.any_database
def test_the_example_row_of_every_template_can_be_read(desk, examples) -> None:
    refused = {}
    with desk.database.read_session() as session:
        for key, kind in KINDS.items():
            table = read_table(f"{kind.label}.csv", template_csv(kind))
            try:
                checked = kind.read(session, table, date(2026, 12, 31))
            except Refused as found:
                refused[key] = str(found)
                continue
            assert len(checked.rows) >= 1
            assert {len(row) for row in checked.rows} == {len(checked.headings)}
    assert refused == {}


def test_every_kind_says_what_it_is_for_and_names_each_heading_once() -> None:
    for key, kind in KINDS.items():
        assert key == kind.key
        assert kind.about.endswith("。")
        owner: dict[str, str] = {}
        for column in kind.columns:
            for heading in (column.label, *column.other_names):
                assert owner.setdefault(heading, column.name) == column.name, f"{key} {heading}"


def test_an_unknown_kind_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused, match="contracts（電源等と容量確保契約）・outage_plans（容量停止計画）"):
        kind_of("rent")
