"""デモの案件: forty inquiries with their histories, played through the same workflows as real ones, in order of time.

Each step happens at its own moment of the past weeks, counted in working days of the inquiry desk back from the last
day that is over; so lists, deadlines and reports look as they would after weeks of work, whenever it is loaded.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import classification, lifecycle
from cases.assignment import assign
from cases.business_calendar import INQUIRY_DESK, Holidays, load_holidays
from cases.memos import add_memo
from cases.models import Answer, Business, Case, Contact, Message
from helpdesk.clock import JAPAN
from helpdesk.demo import packaged
from helpdesk.demo.letters import letter
from helpdesk.demo.market import Market
from helpdesk.demo.post import DemoPost
from helpdesk.desk import Desk
from helpdesk.users.models import User
from helpdesk.workflows import answer_case, recompute_for_case
from helpdesk.workflows.receive_mail import receive_raw
from helpdesk.workflows.send_mail import send_due

_SENT_AFTER = timedelta(minutes=1)
_REVIEWED_AFTER = timedelta(minutes=35)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens to one inquiry at one moment."""

    at: datetime
    inquiry: int
    what: Mapping[str, Any]


@dataclass(slots=True)
class Play:
    """Everything the steps need: the instance, the people, the market, and which case each inquiry became."""

    desk: Desk
    people: Mapping[str, User]
    market: Market
    inquiries: list[dict[str, Any]]
    case_ids: dict[int, int]


def load_inquiries(desk: Desk, people: Mapping[str, User], market: Market) -> int:
    """Play all inquiries; how many cases there are then."""
    inquiries = packaged.read_toml("inquiries.toml")["inquiries"]
    with desk.database.read_session() as session:
        holidays = load_holidays(session)
    play = Play(desk, people, market, inquiries, {})
    for step in timeline(inquiries, now=desk.clock(), holidays=holidays):
        at_the_time = replace(play, desk=replace(desk, clock=lambda step=step: step.at))
        _STEPS[step.what["do"]](at_the_time, step)
    return len(play.case_ids)


def timeline(inquiries: list[dict[str, Any]], *, now: datetime, holidays: Holidays) -> list[Step]:
    """All steps of all inquiries in order of time, all of them before `now`."""
    last = _last_full_day(now, holidays)
    steps = []
    for number, inquiry in enumerate(inquiries):
        for what in ({**inquiry, "do": "receive"}, *inquiry.get("steps", ())):
            day = INQUIRY_DESK.add_business_days(last, -what["ago"], holidays)
            moment = datetime.combine(day, time.fromisoformat(what["at"]), JAPAN)
            if what["do"] == "answer":
                review = {**what, "do": "release", "who": what["reviewer"]}
                steps.append(Step(moment, number, {**what, "do": "draft"}))
                steps.append(Step(moment + timedelta(minutes=5), number, {**what, "do": "submit"}))
                steps.append(Step(moment + _REVIEWED_AFTER, number, review))
            else:
                steps.append(Step(moment, number, what))
    return sorted(steps, key=lambda step: step.at)


def _last_full_day(now: datetime, holidays: Holidays) -> date:
    """The last working day whose opening hours (and the mail after them) are over."""
    local = now.astimezone(JAPAN)
    over = INQUIRY_DESK.is_open_day(local.date(), holidays).open and local.hour >= 18
    return local.date() if over else INQUIRY_DESK.add_business_days(local.date(), -1, holidays)


def _receive(play: Play, step: Step) -> None:
    inquiry = step.what
    with play.desk.database.read_session() as session:
        contact = _contact(session, inquiry["sender"])
        raw = letter(
            message_id=f"{step.at:%Y%m%d%H%M}.{step.inquiry + 1:02d}@{inquiry['sender'].partition('@')[2]}",
            from_address=inquiry["sender"],
            from_name=contact.name if contact else inquiry["name"],
            to=play.desk.settings.desk_address,
            subject=inquiry["subject"],
            body_text=_dressed(inquiry["body"], contact),
            date=step.at,
            charset=inquiry.get("charset", "utf-8"),
            attachments=((inquiry["attachment"], inquiry["attachment_text"]),)
            if "attachment" in inquiry
            else (),
        )
    reception = receive_raw(play.desk, raw, source="demo", source_key=f"demo:{step.inquiry + 1}")
    with play.desk.database.write_session() as session:
        case = session.scalars(select(Case).where(Case.number == reception.case_number)).one()
        play.case_ids[step.inquiry] = case.id
    _send(play)


def _reply(play: Play, step: Step) -> None:
    sender = play.inquiries[step.inquiry]["sender"]
    with play.desk.database.read_session() as session:
        case_id = play.case_ids[step.inquiry]
        thread = session.scalars(
            select(Message)
            .where(Message.case_id == case_id, Message.message_id.is_not(None))
            .order_by(Message.id)
        ).all()
        answered = [message for message in thread if message.direction == "out"][-1]
        contact = _contact(session, sender)
        raw = letter(
            message_id=f"{step.at:%Y%m%d%H%M}.{step.inquiry + 1:02d}.re@{sender.partition('@')[2]}",
            from_address=sender,
            from_name=contact.name if contact else play.inquiries[step.inquiry]["name"],
            to=play.desk.settings.desk_address,
            subject=f"Re: {answered.subject.removeprefix('Re: ')}",
            body_text=_dressed(step.what["text"], contact),
            date=step.at,
            answered=(
                *(message.message_id for message in thread if message is not answered),
                answered.message_id,
            ),
        )
    receive_raw(play.desk, raw, source="demo", source_key=f"demo:{step.inquiry + 1}:{step.at:%Y%m%d%H%M}")


