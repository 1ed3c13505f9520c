"""A month of the books is closed by the head of accounting, once, with its checklist kept."""

from datetime import date

import pytest

from cases.history import content_of, read_stream
from helpdesk.errors import NotAllowed, Refused
from helpdesk.ledger.account_history import LEDGER
from helpdesk.ledger.closing import BLOCKER, WARNING, closings
from helpdesk.workflows.close_period import checklist, close_period
from tests.helpdesk.money import add_receipt


@pytest.fixture
def june(desk, clock, businesses) -> None:
    """A receipt of June that nobody has allocated; it is July now."""
    with desk.database.write_session() as session:
        add_receipt(session, desk, "B-1", 500, business_id=businesses["P001"], on=date(2026, 6, 29))
    clock.pass_by(days=3)


@pytest.mark.usefixtures("june")
def test_the_head_of_accounting_closes_a_month_with_a_reason_for_what_is_open(desk, people) -> None:
    head = people["accounting_head"]
    with desk.database.open_session(writes=True) as session:
        checks = checklist(session, "2026-06", now=desk.clock())
        assert {each.label for each in checks if each.state == WARNING} == {"精算の計算", "未消込の入金"}
        assert not [each for each in checks if each.state == BLOCKER]
        with pytest.raises(Refused, match="締める理由"):
            close_period(session, desk, "2026-06", by=head)
        made = close_period(session, desk, " 2026-06 ", reason="7月に消し込む", by=head)
    assert (made.entries, made.debit_yen, made.closed_by_name) == (1, 500, head.display_name)
    with desk.database.read_session() as session:
        [event] = read_stream(session, LEDGER)
        told = content_of(event)
    assert (event.kind, told["period"], told["reason"]) == ("period_closed", "2026-06", "7月に消し込む")
    assert told["open"][1].startswith("未消込の入金: 1件 500円")


@pytest.mark.usefixtures("june")
def test_a_second_closing_changes_nothing(desk, people) -> None:
    head = people["accounting_head"]
    with desk.database.open_session(writes=True) as session:
        first = close_period(session, desk, "2026-06", reason="可", by=head).id
        assert close_period(session, desk, "2026-06", by=head).id == first
        assert len(read_stream(session, LEDGER)) == 1


@pytest.mark.usefixtures("june")
@pytest.mark.parametrize("login", ["accounting_staff", "manager", "payment_head"])
def test_nobody_else_closes(desk, people, login: str) -> None:
    with desk.database.open_session(writes=True) as session:
        with pytest.raises(NotAllowed, match="帳簿を締める権限"):
            close_period(session, desk, "2026-06", reason="可", by=people[login])
        assert closings(session) == []


@pytest.mark.usefixtures("june")
def test_what_blocks_is_refused_and_leaves_nothing(desk, people) -> None:
    with desk.database.open_session(writes=True) as session:
        for period, words in (
            ("2026-07", "次に締めるのは2026年6月"),
            ("2026", "終わってから"),
            ("x", "会計期間"),
        ):
            with pytest.raises(Refused, match=words):
                close_period(session, desk, period, reason="可", by=people["accounting_head"])
        assert closings(session) == []
