"""Four steps, four people; nobody takes two, however he or she tries; what was returned begins anew."""

import threading
from datetime import date, timedelta

import pytest

from helpdesk.desk import Desk
from helpdesk.errors import Conflict, HelpdeskError, NotAllowed, NotFound, Refused
from helpdesk.settlement.approval import approvals_of
from helpdesk.settlement.models import StatementApproval
from helpdesk.workflows.approve_statements import (
    appoint_deputy,
    return_statement,
    revoke_deputy,
    steps_of,
)
from tests.helpdesk.chain import CHAIN, Chain


@pytest.fixture
def chain(desk: Desk) -> Chain:
    made = Chain(desk)
    made.contributions()
    return made


def approve(chain: Chain, step: int, by: str | None = None, **changed):
    return chain.approve(step, by, family="contribution", **changed)


def states(chain: Chain) -> list[tuple[str, int]]:
    return [(each.state, each.round) for each in chain.newest(family="contribution")]


def appoint(chain: Chain, step: int, user: str, *, by: str = "manager", days: int = 3):
    today = chain.desk.clock().date()
    return chain.do(
        appoint_deputy,
        step=step,
        user_id=chain[user].id,
        valid_from=today,
        valid_to=today + timedelta(days=days),
        reason="出張のため",
        by=chain[by],
    )


def test_a_month_goes_through_the_chain_step_by_step(chain: Chain) -> None:
    reached = []
    for step in (1, 2, 3, 4):
        assert len(approve(chain, step)) == 2
        reached.append(states(chain)[0][0])
    assert reached == ["checked", "approved", "accounted", "fixed"]
    taken = [(row.step, row.decided_by_name, row.as_deputy) for row in chain.rows(StatementApproval)]
    assert taken == [(step, f"{CHAIN[step - 1]}さん", "") for step in (1, 2, 3, 4) for _ in range(2)]
    assert chain.events("settlement:contribution") == ["statements_approved"] * 4


@pytest.mark.any_database
def test_a_step_is_taken_by_its_role_in_its_turn_only(chain: Chain) -> None:
    with pytest.raises(NotAllowed, match="部門担当者かその代理だけ"):
        approve(chain, 1, by="payment_head")
    ids = [each.id for each in chain.newest(family="contribution")]
    with pytest.raises(Refused, match="番ではありません"):
        approve(chain, 2, statement_ids=ids)
    with pytest.raises(Refused, match="対象の精算がありません"):
        approve(chain, 2)
    with pytest.raises(NotFound):
        approve(chain, 1, statement_ids=[0])
    with pytest.raises(NotFound):
        approve(chain, 5, shown="")
    assert states(chain) == [("provisional", 1)] * 2


@pytest.mark.any_database
def test_some_of_a_month_can_be_approved_alone(chain: Chain) -> None:
    first = chain.newest(family="contribution")[0]
    approve(chain, 1, statement_ids=[first.id])
    assert [state for state, _ in states(chain)] == ["checked", "provisional"]


@pytest.mark.any_database
def test_what_changed_since_it_was_shown_is_not_approved(chain: Chain) -> None:
    shown = chain.shown(1, family="contribution")
    ids = [each.id for each in chain.newest(family="contribution")]
    shown_ids = chain.shown(1, ids, family="contribution")
    chain.contributions((-120_001, -45_000))
    for given in ({"shown": shown}, {"shown": shown_ids, "statement_ids": ids}):
        with pytest.raises(Conflict, match="表示のあとに精算が変わりました"):
            approve(chain, 1, **given)
    with pytest.raises(Refused, match="新しい版があります"):
        approve(chain, 1, statement_ids=ids)
    assert states(chain) == [("provisional", 1)] * 2


@pytest.mark.any_database
def test_nobody_takes_two_steps_of_a_round_with_two_roles_or_as_a_deputy(chain: Chain) -> None:
    approve(chain, 1, by="both")
    with pytest.raises(Refused, match="1人で2つの承認はできません"):
        approve(chain, 2, by="both")
    approve(chain, 2)
    appoint(chain, 3, "payment_head")
    with pytest.raises(Refused, match="「責任者の承認」を自分が行っています"):
        approve(chain, 3, by="payment_head")
    appoint(chain, 3, "market_staff")
    approve(chain, 3, by="market_staff")
    assert chain.rows(StatementApproval)[-1].as_deputy == "部門経理担当者"
    approve(chain, 4)
    assert states(chain) == [("fixed", 1)] * 2


