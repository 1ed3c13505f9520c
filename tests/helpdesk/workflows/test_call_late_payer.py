"""A late payer is called from the list, from the case and from the calls to be made, and asked the same everywhere."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cases import phone_calls
from cases.errors import LineBusy
from cases.models import Case, Contact, PhoneCall
from helpdesk.errors import Refused
from helpdesk.ledger.models import Invoice
from helpdesk.workflows import call_late_payer, keep_ledger, log_call
from helpdesk.workflows.call_late_payer import AlreadyPaid
from helpdesk.workflows.log_call import NewCall
from tests.helpdesk.browser import said
from tests.helpdesk.money import add_invoice, receipt_entry
from tests.helpdesk.views.test_settlement import object_to
from tests.world import World


@pytest.fixture
def businesses(world: World) -> dict[str, int]:
    return dict(world.businesses)


@pytest.fixture
def case(desk, people, businesses) -> str:
    """The number of the case of an invoice that is overdue since Friday."""
    with desk.database.open_session(writes=True) as session:
        tanaka = session.scalars(select(Contact).where(Contact.name == "田中 由紀")).one()
        tanaka.telephone = "06-1234-5678"
        invoice = add_invoice(session, desk, "KY-0001", businesses["P001"], 1_000_000, date(2026, 6, 26))
        return call_late_payer.open_case(session, desk, invoice.id, by=people["operator"]).number


def pay(desk, people, businesses) -> None:
    with desk.database.open_session(writes=True) as session:
        entry = receipt_entry("B-1 KY-0001", 1_000_000, business_id=businesses["P001"], on=date(2026, 6, 30))
        keep_ledger.enter_receipt(session, desk, entry, by=people["accounting_staff"])


def begin(session, desk, people, number: str, **values) -> PhoneCall:
    case = session.scalars(select(Case).where(Case.number == number)).one()
    new = NewCall(**({"direction": "out", "case_number": number} | values))
    return log_call.begin(session, desk, new, case=case, by=people["operator"])


def calls(desk) -> list[PhoneCall]:
    with desk.database.read_session() as session:
        return list(session.scalars(select(PhoneCall)))


def test_the_button_of_the_case_says_paid_and_begins_no_call(enter, desk, people, businesses, case) -> None:
    pay(desk, people, businesses)
    answer = enter("operator").post("/calls/", {"direction": "out", "case": case}, follow_redirects=True)
    assert "請求書 KY-0001 は入金済みです。電話は必要ありません" in said(answer)
    assert "入金遅延：請求書 KY-0001" in said(answer)
    assert calls(desk) == []


def test_the_button_of_the_case_says_why_it_is_paused(enter, desk, people, world) -> None:
    owner = world.businesses["P001"]
    with desk.database.open_session(writes=True) as session:
        about = {"kind": "penalty", "delivery_month": 5, "notified_result_id": world.notice.id}
        invoice = add_invoice(session, desk, "PE-0001", owner, 5_000_000, date(2026, 6, 19), **about)
        late = call_late_payer.open_case(session, desk, invoice.id, by=people["operator"]).number
    objection = object_to(desk, people, world.notice.id, owner)
    answer = enter("operator").post("/calls/", {"direction": "out", "case": late})
    assert answer.status_code == 422
    assert f"異議申立て（案件 {objection}）の審査中のため、架電を止めています" in said(answer)
    assert calls(desk) == []


def test_what_is_refused_does_not_end_the_call_that_is_going_on(desk, people, businesses, case) -> None:
    pay(desk, people, businesses)
    with desk.database.open_session(writes=True) as session:
        log_call.begin(session, desk, NewCall("in"), case=None, by=people["operator"])
        with pytest.raises(AlreadyPaid):
            begin(session, desk, people, case, hang_up=True)
        session.rollback()
    assert [call.ended_at for call in calls(desk)] == [None]


def test_a_line_in_use_is_asked_about_as_for_any_call(desk, people, case) -> None:
    with desk.database.open_session(writes=True) as session:
        first = log_call.begin(session, desk, NewCall("in"), case=None, by=people["operator"])
        with pytest.raises(LineBusy):
            begin(session, desk, people, case)
        session.rollback()
        second = begin(session, desk, people, case, hang_up=True)
        assert (first.ended_at, second.case.number) == (desk.clock(), case)


def test_a_call_from_the_case_keeps_who_and_which_number_was_chosen(desk, people, case) -> None:
    with desk.database.open_session(writes=True) as session:
        call = begin(session, desk, people, case, telephone="06-9999-0000")
        assert (call.contact.name, call.telephone) == ("田中 由紀", "06-9999-0000")


def test_a_contact_of_somebody_else_is_not_called_about_this_money(desk, people, case) -> None:
    with desk.database.open_session(writes=True) as session:
        other = session.scalars(select(Contact).where(Contact.name == "伊藤 誠")).one()
        call = begin(session, desk, people, case, contact_id=other.id)
        assert (call.contact.name, call.telephone) == ("田中 由紀", "06-1234-5678")


@pytest.mark.parametrize("values", [{"direction": "in"}, {"started_at": timedelta(hours=-1)}])
def test_a_call_that_was_received_or_made_is_written_down_though_it_is_paid(
    desk, people, businesses, case, values
) -> None:
    pay(desk, people, businesses)
    if "started_at" in values:
        values = {"started_at": desk.clock() + values["started_at"]}
    with desk.database.open_session(writes=True) as session:
        assert begin(session, desk, people, case, **values).case.number == case


def test_a_payment_during_the_call_leaves_no_next_call(enter, desk, people, businesses, clock, case) -> None:
    with desk.database.open_session(writes=True) as session:
        call = begin(session, desk, people, case)
        call_id = call.id
    pay(desk, people, businesses)
    clock.pass_by(minutes=5)
    with desk.database.write_session() as session:
        call = session.get_one(PhoneCall, call_id)
        later = desk.clock() + timedelta(days=1)
        phone_calls.end(
            session,
            call,
            outcome="callback",
            content="明日かけ直す",
            next_call_at=later,
            by=people["operator"],
            now=desk.clock(),
        )
    assert calls(desk)[0].next_call_done_at is not None
    assert "かける約束の電話はありません" in said(enter("operator").get("/calls/"))


def test_an_invoice_that_is_not_due_is_not_called_about(desk, people, case) -> None:
    with desk.database.open_session(writes=True) as session:
        session.scalars(select(Invoice)).one().due_on = date(2026, 7, 31)
        with pytest.raises(Refused, match="支払期限（2026-07-31）を過ぎていません"):
            begin(session, desk, people, case)
