"""Files of the bank are read wholly or not at all; what was told before changes nothing; the money is booked once."""

from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from helpdesk.errors import NotAllowed, Refused
from helpdesk.ledger.book_audit import audit
from helpdesk.ledger.models import Allocation, BankFile, JournalEntry, Receipt, TransferRow
from helpdesk.ledger.payments import payable
from helpdesk.workflows import read_bank_file as workflow
from helpdesk.workflows.order_transfers import order_transfers
from helpdesk.workflows.read_bank_file import read_bank_file
from tests.helpdesk.banking import Paid, notice_file, result_file, statement_file
from tests.helpdesk.money import add_invoice
from tests.helpdesk.paying import PAY_ON, add_account, add_payment, paying

_ACCOUNTS = count(1)
AUGUST_3 = date(2026, 8, 3)


@pytest.fixture
def read(desk, people):
    def read(content: bytes, *, keep: bool = True, by: str = "accounting_staff"):
        with desk.database.open_session(writes=True) as session:
            return read_bank_file(session, desk, "届いた.txt", content, keep=keep, by=people[by])

    return read


@pytest.fixture
def order(desk, people, clock):
    """Order all that is due; what was written."""

    def order() -> bytes:
        with desk.database.open_session(writes=True) as session:
            file, _ = order_transfers(session, paying(desk), value_on=PAY_ON, by=people["accounting_staff"])
            return desk.blobs.get(file.sha256)

    return order


@pytest.fixture
def payments(desk, businesses, order, clock) -> list[int]:
    """Three payments, ordered and some days ago; statements were booked as payable."""
    with desk.database.write_session() as session:
        add_account(session, desk, businesses["P001"])
        made = [add_payment(session, desk, businesses["P001"], 100 * m, month=m) for m in (4, 5, 6)]
    return [each.id for each in made]


def outcomes(desk) -> list[str]:
    with desk.database.read_session() as session:
        return list(session.scalars(select(TransferRow.outcome).order_by(TransferRow.id)))


def receipts(desk) -> list[int]:
    with desk.database.read_session() as session:
        return list(session.scalars(select(Receipt.amount_yen).order_by(Receipt.id)))


def booked(desk) -> list[str]:
    with desk.database.read_session() as session:
        rows = session.scalars(
            select(JournalEntry.source_key).where(JournalEntry.source_key.like("transfer:%"))
        )
        return sorted(":".join(each.split(":")[::2]) for each in rows)


def open_payments(desk) -> list[int]:
    with desk.database.read_session() as session:
        return [each.id for each in payable(session, PAY_ON)]


def test_paid_failed_and_returned_are_recorded_and_what_was_not_paid_is_open_again(
    desk, payments, order, read, clock
) -> None:
    request = order()
    clock.at += timedelta(days=34)
    done = read(result_file(request, {payments[1]: "1", payments[2]: "4"}, on=AUGUST_3))
    assert (done.kind, done.new, done.outcomes) == (
        "transfer_result",
        3,
        {"paid": 1, "failed": 1, "returned": 1},
    )
    assert outcomes(desk) == ["paid", "failed", "returned"]
    assert booked(desk) == ["transfer:paid"]
    assert open_payments(desk) == payments[1:]


def test_a_transfer_returned_after_it_was_paid_is_booked_back_and_may_be_ordered_again(
    desk, payments, order, read, clock
) -> None:
    request = order()
    clock.at += timedelta(days=34)
    read(result_file(request))
    read(result_file(request, "4", only=payments[:1], on=AUGUST_3))
    assert outcomes(desk) == ["returned", "paid", "paid"]
    assert booked(desk) == ["transfer:paid"] * 3 + ["transfer:returned"]
    older = read(result_file(request, only=payments[:2]))
    assert (older.new, older.known) == (0, 2)
    clock.at -= timedelta(days=4)  # 31 July
    again = order()
    assert again != request
    assert outcomes(desk) == ["returned", "paid", "paid", "ordered"]
    clock.at += timedelta(days=4)
    read(result_file(again))
    assert outcomes(desk) == ["returned", "paid", "paid", "paid"]


def test_the_same_file_twice_changes_nothing(desk, payments, order, read, clock) -> None:
    request = order()
    clock.at += timedelta(days=34)
    content = result_file(request)
    first, second = read(content), read(content)
    assert (first.was_known, second.was_known, second.new) == (False, True, 0)
    assert second.file_id == first.file_id
    deposits = notice_file([Paid(5, inquiry=1)])
    assert (read(deposits).new, read(deposits).new) == (1, 0)
    assert receipts(desk) == [5]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"amount": 401}, "2行目「振込金額」: 401円ですが、依頼は 400円です"),
        ({"payment": 99}, "2行目「顧客コード1」: 支払 99 の 1回目の振込は依頼していません"),
        ({"attempt": 2_001_001}, "2回目の振込は依頼していません"),
        ({"account_number": "0000001"}, "2行目「口座番号」: 「0000001」ですが、依頼は「0012345」です"),
    ],
)
def test_a_result_of_what_was_not_ordered_like_this_refuses_the_whole_file(
    desk, payments, order, read, clock, changed, words
) -> None:
    request = order()
    clock.at += timedelta(days=34)
    with pytest.raises(Refused, match=words):
        read(result_file(request, only=payments[:1], **changed))
    assert outcomes(desk) == ["ordered"] * 3
    assert booked(desk) == []


def test_a_result_that_contradicts_what_was_recorded_or_comes_too_early_is_refused(
    desk, payments, order, read, clock
) -> None:
    request = order()
    with pytest.raises(Refused, match="取組日 2026-07-31 より前の結果です"):
        read(result_file(request))
    clock.at += timedelta(days=34)
    read(result_file(request, "1"))
    with pytest.raises(Refused, match="「振込済」ですが、2026-07-31 に「振込不能」と記録済み"):
        read(result_file(request, "0"))


