"""A month of a thousand retailers in nine areas and of the areas' utilities, in three open fiscal years.

Beside plain integers, and linear in retailers and years; only ratios are judged, seconds are printed.
"""

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from time import perf_counter
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from calc_core.areas import CAPACITY_AREAS as AREAS
from calc_core.proportion import floored_shares
from cases.history import SYSTEM
from cases.models import Business
from helpdesk.database import Database
from helpdesk.register.models import AreaDemand, AreaUtility, AuctionResult, RetailerShare
from helpdesk.settlement.contribution import compute_contribution
from helpdesk.settlement.derivation import explain
from helpdesk.settlement.lists import newest_statements
from helpdesk.settlement.provisional import compute_provisional
from helpdesk.settlement.statement_versions import record_statements
from helpdesk.settlement.utility_share import compute_utility_share
from tests.benchmarks.measuring import report, side_by_side
from tests.helpdesk.settling import new_run

pytestmark = pytest.mark.long
YEARS, MONTH = (2024, 2025, 2026), 10
RETAILERS, FEWER = 1_000, 250


def kw_of(number: int, area: int) -> dict[str, str]:
    """Every retailer another contract, so that no two kW have the same denominator."""
    return {
        "peak_kw_summer": f"{1_000 + 7 * number + area}.5",
        "peak_kw_winter": str(900 + 5 * number + area),
        "contract_kw_at_peak": str(10_007 + 2 * number),
        "contract_kw": str(9_000 + number + area),
        "substitute_kw": "",
    }


def fill(session: Session, now: datetime) -> None:
    """Auction, demand and a thousand retailers everywhere in three years."""
    businesses = [Business(code=f"R{n:04}", name=f"小売{n}", kind="retailer") for n in range(RETAILERS)]
    session.add_all(businesses)
    utilities = [
        Business(code=f"T{at}", name=f"{area}送配電", kind="utility") for at, area in enumerate(AREAS)
    ]
    session.add_all(utilities)
    session.flush()
    session.add_all(
        AreaUtility(area=area, business_id=each.id, valid_from=date(2024, 4, 1), version=1, recorded_at=now)
        for area, each in zip(AREAS, utilities, strict=True)
    )
    ids = [business.id for business in businesses]
    for year in YEARS:
        rows: list[dict[str, Any]] = []
        for at, area in enumerate(AREAS):
            of: Mapping[str, Any] = {"fiscal_year": year, "area": area, "version": 1, "recorded_at": now}
            session.add(
                AuctionResult(auction="main", quantity_kw=18_000_000 + at, price_yen_per_kw=5_832, **of)
            )
            session.add(AreaDemand(h3_demand_kw=17_000_000 + at, transitional_deduction_yen=10**9, **of))
            rows += [
                {**of, "delivery_month": month, "business_id": ids[n], **kw_of(n, at)}
                for month in (4, MONTH)
                for n in range(RETAILERS if year != YEARS[0] or month == MONTH else FEWER)
            ]
        session.execute(insert(RetailerShare), rows)


def plainly(total: int) -> int:
    """The least that shares a total in nine areas exactly: a fraction each, whole weights, one division each."""
    spent = 0
    for at in range(len(AREAS)):
        rows = [kw_of(n, at) for n in range(RETAILERS)]
        kw = [
            Fraction(int(row["peak_kw_winter"]) * int(row["contract_kw"]), int(row["contract_kw_at_peak"]))
            for row in rows
        ]
        spent += sum(floored_shares(total, kw, 12))
    return spent


def test_a_month_of_three_years_is_exact_and_costs_a_few_times_plain_integers(
    database: Database, now: datetime, capsys
) -> None:
    with database.open_session(writes=True) as session:
        fill(session, now)

        def one(year: int, month: int = MONTH):
            assert len(compute_utility_share(session, year, month).statements) == len(AREAS)
            return compute_contribution(session, year, month)

        seconds = side_by_side(
            2,
            three_years=lambda: [one(year) for year in YEARS],
            one_year=lambda: one(YEARS[1]),
            a_quarter_of_the_retailers=lambda: one(YEARS[0], 4),
            provisional=lambda: compute_provisional(session, YEARS[2]),
            plain_integers_of_one_year=lambda: plainly(90_000_000_000),
        )
        report(capsys, f"a month of {RETAILERS:,} retailers and the utilities of nine areas", seconds)
        plain = seconds["plain_integers_of_one_year"]
        ratios = {name: value / plain for name, value in seconds.items()}
        with capsys.disabled():
            print("beside plain integers: " + ", ".join(f"{name} {at:.1f}" for name, at in ratios.items()))
        computed = one(YEARS[2])
        run = new_run("contribution", YEARS[2], MONTH, now=now)
        begun = perf_counter()
        record_statements(session, run, computed.statements, by=SYSTEM, now=now)
        report(capsys, f"{RETAILERS:,} statements recorded", {"recorded": perf_counter() - begun})
        statements = newest_statements(session, "contribution", YEARS[2], MONTH)
        assert len(statements) == RETAILERS
        twelfths = sum(int(row["retailers_total_yen"]) // 12 for row in computed.inputs["areas"])
        assert -sum(each.net_yen for each in statements) + int(computed.totals["remainder_yen"]) == twelfths
        assert all(explain(session, each).is_reproduced for each in statements[:: RETAILERS // 20])
    assert seconds["three_years"] / seconds["one_year"] < 3 * 1.5
    # the sum over a thousand different contracts is itself longer: more than linear, by design of the worst case
    assert seconds["one_year"] / seconds["a_quarter_of_the_retailers"] < RETAILERS / FEWER * 2
    assert ratios["one_year"] < 12  # five figures and the inputs of each of nine areas, and the rows read
    assert ratios["provisional"] < 12
