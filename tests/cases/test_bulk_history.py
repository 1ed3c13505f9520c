"""Many events at once are the events that one by one would have made."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.bulk_history import Occurrence, record_all
from cases.errors import ContentRefused
from cases.history import Actor, read_stream, record
from cases.history_verification import verify
from cases.models import Event, EventStream

MANY = [Occurrence(f"account:{at % 3}", "receipt_recorded", {"receipt": at}) for at in range(10)]


def test_many_events_have_the_digests_of_events_written_one_by_one(
    session: Session, operator: Actor, now: datetime
) -> None:
    record(session, "account:0", "made", {}, by=operator, now=now, random_bytes=bytes)
    record_all(session, MANY, by=operator, now=now, random_bytes=bytes)
    record(session, "account:1", "closed", {}, by=operator, now=now, random_bytes=bytes)
    together = {each.name: (each.last_seq, each.last_digest) for each in session.scalars(select(EventStream))}
    session.rollback()
    record(session, "account:0", "made", {}, by=operator, now=now, random_bytes=bytes)
    for each in MANY:
        record(session, each.stream, each.kind, each.content, by=operator, now=now, random_bytes=bytes)
    record(session, "account:1", "closed", {}, by=operator, now=now, random_bytes=bytes)
    alone = {each.name: (each.last_seq, each.last_digest) for each in session.scalars(select(EventStream))}
    assert together == alone
    assert together["account:0"][0] == 5


def test_thousands_of_streams_are_written_in_few_statements_and_verify(
    session: Session, operator: Actor, now: datetime
) -> None:
    many = [Occurrence(f"account:{at}", "receipt_recorded", {"receipt": at}) for at in range(1_000)]
    record_all(session, [*many, *many], by=operator, now=now)
    assert [event.seq for event in read_stream(session, "account:999")] == [1, 2]
    assert verify(session).problems == []


def test_content_without_an_exact_form_or_a_time_without_a_zone_leaves_nothing(
    session: Session, operator: Actor, now: datetime
) -> None:
    with pytest.raises(ContentRefused):
        record_all(session, [*MANY, Occurrence("account:1", "x", {"yen": 1.5})], by=operator, now=now)
    with pytest.raises(ContentRefused):
        record_all(session, MANY, by=operator, now=(now + timedelta(0)).replace(tzinfo=None))
    assert session.scalars(select(Event)).all() == []
    record_all(session, [], by=operator, now=now)
    assert session.scalars(select(Event)).all() == []
