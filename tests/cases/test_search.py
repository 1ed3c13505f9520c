"""Message search: equal to a substring scan, one- and two-character words included, newest first."""

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import false, select, true
from sqlalchemy.orm import Session

from cases import search
from cases.models import Attachment, Case, Message
from helpdesk.database import Database

pytestmark = pytest.mark.both_databases  # what is like what is asked otherwise there

TEXTS = (
    "容量拠出金の通知書について\n\n支払期日を教えてください。",
    "容量拠\n出金の未回収分はどう配分されますか。",
    "ﾍﾟﾅﾙﾃｨの金額が１２３円ちがいます。",
    "ペナルティ額の算定根拠（未達成コマ 8,642.75）",
    "督促状が届きました。㈱北浜エナジー 髙﨑",
    "Re: FW: AX-100 の入札量について 03−1234−5678",
    "金拠出量",
    "",
)


def new_case(session: Session, now: datetime, serial: int = 1) -> Case:
    case = Case(
        number=f"2026-{serial:06d}-0",
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
    return case


def write(session: Session, case: Case, text: str, now: datetime, **values: object) -> Message:
    message = Message(
        case_id=case.id,
        direction="in",
        channel="mail",
        occurred_at=now,
        **{"subject": "", "author_name": "", "from_address": "", "body_text": text, **values},
    )
    return search.store(session, message)


def scan(session: Session, query: str) -> list[int]:
    """The oracle: every message whose normalised text has every word in it, newest first."""
    words = search.query_words(query)
    rows = session.execute(select(Message.id, Message.search_text).order_by(Message.id.desc()))
    return [row.id for row in rows if words and all(word in row.search_text for word in words)]


def found(session: Session, query: str) -> list[int]:
    return [hit.message.id for hit in search.find_messages(session, query, visible=true(), limit=1000)]


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("拠出金", [1, 0]),
        ("督促", [4]),
        ("量", [6, 5, 1, 0]),
        ("ペナルティ", [3, 2]),
        ("123円", [2]),
        ("高崎", [4]),
        ("株", [4]),
        ("ax-100", [5]),
        ("03-1234", [5]),
        ("容量 期日", [0]),
        ('"ax-100 の入札"', [5]),
        ("出金拠", []),
        ("％", []),
        ("　", []),
    ],
)
def test_a_word_is_found_wherever_it_stands(
    database: Database, now: datetime, query: str, texts: list[int]
) -> None:
    with database.write_session() as session:
        case = new_case(session, now)
        ids = [write(session, case, text, now).id for text in TEXTS]

        assert found(session, query) == [ids[at] for at in texts] == scan(session, query)


def test_every_short_piece_of_the_texts_is_found_as_a_scan_finds_it(
    database: Database, now: datetime
) -> None:
    with database.write_session() as session:
        case = new_case(session, now)
        stored = [write(session, case, text, now) for text in TEXTS]
        pieces = {
            message.search_text[at : at + length]
            for message in stored
            for length in (1, 2, 3)
            for at in range(len(message.search_text) - length + 1)
        }

        assert len(pieces) > 200
        for piece in sorted(pieces):
            quoted = f'"{piece}"' if '"' not in piece else piece
            assert found(session, quoted) == scan(session, quoted), piece


ALPHABET = st.sampled_from("容量拠出金の通知 \n\t1aA\"'*()-ーｰ−%_\\🏭㈱ｱ゛é")


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(
    texts=st.lists(st.text(ALPHABET, max_size=30), min_size=1, max_size=5),
    queries=st.lists(st.text(ALPHABET, max_size=6), min_size=1, max_size=8),
)
def test_any_query_on_any_texts_equals_a_scan(
    database: Database, now: datetime, texts: list[str], queries: list[str]
) -> None:
    with database.open_session(writes=True) as session:
        case = new_case(session, now)
        for text in texts:
            write(session, case, text, now)
        for query in [*queries, *(text[:9] for text in texts)]:
            assert found(session, query) == scan(session, query)
        session.rollback()


def test_the_sender_and_the_names_of_attachments_are_searched_too(database: Database, now: datetime) -> None:
    with database.write_session() as session:
        case = new_case(session, now)
        attachment = Attachment(
            name="算定明細.xlsx", content_type="application/x", size_bytes=1, sha256="0" * 64
        )
        message = write(
            session,
            case,
            "本文",
            now,
            author_name="田中 由紀",
            from_address="tanaka@kitahama.example",
            attachments=[attachment],
        )

        for query in ("田中由紀", "tanaka@kitahama", "明細.xlsx", "本文 由紀"):
            assert found(session, query) == [message.id]


def test_pages_go_on_where_the_last_one_ended(database: Database, now: datetime) -> None:
    with database.write_session() as session:
        case = new_case(session, now)
        ids = [write(session, case, f"拠出金 {number}", now).id for number in range(5)]

        first = search.find_messages(session, "拠出金", visible=true(), limit=2)
        second = search.find_messages(session, "拠出金", visible=true(), limit=2, before=first[-1].message.id)

        assert [hit.message.id for hit in first + second] == ids[:0:-1]


def test_nothing_is_found_in_cases_that_are_not_visible(database: Database, now: datetime) -> None:
    with database.write_session() as session:
        seen, hidden = new_case(session, now, 1), new_case(session, now, 2)
        message = write(session, seen, "拠出金", now)
        write(session, hidden, "拠出金", now)

        hits = search.find_messages(session, "拠出金", visible=Case.id == seen.id)
        assert [(hit.message.id, hit.case.id) for hit in hits] == [(message.id, seen.id)]
        assert search.find_messages(session, "拠出金", visible=false()) == []


def test_rare_and_common_words_select_the_same_cases(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write_session() as session:
        wanted = []
        for serial in range(1, 8):
            case = new_case(session, now, serial)
            write(session, case, "拠出金の通知" if serial % 2 else "ペナルティ", now)
            if serial % 2:
                wanted.append(case.id)
        for few in (1000, 0):
            monkeypatch.setattr(search, "_FEW", few)
            condition = search.case_condition(session, "拠出金 通知")
            assert session.scalars(select(Case.id).where(condition).order_by(Case.id)).all() == wanted
        assert search.case_condition(session, "  ") is None


def test_the_index_is_read_from_its_end_and_not_sorted(database: Database, now: datetime) -> None:
    if not database.is_sqlite:
        pytest.skip("the plan of PostgreSQL depends on its statistics")
    with database.write_session() as session:
        statement = search._candidates(session, select(Message.id), ["拠出金"])
        statement = statement.order_by(search._newest_first(session)).limit(20)
        compiled = statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").fetchall()

    steps = [row[3] for row in plan]
    assert "VIRTUAL TABLE INDEX" in steps[0]
    assert not any("TEMP B-TREE" in step for step in steps)


def test_the_index_table_can_be_removed_and_made_again(database: Database, now: datetime) -> None:
    with database.write_session() as session:
        connection = session.connection()
        message = write(session, new_case(session, now), "拠出金", now)
        search.drop_index(connection)
        search.create_index(connection)
        assert found(session, "拠出金") == []
        search.index(session, [message])
        assert found(session, "拠出金") == [message.id]
