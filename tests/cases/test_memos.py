"""Internal memos."""

from datetime import datetime

import pytest
from sqlalchemy import true
from sqlalchemy.orm import Session

from cases import search
from cases.errors import InputRefused
from cases.history import Actor, content_of, read_stream
from cases.memos import add_memo
from cases.models import Case


def test_a_memo_is_kept_found_and_in_the_history(
    session: Session, case: Case, operator: Actor, now: datetime
) -> None:
    memo = add_memo(session, case, " 電話で確認済み\r\n回答待ち ", by=operator, now=now)
    assert (memo.direction, memo.channel, memo.author_name) == ("note", "memo", "佐藤 花子")
    assert memo.body_text == "電話で確認済み\n回答待ち"
    (event,) = read_stream(session, f"case:{case.id}")
    assert (event.kind, content_of(event)) == ("note_added", {"message": memo.id})
    assert [hit.message for hit in search.find_messages(session, "確認", visible=true())] == [memo]


@pytest.mark.parametrize(("text", "message"), [(" \n\0", "本文が空です"), ("あ" * 20_001, "20,001文字")])
def test_an_empty_or_endless_memo_is_refused(
    session: Session, case: Case, operator: Actor, now: datetime, text: str, message: str
) -> None:
    with pytest.raises(InputRefused, match=message):
        add_memo(session, case, text, by=operator, now=now)
    assert read_stream(session, f"case:{case.id}") == []
