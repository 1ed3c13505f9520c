"""The reports page shows a week and gives it as a file in each format, to those who may."""

import pytest

from helpdesk.clock import in_japan
from tests.helpdesk.browser import said

pytestmark = pytest.mark.any_database

BEGINS = {"pdf": b"%PDF", "docx": b"PK", "xlsx": b"PK", "csv": b"\xef\xbb\xbf"}


def test_the_page_offers_the_week_in_every_format(enter) -> None:
    page = enter("manager").get("/reports/?monday=2026-06-22").get_data(as_text=True)
    for file_format, label in (("pdf", "PDF"), ("docx", "Word"), ("xlsx", "Excel"), ("csv", "CSV")):
        assert f"/reports/weekly.{file_format}?monday=2026-06-22" in page
        assert f"{label} で保存" in page


@pytest.mark.parametrize("file_format", BEGINS)
def test_the_week_is_downloaded(enter, file_format: str) -> None:
    answer = enter("operation_leader").get(f"/reports/weekly.{file_format}?monday=2026-06-22")
    assert answer.status_code == 200
    assert answer.data.startswith(BEGINS[file_format])
    assert f"weekly-2026-06-22.{file_format}" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("path", ["/reports/", "/reports/weekly.pdf?monday=2026-06-22"])
def test_who_does_not_report_sees_nothing(enter, path: str) -> None:
    assert enter("operator").get(path).status_code == 403


def test_a_day_that_is_no_monday_and_a_format_that_is_none_are_refused(enter) -> None:
    manager = enter("manager")
    assert manager.get("/reports/weekly.pdf?monday=2026-06-23").status_code == 422
    assert manager.get("/reports/weekly.odt?monday=2026-06-22").status_code == 404


def test_the_day_is_shown_and_can_be_had_as_a_file(enter, desk, cases) -> None:
    browser = enter("operation_leader")
    day = in_japan(desk.clock()).date()
    page = said(browser.get("/reports/daily"))
    assert "日次報告書" in page
    assert cases.kitahama in page
    assert "前の日" in page
    for file_format in ("pdf", "docx", "xlsx", "csv"):
        answer = browser.get(f"/reports/daily.{file_format}?day={day}")
        assert answer.status_code == 200
        assert f"daily-{day}.{file_format}" in answer.headers["Content-Disposition"]
    assert "この日に対応した案件はありません" in said(browser.get("/reports/daily?day=2026-01-01"))


@pytest.mark.parametrize("day", ["昨日", "2026-02-30", "9999-01-01", "2099-01-01"])
def test_a_day_that_is_none_or_has_not_begun_is_refused_in_words(enter, cases, day: str) -> None:
    answer = enter("operation_leader").get("/reports/daily", query_string={"day": day})
    assert answer.status_code == 422
    assert "日付" in said(answer)


def test_only_who_reports_sees_the_day(enter, cases) -> None:
    assert enter("operator").get("/reports/daily").status_code == 403
    assert enter("business_user").get("/reports/daily.pdf").status_code == 404
