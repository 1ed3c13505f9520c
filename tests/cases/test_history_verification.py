"""Every way of tampering with the history is found and named."""

import re
from collections.abc import Iterable
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from cases.history import GENESIS, SYSTEM, content_digest, erase, event_digest, record, seal, seal_digest
from cases.history_verification import verify
from cases.models import Case, Event, EventStream, Seal


@pytest.fixture
def sealed(session: Session, now: datetime) -> Session:
    """Two streams of three events, five events in two seals, the last one not sealed yet."""
    for stream in ("run:1", "run:2"):
        for index in range(2):
            record(session, stream, "made", {"index": index}, by=SYSTEM, now=now)
    seal(session, now=now, limit=2)
    record(session, "run:1", "made", {"index": 2}, by=SYSTEM, now=now)
    seal(session, now=now)
    record(session, "run:2", "made", {"index": 2}, by=SYSTEM, now=now)
    return session


def found(session: Session, **options: object) -> list[str]:
    session.flush()
    session.expire_all()
    return [f"{problem.where}: {problem.message}" for problem in verify(session, **options).problems]


def event(session: Session, stream: str, seq: int) -> Event:
    return next(e for e in session.query(Event).filter_by(stream=stream, seq=seq))


def recomputed(event: Event) -> str:
    return event_digest(event, of_content=content_digest(event.salt, event.content))


def assert_found(session: Session, patterns: Iterable[str], **options: object) -> None:
    problems, patterns = found(session, **options), list(patterns)
    assert len(problems) == len(patterns), problems
    for pattern, problem in zip(patterns, problems, strict=True):
        assert re.search(pattern, problem), (pattern, problem)


def test_an_untouched_history_stands_and_is_counted(sealed: Session) -> None:
    report = verify(sealed)
    assert (report.ok, report.streams, report.events, report.seals) == (True, 2, 6, 2)
    assert (report.unsealed, report.erased, report.last_seal) == (1, 0, 2)
    assert report.last_seal_digest == sealed.get_one(Seal, 2).digest


def test_an_empty_history_stands(session: Session) -> None:
    report = verify(session)
    assert (report.ok, report.events, report.last_seal) == (True, 0, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("content", '{"index":9}'),
        ("actor_name", "別人"),
        ("actor_id", 4),
        ("kind", "deleted"),
        ("at", datetime.fromisoformat("2026-07-01T00:00:00+00:00")),
        ("salt", "0" * 32),
        ("salt", None),
        ("content", None),
    ],
)
def test_a_changed_event_is_named(sealed: Session, name: str, value: object) -> None:
    setattr(event(sealed, "run:1", 2), name, value)
    assert_found(sealed, ["run:1 の 2 番: 内容がダイジェストと一致しません"])


def test_a_changed_event_with_a_new_digest_breaks_the_chain_and_the_seal(sealed: Session) -> None:
    changed = event(sealed, "run:1", 2)
    changed.content = '{"index":9}'
    changed.digest = recomputed(changed)
    assert_found(sealed, ["封印 1: 封じた履歴と一致しません", "run:1 の 3 番: 前の履歴とつながりません"])


def test_a_stream_rewritten_as_a_whole_is_found_by_its_seals(sealed: Session) -> None:
    previous = GENESIS
    for seq in (1, 2, 3):
        rewritten = event(sealed, "run:1", seq)
        rewritten.content = '{"index":9}'
        rewritten.previous_digest = previous
        rewritten.digest = previous = recomputed(rewritten)
    sealed.get_one(EventStream, "run:1").last_digest = previous
    assert_found(sealed, ["封印 1: 封じた履歴", "封印 2: 封じた履歴"])


def test_a_removed_event_leaves_a_gap(sealed: Session) -> None:
    sealed.delete(event(sealed, "run:1", 2))
    patterns = [
        "run:1 の 3 番: 2 番があるはずの場所",
        "run:1 の 3 番: 前の履歴とつながりません",
        "封印 1: 2 件のうち 1 件しかありません",
    ]
    assert_found(sealed, patterns)


def test_a_removed_last_event_is_missed_by_the_head_of_its_stream(sealed: Session) -> None:
    sealed.delete(event(sealed, "run:2", 3))
    assert_found(sealed, ["run:2: 最後の履歴は 2 番ですが、流れの記録では 3 番です"])


def test_a_removed_end_with_its_head_put_back_is_found_by_the_seal(sealed: Session) -> None:
    head = sealed.get_one(EventStream, "run:1")
    head.last_seq, head.last_digest = 2, event(sealed, "run:1", 2).digest
    sealed.delete(event(sealed, "run:1", 3))
    assert_found(sealed, ["封印 2: 3 件のうち 2 件しかありません"])


