"""The cursor of a page."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal, select, tuple_
from sqlalchemy.orm import Session

from cases.models import Case
from cases.paging import read_cursor, write_cursor

START = datetime(2000, 1, 1, tzinfo=timezone(timedelta(hours=9)))


@given(
    moment=st.timedeltas(timedelta(), timedelta(days=36500)).map(START.__add__), case_id=st.integers(1, 10**9)
)
def test_a_cursor_reads_as_it_was_written(moment: datetime, case_id: int) -> None:
    at, number = (part.value for part in read_cursor(write_cursor(moment, case_id)).clauses)
    assert (at, number) == (moment, case_id)


@given(st.text(max_size=70))
def test_any_other_text_is_no_cursor(text: str) -> None:
    cursor = read_cursor(text)
    assert cursor is None or write_cursor(*(part.value for part in cursor.clauses))


def test_the_database_compares_it_as_a_pair(session: Session, case: Case, now: datetime) -> None:
    def found(cursor: str) -> bool:
        pair = tuple_(Case.updated_at, Case.id) < read_cursor(cursor)
        return session.scalar(select(literal(1)).select_from(Case).where(pair)) == 1

    assert found(write_cursor(now, case.id + 1))
    assert found(write_cursor(now + timedelta(microseconds=1), 0))
    assert not found(write_cursor(now, case.id))
    assert not found(write_cursor(now - timedelta(microseconds=1), case.id + 1))


@pytest.mark.parametrize("text", [None, "", "x", f"{datetime(2026, 1, 1, tzinfo=UTC):%Y%m%d}-1"])
def test_nothing_is_no_cursor(text: str | None) -> None:
    assert read_cursor(text) is None
