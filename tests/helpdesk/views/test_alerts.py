"""The watch in the browser: what stands where, how fresh it is, and that an empty or broken feed is said to be so."""

import re
from dataclasses import replace

import pytest

from alerts.models import Feed
from alerts.readings import RESERVE_MARGIN_BLOCK
from helpdesk.users.roles import ABILITIES, ROLES
from tests.alerts.published import japan
from tests.helpdesk.browser import Browser, addresses, once_tokens, said
from tests.helpdesk.test_views import Costs
from tests.helpdesk.watching import publication

LOW = {(slot, area): 254 for slot in range(34, 37) for area in ("東京", "中部")} | {(40, "九州"): 799}
PAGES = (
    "/alerts/",
    "/alerts/?view=wall",
    "/alerts/areas/2026-07-22/03",
    "/alerts/slots/2026-07-22/03/34",
    "/alerts/notices",
    "/alerts/incidents",
)
OUTSIDE = sorted(set(ROLES) - ABILITIES["see_watch"])


def cells(page: str, area_code: str, day: str = "2026-07-22") -> dict[int, str]:
    """What each cell of an area says, by slot."""
    found = re.findall(rf'href="/alerts/slots/{day}/{area_code}/(\d+)" tabindex="-1" title="([^"]*)"', page)
    return {int(slot): title for slot, title in found}


# --- who sees it


@pytest.mark.parametrize("login", OUTSIDE)
def test_the_watch_is_closed_to_who_does_not_watch(enter, watching, login: str) -> None:
    watching.published("2026-07-22 12:29", LOW)
    browser = enter(login)
    for method in ("GET", "POST"):
        for endpoint, path in addresses(browser.app, method):
            if endpoint.startswith("alerts."):
                answer = browser.get(path) if method == "GET" else browser.post(path)
                assert answer.status_code in (403, 404), endpoint
                assert "2.54" not in answer.text
    assert "監視" not in said(browser.get("/"))


@pytest.mark.parametrize("login", sorted(ABILITIES["see_watch"]))
def test_who_watches_reaches_every_page(enter, watching, login: str) -> None:
    watching.published("2026-07-22 12:29", LOW)
    browser = enter(login)
    for path in PAGES:
        assert browser.get(path).status_code == 200, path


# --- the map


def test_every_slot_of_every_area_says_in_words_what_it_is(enter, watching) -> None:
    watching.published("2026-07-22 12:29", LOW)
    page = enter("operator").get("/alerts/").text
    tokyo = cells(page, "03")
    assert len(tokyo) == 48
    assert tokyo[34] == "東京 16:30–17:00 2.54 %"
    assert tokyo[1] == "東京 00:00–00:30 15.00 %"
    assert [len(cells(page, f"{code:02d}")) for code in range(1, 11)] == [48] * 10


def test_the_low_slots_stand_as_text_beside_the_map(enter, watching) -> None:
    watching.published("2026-07-22 12:29", LOW)
    page = said(enter("operator").get("/alerts/"))
    assert "東京 ・ 中部 16:30–18:00 最低 2.54 %" in page
    assert "九州 19:30–20:00 最低 7.99 %" in page
    assert "これから 8 %未満のエリア 3 エリア 最低 2.54 %" in page


def test_what_is_over_no_longer_counts_as_to_come(enter, watching) -> None:
    watching.published("2026-07-22 12:29", LOW)
    watching.at("2026-07-22 18:00")
    assert "これから 8 %未満のエリア 1 エリア 最低 7.99 %" in said(enter("operator").get("/alerts/"))


def test_tomorrow_stands_below_today(enter, watching) -> None:
    watching.clock.at = japan("2026-07-22 17:40")
    watching.round(publication("2026-07-22 17:35", {(20, "四国"): 480}, days=["2026-07-22", "2026-07-23"]))
    page = enter("operator").get("/alerts/").text
    assert cells(page, "08", "2026-07-23")[20] == "四国 09:30–10:00 4.80 %"


def test_a_day_of_which_nothing_is_known_says_so(enter, watching) -> None:
    watching.published("2026-07-22 12:29", LOW)
    page = said(enter("operator").get("/alerts/?day=2026-07-01"))
    assert "2026年7月1日（水）の公表はまだありません" in page


