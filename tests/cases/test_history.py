"""Recording, erasing and sealing events."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases.errors import ContentRefused, ErasureRefused
from cases.history import (
    GENESIS,
    SYSTEM,
    Actor,
    canonical,
    case_events,
    content_digest,
    content_of,
    erase,
    read_stream,
    record,
    record_on_case,
    seal,
)
from cases.history_verification import verify
from cases.models import Case, Event, Seal
from helpdesk.database import Database


def test_an_event_carries_who_what_when_and_its_place(
    session: Session, operator: Actor, now: datetime
) -> None:
    first = record(session, "settings", "changed", {"name": "窓口名"}, by=operator, now=now)
    second = record(session, "settings", "changed", {"name": "署名"}, by=SYSTEM, now=now)
    assert (first.seq, first.previous_digest, first.actor_id, first.actor_name) == (
        1,
        GENESIS,
        7,
        "佐藤 花子",
    )
    assert (second.seq, second.previous_digest) == (2, first.digest)
    assert (second.actor_id, second.actor_name, second.at) == (None, "システム", now)
    assert read_stream(session, "settings") == [first, second]
    assert content_of(first) == {"name": "窓口名"}


def test_the_digest_can_be_computed_by_hand(session: Session, operator: Actor, now: datetime) -> None:
    event = record(
        session, "run:5", "made", {"b": 1, "a": "円"}, by=operator, now=now, random_bytes=lambda n: bytes(n)
    )
    content = hashlib.sha256(("0" * 32 + '{"a":"円","b":1}').encode()).hexdigest()
    envelope = (
        '{"actor_id":7,"actor_name":"佐藤 花子","at":"2026-06-30T01:00:00.000000+00:00","case_id":null,'
        f'"content":"{content}","kind":"made","seq":1,"stream":"run:5"}}'
    )
    assert event.digest == hashlib.sha256((envelope + "0" * 64).encode()).hexdigest()


def test_the_salt_is_new_for_every_event(session: Session, now: datetime) -> None:
    events = [record(session, "settings", "changed", {}, by=SYSTEM, now=now) for _ in range(20)]
    assert len({event.salt for event in events}) == 20


def test_a_case_shows_what_happened_in_all_streams(
    session: Session, case: Case, operator: Actor, now: datetime
) -> None:
    record_on_case(session, case, "received", {}, by=SYSTEM, now=now)
    record(session, "run:1", "made", {}, by=operator, now=now, case_id=case.id)
    record(session, "run:2", "made", {}, by=operator, now=now)
    assert [(event.stream, event.kind) for event in case_events(session, case.id)] == [
        (f"case:{case.id}", "received"),
        ("run:1", "made"),
    ]


def test_content_has_one_canonical_form() -> None:
    tokyo = datetime(2026, 6, 30, 10, 0, tzinfo=timezone(timedelta(hours=9)))
    value = {"z": [1, None, True], "a": {"時刻": tokyo, "日": date(2026, 6, 30)}, "円": (10**30,)}
    assert canonical(value) == (
        '{"a":{"日":"2026-06-30","時刻":"2026-06-30T01:00:00.000000+00:00"},"z":[1,null,true],'
        '"円":[1000000000000000000000000000000]}'
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"金額": 1.5}, "content.金額 は float"),
        ({"金額": [{"円": Decimal("1.5")}]}, r"content.金額\[0\].円 は Decimal"),
        ({"時刻": datetime(2026, 6, 30)}, "タイムゾーンがありません"),  # noqa: DTZ001
        ({"件名": "\ud800"}, "文字として保存できない"),
        ({1: "a"}, "dict で、正確な形で残せません"),
    ],
)
def test_content_without_an_exact_form_is_refused(
    session: Session, now: datetime, content: dict, message: str
) -> None:
    with pytest.raises(ContentRefused, match=message):
        record(session, "settings", "changed", content, by=SYSTEM, now=now)
    assert read_stream(session, "settings") == []


def test_an_event_without_a_zone_is_refused(session: Session) -> None:
    with pytest.raises(ContentRefused, match="タイムゾーンがありません"):
        record(session, "settings", "changed", {}, by=SYSTEM, now=datetime(2026, 6, 30))  # noqa: DTZ001


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abアイ"), inner, max_size=4),
    max_leaves=12,
)


@given(json_values, json_values)
def test_equal_values_and_only_they_have_equal_texts(left: object, right: object) -> None:
    assert (canonical(left) == canonical(right)) == (repr_of(left) == repr_of(right))


def test_a_large_content_of_plain_values_has_the_text_of_one_with_times() -> None:
    """Plain values are written as they are, others copied first: the same text either way."""
    plain = {"円": [1, None, True, "時刻", ("a", 10**30)], "b": {"a": [], "": {}}}
    with_time = canonical({**plain, "日": date(2026, 6, 30)})
    assert with_time == canonical(plain)[:-1] + ',"日":"2026-06-30"}'


def repr_of(value: object) -> str:
    """A value with its types: True and 1 are equal in Python."""
    if isinstance(value, dict):
        return repr(sorted((key, repr_of(item)) for key, item in value.items()))
    if isinstance(value, list):
        return repr(["list", *(repr_of(item) for item in value)])
    return repr(value)


def test_many_writers_of_one_stream_make_one_chain(database: Database, now: datetime) -> None:
    def write(worker: int) -> None:
        for index in range(5):
            with database.write_session() as session:
                record(session, "settings", "changed", {"n": [worker, index]}, by=SYSTEM, now=now)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    with database.read_session() as session:
        assert [event.seq for event in read_stream(session, "settings")] == list(range(1, 21))
        assert verify(session).ok


def test_erasing_drops_content_and_salt_and_says_who_and_why(
    session: Session, operator: Actor, leader: Actor, now: datetime
) -> None:
    event = record(session, "user:9", "signed_in", {"address": "10.0.0.1"}, by=operator, now=now)
    digest, of_content = event.digest, content_digest(event.salt, event.content)
    erasure = erase(session, event, by=leader, now=now, reason="契約終了による廃棄")
    assert (event.content, event.salt, event.digest, content_of(event)) == (None, None, digest, None)
    assert content_of(erasure) == {
        "seq": 1,
        "kind": "signed_in",
        "content_digest": of_content,
        "reason": "契約終了による廃棄",
    }
    assert (erasure.kind, erasure.actor_name) == ("erased", "鈴木 一郎")
    report = verify(session)
    assert (report.ok, report.erased) == (True, 1)


def test_what_must_not_be_erased_is_refused(session: Session, operator: Actor, now: datetime) -> None:
    event = record(session, "user:9", "signed_in", {}, by=operator, now=now)
    with pytest.raises(ErasureRefused, match="理由を入力"):
        erase(session, event, by=operator, now=now, reason=" ")
    assert event.content == "{}"
    erasure = erase(session, event, by=operator, now=now, reason="廃棄")
    with pytest.raises(ErasureRefused, match="user:9 の 1 番はすでに消去"):
        erase(session, event, by=operator, now=now, reason="廃棄")
    with pytest.raises(ErasureRefused, match="user:9 の 2 番は消去の記録"):
        erase(session, erasure, by=operator, now=now, reason="廃棄")


def test_a_seal_takes_what_is_unsealed_and_follows_the_one_before(session: Session, now: datetime) -> None:
    assert seal(session, now=now) is None
    for index in range(5):
        record(session, f"run:{index}", "made", {}, by=SYSTEM, now=now)
    first = seal(session, now=now, limit=3)
    second = seal(session, now=now, limit=3)
    assert seal(session, now=now) is None
    assert (first.number, first.event_count, first.previous_digest) == (1, 3, GENESIS)
    assert (second.number, second.event_count, second.previous_digest) == (2, 2, first.digest)
    numbers = session.execute(select(Event.seal_number).order_by(Event.id)).scalars().all()
    assert numbers == [1, 1, 1, 2, 2]
    assert verify(session).ok


def test_more_events_than_fit_one_statement_are_sealed(session: Session, now: datetime) -> None:
    for _ in range(1_203):
        record(session, "run:1", "made", {}, by=SYSTEM, now=now)
    assert seal(session, now=now).event_count == 1_203
    assert verify(session).ok


def test_two_sealers_and_writers_at_once_leave_one_chain_of_seals(database: Database, now: datetime) -> None:
    def write(worker: int) -> None:
        for _ in range(8):
            with database.write_session() as session:
                record(session, f"run:{worker}", "made", {}, by=SYSTEM, now=now)

    def seal_often(_: int) -> None:
        for _ in range(6):
            with database.write_session() as session:
                seal(session, now=now, limit=3)

    tasks: list[Callable[[int], None]] = [write, seal_often, write, seal_often]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda numbered: numbered[1](numbered[0]), enumerate(tasks)))
    with database.write_session() as session:
        seal(session, now=now)
    with database.read_session() as session:
        report = verify(session)
        assert (report.ok, report.problems, report.events, report.unsealed) == (True, [], 16, 0)
        assert session.scalar(select(func.sum(Seal.event_count))) == 16


def test_times_are_kept_to_the_microsecond(session: Session) -> None:
    at = datetime(2026, 6, 30, 1, 2, 3, 456789, tzinfo=UTC)
    record(session, "settings", "changed", {}, by=SYSTEM, now=at)
    session.expire_all()
    assert read_stream(session, "settings")[0].at == at
    assert verify(session).ok
