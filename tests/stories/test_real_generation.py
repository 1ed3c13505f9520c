"""Real output of April to June 2026, from the published files to the picture: import, plans, slots, results, heat map.

The plants and what they generated are real, the contracts on them made up. What comes out is held against an exact slow
calculation, slot by slot, which shares nothing with the product. With the published files beside the checkout
(`HELPDESK_REAL_DATA`) a few units of the whole country are contracted, in the long run all that can be; without them the
four recorded ones.
"""

import gzip
import io
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select

from calc_core import exact
from calc_core.coal_year import CoalYear
from calc_core.contract_period import ContractPeriod
from calc_core.fiscal_year import DELIVERY_MONTHS, days_in_month
from cases.models import Business
from helpdesk.app import create_app_for
from helpdesk.database import Database
from helpdesk.demo import packaged
from helpdesk.desk import Desk
from helpdesk.heat_map import CELL_HEIGHT, CELL_WIDTH
from helpdesk.queries.shortfall_map import FULL, PALETTES, SEVERE, WHOLE
from helpdesk.register.fleet_inputs import gather_fleet
from helpdesk.register.models import ParameterSet, Resource
from helpdesk.register.month_results import newest, sums
from helpdesk.task_worker import run_next
from helpdesk.users.models import User, UserRole
from helpdesk.workflows.assess_fleet import KIND, request_assessment, run_assessment
from helpdesk.workflows.derive_slots import derive_slots
from helpdesk.workflows.import_file import Imported, import_file
from tests.calc_core.slow_assessment import Case, Month, slow_year
from tests.helpdesk.browser import Browser, said
from tests.stories import plants
from tests.stories.plants import Contracted
from tests.world import WorldClock, open_world_desk

REAL = os.environ.get("HELPDESK_REAL_DATA")
RECORDED = Path(__file__).parents[1] / "recorded" / "generation" / "four_units_2026-04_06.csv.gz"
YEAR, LAST_MONTH = 2026, 6
CONDITIONS = """
[[multiplier_conditions]]
label = "低予備率アセスメント対象コマ"
low_reserve = true
multiplier = 5

[[multiplier_conditions]]
label = "その他"
multiplier = 1
"""


@dataclass
class Market:
    """The story's hand: an instance, somebody who works in it, and the contracts on real units."""

    desk: Desk
    person: User
    files: list[Path]
    resources: list[Contracted]

    def take(self, kind: str, name: str, content: bytes) -> Imported:
        with self.desk.database.open_session(writes=True) as session:
            return import_file(session, self.desk, kind, name, content, keep=True, by=self.person)

    def assess(self, last_month: int, scope: dict[str, int]) -> None:
        with self.desk.database.open_session(writes=True) as session:
            wish = {"fiscal_year": YEAR, "last_month": last_month, "scope": scope}
            request_assessment(session, self.desk, **wish, by=self.person)
        handlers = {KIND: partial(run_assessment, self.desk)}
        assert run_next(self.desk.database, handlers, clock=self.desk.clock, holder="story")

    def id_of(self, resource: Contracted) -> int:
        with self.desk.database.read_session() as session:
            return session.scalars(select(Resource.id).where(Resource.code == resource.code)).one()

    def figures(self, *, resource_id: int | None = None) -> dict[tuple[str, int], dict[str, str]]:
        with self.desk.database.read_session() as session:
            found = newest(session, YEAR, resource_id=resource_id)
            return {(each.resource.code, each.delivery_month): each.figures for each in found}