def test_three_days_of_publications_keep_to_their_days(enter, watching) -> None:
    for day, margin in ((20, 700), (21, 600), (22, 500)):
        watching.published(f"2026-07-{day} 12:29", {(34, "東京"): margin})
    browser = enter("operator")
    for day, words in ((20, "7.00"), (21, "6.00"), (22, "5.00")):
        page = browser.get(f"/alerts/?day=2026-07-{day}").text
        assert cells(page, "03", f"2026-07-{day}")[34] == f"東京 16:30–17:00 {words} %"


# --- how fresh it is


def test_before_the_first_publication_the_page_says_what_is_missing(enter, desk) -> None:
    page = said(enter("reserve_margin_operator").get("/alerts/"))
    assert "未受信" in page
    assert "公表はまだありません" in page
    assert "定期取得は停止中です" in page


def test_a_fresh_feed_says_its_stamp_its_age_and_when_the_next_is_expected(enter, watching) -> None:
    watching.published("2026-07-22 12:29")
    page = said(enter("operator").get("/alerts/"))
    assert "受信済み 最後の UPDATE は 2分前" in page
    assert "最後の公表（UPDATE） 12:29 次は 12:59 ごろの見込み" in page


def test_a_feed_without_news_is_late_after_forty_minutes(enter, watching) -> None:
    watching.published("2026-07-22 12:29", LOW)
    browser = enter("operator")
    watching.at("2026-07-22 13:09")
    assert "受信済み" in said(browser.get("/alerts/"))
    watching.at("2026-07-22 13:10")
    page = browser.get("/alerts/")
    assert "遅延" in said(page)
    assert "公表が遅れています" in said(page)
    assert cells(page.text, "03")[34] == "東京 16:30–17:00 2.54 %"  # a low reading is never hidden


def test_an_unreadable_publication_is_listed_with_its_reason_and_hides_no_low_slot(enter, watching) -> None:
    watching.published("2026-07-22 12:29", LOW)
    watching.round(b"<html><body>Error</body></html>", after_minutes=5)
    watching.round(b"<html><body>Error</body></html>", after_minutes=5)
    page = enter("operator").get("/alerts/")
    assert "読み取り不能" in said(page)
    assert "読み取れなかった公表" in said(page)
    assert "Web ページ（エラー画面など）" in said(page)
    assert cells(page.text, "03")[34] == "東京 16:30–17:00 2.54 %"


# --- keeping up to date


