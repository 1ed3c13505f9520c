"""An incident in the browser: what happened, what was told, who has it; acknowledged and closed once, with reason."""

import re

import pytest
from sqlalchemy import select

from alerts.models import Incident
from cases.models import Case
from helpdesk.users.roles import ABILITIES
from tests.alerts.published import japan
from tests.helpdesk.browser import once_tokens, said
from tests.helpdesk.watching import DUTY

LOW = {(34, "東京"): 254, (35, "東京"): 600, (34, "中部"): 799}
PAGE = "/alerts/incidents/1"
READERS = sorted(ABILITIES["see_watch"] - ABILITIES["work_on_watch"])


@pytest.fixture
def incident(watching):
    """An incident of 22 July, opened at 12:31; nobody has seen it."""
    watching.published("2026-07-22 12:29", LOW)
    return watching.incident()


def answered(browser, path: str, **data: object):
    """Send a form of the incident's page with the version that stands on it."""
    version = re.search(r'name="version" value="(\d+)"', browser.get(PAGE).text)
    return browser.post(path, {"version": version[1] if version else "1", **data})


# --- reading


def test_the_list_shows_what_is_open_and_leads_to_it(enter, incident) -> None:
    page = enter("operator").get("/alerts/incidents")
    assert "RM-20260722-1" in said(page)
    assert "未確認 東京・中部 8%未満 2.54 % 東京 16:30–17:00" in said(page)
    assert f'href="{PAGE}"' in page.text
    assert "RM-20260722-1" not in said(enter("operator").get("/alerts/incidents?state=closed"))


def test_without_incidents_the_list_says_when_one_opens(enter, desk) -> None:
    assert "予備率が 8 %を下回るか、公表値に異常があると" in said(enter("operator").get("/alerts/incidents"))


def test_the_page_tells_publication_change_and_notice_in_order(enter, watching, incident) -> None:
    watching.published("2026-07-22 12:59", {**LOW, (34, "中部"): 480})
    page = said(enter("operator").get(PAGE))
    entries = (
        "知らせた：さらに低下 中部",
        "事案 RM-20260722-1 を開きました",
        "公表（UPDATE 2026-07-22（水）12:29）：8 %未満へ 3 コマ",
    )
    places = [page.index(entry) for entry in entries]
    assert places == sorted(places)
    assert "8 %未満へ：東京 16:30–17:30／中部 16:30–17:00（最低 2.54 %、東京 16:30–17:00）" in page


def test_the_margins_are_drawn_and_said_in_words(enter, incident) -> None:
    page = enter("operator").get(PAGE).text
    assert '<svg class="margin-plot"' in page
    assert "東京：最低 2.54 %（16:30–17:00）。中部：最低 7.99 %（16:30–17:00）</desc>" in page
    assert [f"{level} %</text>" in page for level in (8, 5, 3, 1)] == [True] * 4


def test_the_mails_to_the_duty_desk_stand_with_what_became_of_them(enter, incident) -> None:
    page = said(enter("operator").get(PAGE))
    for address in DUTY:
        assert f"{address} 【広域予備率 8%未満】" in page
    assert "送信待ち" in page


def test_who_sees_the_desks_cases_is_led_to_the_incidents_case(enter, watching, incident) -> None:
    [case] = watching.rows(Case, Case.kind == "incident")
    assert f'href="/cases/{case.number}"' in enter("operator").get(PAGE).text
    page = enter("reserve_margin_operator").get(PAGE).text
    assert case.number in page
    assert f'href="/cases/{case.number}"' not in page


def test_an_incident_that_is_not_there_is_not_found(enter, incident) -> None:
    assert enter("operator").get("/alerts/incidents/99").status_code == 404


# --- working on it


def test_an_acknowledgement_is_kept_with_name_and_comment(enter, watching, incident) -> None:
    browser = enter("reserve_margin_operator")
    assert answered(browser, f"{PAGE}/acknowledge", text="当番が確認中").location == PAGE
    kept = watching.incident()
    assert (kept.state, kept.acknowledged_comment) == ("acknowledged", "当番が確認中")
    page = said(browser.get(PAGE))
    assert "確認済み" in page
    assert "確認しました 当番が確認中" in page
    assert "コメントを付けて確認" not in page


def test_one_click_is_enough_to_acknowledge(enter, watching, incident) -> None:
    answered(enter("reserve_margin_operator"), f"{PAGE}/acknowledge")
    assert watching.incident().state == "acknowledged"


