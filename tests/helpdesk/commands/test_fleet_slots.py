"""`helpdesk fleet slots`: what was made of the plans of an instance, in words and as JSON."""

import json
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner, Result

from cases.models import Business
from helpdesk.commands.fleet import command
from helpdesk.desk import open_desk
from helpdesk.register.models import Contract, OutagePlan, Resource
from helpdesk.settings import load_settings

pytestmark = pytest.mark.any_database
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def planned(migrated) -> None:
    """One resource that stands still for a day."""
    desk = open_desk(load_settings())
    with desk.database.write_session() as session:
        business = Business(code="P001", name="北浜エナジー株式会社", kind="capacity_provider")
        session.add(business)
        session.flush()
        resource = Resource(
            code="R-1",
            name="北浜発電所1号機",
            business_id=business.id,
            area="関西",
            category="安定電源",
            installed_kw=1_000,
            contracts=[Contract(fiscal_year=2026, contract_kw=900, assessed_kw=900, price_yen_per_kw=1)],
        )
        session.add(resource)
        session.flush()
        told = {"number": "P-1", "version": 1, "available_kw": 0, "submitted_at": NOW, "recorded_at": NOW}
        told |= {"first_date": date(2026, 4, 1), "first_slot": 1}
        session.add(OutagePlan(resource_id=resource.id, **told))
    desk.knowledge.close()
    desk.database.engine.dispose()


def slots(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["slots", *arguments])


def test_slots_are_made_once(planned) -> None:
    first = json.loads(slots("--year", "2026", "--month", "5", "--month", "4", "--json").stdout)
    assert first["delivery_months"] == [4, 5]
    assert [(each["month"], each["kind"]) for each in first["files"]] == [
        ("2026-04", "offered_kw"),
        ("2026-04", "multiplier"),
        ("2026-05", "offered_kw"),
        ("2026-05", "multiplier"),
    ]
    again = slots("--year", "2026", "--month", "4", "--all")
    assert again.stdout == "1 件の電源等を確かめ、0 個の表を新しい版にしました\n"
    assert "注意: 倍率の条件は公表されていません" in again.stderr


def test_a_year_or_month_that_is_none_is_refused(migrated) -> None:
    assert slots("--year", "x").exit_code == 2
    refused = slots("--year", "2026", "--month", "13")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "実需給月" in refused.stderr
