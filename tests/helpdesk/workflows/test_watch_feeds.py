"""The live watch against a server that serves the official layout: nothing is lost, nothing is told twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from alerts.models import Incident, Notice, Publication, Transition
from cases.history_verification import verify
from cases.models import Case, Event
from helpdesk.demo.feed_server import DOWNLOAD, Reply, page
from helpdesk.fail_points import EXIT_STATUS
from helpdesk.mail.demo_server import DemoMailServer, mailbox_messages
from helpdesk.mail.mime import parse_mail
from helpdesk.mail.models import OutboxMail
from helpdesk.watch_models import FetchedPublication, IncidentCase
from helpdesk.workflows.send_mail import send_due
from helpdesk.workflows.watch_feeds import wanted_days, watch_if_enabled
from tests.alerts.published import japan, official, official_rows
from tests.helpdesk.crashing import Round
from tests.helpdesk.watching import DUTY, publication

LOW = {(34, "東京"): 794, (35, "東京"): 600, (34, "中部"): 799, (36, "関西"): 800}


def test_a_low_margin_opens_an_incident_with_a_case_and_a_mail_to_everybody_on_duty(watching) -> None:
    done = watching.published("2026-07-22 03:29", LOW)
    assert (done.outcome, done.judged[0].transitions, done.judged[0].mails) == ("new", 3, 2)
    incident = watching.incident()
    assert (incident.key, incident.state, incident.areas) == ("RM-20260722-1", "open", ["東京", "中部"])
    [case] = watching.rows(Case)
    assert (case.kind, case.channel, case.topic, case.due_at) == (
        "incident",
        "system",
        "reserve_margin",
        None,
    )
    assert case.subject == "広域予備率の監視 7月22日（RM-20260722-1）"
    [link] = watching.rows(IncidentCase)
    assert (link.incident_id, link.case_id, link.relation) == (incident.id, case.id, "own")
    mails = watching.rows(OutboxMail)
    assert [(row.kind, row.to_address, row.case_id, row.on_uncertain) for row in mails] == [
        ("alert", address, case.id, "resend") for address in DUTY
    ]
    assert mails[0].subject == (
        "【広域予備率 8%未満】東京・中部 最低6.00%（東京 17:00〜17:30）[RM-20260722-1]"
    )
    kinds = [event.kind for event in watching.rows(Event, Event.case_id == case.id)]
    assert kinds == ["received", "incident_opened", "duty_desk_told"]
    assert len(watching.events("publication_judged")) == 1


def test_the_mail_says_where_when_how_low_by_which_publication_and_what_to_do(watching) -> None:
    watching.published("2026-07-22 03:29", LOW)
    raw = watching.desk.blobs.get(watching.rows(OutboxMail)[0].raw_sha256)
    text = parse_mail(raw, raw_sha256="0" * 64, max_bytes=1_000_000).text
    assert "  東京\n  　16:30〜17:30（2コマ、最低 6.00%）" in text
    assert "  中部\n  　16:30〜17:00（1コマ、最低 7.99%）" in text
    assert "2026年7月22日（水）03:29 の公表で判定" in text
    assert f"http://localhost/alerts/incidents/{watching.incident().id}" in text
    assert "関西" not in text


def test_the_next_round_without_news_changes_nothing_and_asks_as_politely(watching) -> None:
    watching.published("2026-07-22 03:29", LOW)
    before = len(watching.rows(Event))
    for _ in range(3):
        assert watching.round(after_minutes=5).outcome == "unchanged"
    assert len(watching.rows(Event)) == before
    assert len(watching.rows(OutboxMail)) == 2
    assert len(watching.rows(FetchedPublication)) == 1
    [row] = watching.rows(Publication)
    assert row.fetch_count == 4
    assert watching.server.asked == [f"{DOWNLOAD}?jhSybt=02&tgtYmdFrom=2026/07/22&tgtYmdTo=2026/07/23"] * 4


def test_the_published_example_of_a_tokyo_slot_gives_the_expected_notices(watching) -> None:
    told = []
    for stamp, margin in (("00:29", 270), ("05:29", 35), ("08:59", 231), ("18:28", 484)):
        margins = {(34, "東京"): margin}
        before = len(watching.sent_events())
        rows = official_rows(margins, day=date(2026, 7, 21)) + official_rows(day=date(2026, 7, 22))
        stamp = f"2026-07-21 {stamp}"
        watching.clock.at = japan(stamp) + timedelta(minutes=2)
        watching.round(official(stamp, rows))
        told.append([event for event, _ in watching.sent_events()[before:]])
    assert told == [["first_low"], ["worsened"], [], []]
    assert len(watching.rows(OutboxMail)) == 4
    assert len(watching.rows(Transition)) == 1
    assert watching.incident().worst_margin_hundredths == 35
    reasons = [row.reason for row in watching.rows(Notice, Notice.decision == "drop")]
    assert len(reasons) == 1
    assert "すでに知らせてあり" in reasons[0]


def test_an_all_clear_says_how_many_slots_are_still_low(watching) -> None:
    watching.published("2026-07-22 03:29", LOW)
    watching.published("2026-07-22 03:59", {(35, "東京"): 700})
    assert watching.sent_events()[1:] == [("recovered", ["東京", "中部"])]
    raw = watching.desk.blobs.get(watching.rows(OutboxMail)[-1].raw_sha256)
    text = parse_mail(raw, raw_sha256="0" * 64, max_bytes=1_000_000).text
    assert "まだ 8%未満のコマが 1 コマあります" in text
    assert "最低 15.00%" in text


# --- killed at any point -------------------------------------------------------------------------------------------

BOUNDARIES = (
    "watch.fetched",
    "watch.blob_stored",
    "watch.entered",
    "watch.parsed",
    "watch.recorded",
    "outbox.blob_stored",
    "outbox.blob_stored:2",
    "watch.before_commit",
    "watch.after_commit",
)


@pytest.fixture(scope="module")
def killed_round() -> Iterator[Round]:
    made = Round()
    yield made
    made.end()


def assert_told_once(watching) -> None:
    """One publication, incident and case; each notice handed over, each in the outbox once for each address."""
    with watching.desk.database.read_session() as session:
        for model in (Publication, Incident, IncidentCase, Case):
            assert session.scalar(select(func.count()).select_from(model)) == 1, model
        notices = session.scalars(select(Notice).where(Notice.decision == "send")).all()
        assert [notice.handed_at is not None for notice in notices] == [True]
        mails = session.scalars(select(OutboxMail).where(OutboxMail.kind == "alert")).all()
        assert sorted(mail.to_address for mail in mails) == sorted(DUTY)
        for kind in ("incident_opened", "duty_desk_told", "publication_judged"):
            assert session.scalar(select(func.count()).select_from(Event).where(Event.kind == kind)) == 1
        assert session.scalars(select(FetchedPublication.state)).all() == ["judged"]
        assert verify(session).problems == []


@pytest.mark.parametrize("place", BOUNDARIES)
def test_killed_at_any_boundary_the_next_round_tells_it_once(watching, killed_round, place: str) -> None:
    watching.at("2026-07-22 03:31").serve(publication("2026-07-22 03:29", LOW))
    status = killed_round.run(watching.desk, now=watching.clock(), fail_point=place, work="watch")
    assert status == EXIT_STATUS
    for _ in range(2):
        watching.round(after_minutes=5)
    assert_told_once(watching)


def test_what_a_killed_round_had_fetched_is_judged_although_something_newer_has_come(
    watching, killed_round
) -> None:
    watching.at("2026-07-22 03:31").serve(publication("2026-07-22 03:29", LOW))
    killed_round.run(watching.desk, now=watching.clock(), fail_point="watch.entered", work="watch")
    done = watching.published("2026-07-22 03:59", {(34, "東京"): 450})
    assert [judged.outcome for judged in done.judged] == ["new", "new"]
    stamps = [row.published_at for row in watching.rows(Publication)]
    assert stamps == [japan("2026-07-22 03:29"), japan("2026-07-22 03:59")]
    assert [event for event, _ in watching.sent_events()] == ["first_low", "worsened", "recovered"]


@pytest.mark.parametrize("place", ["watch.failure_before_commit", "watch.failure_after_commit"])
def test_killed_while_a_failure_is_noted_it_is_told_once(watching, killed_round, place: str) -> None:
    watching.at("2026-07-22 03:31").round(Reply(b"", 503))
    watching.clock.pass_by(minutes=5)
    assert (
        killed_round.run(watching.desk, now=watching.clock(), fail_point=place, work="watch") == EXIT_STATUS
    )
    for _ in range(3):
        watching.round(after_minutes=5)
    assert watching.subjects() == ["【広域予備率 公表の監視】公表データを取得できません [RM-20260722-1]"]


# --- what goes wrong with a feed -----------------------------------------------------------------------------------


def test_one_busy_answer_is_visible_and_wakes_nobody(watching) -> None:
    done = watching.at("2026-07-22 03:31").round(Reply(b"", 503))
    assert (done.outcome, done.is_sound) == ("failed", False)
    assert "503" in done.problem
    watching.published("2026-07-22 03:29")
    [(kind, rounds, was_told, ended)] = watching.troubles()
    assert (kind, rounds, was_told, ended is not None) == ("fetch_failed", 1, False, True)
    assert watching.rows(OutboxMail) == []
    assert len(watching.events("feed_trouble_began")) == len(watching.events("feed_trouble_over")) == 1


def test_a_server_that_asks_to_wait_is_left_alone_so_long(watching) -> None:
    watching.at("2026-07-22 03:31").round(Reply(b"", 503, headers={"Retry-After": "600"}))
    assert watching.round(after_minutes=5).outcome == "waiting"
    assert len(watching.server.asked) == 1
    watching.serve(publication("2026-07-22 03:29"))
    assert watching.round(after_minutes=6).outcome == "new"


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        (Reply(b"", 503), "公表データを取得できません"),
        (page("ただいま保守中です"), "公表データを読み取れません"),
        (Reply(b'"2026/07/22 03:29 UPDATE"\r\n"a","b"\r\n'), "公表データを読み取れません"),
        (
            Reply(publication("2026-07-22 03:29").decode("utf-8-sig").encode("utf-16")),
            "公表データを読み取れません",
        ),
        (Reply(b""), "公表データを読み取れません"),
    ],
    ids=["503", "page", "other columns", "wrong encoding", "nothing"],
)
def test_a_feed_that_gives_nothing_readable_is_told_once_and_so_is_its_end(
    watching, answer: Reply, title: str
) -> None:
    watching.published("2026-07-22 02:59", LOW)
    watching.at("2026-07-22 03:31")
    for _ in range(4):
        done = watching.round(answer, after_minutes=5)
        assert not done.is_sound
        assert done.problem
    assert watching.subjects()[1:] == [f"【広域予備率 公表の監視】{title} [RM-20260722-1]"]
    assert [row.state for row in watching.rows(Publication)] == ["judged", "unreadable"]
    assert watching.rows(Transition, Transition.to_state == "normal") == []
    watching.published("2026-07-22 03:59", LOW)
    watching.round(after_minutes=5)
    assert watching.subjects()[2:] == [
        "【広域予備率 公表の監視】公表データの障害が解消しました [RM-20260722-1]"
    ]
    [(_, rounds, was_told, ended)] = watching.troubles()
    assert (rounds, was_told, ended is not None) == (4, True, True)


def test_a_second_outage_is_told_again(watching) -> None:
    for hour in ("03", "04"):
        watching.at(f"2026-07-22 {hour}:31").round(Reply(b"", 503))
        watching.round(after_minutes=5)
        watching.published(f"2026-07-22 {hour}:59")
    titles = [subject.split("】")[1].split(" [")[0] for subject in watching.subjects()]
    assert titles == ["公表データを取得できません", "公表データの障害が解消しました"] * 2


def test_a_feed_that_stands_still_is_told_once_after_forty_minutes_and_so_is_its_end(watching) -> None:
    watching.published("2026-07-22 02:29")
    watching.at("2026-07-22 03:08").round()
    assert watching.rows(OutboxMail) == []
    for _ in range(3):
        assert watching.round(after_minutes=5).outcome == "unchanged"
    assert watching.subjects() == ["【広域予備率 公表の監視】新しい公表がありません [RM-20260722-1]"]
    watching.published("2026-07-22 03:29")
    assert watching.subjects()[1:] == [
        "【広域予備率 公表の監視】公表データの障害が解消しました [RM-20260722-1]"
    ]
    assert [kind for kind, *_ in watching.troubles()] == ["stale"]


def test_the_setting_says_how_long_a_feed_may_stand_still(watching) -> None:
    watching.desk = replace(watching.desk, settings=replace(watching.desk.settings, feed_stale_minutes=60))
    watching.published("2026-07-22 02:29")
    watching.at("2026-07-22 03:29").round()
    assert watching.troubles() == []
    watching.at("2026-07-22 03:30").round()
    assert watching.subjects() == ["【広域予備率 公表の監視】新しい公表がありません [RM-20260722-1]"]
    watching.round(publication("2026-07-22 02:35"))  # 55 minutes old: not late by this setting
    assert watching.troubles()[0][3] is not None


def test_an_old_publication_says_the_all_clear_within_the_setting(watching) -> None:
    watching.desk = replace(watching.desk, settings=replace(watching.desk.settings, feed_stale_minutes=60))
    watching.published("2026-07-22 03:29", LOW)
    watching.at("2026-07-22 04:29").round(publication("2026-07-22 03:31"))
    assert ("recovered", ["東京", "中部"]) in watching.sent_events()


def test_a_low_margin_is_told_from_an_old_publication_too(watching) -> None:
    watching.at("2026-07-22 05:00").round(publication("2026-07-22 03:29", LOW))
    assert ("first_low", ["東京", "中部"]) in watching.sent_events()


def test_half_a_day_is_told_as_missing_and_what_is_low_in_the_other_half_is_told(watching) -> None:
    rows = official_rows(LOW, day=date(2026, 7, 22))
    kept = [row for row in rows if row[1] >= "12:30"]
    done = watching.at("2026-07-22 03:31").round(official("2026-07-22 03:29", kept))
    assert done.outcome == "new"
    assert [event for event, _ in watching.sent_events()] == ["first_low", "missing"]
    [row] = watching.rows(Publication)
    assert (row.state, row.is_whole) == ("judged", False)


def test_stars_are_told_as_missing_once_and_never_count_as_zero(watching) -> None:
    stars = {(34, "東京"): None, (35, "東京"): None}
    watching.published("2026-07-22 03:29", stars)
    watching.published("2026-07-22 03:59", stars)
    assert watching.sent_events() == [("missing", ["東京"])]
    assert watching.subjects() == ["【広域予備率 公表の監視】公表値のないコマがあります 東京 [RM-20260722-1]"]
    assert watching.rows(Transition) == []


def test_a_publication_that_comes_late_is_kept_and_changes_no_state(watching) -> None:
    watching.published("2026-07-22 03:59", LOW)
    done = watching.round(publication("2026-07-22 03:29"), after_minutes=5)
    assert done.outcome == "new"
    assert [row.state for row in watching.rows(Publication)] == ["judged", "out_of_order"]
    assert len(watching.rows(OutboxMail)) == 2
    assert watching.rows(Transition, Transition.to_state == "normal") == []


@pytest.mark.parametrize("stamp", ["2026-07-22 23:59", "2099-07-22 04:00"])
def test_a_stamp_from_the_future_is_said_and_hides_nothing_that_follows(watching, stamp: str) -> None:
    watching.at("2026-07-22 04:02")
    done = watching.round(publication(stamp, {(30, "関西"): 700}, days=["2026-07-22"]))
    assert (done.outcome, done.judged[0].transitions) == ("new", 1)
    assert "取得した時刻より先です" in done.problem
    assert watching.published("2026-07-22 04:29", LOW).judged[0].transitions == 4
    assert [row.state for row in watching.rows(Publication)] == ["judged", "judged"]
    assert (
        watching.subjects()[-1].startswith("【広域予備率 8%以上に回復】関西") or len(watching.subjects()) == 3
    )
    watching.round(after_minutes=45)
    assert [kind for kind, *_ in watching.troubles()] == ["stale"]


def test_a_clock_that_is_a_little_behind_takes_the_stamp_as_it_is(watching) -> None:
    watching.at("2026-07-22 03:55").round(publication("2026-07-22 03:59", LOW))
    assert watching.rows(Publication)[0].published_at == japan("2026-07-22 03:59")


def test_the_same_publication_in_other_bytes_is_told_once(watching) -> None:
    watching.published("2026-07-22 03:29", LOW)
    rows = official_rows(LOW, day=date(2026, 7, 22))
    assert watching.round(official("2026-07-22 03:29", rows, encoding="cp932")).outcome == "unchanged"
    assert len(watching.rows(OutboxMail)) == 2


def test_a_publication_that_breaks_the_program_is_kept_told_and_stops_nothing(watching, monkeypatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("alerts.recording.judge", broken)
        done = watching.published("2026-07-22 03:29", LOW)
        assert (done.outcome, done.is_sound) == ("given_up", False)
        assert "照会番号" in done.problem
    assert len(watching.subjects()) == 1
    assert watching.published("2026-07-22 03:59", LOW).outcome == "new"
    assert [row.state for row in watching.rows(FetchedPublication)] == ["given_up", "judged"]
    assert ("first_low", ["東京", "中部"]) in watching.sent_events()


def test_nobody_on_duty_is_said_in_the_history(watching) -> None:
    watching.desk = replace(watching.desk, settings=replace(watching.desk.settings, duty_addresses=()))
    watching.published("2026-07-22 03:29", LOW)
    assert watching.rows(OutboxMail) == []
    assert [notice.handed_at for notice in watching.rows(Notice)] == [None]
    assert len(watching.events("not_told")) == 1


# --- days and nights -----------------------------------------------------------------------------------------------


def test_the_last_slot_is_told_until_midnight_and_the_incident_ends_with_the_day(watching) -> None:
    both = ["2026-07-22", "2026-07-23"]
    last = {(48, "北海道"): 500}
    rows = official_rows(last, day=date(2026, 7, 22)) + official_rows(day=date(2026, 7, 23))
    watching.at("2026-07-22 23:31").round(official("2026-07-22 23:29", rows))
    assert watching.sent_events() == [("first_low", ["北海道"])]
    assert watching.incident().state == "open"
    watching.at("2026-07-22 23:59").round()
    assert watching.incident().state == "open"
    watching.at("2026-07-23 00:01").round(publication("2026-07-22 23:59", days=both))
    incident = watching.incident()
    assert (incident.state, incident.closed_by_name) == ("closed", "システム")
    assert "誰も確認していない" in incident.closed_comment
    [case] = watching.rows(Case)
    assert case.status == "closed"
    assert len(watching.events("incident_closed")) == 1


def test_an_incident_stays_open_over_midnight_while_the_feed_is_in_trouble(watching) -> None:
    watching.at("2026-07-22 23:40").round(Reply(b"", 503))
    watching.round(after_minutes=5)
    watching.at("2026-07-23 00:06").round()
    assert watching.incident().state == "open"
    watching.published("2026-07-23 00:29")
    assert watching.incident().state == "closed"


def test_yesterday_is_asked_for_as_long_as_its_values_may_change_and_tomorrow_must_come_in_the_evening() -> (
    None
):
    def asked(moment: str) -> tuple[str, str, list[str]]:
        first, last, required = wanted_days(japan(moment), None)
        return str(first), str(last), [str(day) for day in required]

    assert asked("2026-07-22 01:59") == ("2026-07-21", "2026-07-23", ["2026-07-22"])
    assert asked("2026-07-22 02:00") == ("2026-07-22", "2026-07-23", ["2026-07-22"])
    assert asked("2026-07-22 18:14") == ("2026-07-22", "2026-07-23", ["2026-07-22"])
    assert asked("2026-07-22 18:15") == ("2026-07-22", "2026-07-23", ["2026-07-22", "2026-07-23"])


def test_a_tomorrow_that_does_not_come_in_the_evening_is_told(watching) -> None:
    watching.published("2026-07-22 18:29")
    assert [event for event, _ in watching.sent_events()] == ["missing"]


def test_at_half_past_three_the_mail_lies_in_the_mailbox_a_moment_later(watching, free_port) -> None:
    settings = replace(watching.desk.settings, smtp_port=free_port)
    watching.desk = replace(watching.desk, settings=settings)
    with DemoMailServer(settings, port=free_port):
        watching.published("2026-07-22 03:29", LOW)
        assert send_due(watching.desk)["sent"] == 2
    arrived = [raw for _, raw in mailbox_messages(settings.demo_mailbox_folder)]
    mail = parse_mail(arrived[0], raw_sha256="0" * 64, max_bytes=1_000_000)
    assert mail.subject.startswith("【広域予備率 8%未満】")
    assert b"Auto-Submitted: auto-generated" in arrived[0]
    assert len(watching.events("mail_sent")) == 2


def test_the_timetable_watches_only_where_the_watch_is_switched_on(watching) -> None:
    off = replace(watching.desk, settings=replace(watching.desk.settings, watch_enabled=False))
    assert watch_if_enabled(off) is None
    assert watching.server.asked == []
    assert watch_if_enabled(watching.desk) is not None
