"""Which reminder is due: by bank days, step after step, held back by an objection, a promise, a letter of the same day."""

from datetime import date
from types import SimpleNamespace as Row

import pytest

from cases.payment_promises import BROKEN, KEPT, PENDING, Judged
from helpdesk.ledger import dunning
from helpdesk.ledger.due_days import BankDays
from helpdesk.ledger.dunning import letter_number, letter_of, notice_number, pay_by, title_of
from helpdesk.ledger.models import DunningNotice, Invoice
from helpdesk.ledger.overdue import Standing
from helpdesk.ledger.promises import Followed

DUE = date(2026, 6, 26)
AFTER = (5, 15, 30)
HOLIDAYS = {date(2026, 7, 20): "海の日"}


def reminder(
    today: date, sent=(), *, open_yen=100, objection=None, statement=False, judged=(), written=False
):
    standing = Standing(
        Invoice(id=1, due_on=DUE, amount_yen=100),
        Row(id=7),
        open_yen,
        BankDays(today, HOLIDAYS).overdue(DUE),
        objection,
        statement,
    )
    case = Followed(Row(id=3), judged=judged) if judged else None
    notices = [DunningNotice(step=step, pay_by=day) for step, day in enumerate(sent, 1)]
    return dunning._reminder(standing, notices, case, written, AFTER, BankDays(today, HOLIDAYS))


@pytest.mark.parametrize(
    ("sent", "step", "due_from"),
    [
        ([], 1, date(2026, 7, 3)),
        ([date(2026, 7, 10)], 2, date(2026, 7, 17)),
        ([date(2026, 7, 17)], 2, date(2026, 7, 21)),  # the first letter's own day, then the Marine Day
        ([date(2026, 7, 10), date(2026, 7, 24)], 3, date(2026, 8, 10)),
        ([date(2026, 7, 10), date(2026, 7, 24), date(2026, 8, 17)], None, None),
    ],
)
def test_a_step_is_due_after_so_many_bank_days_and_after_the_day_of_the_last_letter(
    sent, step: int | None, due_from: date | None
) -> None:
    found = reminder(date(2026, 9, 1), sent)
    assert (found.next_step, found.due_from) == (step, due_from)
    if due_from is not None:
        assert found.is_due(due_from)
        assert not found.is_due(date.fromordinal(due_from.toordinal() - 1))


def test_what_holds_a_letter_back_is_said() -> None:
    today = date(2026, 7, 6)
    pending = Judged(PENDING, date(2026, 7, 10), 0)
    for changed, why in (
        ({"objection": "2026-000012-4"}, "異議申立て（案件 2026-000012-4）の審査中"),
        ({"statement": True}, "精算への異議申立ての審査中"),
        ({"judged": [pending]}, "約束日（2026-07-10）まで待つ"),
        ({"written": True}, "この事業者には本日送付済み"),
    ):
        found = reminder(today, **changed)
        assert (found.held, found.is_due(today)) == (why, False)
    for state in (KEPT, BROKEN):
        assert reminder(today, judged=[Judged(state, date(2026, 7, 3), 0), pending]).is_due(today)


def test_of_what_is_paid_or_in_time_nothing_is_due() -> None:
    assert reminder(date(2026, 9, 1), open_yen=0).next_step is None
    assert reminder(DUE).next_step is None


def test_steps_have_titles_and_letters_have_numbers() -> None:
    assert [title_of(step) for step in (1, 2, 3, 4)] == ["督促状", "催告書", "最終催告書", "最終催告書"]
    letter = letter_number(date(2026, 7, 3), "P001")
    assert [letter_of(DunningNotice(number=notice_number(letter, place))) for place in (0, 1)] == [letter] * 2
    assert notice_number(letter, 1) != letter
    assert pay_by(date(2026, 7, 13), HOLIDAYS) == date(2026, 7, 21)