def test_deposits_become_receipts_and_pay_their_invoices(desk, businesses, read) -> None:
    with desk.database.write_session() as session:
        add_invoice(session, desk, "KY-0001", businesses["P001"], 700, date(2026, 6, 26))
    done = read(notice_file([Paid(700, inquiry=1, edi="KY-0001"), Paid(5, "ﾌﾒｲ", inquiry=2)]))
    assert (done.new, done.matched, done.total) == (2, 1, 2)
    with desk.database.read_session() as session:
        assert session.scalar(select(func.sum(Allocation.amount_yen))) == 700
        assert audit(session) == []
        file = session.scalars(select(BankFile)).one()
        assert (file.new, file.known, file.amount_yen, file.kind) == (2, 0, 705, "deposit_notice")
        assert {each.bank_file_id for each in session.scalars(select(Receipt))} == {file.id}


def test_overlapping_files_of_both_kinds_book_each_deposit_once(desk, read) -> None:
    read(notice_file([Paid(5, inquiry=1), Paid(6, inquiry=2)]))
    second = read(notice_file([Paid(6, inquiry=2), Paid(7, inquiry=3)]))
    assert (second.new, second.known) == (1, 1)
    days_end = read(statement_file([Paid(yen, inquiry=70 + yen) for yen in (5, 6, 7, 8)]))
    assert (days_end.new, days_end.known) == (1, 3)
    assert days_end.words[0].startswith(
        "3件は、もう一方の種類のファイルで記録した"
    )  # told: it is a likeness only
    assert second.words == []
    assert receipts(desk) == [5, 6, 7, 8]


def test_equal_deposits_without_numbers_are_counted_not_merged(desk, read) -> None:
    read(notice_file([Paid(5)]))
    assert read(notice_file([Paid(5), Paid(5)])).new == 1
    assert read(statement_file([Paid(5), Paid(5), Paid(5)])).new == 1
    assert receipts(desk) == [5, 5, 5]


def test_a_deposit_taken_back_in_its_file_is_never_booked(desk, read) -> None:
    taken = [Paid(5, inquiry=1), Paid(9, inquiry=2), Paid(5, inquiry=3, cancelled=True)]
    done = read(notice_file(taken))
    assert (done.new, len(done.words)) == (1, 1)
    again = read(notice_file([Paid(5, inquiry=1)]))
    assert (again.new, again.known) == (0, 1)
    assert read(notice_file(taken[2:])).new == 0
    assert receipts(desk) == [9]


def test_a_booked_deposit_that_is_taken_back_is_told_to_a_person(desk, read) -> None:
    read(notice_file([Paid(5, inquiry=1)]))
    done = read(notice_file([Paid(5, inquiry=1, cancelled=True), Paid(8, inquiry=2)]))
    assert "を銀行が取り消しました" in done.words[0]
    assert done.urgent == done.words
    assert receipts(desk) == [5, 8]
    with pytest.raises(Refused, match="取り消す元の入金が見つかりません"):
        read(notice_file([Paid(6, inquiry=9, cancelled=True)]))


def test_looking_first_tells_what_would_happen_and_keeps_nothing(desk, read) -> None:
    content = notice_file([Paid(5, inquiry=1)])
    shown = read(content, keep=False)
    assert (shown.new, shown.rows[0][1]) == (1, "新規")
    assert receipts(desk) == []
    assert read(content).new == 1


def test_who_may_not_read_bank_files_reads_none(desk, read) -> None:
    with pytest.raises(NotAllowed):
        read(notice_file([Paid(5)]), by="operator")


@pytest.mark.parametrize("place", ["read_bank_file.blob_kept", "read_bank_file.before_commit"])
def test_a_reading_that_died_left_nothing_and_is_repeated(desk, read, monkeypatch, place) -> None:
    def die(name: str) -> None:
        if name == place:
            raise KeyboardInterrupt

    content = notice_file([Paid(5, inquiry=1)])
    with monkeypatch.context() as patched:
        patched.setattr(workflow, "fail_point", die)
        with pytest.raises(KeyboardInterrupt):
            read(content)
    assert receipts(desk) == []
    assert read(content).new == 1


@pytest.mark.long
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_however_files_overlap_each_deposit_is_booked_once(desk, read, data) -> None:
    """Any cut of a day into files, then the whole day in either kind, books what the day had."""
    account = f"{next(_ACCOUNTS):07d}"
    amounts = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=6))
    numbered = data.draw(st.booleans())
    paid = [Paid(yen, inquiry=at if numbered else 0) for at, yen in enumerate(amounts, 1)]
    before = len(receipts(desk))
    for _ in range(data.draw(st.integers(0, 3))):
        first = data.draw(st.integers(0, len(paid) - 1)) if numbered else 0
        last = data.draw(st.integers(first, len(paid) - 1))
        read(notice_file(paid[first : last + 1], numbers=[account]))
    whole = [notice_file(paid, numbers=[account]), statement_file(paid, number=account)]
    for content in data.draw(st.permutations(whole)):
        read(content)
    assert sorted(receipts(desk)[before:]) == sorted(amounts)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_broken_file_books_nothing(desk, read, data) -> None:
    content = bytearray(notice_file([Paid(1_234_567, inquiry=1), Paid(9_000, "ﾐﾅﾄ", inquiry=2)]))
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content[at] = data.draw(st.integers(0, 255))
    else:
        del content[at : at + data.draw(st.integers(1, 300))]
    try:
        done = read(bytes(content), keep=False)
    except Refused as refused:
        done = refused
    told = [each.message for each in done.problems] if isinstance(done, Refused) else [done.label]
    assert all(told)
    assert receipts(desk) == []
