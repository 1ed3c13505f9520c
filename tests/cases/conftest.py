"""Set-up of the case tests: a session, people, one case, the official holidays."""

from collections.abc import Callable, Iterator
from datetime import date, datetime

import jpholiday
import pytest
from sqlalchemy.orm import Session

from cases.history import Actor
from cases.models import Business, Case, Contact
from cases.numbering import next_number
from helpdesk.database import Database


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session that writes; what a test leaves uncommitted is rolled back."""
    with database.open_session(writes=True) as session:
        yield session


@pytest.fixture
def operator() -> Actor:
    """An operator (オペレータ)."""
    return Actor(7, "佐藤 花子")


@pytest.fixture
def leader() -> Actor:
    """A second person (業務リーダ)."""
    return Actor(3, "鈴木 一郎")


@pytest.fixture(scope="session")
def holidays() -> dict[date, str]:
    """Official holidays 2019–2030."""
    return {day: name for year in range(2019, 2031) for day, name in jpholiday.year_holidays(year)}


@pytest.fixture
def make_case(now: datetime) -> Callable[..., Case]:
    """Makes a case that has just come in, in a session."""

    def make(session: Session, **values: object) -> Case:
        standard = {
            "number": next_number(session, now=now),
            "kind": "inquiry",
            "channel": "mail",
            "topic": "penalty",
            "subject": "ペナルティの算定について",
            "status": "received",
            "received_at": now,
            "updated_at": now,
        }
        case = Case(**{**standard, **values})
        session.add(case)
        session.flush()
        return case

    return make


@pytest.fixture
def case(session: Session, make_case: Callable[..., Case]) -> Case:
    """A case that has just come in."""
    return make_case(session)


@pytest.fixture
def kaminari(session: Session) -> Business:
    """A business with a mail domain and two contacts."""
    business = Business(
        code="A001",
        name="かみなり発電株式会社",
        name_kana="カミナリハツデン",
        kind="capacity_provider",
        mail_domain="kaminari.example",
        contacts=[
            Contact(name="山田 太郎", mail_address="yamada@kaminari.example", telephone="03-1234-5678"),
            Contact(name="髙橋 次郎", mail_address="takahashi@kaminari.example", telephone="03-1234-5679"),
        ],
    )
    session.add(business)
    session.flush()
    return business
