"""The fixed cast: one small market on a test's database, made through the real services.

北浜エナジー has two plants. Unit 2 stands still from 20 April to 31 May 2026 with a plan that came late, so each of its
slots counts five times: 42 days × 48 × 5 = 10,080 shortfall slots, 1,440 above the 8,640 that are free, a penalty of
18 % in the notice of May. Since then a correction has put the last seven days to one: 8,736 slots, 96 above, 1.2 %.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy.orm import Session

from calc_core.fiscal_year import days_in_month
from calc_core.slots import SLOTS_PER_DAY
from cases.business_calendar import seed_holidays
from cases.history import SYSTEM
from cases.models import Business, Contact
from helpdesk.database import Database
from helpdesk.desk import Desk, open_desk
from helpdesk.register.models import Contract, NotifiedResult, Resource
from helpdesk.register.runs import compute
from helpdesk.register.slot_store import correct_day, write_month
from helpdesk.register.statement_inputs import gather
from helpdesk.settings import load_settings
from helpdesk.users.accounts import add_user
from helpdesk.users.models import User
from helpdesk.workflows.edit_knowledge import note
from helpdesk.workflows.index_knowledge import apply_changes
from kb.seeding import seed

YEAR = 2026
PASSWORD = "a long pass phrase for tests"
CONTRACT_KW = 100_000
PRICE_YEN_PER_KW = 5_832
STANDSTILL = (date(2026, 4, 20), date(2026, 5, 31))
CORRECTED = (date(2026, 5, 25), date(2026, 5, 31))
PENALTY_NOTIFIED_YEN = 104_976_000  # 100,000 kW × 5,832 yen × 1,440 slots × 0.0125 %
PENALTY_RECOMPUTED_YEN = 6_998_400  # … × 96 slots × 0.0125 %

_PEOPLE = {
    "sato": ("佐藤 美咲", "operator"),
    "leader": ("山本 大輔", "operation_leader"),
    "manager": ("石川 真理子", "manager"),
}
_BUSINESSES = (
    ("P001", "北浜エナジー株式会社", "kitahama.example", "田中 由紀", "tanaka"),
    ("P002", "㈱みなと発電①", "minato.example", "伊藤 誠", "ito"),
)


@dataclass
class WorldClock:
    """A clock that shows the same time until a test moves it."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **span: int) -> None:
        """Let time go by: `pass_by(minutes=5)`."""
        self.at += timedelta(**span)


@dataclass(frozen=True, slots=True)
class World:
    """What there is: the desk with its clock, ids of businesses and resources by code, people by login, the notice."""

    desk: Desk
    clock: WorldClock
    businesses: Mapping[str, int]
    resources: Mapping[str, int]
    people: Mapping[str, User]
    notice: NotifiedResult  # 北浜エナジー, May 2026, as it went out before the correction


def open_world_desk(database: Database, instance: Path, clock: WorldClock, **settings: str | int) -> Desk:
    """An open demonstration instance in this folder, on the test's own database."""
    instance.mkdir(parents=True, exist_ok=True)
    (instance / "demo").write_text("ready", encoding="utf-8")
    url = database.engine.url.render_as_string(hide_password=False)
    environ = {"HELPDESK_INSTANCE": str(instance), "HELPDESK_DATABASE_URL": url}
    environ |= {f"HELPDESK_{name.upper()}": str(value) for name, value in settings.items()}
    opened = open_desk(load_settings(environ), clock=clock)
    opened.database.engine.dispose()  # it has its own; a test's database is the fixture's
    return replace(opened, database=database)


def build_world(desk: Desk, *, with_articles: bool = False) -> World:
    """Fill an empty desk with the cast; the articles of the knowledge base only where they are wanted."""
    clock = desk.clock
    assert isinstance(clock, WorldClock)
    with desk.database.write_session() as session:
        seed_holidays(session, range(YEAR - 1, YEAR + 2))
        businesses = _add_businesses(session)
        people = _add_people(session, now=clock())
        resources = _add_resources(session, businesses["P001"])
        _add_slots(session, desk.settings.slots_folder, resources, now=clock())
        notice = _notify(session, desk.settings.slots_folder, businesses["P001"])
        _correct(session, resources["R-2"], now=clock())
        if with_articles:
            _publish_articles(session, people, now=clock())
    if with_articles:
        apply_changes(desk)
    return World(desk, clock, businesses, resources, people, notice)


