"""The overview of a year with 24,000 results: columns and one covering index, beside reading the figures as JSON."""

from time import perf_counter, process_time

import pytest
from sqlalchemy import BigInteger, cast, func, select, text

from cases.models import Business
from helpdesk.queries.assessment import overview
from helpdesk.register.models import Contract, MonthResult, Resource
from tests.helpdesk.assessed import YEAR, month, record

pytestmark = pytest.mark.long
RESOURCES = 2_000
INPUTS = {"digests": dict.fromkeys(("slots", "contract", "events"), "0" * 64), "contract": [{"kw": 1}] * 3}


@pytest.fixture
def full_year(database, now):
    """Twelve months of 2,000 resources; every fifth with a penalty, every tenth in a second version."""
    with database.write_session() as session:
        business = Business(code="P001", name="北浜エナジー株式会社", kind="capacity_provider")
        session.add(business)
        session.flush()
        rows = [
            Resource(
                code=f"R-{number:04}",
                name=f"第{number}発電所",
                business_id=business.id,
                area="関西",
                category="安定電源",
                installed_kw=1_000,
                contracts=[
                    Contract(fiscal_year=YEAR, contract_kw=1_000, assessed_kw=1_000, price_yen_per_kw=5_832)
                ],
            )
            for number in range(RESOURCES)
        ]
        session.add_all(rows)
        session.flush()
        for version in (1, 10):
            record(
                session,
                [
                    month(
                        row.id,
                        business.id,
                        at,
                        inputs=INPUTS,
                        penalty_total_yen=str(0 if place % 5 else place * version),
                        shortfall_slots=f"{place * version}/7",
                    )
                    for at in (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)
                    for place, row in enumerate(rows)
                    if not place % version
                ],
                now=now,
            )
    if not database.is_sqlite:  # as autovacuum does soon after
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return database


def test_the_overview_counts_in_one_index_what_was_read_from_every_row(full_year) -> None:
    def by_json(session) -> None:
        sums = [
            func.sum(cast(MonthResult.figures[name].as_string(), BigInteger))
            for name in ("penalty_total_yen", "coal_penalty_yen", "payment_yen")
        ]
        of_year = (MonthResult.fiscal_year == YEAR, MonthResult.newest)
        session.execute(
            select(MonthResult.delivery_month, *sums).where(*of_year).group_by(MonthResult.delivery_month)
        ).all()

    clock = process_time if full_year.is_sqlite else perf_counter  # whatever else the machine does
    taken = {}
    for name, doing in (("json", by_json), ("overview", lambda session: overview(session, YEAR))):
        times = []
        for _ in range(5):
            with full_year.read_session() as session:
                began = clock()
                doing(session)
                times.append(clock() - began)
        taken[name] = sorted(times)[2]
    one_scan, page = taken["json"], taken["overview"]
    print(f"\noverview of 24,000 results: {page * 1000:.0f} ms, {one_scan / page:.1f} times one scan of JSON")