def test_the_change_number_stays_until_something_happens(enter, watching) -> None:
    watching.published("2026-07-22 12:29", LOW)
    browser = enter("operator")
    first = browser.get("/alerts/changes")
    assert first.status_code == 200
    same = browser.get("/alerts/changes", headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    watching.clock.at = japan("2026-07-22 12:31")
    watching.round(publication("2026-07-22 12:30", {(34, "東京"): 100}))
    other = browser.get("/alerts/changes", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    assert other.headers["ETag"] != first.headers["ETag"]


def test_the_wall_screen_has_no_menu_and_reloads_without_scripts(enter, watching) -> None:
    watching.published("2026-07-22 12:29", LOW)
    page = enter("operator").get("/alerts/?view=wall").text
    assert 'class="rail"' not in page
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in page
    assert cells(page, "03")[34] == "東京 16:30–17:00 2.54 %"


# --- one area, one slot, what was told


def test_a_slot_shows_every_version_with_its_stamp_and_change(enter, watching) -> None:
    watching.published("2026-07-22 11:59", {(34, "東京"): 1000})
    watching.published("2026-07-22 12:29", {(34, "東京"): 799})
    watching.published("2026-07-22 12:59", {(34, "東京"): None})
    watching.published("2026-07-22 13:29", {(34, "東京"): 850})
    page = said(enter("operator").get("/alerts/slots/2026-07-22/03/34"))
    assert "2026-07-22（水）11:59 10.00 % ―" in page
    assert "2026-07-22（水）12:29 7.99 % −2.01 ポイント" in page
    assert "2026-07-22（水）12:59 読み取れない" in page
    assert "2026-07-22（水）13:29 8.50 % +0.51 ポイント" in page
    assert "8 %未満になった 7.99 % UPDATE 2026-07-22（水）12:29" in page
    assert "8 %以上に戻った 8.50 % UPDATE 2026-07-22（水）13:29" in page


def test_an_area_lists_its_slots_with_first_lowest_and_last_value(enter, watching) -> None:
    watching.published("2026-07-22 11:59", {(34, "東京"): 1000})
    watching.published("2026-07-22 12:29", {(34, "東京"): 300})
    watching.published("2026-07-22 12:59", {(34, "東京"): 700})
    page = said(enter("operator").get("/alerts/areas/2026-07-22/03"))
    assert "16:30–17:00 7.00 % 8 %未満 2026-07-22（水）12:59 10.00 % 3.00 % 2 回" in page


def test_the_form_leads_to_an_area_and_day(enter, watching) -> None:
    answer = enter("operator").get("/alerts/areas?day=2026-07-21&area=09")
    assert answer.location == "/alerts/areas/2026-07-21/09"


def test_what_was_told_and_what_was_not_stands_with_its_reason(enter, watching) -> None:
    watching.published("2026-07-22 12:29", LOW)
    watching.published("2026-07-22 12:59", LOW)
    browser = enter("operator")
    page = said(browser.get("/alerts/notices"))
    assert "知らせた 8%未満" in page
    assert "知らせない 8%未満" in page
    assert "すでに知らせてあり" in page
    told = said(browser.get("/alerts/notices?day=2026-07-22&decision=send")).split("宛先 事案")[1]
    assert "知らせた 8%未満" in told
    assert "知らせない" not in told
    assert "知らせの記録はありません" in said(browser.get("/alerts/notices?day=2026-07-01"))


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/alerts/?day=2026-13-01", 422, "「2026-13-01」は日付ではありません（例 2026-07-22）"),
        ("/alerts/?day=9999-12-31", 422, "2016 年から 2099 年までの日付"),
        ("/alerts/notices?day=abc", 422, "「abc」は日付ではありません"),
        ("/alerts/areas?day=2026-07-22&area=11", 422, "一覧から選んでください"),
        ("/alerts/areas/2026-07-22/11", 404, "そのエリアはありません"),
        ("/alerts/areas/yesterday/03", 422, "「yesterday」は日付ではありません"),
        ("/alerts/slots/2026-07-22/03/0", 404, "そのコマはありません"),
        ("/alerts/slots/2026-07-22/03/49", 404, "そのコマはありません"),
    ],
)
def test_an_address_that_names_nothing_is_told_what_is_wrong(
    enter, watching, path: str, status: int, words: str
) -> None:
    answer = enter("operator").get(path)
    assert answer.status_code == status
    assert words in said(answer)


# --- playing a day again


def test_a_real_instance_plays_nothing_again(enter, watching) -> None:
    browser = enter("reserve_margin_leader")
    assert "再生（デモ）" not in said(browser.get("/alerts/"))
    for action in ("start", "speed", "stop", "resume"):
        data = {"day": "2026-07-22", "speed": "60"}
        assert browser.post(f"/alerts/replay/{action}", data).status_code == 404


@pytest.fixture
def demonstration(desk, people, clock) -> Browser:
    """A demonstration instance of the same desk, with the leader of the watch signed in."""
    from helpdesk.app import create_app_for

    settings = replace(desk.settings, demo=True)
    browser = Browser(create_app_for(replace(desk, settings=settings)))
    browser.be(people["reserve_margin_leader"])
    return browser