def _add_businesses(session: Session) -> dict[str, int]:
    made = [
        Business(
            code=code,
            name=name,
            kind="capacity_provider",
            mail_domain=domain,
            contacts=[Contact(name=person, mail_address=f"{local}@{domain}", department="電力取引部")],
        )
        for code, name, domain, person, local in _BUSINESSES
    ]
    session.add_all(made)
    session.flush()
    return {business.code: business.id for business in made}


def _add_people(session: Session, *, now: datetime) -> dict[str, User]:
    return {
        login: add_user(
            session,
            login=login,
            display_name=name,
            password=PASSWORD,
            roles=frozenset({role}),
            by=SYSTEM,
            now=now,
            must_change_password=False,
        )
        for login, (name, role) in _PEOPLE.items()
    }


def _add_resources(session: Session, business_id: int) -> dict[str, int]:
    made = [
        Resource(
            code=f"R-{number}",
            name=f"北浜発電所 {number}号機",
            business_id=business_id,
            area="関西",
            category="安定電源",
            installed_kw=CONTRACT_KW + 5_000,
            contracts=[
                Contract(
                    fiscal_year=YEAR,
                    contract_kw=CONTRACT_KW,
                    assessed_kw=CONTRACT_KW,
                    price_yen_per_kw=PRICE_YEN_PER_KW,
                )
            ],
        )
        for number in (1, 2)
    ]
    session.add_all(made)
    session.flush()
    return {resource.code: resource.id for resource in made}


def _add_slots(session: Session, folder: Path, resources: Mapping[str, int], *, now: datetime) -> None:
    for month in (4, 5):
        shape = (len(resources), days_in_month(YEAR, month), SLOTS_PER_DAY)
        offered = np.full(shape, CONTRACT_KW, dtype=np.int32)
        multiplier = np.ones(shape, dtype=np.int32)
        for day in range(shape[1]):
            if STANDSTILL[0] <= date(YEAR, month, day + 1) <= STANDSTILL[1]:
                offered[1, day], multiplier[1, day] = 0, 5
        for kind, values in (("offered_kw", offered), ("multiplier", multiplier)):
            write_month(
                session,
                folder,
                fiscal_year=YEAR,
                delivery_month=month,
                kind=kind,
                resource_ids=list(resources.values()),
                values=values,
                now=now,
            )


def _notify(session: Session, folder: Path, business_id: int) -> NotifiedResult:
    inputs = gather(session, folder, business_id=business_id, fiscal_year=YEAR, delivery_month=5)
    notice = NotifiedResult(
        business_id=business_id,
        fiscal_year=YEAR,
        delivery_month=5,
        version=1,
        figures=[list(figure) for figure in compute(inputs).key_figures()],
        notified_on=date(2026, 6, 15),
        document_number="交付額通知書 第2026-05-0001号",
        reason="",
    )
    session.add(notice)
    session.flush()
    return notice


def _correct(session: Session, resource_id: int, *, now: datetime) -> None:
    for offset in range((CORRECTED[1] - CORRECTED[0]).days + 1):
        correct_day(
            session,
            resource_id=resource_id,
            kind="multiplier",
            on=CORRECTED[0] + timedelta(days=offset),
            values=np.ones(SLOTS_PER_DAY, dtype=np.int32),
            reason="停止計画の差替が調整済みのため、倍率を1に訂正",
            by=SYSTEM,
            now=now,
        )


def _publish_articles(session: Session, people: Mapping[str, User], *, now: datetime) -> None:
    for happened in seed(session, author=people["sato"], reviewer=people["leader"], now=now):
        by = people["leader"] if happened.kind.endswith("published") else people["sato"]
        note(session, happened, by=by, now=now)
