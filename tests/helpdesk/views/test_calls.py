"""電話: a call is written down while it lasts, by whoever may, and nothing typed is lost."""

import itertools
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from cases.models import Business, Case, Contact, Event, Message, PhoneCall, WorkInterval
from helpdesk.users.roles import ABILITIES, ROLES
from tests.helpdesk.browser import Browser, addresses, said
from tests.world import World


@pytest.fixture
def telephones(desk, world: World) -> None:
    """Numbers and readings for the people of the world."""
    with desk.database.write_session() as session:
        session.get_one(Business, world.businesses["P001"]).name_kana = "キタハマエナジー"
        session.get_one(Business, world.businesses["P002"]).name_kana = "ミナトハツデン"
        for name, telephone in (("田中 由紀", "06-0000-1201"), ("伊藤 誠", "03-0000-7700")):
            session.scalars(select(Contact).where(Contact.name == name)).one().telephone = telephone


@pytest.fixture
def browser(enter, cases, telephones) -> Browser:
    return enter("operator")


def begin(browser: Browser, **values: str) -> str:
    """The address of the call that has begun."""
    answer = browser.post("/calls/", {"direction": "in"} | values)
    assert answer.status_code == 302, said(answer)
    return answer.location


def the_call(desk) -> PhoneCall:
    with desk.database.read_session() as session:
        return session.scalars(select(PhoneCall).order_by(PhoneCall.id.desc())).first()


def typed(desk, **values: str) -> dict[str, str]:
    """The call's form as it stands, with this typed into it."""
    call = the_call(desk)
    stands = {"version": call.version, "telephone": call.telephone, "person_name": call.person_name}
    stands |= {"subject": call.subject, "content": call.content, "outcome": call.outcome}
    return {name: str(value) for name, value in (stands | values).items()}


def events(desk) -> int:
    with desk.database.read_session() as session:
        return session.scalar(select(func.count()).select_from(Event))


# --- the whole way


def test_a_known_number_names_the_caller_and_the_call_becomes_a_case(browser, desk, clock, people) -> None:
    path = begin(browser, telephone="０６－００００－１２０１")
    page = browser.get(path)
    assert "北浜エナジー株式会社" in said(page)
    assert "田中 由紀" in said(page)
    clock.pass_by(minutes=6)
    form = typed(
        desk,
        subject="5月分のペナルティ",
        content="倍率5の理由を聞かれた",
        outcome="taken",
        assignee="",
        topic="",
    )
    answer = browser.post(f"{path}/end", form)
    assert answer.status_code == 302, said(answer)
    with desk.database.read_session() as session:
        case = session.scalars(select(Case).order_by(Case.id.desc())).first()
        message = session.scalars(select(Message).where(Message.case_id == case.id)).one()
        interval = session.scalars(select(WorkInterval).where(WorkInterval.source == "call")).one()
        assert (case.channel, case.topic, case.status) == ("phone", "penalty", "in_progress")
        assert (case.business.code, case.contact.name, case.assignee_id) == (
            "P001",
            "田中 由紀",
            people["operator"].id,
        )
        assert interval.ended_at - interval.started_at == timedelta(minutes=6)
        assert answer.location == f"/cases/{case.number}#message-{message.id}"
    shown = browser.get(f"/cases/{case.number}")
    assert "電話を記録しました" in said(shown)
    assert "着信・受付（後で回答）・6分" in said(shown)
    assert "着信（電話）" in said(shown)
    assert "受信" not in said(shown).split("やりとり（")[1].split("内部メモを書く")[0]
    levels = [int(level) for level in re.findall(r"<h([1-6])", shown.text.split("<main")[1])]
    assert levels[:2] == [1, 2]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert "倍率5の理由を聞かれた" in said(browser.get(path))  # finished: to be read, not to be written
    assert "call-form" not in browser.get(path).text


def test_an_open_case_is_joined_with_one_click_and_keeps_what_was_typed(browser, desk, cases) -> None:
    path = begin(browser, telephone="06-0000-1201")
    assert cases.kitahama in browser.get(path).text
    form = typed(desk, content="追加の質問", case=cases.kitahama)
    assert browser.post(f"{path}/join", form).status_code == 302
    page = browser.get(path)
    assert "追加の質問" in page.text
    assert "新しい案件になります" not in said(page)
    browser.post(f"{path}/end", typed(desk, outcome="answered", close="1"))
    with desk.database.read_session() as session:
        case = session.scalars(select(Case).where(Case.number == cases.kitahama)).one()
        assert (case.status, case.first_answered_at is not None) == ("closed", True)


