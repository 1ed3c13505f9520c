"""A business reads its own notices: by year and month, with what a new version changed, and how they came about."""

from datetime import date

import pytest
from sqlalchemy import select

from cases.models import Event
from helpdesk.register.models import NotifiedResult
from tests.helpdesk.browser import said
from tests.world import YEAR


@pytest.fixture
def second(desk, world) -> int:
    """A second version of May, with another total and a reason; its id."""
    with desk.database.write_session() as session:
        first = session.get_one(NotifiedResult, world.notice.id)
        figures = [[*each[:3], "97200000"] if each[0] == "total_yen" else each for each in first.figures]
        made = NotifiedResult(
            business_id=first.business_id,
            fiscal_year=YEAR,
            delivery_month=5,
            version=2,
            figures=figures,
            notified_on=date(2026, 6, 29),
            document_number="交付額通知書 第2026-05-0001-2号",
            reason="停止計画の差替を反映した",
        )
        session.add(made)
        session.flush()
        return made.id


def test_a_business_without_notices_is_told_so(enter, world) -> None:
    page = said(enter("business_user-2").get("/portal/notices/"))
    assert "通知はまだありません" in page


def test_the_list_says_which_version_is_in_force(enter, world, second) -> None:
    page = said(enter("business_user").get("/portal/notices/"))
    assert page.index("5月分 第2版") < page.index("5月分 第1版")
    assert (page.count("有効"), page.count("差替済み")) == (1, 1)
    assert "97,200,000" in page


def test_an_unknown_year_shows_the_newest(enter, world) -> None:
    for year in ("1999", "x", "99999999999"):
        assert "第2026-05-0001号" in enter("business_user").get(f"/portal/notices/?year={year}").text


def test_a_replaced_notice_says_what_replaced_it(enter, world, second) -> None:
    page = enter("business_user").get(f"/portal/notices/{world.notice.id}")
    assert "この通知は差し替えられています" in said(page)
    assert f"/portal/notices/{second}" in page.text


def test_a_new_version_says_why_and_what_it_changed(enter, world, second) -> None:
    page = said(enter("business_user").get(f"/portal/notices/{second}"))
    assert "停止計画の差替を反映した" in page
    assert "第1版からの変更 1 項目" in page
    assert "−8,553,600 円 97,200,000 円 +105,753,600 円" in page


def test_a_notice_shows_how_it_came_about_where_that_gives_its_figures(enter, world, second) -> None:
    browser = enter("business_user")
    page = said(browser.get(f"/portal/notices/{world.notice.id}/derivation"))
    assert "通知した金額と一致する計算です" in page
    assert "104,976,000" in page
    unexplained = browser.get(f"/portal/notices/{second}/derivation")
    assert "ここでは示せません" in said(unexplained)
    assert f"/portal/inquiry?notice={second}" in unexplained.text
    assert "計算 #" not in page


@pytest.mark.parametrize(("file_format", "start"), [("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK")])
def test_a_notice_is_saved_as_it_was_issued_byte_for_byte(enter, desk, world, file_format, start) -> None:
    path = f"/portal/notices/{world.notice.id}/document/{file_format}"
    first, again = enter("business_user").get(path), enter("business_user").get(path)
    assert first.status_code == 200
    assert first.data.startswith(start)
    assert first.data == again.data
    assert first.headers["Content-Disposition"].startswith("attachment;")
    assert enter("business_user-2").get(path).status_code == 404
    with desk.database.read_session() as session:
        kinds = session.scalars(select(Event.kind).order_by(Event.id)).all()
    assert (kinds.count("document_issued"), kinds.count("notice_saved")) == (1, 1)
