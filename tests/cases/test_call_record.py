"""電話の記録: what was typed, and below it what the desk knows of the call."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from cases import phone_calls
from cases.call_record import words_of
from cases.history import Actor
from cases.models import Case


def test_what_was_typed_is_told_apart_from_what_the_desk_adds(
    session: Session, case: Case, operator: Actor, now: datetime
) -> None:
    call = phone_calls.begin(
        session, direction="in", telephone="090-1234-5678", case=case, by=operator, now=now
    )
    later = now + timedelta(seconds=61)
    typed = "8月に交付の分が2割少ない"
    message = phone_calls.end(session, call, outcome="other", content=typed, by=operator, now=later)
    assert words_of(message).strip() == typed
    assert message.body_text.splitlines()[2:] == [
        "【電話】着信 2026-06-30 10:00〜10:01（2分）　応対：佐藤 花子",
        "相手：090-1234-5678",
        "結果：その他",
    ]


def test_a_call_without_words_still_says_what_came_of_it(
    session: Session, case: Case, operator: Actor, now: datetime
) -> None:
    call = phone_calls.begin(session, direction="out", case=case, by=operator, now=now)
    message = phone_calls.end(session, call, outcome="no_answer", by=operator, now=now)
    assert words_of(message) == ""
    assert "相手：相手不明（番号なし）" in message.body_text