def test_the_other_end_is_found_by_kana_without_losing_a_word(browser, desk) -> None:
    path = begin(browser)
    answer = browser.post(f"{path}/search", typed(desk, content="まだ名乗っていない", q="みなと"))
    page = browser.get(answer.location)
    assert "㈱みなと発電①" in said(page)
    assert "まだ名乗っていない" in page.text
    call, contact = the_call(desk), "伊藤 誠"
    with desk.database.read_session() as session:
        found = session.scalars(select(Contact).where(Contact.name == contact)).one()
    browser.post(f"{path}/identify", typed(desk, who=f"{found.business_id}:{found.id}", content="名乗った"))
    call = the_call(desk)
    assert (call.contact_id, call.person_name, call.telephone, call.content) == (
        found.id,
        "伊藤 誠",
        "03-0000-7700",
        "名乗った",
    )
    browser.post(f"{path}/identify", typed(desk, who=":"))
    assert (the_call(desk).business_id, the_call(desk).content) == (None, "名乗った")


def test_candidates_come_as_json_while_one_types(browser) -> None:
    found = browser.get("/calls/callers?q=1201").json["callers"]
    assert [(each["business_name"], each["contact_name"]) for each in found] == [
        ("北浜エナジー株式会社", "田中 由紀")
    ]
    assert "で終わる" in found[0]["reason"]
    assert browser.get("/calls/callers").json == {"callers": []}


def test_what_is_typed_is_saved_by_itself_and_a_second_window_is_told(browser, desk) -> None:
    path = begin(browser)
    draft = typed(desk, content="話の途中", next_call_at="2026-", promised_yen="12x", telephone="03-1")
    kept = browser.client.post(f"{path}/autosave", json=draft, headers={"X-CSRFToken": browser.token})
    assert kept.status_code == 200
    assert kept.json["version"] == the_call(desk).version
    assert (the_call(desk).content, the_call(desk).telephone) == ("話の途中", "03-1")
    stale = browser.client.post(f"{path}/autosave", json=draft, headers={"X-CSRFToken": browser.token})
    assert stale.status_code == 409
    assert "読み直して" in stale.json["error"]["message"]


def test_hints_follow_what_has_been_written(browser, desk) -> None:
    path = begin(browser)
    browser.post(f"{path}/save", typed(desk, subject="容量拠出金の請求書", content="請求書の金額"))
    assert browser.get(f"{path}/hints").json["topic"] == "容量拠出金"


# --- one line


def test_a_second_call_asks_to_hang_up_the_first_whose_record_stays(browser, desk, clock) -> None:
    first = begin(browser, telephone="06-0000-1201")
    browser.post(f"{first}/save", typed(desk, content="書きかけ"))
    clock.pass_by(minutes=3)
    busy = browser.post("/calls/", {"direction": "out", "telephone": "03-0000-7700"})
    assert busy.status_code == 409
    assert "切って次の電話を始める" in said(busy)
    second = begin(browser, direction="out", telephone="03-0000-7700", hang_up="1")
    assert second != first
    listed = browser.get("/calls/")
    assert "記録の途中" in said(listed)
    assert "書きかけ" in browser.get(first).text


def test_hanging_up_frees_the_line(browser, desk, clock) -> None:
    path = begin(browser)
    clock.pass_by(minutes=2)
    browser.post(f"{path}/hang-up", typed(desk, content="切った"))
    assert (the_call(desk).ended_at, the_call(desk).content) == (clock(), "切った")
    begin(browser)


# --- bad input


def test_every_problem_of_an_ending_is_said_at_once_and_what_was_typed_comes_back(browser, desk) -> None:
    path = begin(browser)
    before = events(desk)
    form = typed(
        desk,
        telephone="03-12",
        content="約束をもらった",
        outcome="promised",
        ended_at="2026-06-30T09:00",
        next_call_at="2026-06-30 09:30",
        promised_yen="千円",
    )
    answer = browser.post(f"{path}/end", form)
    assert answer.status_code == 422
    for words in (
        "開始（2026-06-30 10:00）より前です",
        "「03-12」は 4桁です",
        "過去の日時です",
        "約束された入金日を入力してください",
        "「千円」は整数ではありません",
    ):
        assert words in said(answer), words
    assert "約束された金額を円で" not in said(answer)  # one field, one problem
    assert "約束をもらった" in answer.text
    assert 'value="千円"' in answer.text
    assert events(desk) == before
    assert the_call(desk).ended_at is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"direction": "sideways"}, "一覧から選んで"),
        ({"direction": "in", "telephone": "03-12"}, "桁です"),
        ({"direction": "in", "telephone": "1" * 200}, "文字以内"),
        ({"direction": "in", "started_at": "2027-01-01T00:00"}, "未来の時刻"),
        ({"direction": "in", "started_at": "昨日"}, "日時ではありません"),
    ],
)
def test_a_call_that_cannot_begin_is_said_why(browser, desk, values: dict[str, str], words: str) -> None:
    answer = browser.post("/calls/", values)
    assert answer.status_code == 422
    assert words in said(answer)
    assert the_call(desk) is None


