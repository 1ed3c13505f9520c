"""What a page costs: the same statements whatever there is, and a list read along its index."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

import pytest
from sqlalchemy import event, select

from cases.models import Case
from helpdesk.desk import Desk
from helpdesk.workflows.receive_mail import receive_raw
from tests.helpdesk.letters import letter
from tests.helpdesk.many_cases import add_cases, add_follow_ups, add_messages
from tests.helpdesk.many_statements import add_businesses, add_statements

FEW, MANY = 100, 10_000


@contextmanager
def statements(desk: Desk) -> Iterator[list[tuple[str, tuple]]]:
    """All statements that the desk sends meanwhile, with their values."""
    seen: list[tuple[str, tuple]] = []

    def note(connection, cursor, statement, parameters, context, many) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append((statement, parameters))

    event.listen(desk.database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(desk.database.engine, "before_cursor_execute", note)


class Costs:
    """Opens pages, keeps how many statements each sent and how long it took."""

    def __init__(self, desk: Desk, browser) -> None:
        self.desk, self.browser = desk, browser
        self.counts: dict[str, int] = {}
        self.milliseconds: dict[str, float] = {}

    def open(self, name: str, path: str) -> str:
        assert self.browser.get(path).status_code == 200  # whatever is made once is made now
        with statements(self.desk) as seen:
            begun = perf_counter()
            page = self.browser.get(path)
            self.milliseconds[name] = (perf_counter() - begun) * 1000
        assert page.status_code == 200
        self.counts[name] = len(seen)
        return page.text


def middle_of_the_list(desk: Desk, rows: int) -> str:
    """The cursor in the middle of all cases, as the list's own links carry it."""
    with desk.database.read_session() as session:
        order = select(Case).order_by(Case.updated_at.desc(), Case.id.desc())
        case = session.scalars(order.offset(rows // 2).limit(1)).one()
    return f"{case.updated_at:%Y%m%dT%H%M%S%f}-{case.id}"


def open_all(costs: Costs, rows: int) -> None:
    costs.open("home", "/")
    first = costs.open("list", "/cases/?scope=all")
    assert first.count('class="row-link"') == 50
    middle = costs.open("list, middle", f"/cases/?scope=all&older={middle_of_the_list(costs.desk, rows)}")
    assert middle.count('class="row-link"') >= 49
    costs.open("list, open", "/cases/?scope=open")
    costs.open("list, rare word", "/cases/?scope=all&q=番号77")
    costs.open("list, common word", "/cases/?scope=all&q=差替")
    costs.open("list, a business", "/cases/?scope=all&business=1")
    costs.open("case", "/cases/bulk-33")
    costs.open("knowledge", "/kb/")
    costs.open("calculations", "/calculations/")
    costs.open("rules", "/calculations/rules/")
    costs.open("parameters", "/parameters/")
    costs.open("administration", "/admin/")
    costs.open("users", "/admin/users")
    costs.open("report", "/reports/")


def test_every_page_sends_as_many_statements_at_ten_thousand_cases_as_at_a_hundred(
    enter, desk, people, businesses, capsys
) -> None:
    person, browser = people["manager"], enter("manager")
    owners = {"business_ids": list(businesses.values()), "assignee_id": person.id}
    costs = []
    for rows in (FEW, MANY):
        add_cases(desk, rows - (FEW if costs else 0), **owners)
        costs.append(Costs(desk, browser))
        open_all(costs[-1], rows)
    few, many = costs
    with capsys.disabled():
        print("\npage: statements, ms at 100 and 10,000 cases")
        for name, count in many.counts.items():
            print(f"  {name}: {count}, {few.milliseconds[name]:.0f} {many.milliseconds[name]:.0f}")
    # a word in few messages is looked up first, a common one is checked where it stands: the same statements too
    assert many.counts == few.counts
    assert max(many.counts.values()) <= 25


FOLLOW_UPS = (
    "/",
    "/calls/",
    "/calls/?scope=all",
    "/objections/",
    "/objections/?scope=waiting",
    "/settlement/",
    "/settlement/?scope=all",
    "/settlement/accounts",
    "/settlement/receipts",
    "/settlement/letters",
    "/transfers/",
    "/transfers/?scope=all",
    "/transfers/files",
    "/books/",
    "/books/balances",
    "/books/journal",
    "/books/accounts/121",
    "/books/closings",
    "/imports/",
    "/alerts/",
    "/alerts/incidents",
    "/alerts/notices",
    "/checklists/",
    "/reports/daily",
)
OF_A_BUSINESS = ("/portal/", "/portal/cases/", "/portal/cases/?scope=all", "/portal/notices/")


def test_lists_of_calls_objections_money_and_watch_send_as_many_statements_at_sixty_rows_as_at_two(
    enter, desk, people, businesses, capsys
) -> None:
    manager = people["manager"]
    owners = {"business_ids": list(businesses.values()), "assignee_id": manager.id}
    found = []
    for ids in (range(1, 3), range(3, 61)):
        add_cases(desk, len(ids), **owners)
        add_follow_ups(desk, ids, notice_id=1, operator_id=manager.id)
        costs = [Costs(desk, enter(login)) for login in ("manager", "business_user")]
        pages = {path: costs[0].open(path, path) for path in FOLLOW_UPS}
        for path in OF_A_BUSINESS:
            costs[1].open(path, path)
        found.append(costs[0].counts | costs[1].counts)
    rows = {path: page.count("<tr") + page.count("row-link") for path, page in pages.items()}
    assert min(rows[path] for path in ("/calls/", "/objections/", "/settlement/?scope=all", "/imports/")) > 40
    few, many = found
    with capsys.disabled():
        print("\npage: statements at 2 and at 60 rows")
        for path, count in many.items():
            print(f"  {path}: {few[path]} {count}")
    assert many == few
    assert max(many.values()) <= 30


OF_STATEMENTS = (
    "/",
    "/statements/?year=2026",
    "/statements/2026/4",
    "/statements/2026/4/capacity",
    "/statements/2026/4/capacity?sort=amount",
    "/statements/1",
    "/statements/approvals",
    "/statements/deputies",
    "/statements/contribution/2026",
)
OF_OWN_STATEMENTS = ("/portal/", "/portal/statements/", "/portal/statements/1")


def test_pages_of_statements_send_as_many_statements_at_sixty_businesses_as_at_one(
    enter, desk, people, businesses, capsys
) -> None:
    staff, own = enter("payment_staff"), enter("business_user")
    found = []
    for ids in (
        [businesses["P001"]],
        None,
    ):
        with desk.database.write_session() as session:
            others = ids or add_businesses(session, 60)
            for month, state in ((4, "billed"), (5, "issued"), (6, "provisional"), (7, "checked")):
                add_statements(
                    session, desk, others, "capacity", month, state=state, with_money=state == "billed"
                )
        costs = [Costs(desk, staff), Costs(desk, own)]
        pages = {path: costs[0].open(path, path) for path in OF_STATEMENTS}
        for path in OF_OWN_STATEMENTS:
            costs[1].open(path, path)
        found.append(costs[0].counts | costs[1].counts)
    assert pages["/statements/2026/4/capacity"].count('class="row-link"') == 50
    few, many = found
    with capsys.disabled():
        print("\npage: statements at 1 and at 61 businesses")
        for path, count in many.items():
            print(f"  {path}: {few[path]} {count}")
    assert many == few
    assert max(many.values()) <= 20


def test_a_case_costs_the_same_with_sixty_messages_as_with_one(enter, desk, cases_of_one) -> None:
    costs = Costs(desk, enter("operator"))
    number, case_id = cases_of_one
    costs.open("one", f"/cases/{number}")
    add_messages(desk, case_id, 60)
    page = costs.open("sixty", f"/cases/{number}")
    assert page.count('id="message-') == 61
    assert costs.counts["one"] == costs.counts["sixty"]


@pytest.fixture
def cases_of_one(desk: Desk, businesses) -> tuple[str, int]:
    """A case with one mail: number and id."""
    number = receive_raw(desk, letter(), source="import").case_number
    with desk.database.read_session() as session:
        return number, session.scalars(select(Case.id)).one()


@pytest.mark.parametrize(
    "asked",
    ["scope=all", "scope=all&older={middle}", "scope=all&newer={middle}", "scope=open", "scope=mine"],
)
def test_the_list_is_read_along_an_index_without_sorting(enter, desk, people, businesses, asked: str) -> None:
    add_cases(desk, 2_000, business_ids=list(businesses.values()), assignee_id=people["manager"].id)
    if desk.database.is_sqlite:
        with desk.database.write_session() as session:
            session.connection().exec_driver_sql("ANALYZE")
    path = f"/cases/?{asked.format(middle=middle_of_the_list(desk, 2_000))}"
    with statements(desk) as seen:
        assert enter("manager").get(path).status_code == 200
    [(statement, parameters)] = [
        each for each in seen if re.search(r"FROM cases_case LEFT OUTER JOIN", each[0])
    ]
    explain = "EXPLAIN QUERY PLAN" if desk.database.is_sqlite else "EXPLAIN"
    with desk.database.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"{explain} {statement}", parameters).all()
    plan = "\n".join(str(row[-1]) for row in rows)
    assert "TEMP B-TREE" not in plan, plan
    assert "ix_cases_case" in plan, plan
    assert not re.search(r"SCAN cases_case(?! USING)|Seq Scan on cases_case|^Sort", plan, re.MULTILINE), plan