def in_two_browsers(chain: Chain, acts: list) -> list[str]:
    """Both at the same moment, each in a session and thread of its own; what became of each."""
    start, told = threading.Barrier(2), []

    def act(done) -> None:
        start.wait()
        try:
            done()
            told.append("done")
        except HelpdeskError as error:
            told.append(type(error).__name__)

    threads = [threading.Thread(target=act, args=(each,)) for each in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def test_two_people_who_take_the_same_step_at_once_are_one(chain: Chain) -> None:
    shown = chain.shown(1, family="contribution")
    told = in_two_browsers(
        chain,
        [lambda: approve(chain, 1, shown=shown), lambda: approve(chain, 1, by="both", shown=shown)],
    )
    assert told == ["Conflict", "done"]
    assert [row.step for row in chain.rows(StatementApproval)] == [1, 1]


def test_one_person_in_two_browsers_takes_one_step_only(chain: Chain) -> None:
    one = chain.newest(family="contribution")[0].id
    first = chain.shown(1, [one], family="contribution")
    approve(chain, 1, statement_ids=[one], by="payment_staff")
    second = chain.shown(2, [one], family="contribution")
    chain.do(return_statement, one, reason="やり直し", by=chain["payment_head"])
    ids = {"statement_ids": [one]}
    told = in_two_browsers(
        chain,
        [
            lambda: approve(chain, 1, by="both", shown=chain.shown(1, [one], family="contribution"), **ids),
            lambda: approve(chain, 2, by="both", shown=second, **ids),
        ],
    )
    assert "done" in told
    assert told != ["done", "done"]
    assert first != second
    by_both = [row for row in chain.rows(StatementApproval) if row.decided_by_name == "bothさん"]
    assert len(by_both) == 1


def test_a_returned_statement_begins_anew_and_all_its_approvals_stay(chain: Chain) -> None:
    for step in (1, 2, 3, 4):
        approve(chain, step)
    one, other = chain.newest(family="contribution")
    with pytest.raises(Refused, match="理由を入力"):
        chain.do(return_statement, one.id, reason=" ", by=chain["accounting_staff"])
    with pytest.raises(NotAllowed):
        chain.do(return_statement, one.id, reason="誤り", by=chain["operator"])
    stale = chain.shown(4, [other.id], family="contribution")
    with pytest.raises(Conflict, match="表示のあとに"):
        chain.do(return_statement, one.id, reason="誤り", shown=stale, by=chain["accounting_staff"])
    made = chain.do(return_statement, one.id, reason="按分の誤り", by=chain["accounting_staff"])
    assert (made.step, made.round, made.reason) == (0, 1, "按分の誤り")
    assert states(chain) == [("provisional", 2), ("fixed", 1)]
    with pytest.raises(Conflict, match="差し戻せません"):
        chain.do(return_statement, one.id, reason="もう一度", by=chain["accounting_staff"])
    approve(chain, 1, by="both")
    with chain.desk.database.read_session() as session:
        steps = [(row.round, row.step) for row in approvals_of(session, one.id)]
    assert steps == [(1, 1), (1, 2), (1, 3), (1, 4), (1, 0), (2, 1)]
    assert chain.events("settlement:contribution")[-2:] == ["statement_returned", "statements_approved"]


@pytest.mark.any_database
def test_deputies_are_appointed_revoked_and_end_by_themselves(chain: Chain) -> None:
    deputy = appoint(chain, 1, "market_staff", by="payment_head", days=0)
    with chain.desk.database.read_session() as session:
        assert steps_of(session, chain.desk, chain["market_staff"]) == [1]
        assert steps_of(session, chain.desk, chain["both"]) == [1, 2]
    chain.do(revoke_deputy, deputy.id, by=chain["payment_head"])
    with pytest.raises(Conflict, match="すでに取り消しています"):
        chain.do(revoke_deputy, deputy.id, by=chain["payment_head"])
    with pytest.raises(NotAllowed):
        approve(chain, 1, by="market_staff")
    appoint(chain, 1, "market_staff", days=0)
    chain.desk.clock.pass_by(days=1)
    with pytest.raises(NotAllowed):
        approve(chain, 1, by="market_staff")
    with pytest.raises(NotAllowed):
        appoint(chain, 1, "market_staff", by="accounting_staff")
    assert chain.events(f"user:{chain['market_staff'].id}") == [
        "deputy_appointed",
        "deputy_revoked",
        "deputy_appointed",
    ]


@pytest.mark.any_database
def test_everything_that_is_wrong_with_a_deputy_is_said_at_once(chain: Chain) -> None:
    with pytest.raises(Refused) as refused:
        chain.do(
            appoint_deputy,
            step=1,
            user_id=chain["P001"].id,
            valid_from=date(2026, 7, 2),
            valid_to=date(2026, 7, 1),
            reason="",
            by=chain["accounting_head"],
        )
    assert [problem.where for problem in refused.value.problems] == ["段階", "代理", "終了日", "理由"]
    with pytest.raises(Refused, match="自分を代理に"):
        appoint(chain, 3, "accounting_head", by="accounting_head")
    with pytest.raises(Refused, match="代理は不要です"):
        appoint(chain, 1, "payment_staff")