def _assign(play: Play, step: Step) -> None:
    by, to = play.people[step.what["who"]], play.people[step.what["to"]]
    with play.desk.database.write_session() as session:
        case = _case(session, play, step)
        assign(session, case, to, by=by, now=step.at)
        if case.status == lifecycle.RECEIVED:
            lifecycle.move(
                session, case, lifecycle.IN_PROGRESS, by=to, now=step.at, reason="担当者が確認を開始"
            )


def _memo(play: Play, step: Step) -> None:
    with play.desk.database.write_session() as session:
        add_memo(session, _case(session, play, step), step.what["text"], by=_who(play, step), now=step.at)


def _topic(play: Play, step: Step) -> None:
    with play.desk.database.write_session() as session:
        classification.change_topic(
            session,
            _case(session, play, step),
            step.what["topic"],
            by=_who(play, step),
            now=step.at,
            reason=step.what["text"],
        )


def _link(play: Play, step: Step) -> None:
    with play.desk.database.open_session(writes=True) as session:
        case = _case(session, play, step)
        code = session.get_one(Business, case.business_id).code
        notice = play.market.notices[code, play.inquiries[step.inquiry]["month"]]
        recompute_for_case.link(session, play.desk, case, notice.id, by=_who(play, step))


def _recompute(play: Play, step: Step) -> None:
    _link(play, step)
    with play.desk.database.open_session(writes=True) as session:
        recompute_for_case.recompute(session, play.desk, _case(session, play, step), by=_who(play, step))


def _draft(play: Play, step: Step) -> None:
    by = _who(play, step)
    template = answer_case.WITH_CALCULATION if step.what.get("calculation") else "case_answer"
    with play.desk.database.open_session(writes=True) as session:
        case = _case(session, play, step)
        answer = answer_case.draft(session, play.desk, case, template, by=by)
        body = answer.body_text.replace(answer_case.TO_WRITE, step.what.get("text", ""))
        if body != answer.body_text:
            answer_case.save(
                session, play.desk, answer, subject=answer.subject, body=body, version=answer.version, by=by
            )


def _submit(play: Play, step: Step) -> None:
    with play.desk.database.open_session(writes=True) as session:
        answer_case.submit(session, play.desk, _answer(session, play, step), by=_who(play, step))


def _return(play: Play, step: Step) -> None:
    with play.desk.database.open_session(writes=True) as session:
        answer = _answer(session, play, step)
        answer_case.give_back(session, play.desk, answer, step.what["text"], by=_who(play, step))


def _release(play: Play, step: Step) -> None:
    with play.desk.database.open_session(writes=True) as session:
        answer = _answer(session, play, step)
        answer_case.release(session, play.desk, answer, version=answer.version, by=_who(play, step))
    _send(play)


def _close(play: Play, step: Step) -> None:
    with play.desk.database.write_session() as session:
        lifecycle.move(
            session,
            _case(session, play, step),
            lifecycle.CLOSED,
            by=_who(play, step),
            now=step.at,
            reason=step.what["text"],
        )


_STEPS: dict[str, Callable[[Play, Step], None]] = {
    "receive": _receive,
    "reply": _reply,
    "assign": _assign,
    "memo": _memo,
    "topic": _topic,
    "link": _link,
    "recompute": _recompute,
    "draft": _draft,
    "submit": _submit,
    "return": _return,
    "release": _release,
    "close": _close,
}


def _send(play: Play) -> None:
    """Deliver what the step queued, a minute later, into the demonstration's mailbox."""
    sent_at = play.desk.clock() + _SENT_AFTER
    desk = replace(play.desk, clock=lambda: sent_at)
    send_due(desk, transport=DemoPost(desk.settings.demo_mailbox_folder))


def _who(play: Play, step: Step) -> User:
    return play.people[step.what["who"]]


def _case(session: Session, play: Play, step: Step) -> Case:
    return session.get_one(Case, play.case_ids[step.inquiry])


def _answer(session: Session, play: Play, step: Step) -> Answer:
    newest = select(Answer).where(Answer.case_id == play.case_ids[step.inquiry]).order_by(Answer.id.desc())
    return session.scalars(newest.limit(1)).one()


def _contact(session: Session, mail_address: str) -> Contact | None:
    return session.scalars(select(Contact).where(Contact.mail_address == mail_address)).one_or_none()


def _dressed(text: str, contact: Contact | None) -> str:
    """A business letter: greeting and signature around what it is about."""
    if contact is None:
        return f"ご担当者様\n\n{text.strip()}\n"
    name = contact.business.name
    greeting = f"容量市場 問合せ窓口 御中\n\nいつもお世話になっております。\n{name}の{contact.name}です。"
    signature = (
        f"--\n{name}\n{contact.department}　{contact.name}\n電話 {contact.telephone}\n{contact.mail_address}"
    )
    return f"{greeting}\n\n{text.strip()}\n\nどうぞよろしくお願いいたします。\n\n{signature}\n"
