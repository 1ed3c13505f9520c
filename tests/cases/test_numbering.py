"""Case numbers: series, check digit, what people type."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.orm import Session

from cases.errors import NumberInvalid, NumbersExhausted
from cases.models import Counter
from cases.numbering import check_digit, find_numbers, lock_series, next_number, next_value, parse_number
from helpdesk.database import Database

digit_strings = st.text("0123456789", min_size=10, max_size=10)


def number_of(fiscal_year: int, serial: int) -> str:
    digits = f"{fiscal_year}{serial:06d}"
    return f"{fiscal_year}-{serial:06d}-{check_digit(digits)}"


def test_the_check_digit_is_damms() -> None:
    assert check_digit("572") == "4"
    assert check_digit("5724") == "0"


@given(digit_strings, st.integers(0, 10), st.integers(1, 9))
def test_every_single_wrong_digit_is_caught(digits: str, place: int, change: int) -> None:
    whole = digits + check_digit(digits)
    wrong = whole[:place] + str((int(whole[place]) + change) % 10) + whole[place + 1 :]
    assert check_digit(wrong) != "0"


@given(digit_strings, st.integers(0, 9))
def test_every_swap_of_neighbours_is_caught(digits: str, place: int) -> None:
    whole = digits + check_digit(digits)
    swapped = whole[:place] + whole[place + 1] + whole[place] + whole[place + 2 :]
    assert (check_digit(swapped) == "0") == (whole[place] == whole[place + 1])


def test_numbers_of_a_year_follow_each_other_and_the_year_begins_in_april_japan_time(
    session: Session,
) -> None:
    last_of_march = datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC)
    april = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)
    assert next_number(session, now=last_of_march) == number_of(2025, 1)
    assert next_number(session, now=last_of_march) == number_of(2025, 2)
    assert next_number(session, now=april) == number_of(2026, 1)


def test_a_year_without_a_number_left_is_refused(session: Session, now: datetime) -> None:
    session.add(Counter(name="case:2026", value=999_998))
    session.flush()
    assert next_number(session, now=now) == number_of(2026, 999_999)
    with pytest.raises(NumbersExhausted, match="2026 年度の案件番号は 999999 件で尽きました"):
        next_number(session, now=now)


def test_many_at_once_get_different_numbers_without_a_gap(database: Database) -> None:
    def draw(_: int) -> list[int]:
        values = []
        for _ in range(5):
            with database.write_session() as session:
                values.append(next_value(session, "case:2026"))
        return values

    with ThreadPoolExecutor(4) as pool:
        drawn = [value for values in pool.map(draw, range(4)) for value in values]
    assert sorted(drawn) == list(range(1, 21))


def test_a_transaction_that_fails_gives_its_number_back(database: Database) -> None:
    with database.open_session(writes=True) as session:
        next_value(session, "case:2026")
        session.rollback()
    with database.write_session() as session:
        assert next_value(session, "case:2026") == 1


def test_locking_a_series_draws_nothing(session: Session) -> None:
    lock_series(session, "seal")
    lock_series(session, "seal")
    assert next_value(session, "seal") == 1


def test_a_series_is_locked_once_in_a_transaction_and_anew_in_the_next(session: Session) -> None:
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *told: asked.append(told[2]))

    def statements_to_lock(name: str) -> int:
        asked.clear()
        lock_series(session, name)
        return len([each for each in asked if "cases_counter" in each])

    assert [statements_to_lock("a"), statements_to_lock("a"), statements_to_lock("b")] == [2, 0, 2]
    session.commit()
    assert [statements_to_lock("a"), statements_to_lock("a")] == [2, 0]
    session.rollback()
    with session.begin_nested() as savepoint:
        assert statements_to_lock("a") == 2
        savepoint.rollback()  # lets go of what it held
    assert [statements_to_lock("a"), statements_to_lock("a")] == [2, 0]


@pytest.mark.parametrize(
    "typed",
    [
        "2026-000123-{c}",
        " ２０２６－０００１２３－{c} ",
        "2026ー000123ー{c}",
        "2026–000123—{c}",
        "2026 000123 {c}",
        "2026000123{c}",
        "【2026-000123-{c}】",
        "[案件番号：2026-000123-{c}]",
        "案件番号 2026-000123-{c}",
        "No.2026-000123-{c}",
        "№ 2026-000123-{c}",
        "#2026-000123-{c}",
        "受付番号:2026−000123−{c}",
    ],
)
def test_a_number_is_read_however_it_is_typed(typed: str) -> None:
    digit = check_digit("2026000123")
    assert parse_number(typed.format(c=digit)) == f"2026-000123-{digit}"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "空です"),
        ("  案件番号 ", "空です"),
        ("2026-000123", "数字 11 桁のところ 10 桁"),
        ("ABC", "形ではありません"),
        ("2026-000123-4567", "数字 11 桁のところ 14 桁"),
        ("1999-000001-" + check_digit("1999000001"), "発番されない番号"),
        ("2026-000000-" + check_digit("2026000000"), "発番されない番号"),
        ("x" * 5000, "…」は案件番号の形ではありません"),
        ("\x00", "形ではありません"),
    ],
)
def test_what_is_wrong_with_a_number_is_said(typed: str, message: str) -> None:
    with pytest.raises(NumberInvalid, match=message):
        parse_number(typed)


def test_a_wrong_check_digit_is_named() -> None:
    wrong = (int(check_digit("2026000123")) + 1) % 10
    with pytest.raises(NumberInvalid, match="検査数字が合いません"):
        parse_number(f"2026-000123-{wrong}")


@given(st.text())
def test_any_text_is_a_number_or_refused_in_japanese(text: str) -> None:
    try:
        number = parse_number(text)
    except NumberInvalid as error:
        number = str(error)
    assert "案件番号" in number or parse_number(number) == number


def test_numbers_are_found_in_a_subject() -> None:
    first, second = number_of(2026, 123), number_of(2025, 9)
    subject = f"Re: 【{first}】ペナルティの件（{second}、{first}）".translate(str.maketrans("-", "－"))
    assert find_numbers(subject) == [first, second]


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "電話 090-1234-5678",
        "請求書 2026-000123",
        "発注 20261234567",
        "伝票 12026-000123-{c}",
        "伝票 2026-000123-{c}-1",
        "伝票 A2026-000123-{c}",
        "伝票 2026-000123-{wrong}",
        "伝票 2026-000000-{zero}",
    ],
)
def test_foreign_numbers_match_nothing(subject: str) -> None:
    digit = check_digit("2026000123")
    wrong, zero = (int(digit) + 1) % 10, check_digit("2026000000")
    assert find_numbers(subject.format(c=digit, wrong=wrong, zero=zero)) == []


def test_a_case_keeps_the_number_it_drew(session: Session, make_case: Callable, now: datetime) -> None:
    assert make_case(session).number == number_of(2026, 1)
    assert make_case(session).number == number_of(2026, 2)