def open_market(database: Database, folder: Path, count: int) -> Market:
    desk = open_world_desk(database, folder, WorldClock(datetime(2026, 7, 10, 1, 0, tzinfo=UTC)))
    person = User(
        login="payment",
        display_name="森 健太",
        password_hash="nobody signs in with it",
        created_at=desk.clock(),
        roles=[UserRole(role="payment_staff")],
    )
    names = [f"P{number:03d}" for number in range(plants.BUSINESSES)]
    rule = {"version": 1, "content": CONDITIONS, "reason": "試行", "state": "in_force"}
    with desk.database.write_session() as session:
        session.add_all([Business(code=name, name=name, kind="capacity_provider") for name in names])
        session.add_all([person, ParameterSet(**rule, proposed_at=desk.clock(), proposed_by_name="石川")])
    months = sorted(Path(REAL, "generation").glob("units_2026-0[456].csv.gz")) if REAL else [RECORDED]
    resources = plants.contracted(plants.read_files(months), count, seed=20260401)
    return Market(desk, person, months, resources)


@pytest.mark.any_database
def test_published_output_of_three_months_becomes_results_and_a_picture(
    database: Database, tmp_path: Path
) -> None:
    the_whole_way(open_market(database, tmp_path / "instance", 12))


@pytest.mark.long
def test_so_it_does_for_all_large_plants_of_the_country(database: Database, tmp_path: Path) -> None:
    if not REAL:
        pytest.skip("HELPDESK_REAL_DATA names no folder with the published generation")
    market = open_market(database, tmp_path / "instance", 400)
    assert len(market.resources) >= 100
    the_whole_way(market)


def the_whole_way(market: Market) -> None:
    everything_is_imported(market)
    derive_slots(market.desk, fiscal_year=YEAR, by=market.person)
    market.assess(LAST_MONTH, {})
    results_equal_the_slow_calculation(market)
    coal_is_counted_from_metered_output(market)
    stops_are_seen(market)


def everything_is_imported(market: Market) -> None:
    resources = market.resources
    assert market.take("contracts", "契約.csv", plants.contract_file(resources)).new == len(resources)
    stops = sum(len(each.stops()) for each in resources)
    assert stops
    assert market.take("outage_plans", "停止計画.csv", plants.outage_plan_file(resources)).new == stops
    market.take("low_reserve_slots", "低予備率.csv", packaged.read_bytes("low_reserve_slots.csv"))
    days = 0
    for path in market.files:
        days += market.take("unit_output", path.stem, gzip.decompress(path.read_bytes())).new
    assert days == len(resources) * plants.DAYS
    again = market.take("unit_output", market.files[0].stem, gzip.decompress(market.files[0].read_bytes()))
    assert again.changes_nothing


def results_equal_the_slow_calculation(market: Market) -> None:
    """Every resource, every month, and the sums over all."""
    computed, slow = market.figures(), {}
    for each in market.resources:
        for month, expected in zip(DELIVERY_MONTHS, slow_year(case_of(each, LAST_MONTH)), strict=False):
            slow[each.code, month] = told(expected)
    assert {key: shown(found) for key, found in computed.items()} == slow
    for month in DELIVERY_MONTHS[:3]:
        added = sums(found for (_, each), found in computed.items() if each == month)
        of_month = [found for (_, each), found in slow.items() if each == month]
        for name in ("penalty_outage_yen", "penalty_total_yen", "payment_yen"):
            assert added[name] == exact.text(sum(Fraction(found[name]) for found in of_month))
    assert any(found["shortfall_slots"] != "0" for found in slow.values())


def told(month: Month) -> dict[str, str]:
    figures = {
        "shortfall_slots": month.slots,
        "cumulative_slots": month.cumulative,
        "contract_amount_yen": month.amount,
        "penalty_outage_yen": month.outage,
        "penalty_total_yen": month.total,
        "coal_penalty_yen": month.coal,
        "payment_yen": month.payment,
    }
    return {name: exact.text(value) for name, value in figures.items()}


def shown(figures: dict[str, str]) -> dict[str, str]:
    return {name: figures[name] for name in told(Month())}