def test_an_event_slipped_into_a_seal_is_found(sealed: Session) -> None:
    event(sealed, "run:2", 3).seal_number = 2
    assert_found(sealed, ["run:2 の 3 番: 封印 2 に数えられていません"])


def test_an_event_taken_out_of_a_seal_is_found(sealed: Session) -> None:
    event(sealed, "run:1", 3).seal_number = None
    assert_found(sealed, ["封印 2: 3 件のうち 2 件"])


def test_a_changed_seal_is_found(sealed: Session) -> None:
    sealed.get_one(Seal, 1).merkle_root = GENESIS
    assert_found(sealed, ["封印 1: 内容がダイジェストと一致しません", "封印 1: 封じた履歴と一致しません"])


def test_a_removed_seal_is_found(sealed: Session) -> None:
    sealed.flush()
    for removed in ("run:1", "run:2"):
        event(sealed, removed, 1).seal_number = event(sealed, removed, 2).seal_number = None
    sealed.flush()
    sealed.delete(sealed.get_one(Seal, 1))
    problems = found(sealed)
    assert problems[0].startswith("封印 2: 封印 1 があるはずの場所")
    assert problems[1].startswith("封印 2: 前の封印とつながりません")


def test_a_history_rewritten_with_its_seals_is_found_by_a_seal_that_left_the_house(sealed: Session) -> None:
    known = {number: sealed.get_one(Seal, number).digest for number in (1, 2)}
    assert found(sealed, known_seals=known) == []
    second = sealed.get_one(Seal, 2)
    second.sealed_at = sealed.get_one(Event, 1).at.replace(hour=5)
    second.digest = seal_digest(second)
    assert found(sealed) == []
    assert_found(sealed, ["封印 2: 控えの封印と一致しません"], known_seals=known)
    assert_found(sealed, ["封印 9: 控えにある封印がありません"], known_seals={9: GENESIS})


def test_erasing_without_a_record_is_found(sealed: Session) -> None:
    erased = event(sealed, "run:1", 2)
    erased.content = erased.salt = None
    assert_found(sealed, ["run:1 の 2 番: 内容が消去されていますが、消去の記録がありません"])


@pytest.mark.parametrize(("name", "value"), [("actor_name", "別人"), ("kind", "read"), ("actor_id", 4)])
def test_who_did_what_stays_checked_after_erasing(
    sealed: Session, now: datetime, name: str, value: object
) -> None:
    erased = event(sealed, "run:1", 2)
    erase(sealed, erased, by=SYSTEM, now=now, reason="廃棄")
    assert found(sealed) == []
    setattr(erased, name, value)
    assert_found(sealed, ["run:1 の 2 番: 内容がダイジェストと一致しません"])


def test_a_record_of_erasing_what_still_stands_is_found(sealed: Session, now: datetime) -> None:
    record(sealed, "run:1", "erased", {"seq": 2, "content_digest": GENESIS}, by=SYSTEM, now=now)
    assert_found(sealed, ["run:1 の 4 番: 2 番を消去した記録ですが"])


def test_an_erasure_that_names_nothing_is_found(sealed: Session, now: datetime) -> None:
    record(sealed, "run:1", "erased", {}, by=SYSTEM, now=now)
    assert_found(sealed, ["run:1 の 4 番: 消去の記録として読めません"])


def test_a_digest_that_is_none_is_a_problem_not_a_crash(sealed: Session) -> None:
    event(sealed, "run:1", 3).digest = "壊"
    problems = found(sealed)
    assert "run:1 の 3 番: 内容がダイジェストと一致しません。記録の後に書き換えられています" in problems
    assert any(problem.startswith("封印 2: 封じた履歴と一致しません") for problem in problems)


def test_only_so_many_problems_are_listed_but_all_are_counted(session: Session, now: datetime) -> None:
    for _ in range(1_010):
        record(session, "run:1", "made", {}, by=SYSTEM, now=now)
    session.execute(text("update cases_event set actor_name = 'x'"))
    report = verify(session)
    assert (report.problem_count, len(report.problems)) == (1_010, 1_000)


def test_a_case_whose_history_was_deleted_as_a_whole_is_found(session: Session, now: datetime) -> None:
    case = Case(
        number="2026-000001-5",
        kind="inquiry",
        channel="mail",
        topic="other",
        subject="件名",
        status="received",
        received_at=now,
        updated_at=now,
    )
    session.add(case)
    session.flush()
    record(session, f"case:{case.id}", "received", {}, by=SYSTEM, now=now, case_id=case.id)
    assert found(session) == []
    for table in ("cases_event", "cases_event_stream"):
        session.execute(text(f"DELETE FROM {table}"))
    assert found(session) == ["案件 2026-000001-5: 履歴がありません。案件の履歴が丸ごと削除されています"]