@pytest.mark.parametrize(
    ("endpoint", "values", "status"),
    [
        ("identify", {"who": "999:"}, 404),
        ("identify", {"who": ":999"}, 404),
        ("script", {"script": "no-such-script"}, 404),
        ("join", {"case_number": "2026-999999-9"}, 422),
        ("join", {"case_number": "あ"}, 422),
        ("discard", {"reason": ""}, 422),
        ("next-call", {"reason": "x"}, 422),
        ("save", {"subject": "あ" * 501}, 422),
        ("end", {"outcome": "taken", "content": "y", "assignee": "999"}, 404),
    ],
)
def test_what_is_not_there_changes_nothing(browser, desk, endpoint, values, status) -> None:
    path = begin(browser)
    before = events(desk)
    answer = browser.post(f"{path}/{endpoint}", typed(desk, **values))
    assert answer.status_code == status
    assert events(desk) == before


def test_one_field_is_enough_when_the_telephone_is_in_one_hand(browser, desk) -> None:
    path = begin(browser, telephone="090-1234-5678")
    empty = browser.post(f"{path}/end", typed(desk, outcome="taken"))
    assert "件名を入力して新しい案件に" in said(empty)
    words = "8月に交付の分が2割少ない\n" + "あ" * 100
    assert browser.post(f"{path}/end", typed(desk, outcome="taken", content=words)).status_code == 302
    with desk.database.read_session() as session:
        case = session.scalars(select(Case).order_by(Case.id.desc())).first()
        assert (case.subject, case.business_id) == ("8月に交付の分が2割少ない", None)


def test_a_mistaken_call_is_taken_back(browser, desk) -> None:
    path = begin(browser)
    assert browser.post(f"{path}/discard", {"reason": "押し間違い"}).location == "/calls/"
    assert "取消（電話ではなかった）" in said(browser.get("/calls/"))
    assert "すでに終わっています" in said(browser.post(f"{path}/save", typed(desk)))


def test_a_wrong_number_leaves_a_record_and_no_case(browser, desk) -> None:
    path = begin(browser, telephone="03-9999-9999")
    assert browser.post(f"{path}/end", typed(desk, outcome="wrong_number")).location == "/calls/"
    assert "番号違い" in said(browser.get("/calls/"))


# --- the list, the case and the home page


def test_a_promised_call_is_on_the_list_the_case_and_the_home_page_until_it_is_made(
    browser, enter, desk, cases, clock
) -> None:
    path = begin(browser, direction="out", case=cases.kitahama)
    form = typed(
        desk,
        content="折り返すと約束",
        outcome="callback",
        next_call_at="2026-06-30T15:30",
        next_call_note="再計算の結果を伝える",
    )
    assert browser.post(f"{path}/end", form).status_code == 302
    for place in ("/", "/calls/", f"/cases/{cases.kitahama}"):
        assert "再計算の結果を伝える" in said(browser.get(place)), place
    assert "再計算の結果を伝える" not in said(enter("operator-2").get("/"))
    clock.pass_by(hours=6)
    assert "期限超過" in said(browser.get("/calls/"))
    settled = browser.post(f"{path}/next-call", {"reason": "メールで回答した"})
    assert settled.status_code == 302
    assert "再計算の結果を伝える" not in said(browser.get("/"))


def test_the_list_is_filtered_and_unknown_conditions_count_as_none(browser, desk, people, cases) -> None:
    path = begin(browser, telephone="03-9999-9999")
    browser.post(f"{path}/end", typed(desk, outcome="wrong_number"))
    me, other = people["operator"].id, people["operator-2"].id
    for asked, found in (
        ("", True),
        (f"?scope=all&operator={me}", True),
        (f"?scope=all&operator={other}", False),
        ("?scope=all&outcome=wrong_number", True),
        ("?scope=all&outcome=answered", False),
        ("?scope=all&on=2026-06-30", True),
        ("?scope=all&on=2026-06-29", False),
        ("?scope=all&on=x&outcome=y&operator=z&business=-1&older=a&newer=b", True),
    ):
        assert ("03-9999-9999" in browser.get(f"/calls/{asked}").text) is found, asked


