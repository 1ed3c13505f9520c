"""A month's statements for 1,000 businesses with 2,000 resources in three open fiscal years: linear, in few statements.

What is judged is the growth from 250 businesses to 1,000, and from one year's month to the same month of three years, turn
by turn in one database; seconds are printed. The month is March, whose cumulative amounts are over the whole year; every
tenth business owes an earlier invoice. The families of retailers and utilities are in `test_contribution`.
"""

import gc
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from statistics import median
from time import perf_counter, process_time

import pytest
from sqlalchemy import event, insert, text

from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.database import Database
from helpdesk.ledger.invoices import record_invoices
from helpdesk.register.models import Contract
from helpdesk.settlement.capacity import compute_capacity
from tests.helpdesk.money import invoice_entry
from tests.helpdesk.settling import YEAR, Market, build_market

pytestmark = pytest.mark.long
FEW, MANY = 250, 1_000
YEARS = (YEAR - 1, YEAR, YEAR + 1)  # of all of them
LATER = (YEAR + 5, YEAR + 6, YEAR + 7)  # of a quarter
MARCH = 3
ROUNDS = 3
PROPORTIONAL = 1.2


@pytest.fixture
def market(database: Database, now: datetime) -> Market:
    """Two resources of each business, all twelve months of six years fixed: three of everybody, three of a quarter."""
    plants = {f"B{number:04}": (f"R-{number:04}-1", f"R-{number:04}-2") for number in range(MANY)}
    with database.write_session() as session:
        made = build_market(session, now=now, plants=plants, years=YEARS)
        few = [code for codes in list(plants.values())[:FEW] for code in codes]
        kw = {"contract_kw": 1_000, "assessed_kw": 1_000, "price_yen_per_kw": 5_832}
        later = [
            kw | {"resource_id": made.resources[code], "fiscal_year": year} for code in few for year in LATER
        ]
        session.execute(insert(Contract), later)
    _fill(database, made, YEARS, [code for codes in plants.values() for code in codes])
    _fill(database, made, LATER, few)
    with database.write_session() as session:
        for year, later in zip(YEARS, LATER, strict=True):
            _owe(session, made, year, list(plants)[::10])
            _owe(session, made, later, list(plants)[:FEW:10])
    if not database.is_sqlite:  # as autovacuum does soon after
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return made


def _fill(database: Database, market: Market, years: Iterable[int], codes: Sequence[str]) -> None:
    for year in years:
        with database.write_session() as session:
            months = {(code, month): (486_000, 1_000) for month in DELIVERY_MONTHS for code in codes}
            market.fix(session, months, year=year)


def _owe(session, market: Market, year: int, businesses: Iterable[str]) -> None:
    owed = [
        invoice_entry(
            f"{year}年度 第{business}号",
            market.businesses[business],
            100_000,
            date(2026, 7, 1),
            kind="statement",
            fiscal_year=year,
        )
        for business in businesses
    ]
    record_invoices(session, owed, now=market.now)


def test_a_month_grows_with_its_businesses_and_years_and_asks_no_more_for_more(
    database, market, capsys
) -> None:
    clock = process_time if database.is_sqlite else perf_counter  # whatever else the machine does
    asked: dict[int, set[int]] = {FEW: set(), MANY: set()}
    seconds: dict[str, list[float]] = {}
    statements: list[str] = []

    def note(connection, cursor, statement, *rest) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        for _ in range(ROUNDS):
            for businesses, years in ((FEW, LATER), (MANY, YEARS)):
                with database.open_session(writes=True) as session:
                    gc.collect()
                    gc.disable()  # as timeit does: what the collector does in between is not this computation's
                    session.connection()  # the transaction begins here, not in the first year
                    taken = {"computed": 0.0, "recorded": 0.0}
                    for year in years:
                        statements.clear()
                        began = clock()
                        computed = compute_capacity(session, year, MARCH)
                        taken["computed"] += clock() - began
                        asked[businesses].add(len(statements))
                        assert len(computed.statements) == businesses
                        assert sum(each.offset_yen for each in computed.statements) == businesses * 10_000
                        began = clock()
                        market.record(session, computed.statements, MARCH, year=year)
                        taken["recorded"] += clock() - began
                        if year == years[0]:
                            for what, value in taken.items():
                                seconds.setdefault(f"{what} {businesses}, one year", []).append(value)
                    for what, value in taken.items():
                        seconds.setdefault(f"{what} {businesses}, three years", []).append(value)
                    gc.enable()
                    session.rollback()
    finally:
        gc.enable()
        event.remove(database.engine, "before_cursor_execute", note)
    taken = {name: median(values) for name, values in seconds.items()}
    ratios = {}
    for what in ("computed", "recorded"):
        few, many = (taken[f"{what} {businesses}, three years"] for businesses in (FEW, MANY))
        ratios[f"{what}: {MANY} to {FEW} businesses"] = many / few, MANY / FEW
        one = taken[f"{what} {MANY}, one year"]
        ratios[f"{what}: three years to one"] = many / one, len(YEARS)
    with capsys.disabled():
        listed = ", ".join(f"{name} {value:.3f} s" for name, value in taken.items())
        print(f"\na month of businesses with two resources each: {listed}")
        print(", ".join(f"{name} {ratio:.2f} (linear {of:.0f})" for name, (ratio, of) in ratios.items()))
    assert asked[FEW] == asked[MANY]
    assert len(asked[MANY]) == 1
    for name, (ratio, linear) in ratios.items():
        assert ratio <= PROPORTIONAL * linear, name
