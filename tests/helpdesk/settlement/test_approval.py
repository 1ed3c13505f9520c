"""Who may take which step of a statement; what a fingerprint names; what a return takes."""

from types import SimpleNamespace

import pytest
from sqlalchemy import event, inspect

from helpdesk.database import Database
from helpdesk.errors import NotFound, Problem
from helpdesk.settlement import approval
from helpdesk.settlement.models import BusinessStatement
from tests.helpdesk.settling import Market, computed_statement


def person(number: int, *roles: str) -> SimpleNamespace:
    return SimpleNamespace(
        id=number, display_name=f"{number}番", business_id=None, role_names=frozenset(roles)
    )


def statement(number: int = 1, **changed: object) -> BusinessStatement:
    values = {"id": number, "state": "provisional", "round": 1, "newest": True}
    return BusinessStatement(**(values | changed))


def test_a_fingerprint_names_versions_states_rounds_and_whether_they_are_the_newest() -> None:
    seen = approval.fingerprint([statement(1), statement(2)])
    assert approval.fingerprint([statement(2), statement(1)]) == seen
    others = [
        [statement(1)],
        [statement(1), statement(2, state="checked")],
        [statement(1), statement(2, round=2)],
        [statement(1), statement(2, newest=False)],
    ]
    assert len({seen, *(approval.fingerprint(each) for each in others)}) == 5


def test_a_statement_waits_for_the_step_of_its_state() -> None:
    waits = [approval.next_step(statement(state=state)) for state in ("provisional", "accounted", "fixed")]
    assert [step and step.number for step in waits] == [1, 4, None]


def test_very_many_problems_are_counted() -> None:
    told = approval.shortened([Problem("P", "x")] * 150)
    assert len(told) == approval.MOST_PROBLEMS + 1
    assert told[-1].message == "同じような問題が 50 件あります"


@pytest.mark.any_database
def test_the_reason_says_why_somebody_may_not_take_a_step(database: Database, market: Market) -> None:
    with database.write_session() as session:
        made = [computed_statement(each, -1_000) for each in market.businesses.values()]
        one, other = market.record(session, made, family="contribution").new
        clerk, head = person(1, "payment_staff"), person(2, "payment_staff", "payment_head")
        on = market.now.date()

        def why(who: SimpleNamespace, step: int) -> str | None:
            return approval.may_take_step(session, who, one, step, on=on)

        assert why(clerk, 1) is None
        assert why(clerk, 2) == "「責任者の承認」は部門責任者かその代理だけができます"
        assert why(head, 2) == "「仮算定」のため、いまは「責任者の承認」の番ではありません"
        approval.approve(session, [one], 1, by=head, on=on, now=market.now)
        assert "1人で2つの承認はできません" in (why(head, 2) or "")
        assert why(person(3, "payment_head"), 2) is None
        ids = approval.ids_in_state(session, "contribution", 2026, 4, ("provisional",))
        assert ids == [other.id]
        with pytest.raises(NotFound):
            approval.read_held(session, [one.id, 0])


@pytest.mark.any_database
def test_many_are_approved_as_few_are_and_nothing_of_their_details_is_read(
    database: Database, market: Market
) -> None:
    asked: list[int] = []
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    for delivery_month, count in ((4, 1), (5, 2)):
        with database.write_session() as session:
            made = [computed_statement(each, -1_000) for each in market.businesses.values()][:count]
            new = market.record(session, made, delivery_month, family="contribution").new
            ids = [each.id for each in new]
        with database.write_session() as session:
            statements.clear()
            held = approval.read_held(session, ids, with_details=False)
            approval.approve(
                session, held, 1, by=person(1, "payment_staff"), on=market.now.date(), now=market.now
            )
            asked.append(len(statements))
            assert [each.state for each in held] == ["checked"] * count
            assert all({"inputs", "figures", "sources"} <= inspect(each).unloaded for each in held)
            assert held[0].figures == [["net_yen", "差引額（税抜）", "yen", "-1000"]]
    assert asked[0] == asked[1]


def test_a_place_names_business_month_and_version() -> None:
    made = statement(fiscal_year=2026, delivery_month=0, version=2)
    made.business = SimpleNamespace(name="北浜")  # type: ignore[assignment]
    assert approval.statement_place(made) == "北浜 2026年度年間 第2版"
