"""A desk of its own for each test: settings, database, blobs, a clock that stands still, people of every role."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask

from cases.models import Business, Contact
from helpdesk.app import create_app_for
from helpdesk.database import Database
from helpdesk.demo.feed_server import FeedServer, page
from helpdesk.desk import Desk, open_desk
from helpdesk.settings import Settings
from helpdesk.users import passwords
from helpdesk.users.models import User, UserRole
from helpdesk.users.roles import ROLES
from tests.helpdesk.balanced import assert_the_books_balance
from tests.helpdesk.browser import Browser
from tests.helpdesk.watching import DUTY, Watching
from tests.table_rows import TableRows, keep_rows, put_back
from tests.world import World, WorldClock, build_world


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Passwords are hashed as always, with a hundredth of the work."""
    with pytest.MonkeyPatch.context() as patched:
        hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        patched.setattr(passwords, "_hasher", hasher)
        yield


@pytest.fixture
def clock(now: datetime) -> WorldClock:
    return WorldClock(now)


def settings_for(instance: Path, database_url: str, **changed: object) -> Settings:
    """Plain settings of an instance that is no demonstration."""
    values: dict[str, object] = {
        "instance": instance,
        "database_url": database_url,
        "base_url": "http://localhost",
        "desk_address": "desk@helpdesk.example",
        "desk_name": "容量市場 問合せ窓口",
        "smtp_host": "127.0.0.1",
        "smtp_port": 1,
        "smtp_security": "none",
        "smtp_user": "",
        "smtp_password": "",
        "session_hours": 12,
        "max_mail_megabytes": 1,
        "secret_key": "a key that signs for tests only",
        "demo": False,
    }
    return Settings(**{**values, **changed})  # type: ignore[arg-type]


@pytest.fixture
def desk(database: Database, tmp_path: Path, clock: WorldClock) -> Iterator[Desk]:
    """An open instance on the test's database; the largest mail is 1 MB. After the test its books must balance."""
    url = database.engine.url.render_as_string(hide_password=False)
    opened = open_desk(settings_for(tmp_path / "instance", url), clock=clock)
    yield opened
    try:
        assert_the_books_balance(opened)
    finally:
        opened.knowledge.close()
        opened.database.engine.dispose()


@pytest.fixture(scope="session")
def world_on_sqlite(_empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """The fixed cast, made once: its instance with the database in it. Each test gets a copy."""
    folder = tmp_path_factory.mktemp("world") / "instance"
    folder.mkdir()
    shutil.copy(_empty_sqlite, folder / "helpdesk.sqlite3")
    clock = WorldClock(datetime(2026, 6, 30, 1, 0, tzinfo=UTC))
    made = open_desk(settings_for(folder, f"sqlite:///{folder / 'helpdesk.sqlite3'}"), clock=clock)
    world = build_world(made)
    made.knowledge.close()
    made.database.engine.dispose()  # the last connection takes the write-ahead log into the file
    return folder, world


@pytest.fixture(scope="session")
def worlds_on_postgresql() -> dict[str, tuple[TableRows, World]]:
    """The rows of the fixed cast, after the first test that made it."""
    return {}


@pytest.fixture
def world(desk: Desk, clock: WorldClock, request: pytest.FixtureRequest) -> World:
    """The fixed cast on this test's desk."""
    if not desk.database.is_sqlite:
        kept = request.getfixturevalue("worlds_on_postgresql")
        return _world_on_postgresql(desk, clock, kept, request.getfixturevalue("slots_of_the_world"))
    folder, made = request.getfixturevalue("world_on_sqlite")
    shutil.copy(folder / "helpdesk.sqlite3", desk.database.engine.url.database)
    shutil.copytree(folder / "slots", desk.settings.slots_folder, dirs_exist_ok=True)
    return replace(made, desk=desk, clock=clock)


@pytest.fixture(scope="session")
def slots_of_the_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the slot files of the fixed cast are kept."""
    return tmp_path_factory.mktemp("world-slots")


def _world_on_postgresql(desk: Desk, clock: WorldClock, kept: dict, slots: Path) -> World:
    engine = desk.database.engine
    if "world" in kept:
        rows, made = kept["world"]
        put_back(engine, rows)
        shutil.copytree(slots, desk.settings.slots_folder, dirs_exist_ok=True)
        return replace(made, desk=desk, clock=clock)
    made = build_world(desk)
    kept["world"] = keep_rows(engine), made
    shutil.copytree(desk.settings.slots_folder, slots, dirs_exist_ok=True)
    return made


@pytest.fixture
def businesses(desk: Desk) -> dict[str, int]:
    """Two businesses with one person each; ids by code."""
    with desk.database.write_session() as session:
        made = [
            Business(
                code=code,
                name=name,
                kind="capacity_provider",
                mail_domain=domain,
                contacts=[Contact(name=person, mail_address=f"{local}@{domain}")],
            )
            for code, name, domain, person, local in (
                ("P001", "北浜エナジー株式会社", "kitahama.example", "田中 由紀", "tanaka"),
                ("P002", "みなと発電株式会社", "minato.example", "山田 太郎", "yamada"),
            )
        ]
        session.add_all(made)
        session.flush()
        return {business.code: business.id for business in made}


@pytest.fixture
def people(desk: Desk, businesses: dict[str, int]) -> dict[str, User]:
    """One person for each role, a second operator, and somebody of each business, by login."""
    roles = {role: role for role in ROLES if role != "business_user"} | {"operator-2": "operator"}
    of_business = {"business_user": "P001", "business_user-2": "P002"}
    with desk.database.write_session() as session:
        made = {
            login: User(
                login=f"test-{login}",
                display_name=f"{ROLES[role]}（{login}）",
                password_hash="nobody signs in with it",
                created_at=desk.clock(),
                business_id=businesses[of_business[login]] if login in of_business else None,
                roles=[UserRole(role=role)],
            )
            for login, role in (roles | dict.fromkeys(of_business, "business_user")).items()
        }
        session.add_all(made.values())
    return made


@pytest.fixture(scope="session")
def applications() -> dict[object, Flask]:
    """An application costs a tenth of a second: one for each kind of settings serves all tests of a worker."""
    return {}


@pytest.fixture
def enter(
    desk: Desk, people: dict[str, User], applications: dict[object, Flask]
) -> Callable[[str | None], Browser]:
    """`enter("operator")`: a browser in which this person is signed in; without a login nobody is."""
    kind = replace(desk.settings, instance=Path(), database_url="")
    app = applications.setdefault(kind, None) or create_app_for(desk)
    applications[kind] = app
    app.extensions["desk"] = desk

    def browser(login: str | None = None) -> Browser:
        made = Browser(app)
        if login is not None:
            made.be(people[login])
        return made

    return browser


@pytest.fixture
def watching(desk: Desk, clock: WorldClock) -> Iterator[Watching]:
    """The desk with somebody on duty, watching a feed server that has nothing yet."""
    with FeedServer(lambda wanted: page("該当するデータがありません。")) as server:
        settings = replace(
            desk.settings, feed_base_url=server.base_url, duty_addresses=DUTY, watch_enabled=True
        )
        yield Watching(replace(desk, settings=settings), clock, server)
