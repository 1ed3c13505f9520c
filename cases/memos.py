"""内部メモ: what operators tell each other on a case; never sent to anybody."""

from datetime import datetime

from sqlalchemy.orm import Session

from cases import search
from cases.errors import InputRefused, Problem
from cases.history import Person, record_on_case
from cases.lifecycle import touch
from cases.models import Case, Message

LONGEST_MEMO = 20_000


def add_memo(session: Session, case: Case, text: str, *, by: Person, now: datetime) -> Message:
    """Write a memo on a case. Raises `InputRefused` for an empty or an endless one."""
    body = text.replace("\r\n", "\n").replace("\0", "").strip()
    if not body:
        raise InputRefused([Problem("メモ", "本文が空です。内容を入力してください")])
    if len(body) > LONGEST_MEMO:
        raise InputRefused(
            [Problem("メモ", f"{len(body):,}文字あります。{LONGEST_MEMO:,}文字以内にしてください")]
        )
    memo = Message(
        case_id=case.id,
        direction="note",
        channel="memo",
        author_id=by.id,
        author_name=by.display_name,
        subject="",
        from_address="",
        body_text=body,
        occurred_at=now,
    )
    search.store(session, memo)
    touch(session, case, now=now)
    record_on_case(session, case, "note_added", {"message": memo.id}, by=by, now=now)
    return memo