def test_a_form_that_was_sent_twice_acts_once(enter, watching, incident) -> None:
    browser = enter("reserve_margin_operator")
    page = browser.get(PAGE)
    data = {"version": str(incident.version), "once": once_tokens(page)[0], "text": "確認"}
    for _ in range(2):
        assert browser.post(f"{PAGE}/acknowledge", data).status_code == 302
    assert len(watching.events("incident_acknowledged")) == 1


def test_who_was_slower_is_told_and_sees_the_page_as_it_is_now(enter, watching, incident) -> None:
    first, second = enter("reserve_margin_operator"), enter("reserve_margin_leader")
    data = {"version": str(incident.version), "text": "わたしが見ます"}
    assert first.post(f"{PAGE}/acknowledge", data).status_code == 302
    answer = second.post(f"{PAGE}/acknowledge", data)
    assert answer.status_code == 409
    assert "開いている間に変わりました" in said(answer)
    assert "確認済み" in said(answer)


def test_closing_needs_a_reason_and_keeps_what_was_typed_when_refused(enter, watching, incident) -> None:
    browser = enter("reserve_margin_leader")
    answer = answered(browser, f"{PAGE}/close", text="  ")
    assert answer.status_code == 422
    assert "終了の理由" in said(answer)
    assert "入力してください" in said(answer)
    answer = answered(browser, f"{PAGE}/close", text="誤って開いた")
    assert answer.status_code == 409  # slots are still low
    assert "終了できません" in said(answer)
    assert "誤って開いた" in answer.text
    assert watching.incident().state == "open"


def test_a_day_that_has_recovered_is_closed_with_its_reason(enter, watching, incident) -> None:
    watching.published("2026-07-22 12:59")
    browser = enter("reserve_margin_leader")
    assert answered(browser, f"{PAGE}/close", text="全コマが 8 %以上に回復").location == PAGE
    page = said(browser.get(PAGE))
    assert "終了しました 全コマが 8 %以上に回復" in page
    assert watching.incident().state == "closed"
    assert "事案を終了する" not in page


def test_a_note_stays_for_the_next_on_duty(enter, watching, incident) -> None:
    browser = enter("reserve_margin_operator")
    assert answered(browser, f"{PAGE}/notes", text="広域機関へ電話で確認済み").location == PAGE
    assert "広域機関へ電話で確認済み" in said(enter("reserve_margin_leader").get(PAGE))
    assert answered(browser, f"{PAGE}/notes", text="").status_code == 422


def test_an_inquiry_is_tied_to_the_incident_it_follows(enter, watching, incident, cases) -> None:
    browser = enter("operation_leader")
    assert answered(browser, f"{PAGE}/cases", text=cases.kitahama).location == PAGE
    assert cases.kitahama in said(browser.get(PAGE)).split("この事案に続く問合せ")[1]
    refused = answered(browser, f"{PAGE}/cases", text="2026-999999-9")
    assert refused.status_code == 422
    assert "見つかりません" in said(refused)


@pytest.mark.parametrize("login", READERS)
def test_who_only_looks_changes_nothing(enter, watching, incident, login: str) -> None:
    browser = enter(login)
    assert "事案を終了する" not in said(browser.get(PAGE))
    for action in ("acknowledge", "close", "notes", "cases"):
        answer = browser.post(f"{PAGE}/{action}", {"text": "x", "version": str(incident.version)})
        assert answer.status_code == 403
    with watching.desk.database.read_session() as session:
        assert session.scalars(select(Incident)).one().version == incident.version


# --- the first page


def test_the_first_page_of_who_watches_shows_what_is_open_and_low(enter, watching, incident) -> None:
    page = said(enter("reserve_margin_leader").get("/"))
    assert "監視の事案 1 件 1 件が未確認" in page
    assert "予備率の公表 受信済み" in page
    assert "東京 16:30–17:30 最低 2.54 %" in page
    assert "この画面に表示する仕事はありません" not in page


def test_the_first_page_of_the_desk_shows_the_state_of_the_watch(enter, watching, incident) -> None:
    watching.clock.at = japan("2026-07-22 13:30")
    page = said(enter("operator").get("/"))
    assert "監視の事案 1 件 1 件が未確認" in page
    assert "予備率の公表 遅延" in page
