"""The case of an unpaid invoice: one an invoice, settled with what hangs on it, opened again when money goes."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import true
from sqlalchemy.orm import Session

from cases import late_payments, phone_calls
from cases.call_lists import next_calls
from cases.history import Actor, case_events, content_of
from cases.late_payments import UnpaidInvoice
from cases.lifecycle import AWAITING_RELEASE, CLOSED, IN_PROGRESS
from cases.models import Business, LatePayment, PhoneCall

INVOICE = UnpaidInvoice(41, "KY-0001", "請求書 KY-0001（2026年度 4月分 容量拠出金）", "contribution")


@pytest.fixture
def late(session: Session, kaminari: Business, operator: Actor, now: datetime) -> LatePayment:
    contact = late_payments.contacts_to_call(session, [kaminari.id])[kaminari.id]
    return late_payments.open_late_payment(session, INVOICE, kaminari, contact, by=operator, now=now)


def call(session: Session, late: LatePayment, operator: Actor, at: datetime, **ending) -> PhoneCall:
    begun = phone_calls.begin(session, direction="out", case=late.case, by=operator, now=at)
    ending = {"content": "話した", "outcome": "other"} | ending
    phone_calls.end(session, begun, by=operator, now=at + timedelta(minutes=3), **ending)
    return begun


def kinds(session: Session, late: LatePayment) -> list[str]:
    return [event.kind for event in case_events(session, late.case_id)]


def test_an_invoice_has_one_case_however_often_it_is_opened(session, late, kaminari, operator, now) -> None:
    again = late_payments.open_late_payment(session, INVOICE, kaminari, None, by=operator, now=now)
    assert again.id == late.id
    assert (late.case.kind, late.case.subject) == (
        "late_payment",
        "入金遅延：請求書 KY-0001（2026年度 4月分 容量拠出金）",
    )
    assert late.case.contact.name == "山田 太郎"
    assert kinds(session, late) == ["received", "late_payment_opened"]
    assert content_of(case_events(session, late.case_id)[-1]) == {"invoice": 41, "number": "KY-0001"}


def test_a_settled_case_is_closed_with_its_reason_and_no_call_is_left_to_make(
    session, late, operator, now
) -> None:
    made = call(session, late, operator, now, next_call_at=now + timedelta(days=2))
    late_payments.settle(session, late, reason="全額の入金を確認", by=operator, now=now + timedelta(days=1))
    session.refresh(made)
    assert (late.case.status, late.settled_at, made.next_call_done_at) == (
        CLOSED,
        now + timedelta(days=1),
        now + timedelta(days=1),
    )
    assert kinds(session, late)[-2:] == ["late_payment_settled", "closed"]
    assert content_of(case_events(session, late.case_id)[-1])["reason"] == "全額の入金を確認"


def test_a_next_call_that_is_typed_after_the_payment_is_not_left_to_make(
    session, late, operator, now
) -> None:
    late_payments.settle(session, late, reason="入金", by=operator, now=now)
    made = call(session, late, operator, now, outcome="callback", next_call_at=now + timedelta(days=2))
    assert made.next_call_done_at is not None
    assert next_calls(session, visible=true()) == []
    assert [
        content_of(event) for event in case_events(session, late.case_id) if event.kind == "next_call_done"
    ] == [{"call": made.id, "reason": "入金済みのため"}]


def test_nobody_is_to_be_called_while_the_invoice_is_paid_even_where_the_case_stays_open(
    session, late, operator, now
) -> None:
    made = call(session, late, operator, now, next_call_at=now + timedelta(days=2))
    assert [row.id for row in next_calls(session, visible=true())] == [made.id]
    late.settled_at = now
    session.flush()
    assert next_calls(session, visible=true()) == []


def test_a_case_whose_answer_is_being_released_keeps_its_state(session, late, operator, now) -> None:
    late.case.status = AWAITING_RELEASE
    session.flush()
    late_payments.settle(session, late, reason="入金", by=operator, now=now)
    assert late.case.status == AWAITING_RELEASE
    assert late.settled_at == now


def test_money_that_goes_opens_the_case_again(session, late, operator, now) -> None:
    late_payments.settle(session, late, reason="入金", by=operator, now=now)
    late_payments.unsettle(session, late, reason="消込の取消", by=operator, now=now)
    assert (late.case.status, late.settled_at) == (IN_PROGRESS, None)
    assert kinds(session, late)[-2:] == ["late_payment_unsettled", "reopened"]


def test_what_stands_of_the_calls_is_what_the_newest_that_has_it_says(session, late, operator, now) -> None:
    hour = timedelta(hours=1)
    call(
        session,
        late,
        operator,
        now,
        outcome="promised",
        promised_on=(now + timedelta(days=3)).date(),
        promised_yen=500,
    )
    call(session, late, operator, now + hour, outcome="no_answer")
    last = call(session, late, operator, now + 2 * hour, outcome="no_answer", next_call_at=now + 5 * hour)
    found = late_payments.follow_ups(session, [late.case_id])[late.case_id]
    assert found.last is not None
    assert (found.last.id, found.unreached_in_a_row, len(found.calls)) == (last.id, 2, 3)
    assert [promise.amount_yen for promise in found.promises] == [500]
    assert found.next_call is not None
    assert found.next_call.id == last.id


def test_a_call_that_is_going_on_says_nothing_yet(session, late, operator, now) -> None:
    phone_calls.begin(session, direction="out", case=late.case, by=operator, now=now)
    assert late_payments.follow_ups(session, [late.case_id]) == {}


def test_the_accounting_department_is_called_before_others(session, kaminari) -> None:
    first, second = kaminari.contacts
    second.department = "財務部"
    session.flush()
    assert late_payments.contacts_to_call(session, [kaminari.id])[kaminari.id].id == second.id
    first.telephone = second.telephone = ""
    session.flush()
    assert late_payments.contacts_to_call(session, [kaminari.id]) == {}


def test_a_follow_up_is_found_by_case_and_by_invoice(session, late) -> None:
    assert late_payments.late_payment_of(session, late.case_id) is late
    assert late_payments.late_payment_for(session, 41) is late
    assert late_payments.late_payment_for(session, 42) is None
