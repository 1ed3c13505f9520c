"""A family's list: filtered, sorted, page by page, as a file; and approved in batches of what was seen."""

import pytest
from sqlalchemy import select

from helpdesk.queries.statements_list import PAGE, Filter, list_page
from helpdesk.settlement.models import BusinessStatement, StatementApproval
from tests.helpdesk.browser import Browser, said
from tests.helpdesk.many_statements import YEAR, add_businesses, add_statement, add_statements, approve

LIST = "/statements/2026/4/capacity"


@pytest.fixture
def many(desk, world) -> list[int]:
    """Two pages of provisional statements; the ids of the businesses."""
    with desk.database.write_session() as session:
        ids = add_businesses(session, PAGE + 10)
        add_statements(session, desk, ids, "capacity", 4)
    return ids


def of(page, name: str) -> list[str]:
    """The values of the inputs of this name."""
    marks = page.text.split(f'name="{name}" value="')[1:]
    return [mark.partition('"')[0] for mark in marks]


def states(desk) -> dict[str, int]:
    with desk.database.read_session() as session:
        found = list(session.scalars(select(BusinessStatement.state)))
    return {state: found.count(state) for state in set(found)}


@pytest.mark.parametrize("sort", ["code", "amount", "least"])
def test_pages_follow_one_another_without_a_gap_in_any_order(desk, many, sort: str) -> None:
    with desk.database.read_session() as session:
        first = list_page(session, "capacity", YEAR, 4, Filter(sort=sort))
        second = list_page(session, "capacity", YEAR, 4, Filter(sort=sort, after=first.after or ""))
    rows = [*first.rows, *second.rows]
    assert [len(first.rows), len(second.rows), first.found] == [PAGE, 10, PAGE + 10]
    assert second.after is None
    assert {row.business_id for row in rows} == set(many)
    amounts = [row.total_yen for row in rows]
    if sort != "code":
        assert amounts == sorted(amounts, reverse=sort == "amount")
    assert first.pay_yen - first.invoice_yen == sum(amounts)


def test_a_list_is_filtered_by_state_direction_answer_and_words(desk, world) -> None:
    first, second = world.businesses.values()
    with desk.database.write_session() as session:
        add_statement(session, desk, first, state="issued")
        add_statement(session, desk, second, state="issued", answer="objected", penalties=9_000_000)
    asked = {
        "北浜": Filter(text="北浜"),
        "通知書": Filter(text="00001号"),
        "回答待ち": Filter(answer="waiting"),
        "交付": Filter(direction="pay"),
    }
    with desk.database.read_session() as session:
        for name, wanted in asked.items():
            [row] = list_page(session, "capacity", YEAR, 4, wanted).rows
            assert row.business_id == first, name
        [row] = list_page(session, "capacity", YEAR, 4, Filter(answer="objected")).rows
        assert row.business_id == second
        assert not list_page(session, "capacity", YEAR, 4, Filter(state="fixed")).rows
        assert not list_page(session, "capacity", YEAR, 4, Filter(answer="answered")).rows
        assert not list_page(
            session, "capacity", YEAR, 4, Filter(sort="amount", after="no|key", text="x")
        ).rows


def test_all_that_the_filter_finds_is_approved_at_once(enter, desk, many) -> None:
    staff = enter("payment_staff")
    page = staff.get(LIST)
    [shown], [step] = of(page, "shown"), of(page, "step")
    sent = {"do": "all", "shown": shown, "step": step}
    assert "「担当者の確認」を 60 件について行いました" in said(
        staff.post(f"{LIST}/approve", sent, follow_redirects=True)
    )
    assert states(desk) == {"checked": 60}
    assert "承認する" not in said(staff.get(LIST))


def test_ticked_statements_alone_are_approved(enter, desk, many) -> None:
    staff = enter("payment_staff")
    chosen = of(staff.get(LIST), "chosen")
    assert len(chosen) == PAGE
    sent = {"do": "chosen", "step": "1", "chosen": chosen[:3]}
    staff.post(f"{LIST}/approve", sent)
    assert states(desk) == {"checked": 3, "provisional": 57}
    nothing = staff.post(f"{LIST}/approve", {"do": "chosen", "step": "1"}, follow_redirects=True)
    assert "承認する精算を一つ以上選んでください" in said(nothing)
    odd = staff.post(
        f"{LIST}/approve", {"do": "chosen", "step": "1", "chosen": "1-x-1"}, follow_redirects=True
    )
    assert "もう一度選んでください" in said(odd)


@pytest.mark.parametrize("how", ["all", "chosen"])
def test_what_has_changed_since_it_was_shown_is_not_approved(enter, desk, many, how: str) -> None:
    staff = enter("payment_staff")
    page = staff.get(LIST)
    sent = {"do": how, "step": "1", "shown": of(page, "shown")[0], "chosen": of(page, "chosen")[:2]}
    with desk.database.write_session() as session:
        for statement in session.scalars(select(BusinessStatement).limit(2)):
            statement.round = 2  # returned by somebody in the meantime
    told = said(staff.post(f"{LIST}/approve", sent, follow_redirects=True))
    assert "表示のあとに精算が変わりました" in told
    assert states(desk) == {"provisional": 60}


def test_who_has_taken_a_step_is_not_offered_the_next(enter, desk, people, world) -> None:
    first, second = world.businesses.values()
    head = people["payment_head"]
    with desk.database.write_session() as session:
        own = add_statement(session, desk, first, state="checked")
        other = add_statement(session, desk, second, state="checked")
        approve(session, desk, own, {1: head})
    page = enter("payment_head").get(LIST)
    assert of(page, "chosen") == [f"{other}-checked-1"]
    sent = {"do": "all", "step": "2", "shown": of(page, "shown")[0]}
    enter("payment_head").post(f"{LIST}/approve", sent)
    with desk.database.read_session() as session:
        assert session.get_one(BusinessStatement, own).state == "checked"
        assert session.get_one(BusinessStatement, other).state == "approved"
        assert len(session.scalars(select(StatementApproval)).all()) == 2


@pytest.mark.any_database
def test_who_has_no_step_sees_the_list_and_approves_nothing(enter, desk, many) -> None:
    operator = enter("operator")
    page = operator.get(LIST)
    assert not of(page, "chosen")
    assert "承認する" not in said(page)
    assert operator.post(f"{LIST}/approve", {"do": "all", "step": "1", "shown": ""}).status_code == 403


@pytest.mark.any_database
@pytest.mark.parametrize(("file_format", "start"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")])
def test_the_list_is_had_as_a_file(enter, desk, many, file_format: str, start: bytes) -> None:
    answer = Browser.get(enter("operator"), f"{LIST}.{file_format}?direction=invoice")
    assert answer.status_code == 200
    assert answer.data.startswith(start)
    if file_format == "csv":
        lines = answer.data.decode("utf-8-sig").splitlines()
        assert len([line for line in lines if line.startswith("B0")]) == (PAGE + 10) // 7
