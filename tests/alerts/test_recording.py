"""What is stored is what the engine said in one go, however often the watch is started anew."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from alerts import queries
from alerts.errors import Problem
from alerts.feeds.files import read_file
from alerts.models import AreaDay, Feed, Incident, Notice, Publication, Transition
from alerts.readings import RESERVE_MARGIN_BLOCK
from alerts.recording import hand_over, record_publication, record_unreadable, seen_again
from alerts.slot_blobs import unpack_int32
from calc_core.slots import end_label
from helpdesk.database import Database
from tests.alerts.following import Watch
from tests.alerts.published import DAY, determination, japan
from tests.alerts.recorded_days import TWO_DAYS
from tests.alerts.recording_of import record, record_all

TOKYO = (34, "東京")
STAMP = "2026-07-22 08:59"


def count(database: Database, model: type) -> int:
    with database.read_session() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_two_days_stored_one_by_one_are_what_the_engine_says_in_one_go(database: Database) -> None:
    found = read_file(TWO_DAYS.read_bytes(), "記録")
    watch = Watch()
    expected = [watch.judge(each) for each in found]

    recorded = record_all(database, found)

    with database.read_session() as session:
        stored = session.execute(
            select(
                Publication.published_at,
                Transition.area,
                Transition.slot,
                Transition.to_state,
                Transition.margin_hundredths,
            )
            .join(Publication, Publication.id == Transition.publication_id)
            .order_by(Transition.id)
        ).all()
        notices = session.scalars(select(Notice).order_by(Notice.id)).all()
        in_words = [(each.event, each.decision, each.stage, each.reason, each.areas) for each in notices]
    assert [tuple(row) for row in stored] == [
        (each.published_at, crossing.key[2], crossing.key[1], crossing.to_state, crossing.margin)
        for each, judged in zip(found, expected, strict=True)
        for crossing in judged.crossings
    ]
    decided = [notice for judged in expected for notice in judged.notices]
    assert in_words == [(each.event, each.decision, each.stage, each.reason, each.areas) for each in decided]
    assert [each.judgement.changes for each in recorded] == [each.changes for each in expected]


def test_the_same_publication_again_changes_nothing_but_when_it_was_seen(database: Database) -> None:
    each = determination(STAMP, {TOKYO: 254})
    first = record(database, each)
    again = record(database, each, now=japan("2026-07-22 09:05"))
    assert (first.is_new, again.is_new, again.notices) == (True, False, ())
    assert (count(database, Publication), count(database, Transition), count(database, Notice)) == (1, 1, 1)
    assert again.publication.fetch_count == 2
    assert again.publication.last_fetched_at == japan("2026-07-22 09:05")


def test_bytes_seen_again_are_only_counted_while_all_is_well(database: Database) -> None:
    one = determination("2026-07-22 08:59")
    later = japan("2026-07-22 09:10")
    with database.write_session() as session:
        assert seen_again(session, RESERVE_MARGIN_BLOCK, "f" * 64, now=later) is None
    raw = record(database, one).publication.raw_sha256
    with database.write_session() as session:
        publication = seen_again(session, RESERVE_MARGIN_BLOCK, raw, now=later)
        feed = session.get_one(Feed, RESERVE_MARGIN_BLOCK)
        assert (publication.fetch_count, publication.last_fetched_at) == (2, later)
        assert (feed.last_fetched_at, feed.last_readable_at) == (later, later)
    with database.write_session() as session:
        record_unreadable(
            session, source=RESERVE_MARGIN_BLOCK, raw_sha256="e" * 64, problems=[Problem("x", "y")], now=later
        )
        for digest in (raw, "e" * 64):
            assert seen_again(session, RESERVE_MARGIN_BLOCK, digest, now=later) is None


def test_a_publication_out_of_order_is_kept_and_shown_as_such_and_overwrites_nothing(
    database: Database,
) -> None:
    record(database, determination(STAMP, {TOKYO: 254}))
    late = record(database, determination("2026-07-22 08:29", {TOKYO: 900}), now=japan("2026-07-22 09:05"))
    assert late.publication.state == "out_of_order"
    assert (
        "より新しい公表を判定済みのため、480コマの値は記録だけして使いません"
        in late.publication.problems[0]["message"]
    )
    assert late.notices == ()
    with database.read_session() as session:
        assert queries.day_grid(session, DAY)["東京"][33].margin == 254
        versions = queries.slot_versions(session, DAY, *TOKYO)
    assert [each.margin_hundredths for each in versions] == [900, 254]


def test_every_version_is_kept_with_its_gaps(database: Database) -> None:
    record(database, determination(STAMP, {TOKYO: None}))
    with database.read_session() as session:
        row = session.scalars(select(AreaDay).where(AreaDay.area == "東京")).one()
    margins = unpack_int32(row.margins)
    assert margins[33] is None
    assert margins.count(1500) == 47
    assert unpack_int32(row.area_demands_kw) == [None] * 48


def test_a_publication_that_is_not_whole_says_so(database: Database) -> None:
    whole = record(database, determination("2026-07-22 08:29"))
    gap = record(database, determination(STAMP, {TOKYO: None}))
    assert (whole.publication.is_whole, gap.publication.is_whole) == (True, False)


def unreadable(database: Database, digest: str, at: str) -> tuple[bool, list[str]]:
    problems = [Problem("公表データ", "Web ページ（エラー画面など）です")]
    with database.write_session() as session:
        recorded = record_unreadable(
            session, source=RESERVE_MARGIN_BLOCK, raw_sha256=digest, problems=problems, now=japan(at)
        )
        return recorded.is_new, [notice.reason for notice in recorded.notices]


def test_what_cannot_be_read_is_kept_and_told_once_until_something_can_be_read(database: Database) -> None:
    record(database, determination("2026-07-22 08:29", {TOKYO: 254}))
    is_new, told = unreadable(database, "a" * 64, "2026-07-22 09:00")
    assert is_new
    assert "Web ページ" in told[0]
    assert unreadable(database, "a" * 64, "2026-07-22 09:05") == (False, [])
    assert unreadable(database, "b" * 64, "2026-07-22 09:10") == (True, [])
    with database.read_session() as session:
        assert queries.day_grid(session, DAY)["東京"][33].state == "low"
        assert [each.state for each in queries.publications(session, RESERVE_MARGIN_BLOCK)] == [
            "unreadable",
            "unreadable",
            "judged",
        ]
    record(database, determination("2026-07-22 09:29", {TOKYO: 254}))
    assert unreadable(database, "a" * 64, "2026-07-22 10:00") == (False, told)


def test_two_watches_that_fetch_the_same_at_once_tell_it_once(database: Database) -> None:
    each = determination(STAMP, {TOKYO: 254})
    start = Barrier(2)

    def watch() -> bool:
        start.wait(timeout=30)
        return record(database, each).is_new

    with ThreadPoolExecutor(2) as pool:
        outcomes = [running.result(timeout=60) for running in [pool.submit(watch) for _ in range(2)]]
    assert sorted(outcomes) == [False, True]
    assert (count(database, Publication), count(database, Notice), count(database, Incident)) == (1, 1, 1)


def test_nothing_stays_when_the_transaction_fails(database: Database) -> None:
    with database.open_session(writes=True) as session:
        record_publication(session, determination(STAMP, {TOKYO: 254}), raw_sha256="a" * 64, now=japan(STAMP))
        session.rollback()
    assert [count(database, each) for each in (Publication, Transition, Notice, Incident, AreaDay)] == [0] * 5
    assert record(database, determination(STAMP, {TOKYO: 254})).is_new


def test_a_notice_waits_until_it_is_handed_over_once(database: Database) -> None:
    record(database, determination(STAMP, {TOKYO: 254}))
    with database.write_session() as session:
        (waiting,) = queries.notices_to_hand(session)
        assert [each["slot_end"] for each in waiting.slots] == [end_label(34)]
        hand_over(waiting, now=japan("2026-07-22 09:00"))
    with database.read_session() as session:
        assert queries.notices_to_hand(session) == []