def case_of(resource: Contracted, until: int, coal: CoalYear | None = None) -> Case:
    """What the slow calculation is given, straight from the stops and the list of low-reserve slots."""
    offered = np.full((366, 48), resource.assessed_kw)
    multiplier = np.ones((366, 48), dtype=int)
    low = low_slots(resource.area)
    for begin, end in resource.stops():
        offered.reshape(-1)[begin : end + 1] = 0
        for at in low & set(range(begin, end + 1)):
            multiplier.reshape(-1)[at] = 5
    period = ContractPeriod(
        resource.contract_kw,
        resource.assessed_kw,
        resource.price_yen,
        resource.deduction_yen,
        resource.is_coal,
    )
    by_month, start = {}, 0
    for month in DELIVERY_MONTHS:
        days = slice(start, start + days_in_month(YEAR, month))
        by_month[month], start = (offered[days], multiplier[days]), days.stop
    tables = ({month: pair[which] for month, pair in by_month.items()} for which in (0, 1))
    return Case(YEAR, until, (period,), *tables, (), coal, Fraction(30), None, None)


def low_slots(area: str) -> set[int]:
    """The low-reserve slots of an area, counted from April."""
    rows = [line.split(",") for line in packaged.read_bytes("low_reserve_slots.csv").decode().split()[1:]]
    return {
        (date.fromisoformat(day) - plants.FIRST_DAY).days * 48 + int(slot) - 1
        for day, slot, where in rows
        if where == area
    }


def coal_is_counted_from_metered_output(market: Market) -> None:
    """Three months by the slot and nine by the month make the year whose utilisation decides in March."""
    resource = next(each for each in market.resources if each.is_coal)
    market.take("coal_metering", "稼働抑制.csv", plants.coal_file(resource))
    energy = resource.energy_kwh.ravel()
    low = sum(int(energy[at]) for at in low_slots(resource.area)) + sum(DELIVERY_MONTHS) - 15
    metered = int(energy.sum()) + sum(100_000_000 + month for month in DELIVERY_MONTHS[3:])
    coal, resource_id = CoalYear(metered, low), market.id_of(resource)
    with market.desk.database.read_session() as session:
        folder = market.desk.settings.slots_folder
        scope = {"resource": resource_id}
        found = gather_fleet(session, folder, fiscal_year=YEAR, last_month=3, scope=scope)
    assert [each.coal for each in found.resources] == [coal]
    market.assess(3, scope)
    slow = slow_year(case_of(resource, 3, coal))
    figures = market.figures(resource_id=resource_id)
    assert [shown(figures[resource.code, month]) for month in DELIVERY_MONTHS] == [
        told(each) for each in slow
    ]


def stops_are_seen(market: Market) -> None:
    """The page of a resource's year answers, and its picture shows each stop as it was planned."""
    browser = Browser(create_app_for(market.desk))
    browser.be(market.person)
    resource = max(market.resources, key=lambda each: (len(low_stops(each)), len(each.stops())))
    path = f"/assessment/resources/{market.id_of(resource)}/{YEAR}"
    page = browser.get(path)
    assert page.status_code == 200
    assert resource.plant in said(page)
    for scheme, palette in PALETTES.items():
        answer = browser.get(f"{path}/{scheme}.png")
        pixels = np.asarray(Image.open(io.BytesIO(answer.data)).convert("RGB"))
        stopped = {at for begin, end in resource.stops() for at in range(begin, end + 1)}
        low = low_slots(resource.area)
        for at in range(plants.DAYS * 48):
            level = FULL if at not in stopped else SEVERE if at in low else WHOLE
            colour = str(palette.levels[level])
            assert tuple(cell(pixels, at)) == tuple(bytes.fromhex(colour[1:])), at


def low_stops(resource: Contracted) -> set[int]:
    """The low-reserve slots in which a resource stands still."""
    low = low_slots(resource.area)
    return {at for at in low if any(begin <= at <= end for begin, end in resource.stops())}


def cell(pixels: np.ndarray, at: int) -> np.ndarray:
    """The colour in the middle of a slot's cell; a cell's width lies clear before every month but the first."""
    day = plants.FIRST_DAY + timedelta(days=at // 48)
    column = at // 48 + (day.month - plants.FIRST_DAY.month)
    return pixels[at % 48 * CELL_HEIGHT + CELL_HEIGHT // 2, column * CELL_WIDTH + CELL_WIDTH // 2]
