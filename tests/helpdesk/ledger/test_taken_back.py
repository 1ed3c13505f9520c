"""What the bank takes back is reversed once, whichever file or kind of file tells it, and nothing like it is."""

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from cases.models import Case
from helpdesk.ledger.balances import open_yen
from helpdesk.ledger.book_audit import audit
from helpdesk.ledger.models import Allocation, AllocationReversal, Invoice, Receipt, ReceiptReversal
from helpdesk.workflows import call_late_payer, keep_ledger
from helpdesk.workflows.read_bank_file import read_bank_file
from tests.helpdesk.banking import Paid, notice_file, statement_file
from tests.helpdesk.money import add_invoice

_ACCOUNTS = count(1)


@pytest.fixture
def read(desk, people):
    def read(content: bytes, *, keep: bool = True):
        with desk.database.open_session(writes=True) as session:
            return read_bank_file(
                session, desk, "届いた.txt", content, keep=keep, by=people["accounting_staff"]
            )

    return read


def booked(desk) -> list[tuple[int, bool]]:
    """Each receipt: its yen, and whether it was taken back; the books agree."""
    with desk.database.read_session() as session:
        assert audit(session) == []
        gone = set(session.scalars(select(ReceiptReversal.receipt_id)))
        rows = session.scalars(select(Receipt).order_by(Receipt.id))
        return [(each.amount_yen, each.id in gone) for each in rows]


def test_a_booked_deposit_is_reversed_with_what_it_paid_and_the_case_is_open_again(
    desk, people, businesses, read
) -> None:
    with desk.database.write_session() as session:
        invoice = add_invoice(session, desk, "KY-0001", businesses["P001"], 700, date(2026, 6, 26))
    with desk.database.open_session(writes=True) as session:
        call_late_payer.open_case(session, desk, invoice.id, by=people["operator"])
    paid = Paid(700, inquiry=1, edi="KY-0001")
    assert read(notice_file([paid])).settled == 1
    taken = notice_file([replace(paid, cancelled=True), Paid(8, inquiry=2)])
    looked = read(taken, keep=False)
    assert (looked.reversed_, looked.changes_nothing, booked(desk)) == (1, False, [(700, False)])
    done = read(taken)
    assert (done.new, done.reversed_) == (1, 1)
    assert "を銀行が取り消しました（入金の取消を記録、消込 1件も取消し、請求書は未入金）" in done.urgent[0]
    assert booked(desk) == [(700, True), (8, False)]
    with desk.database.read_session() as session:
        assert session.scalars(select(Case.status)).one() == "in_progress"
        assert open_yen(session, session.scalars(select(Invoice)).all()) == {invoice.id: 700}
        reversal = session.scalars(select(ReceiptReversal)).one()
        assert (reversal.bank_file_id, reversal.reason) == (done.file_id, "銀行による取消（届いた.txt）")
        assert session.scalars(select(AllocationReversal.reason)).one().startswith("入金の取消：銀行による")


def test_an_older_file_brings_it_not_again_and_says_so(desk, read) -> None:
    paid, other = Paid(5, inquiry=1), Paid(9, inquiry=2)
    read(notice_file([paid]))
    read(notice_file([replace(paid, cancelled=True)]))
    again = read(notice_file([paid, other]))
    assert (again.new, again.known, again.rows[0][1]) == (1, 1, "取消済み")
    assert any("に取り消されています（銀行による取消" in words for words in again.words)
    whole = read(notice_file([paid, other, replace(paid, cancelled=True)]))
    assert (whole.new, whole.reversed_, whole.changes_nothing) == (0, 0, True)
    assert booked(desk) == [(5, True), (9, False)]


def test_of_two_alike_one_is_reversed_however_often_it_is_told(desk, read) -> None:
    first, second = Paid(5, inquiry=1), Paid(5, inquiry=2)
    gone = replace(first, inquiry=3, cancelled=True)
    read(notice_file([first, second]))
    assert read(notice_file([gone])).reversed_ == 1
    assert read(notice_file([first, second, gone])).reversed_ == 0
    assert read(notice_file([gone, Paid(1, inquiry=4)])).reversed_ == 0
    # the other kind of file tells the same day
    out = Paid(5, inquiry=73, out=True, transaction=19)
    day = [Paid(5, inquiry=71), Paid(5, inquiry=72), out, Paid(1, inquiry=74)]
    assert read(statement_file(day)).reversed_ == 0
    assert sorted(booked(desk)) == [(1, False), (5, False), (5, True)]