def test_a_call_begins_on_the_case_with_its_contact(browser, desk, cases) -> None:
    page = browser.get(f"/cases/{cases.kitahama}")
    assert "電話をかける" in said(page)
    assert "06-0000-1201" in said(page)
    begin(browser, direction="out", case=cases.kitahama)
    call = the_call(desk)
    assert (call.telephone, call.person_name, call.direction) == ("06-0000-1201", "田中 由紀", "out")
    assert "通話中" in said(browser.get(f"/cases/{cases.kitahama}"))


# --- who may


@pytest.mark.parametrize("role", sorted(set(ROLES) - ABILITIES["see_all_cases"]))
def test_calls_are_the_desks_alone(enter, browser, desk, role: str) -> None:
    begin(browser)
    outsider = enter(role)
    before = events(desk)
    for method in ("GET", "POST"):
        for endpoint, path in addresses(outsider.app, method):
            if endpoint.startswith("calls."):
                answer = outsider.get(path) if method == "GET" else outsider.post(path, {"direction": "in"})
                assert answer.status_code in (403, 404), endpoint
    assert events(desk) == before


def test_what_was_noted_in_a_call_is_not_for_the_business(browser, enter, desk, cases) -> None:
    path = begin(browser, case=cases.kitahama)
    browser.post(f"{path}/end", typed(desk, content="かなりお怒りの様子", outcome="taken"))
    assert "かなりお怒りの様子" in browser.get(f"/cases/{cases.kitahama}").text
    outside = enter("business_user")
    for place in (f"/cases/{cases.kitahama}", "/cases/?scope=all&q=お怒り", "/"):
        assert "かなりお怒りの様子" not in outside.get(place, follow_redirects=True).text


@pytest.mark.parametrize(
    ("login", "status"), [("operator-2", 403), ("market_staff", 403), ("operation_leader", 302)]
)
def test_only_a_leader_finishes_the_call_of_another(
    enter, browser, desk, cases, clock, login, status
) -> None:
    path = begin(browser, case=cases.kitahama)
    clock.pass_by(hours=30)
    other = enter(login)
    assert other.get(path).status_code == 200
    forgotten = typed(desk, content="本人が終え忘れた", outcome="taken")
    assert other.post(f"{path}/save", forgotten).status_code == status
    assert other.post(f"{path}/discard", {"reason": "x"}).status_code in (status, 422)
    if status == 403:
        assert other.post(f"{path}/end", forgotten).status_code == 403
        return
    late = other.post(f"{path}/end", typed(desk, outcome="taken"))
    assert "12時間を超えています" in said(late)
    assert (
        other.post(f"{path}/end", typed(desk, outcome="taken", ended_at="2026-06-30T10:04")).status_code
        == 302
    )
    with desk.database.read_session() as session:
        interval = session.scalars(select(WorkInterval).where(WorkInterval.source == "call")).one()
        assert interval.user_name == the_call(desk).operator_name


def test_who_does_not_work_on_cases_begins_no_call(enter, cases) -> None:
    watcher = enter("market_staff")
    assert "着信を記録する" not in said(watcher.get("/calls/"))
    assert watcher.post("/calls/", {"direction": "in"}).status_code == 403


# --- what it costs


def test_the_pages_send_as_many_statements_for_many_calls_as_for_few(
    browser, desk, cases, clock, people
) -> None:
    def count(path: str) -> int:
        browser.get(path)
        seen: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                seen.append(statement)

        event.listen(desk.database.engine, "before_cursor_execute", note)
        try:
            assert browser.get(path).status_code == 200
        finally:
            event.remove(desk.database.engine, "before_cursor_execute", note)
        return len(seen)

    def call(direction: str = "out") -> str:
        path = begin(browser, direction=direction, case=cases.kitahama)
        form = typed(
            desk,
            content="約束",
            outcome="promised",
            promised_on="2026-07-10",
            promised_yen="1000",
            next_call_at="2026-06-30T18:00",
        )
        assert browser.post(f"{path}/end", form).status_code == 302
        return path

    finished = call()
    running = begin(browser, telephone="06-0000-1201")
    pages = ("/calls/", "/calls/?scope=all&q=きたはま", finished, running, f"/cases/{cases.kitahama}", "/")
    few = {page: count(page) for page in pages}
    browser.post(f"{running}/hang-up", typed(desk))
    for _ in range(12):
        call()
    many = {page: count(page) for page in pages}
    assert many == few
    assert max(many[page] for page in pages[:4]) <= 16
