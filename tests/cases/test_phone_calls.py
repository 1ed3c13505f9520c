"""電話: from the first ring to what stands of it in the case."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from cases import lifecycle, phone_calls, search
from cases.business_calendar import seed_holidays
from cases.errors import CallRefused, InputRefused, LineBusy, StaleVersion
from cases.history import Actor, case_events, content_of, read_stream
from cases.models import Business, Case, Message, PhoneCall, WorkInterval


@pytest.fixture(autouse=True)
def _holidays(session: Session) -> None:
    seed_holidays(session, range(2025, 2028))


@pytest.fixture
def call(session: Session, kaminari: Business, operator: Actor, now: datetime) -> PhoneCall:
    """An incoming call of a known person, with something written in it."""
    begun = phone_calls.begin(session, direction="in", contact=kaminari.contacts[0], by=operator, now=now)
    return phone_calls.note(
        session,
        begun,
        expected_version=begun.version,
        subject="6月分のペナルティ",
        content="倍率が5倍になった理由を聞かれた",
        by=operator,
        now=now,
    )


def kinds(session: Session, case: Case) -> list[str]:
    return [event.kind for event in case_events(session, case.id)]


def refused(error: pytest.ExceptionInfo[InputRefused]) -> list[str]:
    return [problem.where for problem in error.value.problems]


# --- beginning


def test_a_call_takes_number_name_and_business_from_the_contact(
    session: Session, call: PhoneCall, kaminari: Business, operator: Actor
) -> None:
    assert (call.telephone, call.person_name, call.business) == ("03-1234-5678", "山田 太郎", kaminari)
    assert (call.ended_at, call.operator_id) == (None, operator.id)
    assert [event.kind for event in read_stream(session, f"call:{call.id}")] == ["call_begun", "call_noted"]


def test_an_unknown_caller_is_taken_with_the_number_alone(
    session: Session, operator: Actor, now: datetime
) -> None:
    call = phone_calls.begin(
        session, direction="in", telephone="０９０ー１２３４ー５６７８", by=operator, now=now
    )
    assert (call.business_id, call.telephone) == (None, "０９０ー１２３４ー５６７８")


@pytest.mark.parametrize("telephone", ["1234", "03-1234-567", "abc", "+81", "03-1234-5678-9012-3"])
def test_a_number_that_cannot_be_one_is_refused(
    session: Session, operator: Actor, now: datetime, telephone: str
) -> None:
    with pytest.raises(InputRefused, match="電話番号"):
        phone_calls.begin(session, direction="in", telephone=telephone, by=operator, now=now)


def test_one_operator_has_one_line_until_the_first_call_has_ended(
    session: Session, call: PhoneCall, operator: Actor, leader: Actor, now: datetime
) -> None:
    with pytest.raises(LineBusy) as busy:
        phone_calls.begin(session, direction="in", by=operator, now=now)
    assert busy.value.call_id == call.id
    phone_calls.begin(session, direction="in", by=leader, now=now)
    phone_calls.hang_up(session, call, by=operator, now=now + timedelta(minutes=3))
    second = phone_calls.begin(session, direction="in", by=operator, now=now + timedelta(minutes=3))
    assert second.ended_at is None
    assert call.content == "倍率が5倍になった理由を聞かれた"
    assert not phone_calls.is_finished(call)


def test_a_call_can_be_written_down_later_but_not_before_it_happens(
    session: Session, operator: Actor, now: datetime
) -> None:
    for minutes, days in ((1, 0), (0, -40)):
        moment = now + timedelta(minutes=minutes, days=days)
        with pytest.raises(InputRefused, match="開始時刻"):
            phone_calls.begin(session, direction="in", by=operator, now=now, started_at=moment)
    call = phone_calls.begin(
        session, direction="out", by=operator, now=now, started_at=now - timedelta(hours=2)
    )
    assert call.started_at == now - timedelta(hours=2)


# --- while it lasts


def test_what_is_typed_is_kept_even_half_a_number(
    session: Session, call: PhoneCall, operator: Actor, now
) -> None:
    kept = phone_calls.note(
        session,
        call,
        expected_version=call.version,
        telephone="03-12",
        content=" 一行目\r\n二行目 ",
        outcome="callback",
        by=operator,
        now=now,
    )
    assert (kept.telephone, kept.content, kept.outcome) == ("03-12", "一行目\n二行目", "callback")


def test_a_draft_never_ends_a_call_by_itself(session: Session, call: PhoneCall, operator: Actor, now) -> None:
    for outcome in ("wrong_number", "discarded", "nonsense"):
        phone_calls.note(session, call, expected_version=call.version, outcome=outcome, by=operator, now=now)
        assert not phone_calls.is_finished(call)


def test_typing_in_a_stale_page_is_refused(session: Session, call: PhoneCall, operator: Actor, now) -> None:
    old = call.version
    phone_calls.note(session, call, expected_version=old, content="新", by=operator, now=now)
    with pytest.raises(StaleVersion, match="別の画面"):
        phone_calls.note(session, call, expected_version=old, content="旧", by=operator, now=now)
    assert call.content == "新"


def test_a_call_that_joins_a_case_takes_its_business_and_subject(
    session: Session, make_case: Callable[..., Case], kaminari: Business, operator: Actor, now: datetime
) -> None:
    case = make_case(session, business=kaminari, contact=kaminari.contacts[1])
    call = phone_calls.begin(session, direction="in", by=operator, now=now)
    phone_calls.join(session, call, case, expected_version=call.version, by=operator, now=now)
    assert (call.business, call.contact, call.subject) == (kaminari, kaminari.contacts[1], case.subject)
    phone_calls.join(session, call, None, expected_version=call.version, by=operator, now=now)
    assert call.case is None


# --- ending


def test_a_call_without_a_case_opens_one_and_stands_in_it(
    session: Session, call: PhoneCall, kaminari: Business, operator: Actor, now: datetime
) -> None:
    later = now + timedelta(minutes=7)
    message = phone_calls.end(session, call, outcome="taken", by=operator, now=later)
    case = session.get_one(Case, message.case_id)
    assert (case.channel, case.kind, case.topic, case.status) == (
        "phone",
        "inquiry",
        "penalty",
        "in_progress",
    )
    assert (case.business, case.contact, case.subject) == (
        kaminari,
        kaminari.contacts[0],
        "6月分のペナルティ",
    )
    assert case.due_at is not None
    assert (message.direction, message.channel) == ("in", "phone")
    assert message.author_name == "かみなり発電株式会社 山田 太郎"
    assert "倍率が5倍になった理由を聞かれた" in message.body_text
    assert "（7分）" in message.body_text
    assert "結果：受付（後で回答）" in message.body_text
    assert [hit.message for hit in search.find_messages(session, "倍率が5倍", visible=true())] == [message]
    assert kinds(session, case) == ["received", "call_logged", "status_changed"]
    interval = session.scalars(select(WorkInterval)).one()
    assert (interval.source, interval.call_id, interval.case_id) == ("call", call.id, case.id)
    assert interval.ended_at - interval.started_at == timedelta(minutes=7)
    assert call.message_id == message.id


@pytest.mark.parametrize(
    ("before", "outcome", "after"),
    [
        ("received", "answered", "waiting"),
        ("in_progress", "answered", "waiting"),
        ("awaiting_release", "answered", "awaiting_release"),
        ("closed", "answered", "closed"),
        ("waiting", "taken", "in_progress"),
        ("closed", "taken", "in_progress"),
        ("waiting", "refused", "in_progress"),
        ("waiting", "no_answer", "waiting"),
        ("received", "message_left", "received"),
        ("waiting", "wrong_number", "waiting"),
        ("waiting", "other", "waiting"),
    ],
)
def test_the_state_that_follows_is_the_outcomes(
    session: Session, call: PhoneCall, make_case, operator: Actor, now, before: str, outcome: str, after: str
) -> None:
    case = make_case(session, status=before, due_at=now, closed_at=now if before == "closed" else None)
    phone_calls.end(session, call, outcome=outcome, case=case, by=operator, now=now)
    assert case.status == after
    reopened = before in ("waiting", "closed") and after == "in_progress"
    assert (case.due_at > now) is reopened


def test_a_spoken_answer_is_the_first_answer_once(
    session: Session, call: PhoneCall, case: Case, operator: Actor, now: datetime
) -> None:
    phone_calls.end(session, call, outcome="answered", case=case, by=operator, now=now)
    assert case.first_answered_at == now
    second = phone_calls.begin(session, direction="out", case=case, by=operator, now=now)
    later = now + timedelta(hours=1)
    phone_calls.end(session, second, outcome="answered", content="再度", by=operator, now=later)
    assert case.first_answered_at == now
    message = session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert (message.direction, message.author_name) == ("out", operator.display_name)


def test_a_case_can_be_closed_with_the_call(
    session: Session, call: PhoneCall, case: Case, operator: Actor, now: datetime
) -> None:
    with pytest.raises(InputRefused, match="完了"):
        phone_calls.end(
            session,
            call,
            outcome="answered",
            case=case,
            close=True,
            next_call_at=now + timedelta(days=1),
            by=operator,
            now=now,
        )
    phone_calls.end(session, call, outcome="answered", case=case, close=True, by=operator, now=now)
    assert (case.status, case.closed_at) == (lifecycle.CLOSED, now)


def test_a_case_without_a_business_learns_it_from_the_call(
    session: Session, call: PhoneCall, case: Case, kaminari: Business, operator: Actor, now: datetime
) -> None:
    phone_calls.end(session, call, outcome="taken", case=case, by=operator, now=now)
    assert (case.business, case.contact) == (kaminari, kaminari.contacts[0])
    assert "business_changed" in kinds(session, case)


def test_a_promise_stands_in_call_message_and_history(
    session: Session, call: PhoneCall, case: Case, operator: Actor, now: datetime
) -> None:
    message = phone_calls.end(
        session,
        call,
        outcome="promised",
        case=case,
        promised_on=date(2026, 7, 10),
        promised_yen=1_234_567,
        next_call_at=now + timedelta(days=11),
        next_call_note="入金を確かめる",
        by=operator,
        now=now,
    )
    assert "入金約束：2026-07-10 に 1,234,567円" in message.body_text
    assert "入金を確かめる" in message.body_text
    logged = next(each for each in case_events(session, case.id) if each.kind == "call_logged")
    content = content_of(logged)
    assert (content["outcome"], content["promised_on"], content["promised_yen"]) == (
        "promised",
        "2026-07-10",
        1_234_567,
    )


def test_a_wrong_number_needs_no_case_and_gives_no_message(
    session: Session, operator: Actor, now: datetime
) -> None:
    call = phone_calls.begin(session, direction="in", telephone="03-9999-9999", by=operator, now=now)
    assert phone_calls.end(session, call, outcome="wrong_number", by=operator, now=now) is None
    assert phone_calls.is_finished(call)
    assert session.scalars(select(Case)).all() == []
    assert session.scalars(select(WorkInterval)).one().case_id is None


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_changed(
    session: Session, operator: Actor, now: datetime
) -> None:
    call = phone_calls.begin(session, direction="in", by=operator, now=now)
    phone_calls.note(
        session, call, expected_version=call.version, telephone="03-12", subject="件名", by=operator, now=now
    )
    with pytest.raises(InputRefused) as error:
        phone_calls.end(
            session,
            call,
            outcome="promised",
            subject="あ" * 501,
            ended_at=now - timedelta(minutes=1),
            next_call_at=now - timedelta(minutes=1),
            by=operator,
            now=now,
        )
    assert refused(error) == [
        "件名",
        "終了時刻",
        "電話番号",
        "内容",
        "次の電話",
        "入金約束日",
        "入金約束額",
    ]
    assert (call.ended_at, call.outcome, call.subject, call.message_id) == (None, "", "件名", None)
    assert session.scalars(select(Message)).all() == []


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"ended_at": timedelta(minutes=1)}, "終了時刻"),
        ({"ended_at": timedelta(hours=-1)}, "終了時刻"),
        ({"outcome": "callback"}, "次の電話"),
        ({"outcome": "promised", "promised_yen": 0, "promised_on": date(2026, 12, 1)}, "入金約束額"),
        ({"outcome": "promised", "promised_yen": 1, "promised_on": date(2026, 6, 1)}, "入金約束日"),
        ({"promised_yen": 5}, "結果"),
        ({"outcome": "discarded"}, "結果"),
        ({"subject": ""}, "案件"),
        ({"content": ""}, "内容"),
        ({"content": "あ" * 20_001}, "内容"),
        ({"next_call_at": timedelta(days=400)}, "次の電話"),
    ],
)
def test_an_impossible_ending_is_refused_where_it_is_wrong(
    session: Session, call: PhoneCall, operator: Actor, now: datetime, values: dict, where: str
) -> None:
    values = {key: now + each if isinstance(each, timedelta) else each for key, each in values.items()}
    with pytest.raises(InputRefused) as error:
        phone_calls.end(session, call, **({"outcome": "taken"} | values), by=operator, now=now)
    assert refused(error) == [where]


def test_a_forgotten_call_is_ended_with_the_time_at_which_it_ended(
    session: Session, call: PhoneCall, case: Case, leader: Actor, now: datetime
) -> None:
    tomorrow = now + timedelta(days=1)
    with pytest.raises(InputRefused, match="12時間を超えて"):
        phone_calls.end(session, call, outcome="taken", case=case, by=leader, now=tomorrow)
    with pytest.raises(InputRefused, match="終了時刻"):
        phone_calls.hang_up(session, call, by=leader, now=tomorrow)
    ended = now + timedelta(minutes=4)
    phone_calls.end(session, call, outcome="taken", case=case, ended_at=ended, by=leader, now=tomorrow)
    interval = session.scalars(select(WorkInterval)).one()
    assert (call.ended_at, interval.user_id) == (ended, call.operator_id)


def test_a_call_that_was_hung_up_keeps_its_end_while_it_is_written_up(
    session: Session, call: PhoneCall, case: Case, operator: Actor, now: datetime
) -> None:
    phone_calls.hang_up(session, call, by=operator, now=now + timedelta(minutes=2))
    phone_calls.hang_up(session, call, by=operator, now=now + timedelta(minutes=5))
    phone_calls.end(session, call, outcome="taken", case=case, by=operator, now=now + timedelta(minutes=9))
    assert call.ended_at == now + timedelta(minutes=2)


def test_a_finished_call_does_not_change_any_more(
    session: Session, call: PhoneCall, case: Case, operator: Actor, now: datetime
) -> None:
    phone_calls.end(session, call, outcome="taken", case=case, by=operator, now=now)
    for verb in (
        lambda: phone_calls.end(session, call, outcome="taken", case=case, by=operator, now=now),
        lambda: phone_calls.hang_up(session, call, by=operator, now=now),
        lambda: phone_calls.discard(session, call, reason="x", by=operator, now=now),
        lambda: phone_calls.join(session, call, None, expected_version=call.version, by=operator, now=now),
        lambda: phone_calls.note(
            session, call, expected_version=call.version, content="後", by=operator, now=now
        ),
    ):
        with pytest.raises(CallRefused, match="すでに終わっています"):
            verb()


# --- taking back, and the next call


def test_only_an_empty_call_is_taken_back_and_with_a_reason(
    session: Session, call: PhoneCall, operator: Actor, leader: Actor, now: datetime
) -> None:
    with pytest.raises(InputRefused) as error:
        phone_calls.discard(session, call, reason=" ", by=operator, now=now)
    assert refused(error) == ["内容", "取消の理由"]
    empty = phone_calls.begin(session, direction="in", by=leader, now=now)
    phone_calls.discard(session, empty, reason="押し間違い", by=leader, now=now)
    assert phone_calls.is_finished(empty)
    (_, event) = read_stream(session, f"call:{empty.id}")
    assert (event.kind, content_of(event)) == ("call_discarded", {"reason": "押し間違い"})
    assert session.scalars(select(WorkInterval)).all() == []


@pytest.mark.parametrize(
    ("outcome", "next_in_days", "settled"),
    [
        ("answered", None, True),
        ("no_answer", None, False),
        ("no_answer", 2, True),
        ("message_left", None, False),
    ],
)
def test_a_call_to_be_made_is_settled_by_the_one_that_reaches_somebody(
    session: Session, call: PhoneCall, case: Case, operator: Actor, now, outcome, next_in_days, settled
) -> None:
    phone_calls.end(
        session,
        call,
        outcome="callback",
        case=case,
        next_call_at=now + timedelta(hours=1),
        by=operator,
        now=now,
    )
    later = now + timedelta(hours=2)
    second = phone_calls.begin(session, direction="out", case=case, by=operator, now=later)
    phone_calls.end(
        session,
        second,
        outcome=outcome,
        content="かけた",
        next_call_at=later + timedelta(days=next_in_days) if next_in_days else None,
        by=operator,
        now=later,
    )
    assert (call.next_call_done_at == later) is settled


def test_a_call_that_is_not_needed_any_more_is_settled_with_a_reason(
    session: Session, call: PhoneCall, case: Case, operator: Actor, now: datetime
) -> None:
    with pytest.raises(CallRefused):
        phone_calls.finish_next_call(session, call, reason="x", by=operator, now=now)
    phone_calls.end(
        session, call, outcome="taken", case=case, next_call_at=now + timedelta(days=1), by=operator, now=now
    )
    with pytest.raises(InputRefused, match="理由"):
        phone_calls.finish_next_call(session, call, reason=" ", by=operator, now=now)
    phone_calls.finish_next_call(session, call, reason="メールで回答した", by=operator, now=now)
    assert call.next_call_done_at == now
    assert kinds(session, case)[-1] == "next_call_done"


def test_the_desk_itself_telephones_nobody(session: Session, now: datetime) -> None:
    with pytest.raises(CallRefused, match="利用者だけ"):
        phone_calls.begin(
            session, direction="out", by=Actor(None, "システム"), now=datetime(2026, 7, 1, tzinfo=UTC)
        )