def test_what_only_the_other_kind_of_file_has_booked_is_left_to_a_person_or_to_that_kind(desk, read) -> None:
    paid = Paid(5, inquiry=1)
    read(notice_file([paid]))
    done = read(statement_file([Paid(5, inquiry=71), Paid(5, inquiry=72, out=True, transaction=19)]))
    assert (done.new, done.reversed_, booked(desk)) == (0, 0, [(5, False)])
    assert "別の種類のファイルで記録しています" in done.urgent[0]
    late = read(notice_file([replace(paid, cancelled=True), Paid(7, inquiry=2)]))
    assert late.reversed_ == 1
    assert booked(desk) == [(5, True), (7, False)]


def test_what_a_person_took_back_before_is_not_taken_back_twice(desk, people, read) -> None:
    paid = [Paid(5, inquiry=1), Paid(5, inquiry=2)]
    read(notice_file(paid))
    with desk.database.open_session(writes=True) as session:
        keep_ledger.reverse_receipt(session, desk, 1, "銀行から電話", by=people["accounting_staff"])
    done = read(notice_file([replace(paid[0], cancelled=True), Paid(6, inquiry=3)]))
    assert done.reversed_ == 0
    assert "2026-06-30 に取り消してあります" in done.words[0]
    assert booked(desk) == [(5, True), (5, False), (6, False)]


def test_one_of_which_money_goes_back_stays_and_a_person_is_told(desk, people, businesses, read) -> None:
    paid = Paid(5, inquiry=1)
    read(notice_file([paid]))
    with desk.database.open_session(writes=True) as session:
        keep_ledger.refund_receipt(
            session, desk, 1, 5, business_id=businesses["P001"], by=people["accounting_staff"]
        )
    done = read(notice_file([replace(paid, cancelled=True), Paid(6, inquiry=2)]))
    assert "を銀行が取り消しました。この入金の返金「" in done.urgent[0]
    assert booked(desk) == [(5, False), (6, False)]
    with desk.database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Allocation)) == 0


# --- against a slow model: what came less what was taken back, however files overlap

OF_ONE_RUN = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
    "derandomize": True,
    "phases": [Phase.generate],  # every example reads files: to look for a smaller one would take minutes
}


def day_of(data) -> list[Paid]:
    """A day: deposits, many of them alike, and cancellations that bear their number or one of their own."""
    happened: list[Paid] = []
    open_ones: list[Paid] = []
    for at in range(1, data.draw(st.integers(1, 6)) + 1):
        if open_ones and data.draw(st.booleans()):
            gone = open_ones.pop(data.draw(st.integers(0, len(open_ones) - 1)))
            number = gone.inquiry if data.draw(st.booleans()) else at
            happened.append(replace(gone, inquiry=number, cancelled=True))
        else:
            happened.append(Paid(data.draw(st.integers(1, 2)), inquiry=at))
            open_ones.append(happened[-1])
    return happened


def whatever_files_tell(desk, read, data) -> None:
    account, day, told = f"{next(_ACCOUNTS):07d}", day_of(data), 0
    for _ in range(data.draw(st.integers(0, 3))):
        start = data.draw(st.integers(0, told))
        told = data.draw(st.integers(told, len(day)))
        if day[start:told]:
            read(notice_file(day[start:told], numbers=[account]))
    for part in (day[told:], day):
        if part:
            read(notice_file(part, numbers=[account]))
    with desk.database.read_session() as session:
        gone = set(session.scalars(select(ReceiptReversal.receipt_id)))
        rows = session.scalars(select(Receipt).where(Receipt.reference.contains(f"-{account}-"))).all()
        stay = Counter(each.amount_yen for each in rows if each.id not in gone)
        assert audit(session) == []
    left = Counter(each.amount_yen for each in day if not each.cancelled)
    left.subtract(each.amount_yen for each in day if each.cancelled)
    assert stay == +left


@settings(max_examples=20, **OF_ONE_RUN)
@given(st.data())
def test_what_stays_is_what_came_less_what_was_taken_back(desk, read, data) -> None:
    whatever_files_tell(desk, read, data)


@pytest.mark.long
@settings(max_examples=300, **OF_ONE_RUN)
@given(st.data())
def test_what_stays_is_what_came_less_what_was_taken_back_in_the_long_run(desk, read, data) -> None:
    whatever_files_tell(desk, read, data)
