"""A telephone call as a story: who has the case afterwards, which script it was led by, and what is committed."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.callers import find_callers
from cases.errors import LineBusy
from cases.models import Business, Case, Contact, PhoneCall
from cases.opening import NewCase as NewCaseRow
from cases.opening import open_case
from helpdesk.errors import NotAllowed, NotFound, Refused
from helpdesk.workflows import log_call
from helpdesk.workflows.edit_knowledge import note
from helpdesk.workflows.log_call import Finishing, NewCall
from kb.models import Article, Revision
from kb.seeding import seed

TYPED = {"subject": "6月分のペナルティ", "content": "内訳を聞かれた"}


@pytest.fixture
def session(desk, people):
    with desk.database.open_session(writes=True) as session:
        for telephone, name in (("06-0000-1201", "田中 由紀"), ("03-0000-7700", "山田 太郎")):
            session.scalars(select(Contact).where(Contact.name == name)).one().telephone = telephone
        session.commit()
        yield session


@pytest.fixture
def case(session, desk, people, businesses) -> Case:
    """An open case of the second business that nobody has."""
    owner = session.get_one(Business, businesses["P002"])
    new = NewCaseRow("inquiry", "form", "契約金額について", "質問です", business=owner)
    made = open_case(session, new, by=people["operator"], now=desk.clock())
    session.commit()
    return made


def begin(session: Session, desk, by, **values: object) -> PhoneCall:
    case = values.pop("case", None)
    return log_call.begin(session, desk, NewCall("in", **values), case=case, by=by)


def finish(session: Session, desk, call: PhoneCall, by, **values: object):
    form = Finishing(TYPED, "taken")
    return log_call.finish(session, desk, call, replace(form, **values), [], version=call.version, by=by)


def test_a_number_names_the_caller_only_when_it_is_certain(session, desk, people) -> None:
    by = people["operator"]
    known = begin(session, desk, by, telephone="+81-6-0000-1201")
    assert (known.contact.name, known.telephone) == ("田中 由紀", "+81-6-0000-1201")
    likely = begin(session, desk, by, telephone="06-0000-1299", hang_up=True)
    assert likely.business is None
    assert known.ended_at is not None
    assert find_callers(session, likely.telephone)[0].contact_name == "田中 由紀"


def test_a_call_begun_on_a_case_belongs_to_it_and_its_business(session, desk, people, case) -> None:
    call = begin(session, desk, people["operator"], case=case, telephone="06-0000-1201")
    assert (call.case, call.business.code) == (case, "P002")  # what the case says, not what the number is


def test_a_line_in_use_stays_as_it_is(session, desk, people) -> None:
    first = begin(session, desk, people["operator"])
    with pytest.raises(LineBusy):
        begin(session, desk, people["operator"])
    session.rollback()
    assert session.get(PhoneCall, first.id).ended_at is None


@pytest.mark.parametrize("asked", [{"contact_id": 999}, {"business_id": 999}])
def test_nobody_is_called_who_is_not_there(session, desk, people, asked: dict) -> None:
    with pytest.raises(NotFound):
        begin(session, desk, people["operator"], **asked)


def test_the_person_at_the_other_end_fills_what_is_empty_and_keeps_the_number_on_the_display(
    session, desk, people
) -> None:
    call = begin(session, desk, people["operator"], telephone="090-1111-2222")
    contact = session.scalars(select(Contact).where(Contact.name == "田中 由紀")).one()
    log_call.identify(
        session,
        desk,
        call,
        TYPED,
        business_id=0,
        contact_id=contact.id,
        version=call.version,
        by=people["operator"],
    )
    assert (call.telephone, call.person_name, call.content) == (
        "090-1111-2222",
        "田中 由紀",
        "内訳を聞かれた",
    )


def test_another_business_is_not_on_the_case_of_the_first(session, desk, people, case, businesses) -> None:
    by = people["operator"]
    call = begin(session, desk, by, case=case)
    chosen = {"business_id": businesses["P001"], "contact_id": 0}
    log_call.identify(session, desk, call, {}, **chosen, version=call.version, by=by)
    assert (call.case, call.business.code) == (None, "P001")


@pytest.mark.parametrize(
    ("outcome", "assignee", "has_it"),
    [
        ("taken", None, "operator"),
        ("no_answer", None, "operator"),
        ("transferred", None, None),
        ("message_left", None, None),
        ("transferred", "operator-2", "operator-2"),
    ],
)
def test_the_case_goes_to_who_spoke_or_to_whom_it_was_passed(
    session, desk, people, case, outcome, assignee, has_it
) -> None:
    call = begin(session, desk, people["operator"], case=case)
    to = people[assignee].id if assignee else None
    finish(session, desk, call, people["operator"], outcome=outcome, assignee_id=to)
    assert case.assignee_id == (people[has_it].id if has_it else None)


def test_a_colleague_keeps_the_case_that_he_has(session, desk, people, case) -> None:
    case.assignee_id, case.assignee_name = people["operator-2"].id, "別の人"
    session.commit()
    call = begin(session, desk, people["operator"], case=case)
    finish(session, desk, call, people["operator"])
    assert case.assignee_id == people["operator-2"].id


def test_a_call_is_passed_to_nobody_who_does_not_work_on_cases(session, desk, people, case) -> None:
    call = begin(session, desk, people["operator"], case=case)
    with pytest.raises(Refused, match="別の人"):
        finish(session, desk, call, people["operator"], assignee_id=people["market_staff"].id)
    session.rollback()
    assert call.message_id is None


def test_a_leader_who_finishes_a_forgotten_call_does_not_get_its_case(
    session, desk, people, case, clock
) -> None:
    call = begin(session, desk, people["operator"], case=case)
    clock.pass_by(hours=20)
    ended = desk.clock() - timedelta(hours=19)
    finish(session, desk, call, people["manager"], ended_at=ended)
    assert (case.assignee_id, call.ended_at) == (people["operator"].id, ended)


@pytest.mark.parametrize("login", ["operator-2", "market_staff", "payment_staff", "business_user"])
def test_the_call_of_another_is_not_written_in(session, desk, people, case, login: str) -> None:
    call = begin(session, desk, people["operator"], case=case)
    for act in (
        lambda: log_call.keep(session, desk, call, TYPED, version=call.version, by=people[login]),
        lambda: finish(session, desk, call, people[login]),
        lambda: log_call.take_back(session, desk, call, "x", by=people[login]),
        lambda: log_call.hang_up(session, desk, call, {}, version=call.version, by=people[login]),
        lambda: log_call.join(session, desk, call, {}, None, version=call.version, by=people[login]),
    ):
        with pytest.raises(NotAllowed, match="本人と"):
            act()


def test_the_wording_of_the_script_stays_with_the_call(session, desk, people) -> None:
    now: datetime = desk.clock()
    for happened in seed(session, author=people["operator"], reviewer=people["manager"], now=now):
        note(session, happened, by=people["manager"], now=now)
    session.commit()
    by = people["operator"]
    call = begin(session, desk, by)
    stem = "talk-penalty-amount-call"
    log_call.choose_script(session, desk, call, TYPED, stem, version=call.version, by=by)
    assert (call.talk_script, call.content) == (f"{stem}@1", "内訳を聞かれた")
    log_call.choose_script(session, desk, call, {}, "", version=call.version, by=by)
    assert call.talk_script == ""
    faq = session.scalars(
        select(Article.stem).join(Revision, Revision.article_id == Article.id).where(Article.kind == "faq")
    ).first()
    with pytest.raises(NotFound, match="トークスクリプト"):
        log_call.choose_script(session, desk, call, {}, faq, version=call.version, by=by)
