"""An instance is made ready once, again every year, and never loses what people have changed in it."""

from datetime import date

from sqlalchemy import delete, func, select

from cases.business_calendar import load_holidays
from cases.checklists import templates
from cases.models import ChecklistTemplate, Holiday
from helpdesk.ledger.models import JournalEntry, JournalLine
from helpdesk.workflows.prepare_instance import prepare_instance
from tests.helpdesk.money import add_invoice


def counts(desk) -> tuple[int, int]:
    with desk.database.read_session() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(each)) for each in (Holiday, ChecklistTemplate)
        )


def test_holidays_around_this_year_and_the_checklists_are_there(desk) -> None:
    prepare_instance(desk)
    with desk.database.read_session() as session:
        holidays = load_holidays(session)
        duties = {each.duty for each in templates(session)}
    assert {date(2025, 1, 1), date(2026, 5, 6), date(2027, 11, 23)} <= set(holidays)
    assert {"operations", "reserve"} <= duties


def test_a_second_time_changes_nothing(desk) -> None:
    prepare_instance(desk)
    before = counts(desk)
    prepare_instance(desk)
    assert counts(desk) == before


def test_what_people_have_changed_stays(desk) -> None:
    prepare_instance(desk)
    with desk.database.write_session() as session:
        changed = session.scalars(select(ChecklistTemplate).order_by(ChecklistTemplate.id)).first()
        changed.title = "朝の点検"
        name = changed.id
    prepare_instance(desk)
    with desk.database.read_session() as session:
        assert session.get_one(ChecklistTemplate, name).title == "朝の点検"


def test_a_year_later_the_next_years_holidays_are_added(desk, clock) -> None:
    prepare_instance(desk)
    clock.pass_by(days=365)
    prepare_instance(desk)
    with desk.database.read_session() as session:
        assert date(2028, 1, 1) in load_holidays(session)


def test_money_from_before_there_were_books_is_booked(desk, businesses) -> None:
    with desk.database.write_session() as session:
        add_invoice(session, desk, "KY-1", businesses["P001"], 900, date(2026, 6, 26))
        session.execute(delete(JournalLine))
        session.execute(delete(JournalEntry))
    prepare_instance(desk)
    prepare_instance(desk)
    with desk.database.read_session() as session:
        [entry] = session.scalars(select(JournalEntry)).all()
    assert (entry.kind, entry.made_by_name) == ("invoice", "システム")
