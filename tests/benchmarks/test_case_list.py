"""P7, P8, P11: the list of cases costs its page, not its cases."""

import pytest
from flask import Flask, render_template_string
from sqlalchemy import select

from cases.models import Business, Case
from helpdesk.app import create_app_for
from tests.benchmarks.measuring import report, side_by_side
from tests.helpdesk.browser import Browser
from tests.helpdesk.many_cases import add_cases

pytestmark = pytest.mark.long
FEW, MANY = 100, 10_000
ROWS = """<!DOCTYPE html><table>{% for row in rows %}<tr><td>{{ row.number }}<td>{{ row.subject }}<td>{{ row.name }}
<td>{{ row.status }}<td>{{ row.assignee_name }}<td>{{ row.updated_at }}</tr>{% endfor %}</table>"""


def plain_page(desk) -> Flask:
    """The least that can show such a list: no sign-in, no permissions, no frame."""
    app = Flask("plain")
    newest = (
        select(Case.number, Case.subject, Business.name, Case.status, Case.assignee_name, Case.updated_at)
        .outerjoin(Business, Business.id == Case.business_id)
        .order_by(Case.updated_at.desc(), Case.id.desc())
        .limit(50)
    )

    @app.get("/")
    def show() -> str:
        with desk.database.read_session() as session:
            return render_template_string(ROWS, rows=session.execute(newest).all())

    return app


def test_a_page_of_the_list_costs_the_same_at_ten_thousand_cases_and_in_their_middle(world, capsys) -> None:
    desk, person = world.desk, world.people["sato"]
    browser = Browser(create_app_for(desk))
    browser.be(person)
    plain = plain_page(desk).test_client()
    owners = {"business_ids": list(world.businesses.values()), "assignee_id": person.id}
    add_cases(desk, FEW, **owners)
    few = side_by_side(9, list=lambda: browser.get("/cases/?scope=all"), plain=lambda: plain.get("/"))
    add_cases(desk, MANY - FEW, **owners)
    with desk.database.read_session() as session:
        newest_first = select(Case).order_by(Case.updated_at.desc(), Case.id.desc())
        middle = session.scalars(newest_first.offset(MANY // 2).limit(1)).one()
    deep = f"/cases/?scope=all&older={middle.updated_at:%Y%m%dT%H%M%S%f}-{middle.id}"
    many = side_by_side(
        9,
        list=lambda: browser.get("/cases/?scope=all"),
        deep=lambda: browser.get(deep),
        open=lambda: browser.get("/cases/?scope=open"),
        common_word=lambda: browser.get("/cases/?scope=all&q=差替"),
        plain=lambda: plain.get("/"),
    )
    report(capsys, f"list of {FEW} cases", few)
    report(capsys, f"list of {MANY:,} cases", many)
    growth = (many["list"] / many["plain"]) / (few["list"] / few["plain"])  # the machine's moods cancel out
    assert growth < 2
    assert many["deep"] / many["list"] < 2
    assert many["open"] / many["list"] < 3
    assert many["common_word"] / many["list"] < 4
    assert many["list"] / many["plain"] < 15