def test_a_demonstration_plays_a_day_again_and_says_what_time_it_pretends(demonstration, clock) -> None:
    page = demonstration.get("/alerts/")
    assert "再生（デモ） していません" in said(page)
    data = {"day": "2026-07-22", "speed": "144", "once": once_tokens(page)[0]}
    assert demonstration.post("/alerts/replay/start", data).location == "/alerts/"
    begun = said(demonstration.get("/alerts/"))
    assert "再生の時刻 2026-07-22（水）00:28" in begun
    assert "144 倍で再生中。実際の公表ではありません。" in begun
    clock.pass_by(minutes=1)
    assert "再生の時刻 2026-07-22（水）02:52" in said(demonstration.get("/alerts/"))
    demonstration.post("/alerts/replay/speed", {"speed": "30"})
    demonstration.post("/alerts/replay/stop")
    clock.pass_by(minutes=10)
    stopped = said(demonstration.get("/alerts/"))
    assert "再生の時刻 2026-07-22（水）02:52 停止中" in stopped
    demonstration.post("/alerts/replay/resume")
    clock.pass_by(minutes=2)
    assert "再生の時刻 2026-07-22（水）03:52 30 倍で再生中" in said(demonstration.get("/alerts/"))


@pytest.mark.parametrize("path", ["/alerts/", "/"])
def test_a_day_played_again_is_never_late_though_its_recording_has_gaps(demonstration, clock, path) -> None:
    data = {"day": "2026-07-22", "speed": "60", "once": once_tokens(demonstration.get("/alerts/"))[0]}
    demonstration.post("/alerts/replay/start", data)
    last = japan("2026-07-22 00:28")
    with demonstration.app.extensions["desk"].database.write_session() as session:
        session.add(
            Feed(
                source=f"{RESERVE_MARGIN_BLOCK}/replay-1",
                newest_published_at=last,
                last_fetched_at=last,
                last_readable_at=last,
                last_problem="",
            )
        )
    clock.pass_by(minutes=6)
    page = said(demonstration.get(path))
    assert "再生中" in page
    assert "6時間0分前" in page
    assert "遅" not in page
    assert "ごろの見込み" not in page
    demonstration.post("/alerts/replay/stop")
    assert "再生を停止中" in said(demonstration.get(path))
    demonstration.post("/alerts/replay/resume")
    demonstration.post("/alerts/replay/speed", {"speed": "600"})
    clock.pass_by(minutes=3)
    page = said(demonstration.get(path))
    assert "再生は終了" in page
    assert "遅" not in page


def test_today_in_colours_comes_before_the_lists(enter, watching) -> None:
    watching.published("2026-07-22 12:29", LOW)
    page = enter("operator").get("/alerts/").text
    assert page.index("data-map") < page.index("本日の 8 %未満") < page.index("公表の記録")
    assert page.index("data-map") < page.index("2026年7月23日（木）　翌日")


@pytest.mark.parametrize(
    ("action", "data", "words"),
    [
        ("start", {"day": "", "speed": "0"}, "日付を入力してください"),
        ("start", {"day": "2026-01-01", "speed": "60"}, "2026-01-01 の記録はありません"),
        ("start", {"day": "2026-07-22", "speed": "601"}, "1〜600 倍の整数"),
        ("start", {"day": "2026-07-22", "speed": "速い"}, "「速い」は整数ではありません"),
        ("speed", {"speed": "60"}, "再生していません"),
        ("stop", {}, "再生していません"),
    ],
)
def test_a_replay_that_cannot_be_is_refused(demonstration, action: str, data: dict, words: str) -> None:
    answer = demonstration.post(f"/alerts/replay/{action}", data)
    assert answer.status_code in (409, 422)
    assert words in said(answer)


# --- what it costs


def test_a_page_of_the_watch_costs_the_same_with_many_publications_as_with_one(
    enter, watching, capsys
) -> None:
    watching.published("2026-07-22 00:29", LOW)
    browser = enter("manager")
    costs = []
    for hours in (range(0), range(1, 11)):
        for hour in hours:
            watching.published(f"2026-07-22 {hour:02d}:29", {(34, "東京"): 200 + hour, (hour, "関西"): 700})
        costs.append(Costs(watching.desk, browser))
        for path in (*PAGES, "/alerts/incidents/1", "/alerts/changes", "/"):
            costs[-1].open(path, path)
    few, many = costs
    with capsys.disabled():
        print("\nwatch: statements, ms at 1 and 11 publications")
        for path, count in many.counts.items():
            print(f"  {path}: {count}, {few.milliseconds[path]:.0f} {many.milliseconds[path]:.0f}")
    assert many.counts == few.counts
    assert max(many.counts.values()) <= 25
