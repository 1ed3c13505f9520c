"""Which cases a list asks for."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.case_filter import OWED, CaseFilter, conditions, is_open, overdue_at
from cases.lifecycle import CLOSED, STATE_LABELS, WAITING
from cases.models import Case


def test_nothing_asked_is_no_condition(session: Session) -> None:
    assert conditions(session, CaseFilter()) == []
    assert conditions(session, CaseFilter(text="  ")) == []


def test_what_is_owed_is_all_but_what_waits_or_is_closed() -> None:
    assert set(OWED) == set(STATE_LABELS) - {WAITING, CLOSED}


def test_open_and_overdue_are_one_question_everywhere(session: Session, make_case, now: datetime) -> None:
    cases = {status: make_case(session, status=status, due_at=now) for status in STATE_LABELS}

    def asked(*wanted: object) -> set[str]:
        return set(session.scalars(select(Case.status).where(*wanted)))

    assert asked(is_open()) == set(cases) - {CLOSED}
    assert asked(*overdue_at(now + timedelta(seconds=1))) == set(OWED)
    assert asked(*overdue_at(now)) == set()
    assert asked(*conditions(session, CaseFilter(due_before=now + timedelta(seconds=1)))) == set(OWED)
    assert "'closed'" in str(is_open().compile(compile_kwargs={"render_postcompile": True}))


def test_a_kind_is_asked_for_by_its_name(session: Session, make_case) -> None:
    objection = make_case(session, kind="objection")
    make_case(session)
    found = session.scalars(select(Case).where(*conditions(session, CaseFilter(kind="objection")))).all()
    assert found == [objection]
