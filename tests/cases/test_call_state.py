"""電話の状態: what the database calls unfinished is what the program does."""

from datetime import datetime, timedelta
from itertools import product

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import search
from cases.call_checks import DISCARDED, OUTCOMES
from cases.call_state import is_finished, running_of, unfinished, write_typed
from cases.history import Actor
from cases.models import Case, Message, PhoneCall


def test_the_database_and_the_program_agree_on_what_is_finished(
    session: Session, case: Case, operator: Actor, now: datetime
) -> None:
    said = Message(case_id=case.id, direction="in", channel="phone", occurred_at=now)
    said.subject = said.author_name = said.from_address = said.body_text = ""
    message = search.store(session, said)
    for outcome, ended, written in product(("", *OUTCOMES, DISCARDED), (True, False), (True, False)):
        if (written or outcome in ("wrong_number", DISCARDED)) and not ended:
            continue  # nothing writes a call down that has no end
        session.add(
            PhoneCall(
                direction="in",
                operator_id=operator.id,
                operator_name=operator.display_name,
                started_at=now,
                ended_at=now + timedelta(minutes=1) if ended else None,
                outcome=outcome,
                message_id=message.id if written else None,
            )
        )
    session.flush()
    open_ids = set(session.scalars(select(PhoneCall.id).where(unfinished())))
    calls = session.scalars(select(PhoneCall)).all()
    assert open_ids == {call.id for call in calls if not is_finished(call)}
    assert 0 < len(open_ids) < len(calls)
    assert running_of(session, operator.id).ended_at is None
    assert running_of(session, operator.id + 1) is None


def test_what_is_typed_loses_stray_blanks_but_keeps_its_lines() -> None:
    call = PhoneCall()
    write_typed(call, {"content": "\0 一\r\n\n 二 ", "subject": " 件\n 名 ", "telephone": "0" * 60})
    assert (call.content, call.subject, len(call.telephone)) == ("一\n\n 二", "件 名", 40)
