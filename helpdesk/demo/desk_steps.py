"""デモの対応: what the people of the desk do on a case: assign, note, recompute, answer, release, close."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import classification, lifecycle, working_time
from cases.assignment import assign as assign_case
from cases.memos import add_memo
from cases.models import Answer, Business
from helpdesk.demo.stage import Play, Step
from helpdesk.workflows import answer_case, recompute_for_case


def assign(play: Play, step: Step) -> None:
    """Somebody gets the case and begins."""
    by, to = play.people[step.what["who"]], play.people[step.what["to"]]
    with play.desk.database.write_session() as session:
        case = play.case(session, step)
        assign_case(session, case, to, by=by, now=step.at)
        if case.status == lifecycle.RECEIVED:
            lifecycle.move(
                session, case, lifecycle.IN_PROGRESS, by=to, now=step.at, reason="担当者が確認を開始"
            )


def memo(play: Play, step: Step) -> None:
    """An internal note."""
    with play.desk.database.write_session() as session:
        add_memo(session, play.case(session, step), step.what["text"], by=play.who(step), now=step.at)


def topic(play: Play, step: Step) -> None:
    """The classification is corrected."""
    with play.desk.database.write_session() as session:
        classification.change_topic(
            session,
            play.case(session, step),
            step.what["topic"],
            by=play.who(step),
            now=step.at,
            reason=step.what["text"],
        )


def work(play: Play, step: Step) -> None:
    """Time that went into the case."""
    with play.desk.database.write_session() as session:
        case = play.case(session, step)
        working_time.enter(session, case, step.what["minutes"], by=play.who(step), now=step.at)


def link(play: Play, step: Step) -> None:
    """The case is tied to the notice that it is about."""
    with play.desk.database.open_session(writes=True) as session:
        case = play.case(session, step)
        code = session.get_one(Business, case.business_id).code
        notice = play.market.notices[code, play.stories[step.story]["month"]]
        recompute_for_case.link(session, play.desk, case, notice.id, by=play.who(step))


def recompute(play: Play, step: Step) -> None:
    """The notice's month is computed again."""
    link(play, step)
    with play.desk.database.open_session(writes=True) as session:
        recompute_for_case.recompute(session, play.desk, play.case(session, step), by=play.who(step))


def draft(play: Play, step: Step) -> None:
    """An answer is begun."""
    by = play.who(step)
    template = answer_case.WITH_CALCULATION if step.what.get("calculation") else "case_answer"
    with play.desk.database.open_session(writes=True) as session:
        case = play.case(session, step)
        answer = answer_case.draft(session, play.desk, case, template, by=by)
        body = answer.body_text.replace(answer_case.TO_WRITE, step.what.get("text", ""))
        if body != answer.body_text:
            answer_case.save(
                session, play.desk, answer, subject=answer.subject, body=body, version=answer.version, by=by
            )


def submit(play: Play, step: Step) -> None:
    """The release is asked for."""
    with play.desk.database.open_session(writes=True) as session:
        answer_case.submit(session, play.desk, _answer(session, play, step), by=play.who(step))


def give_back(play: Play, step: Step) -> None:
    """The reviewer returns the draft."""
    with play.desk.database.open_session(writes=True) as session:
        answer = _answer(session, play, step)
        answer_case.give_back(session, play.desk, answer, step.what["text"], by=play.who(step))


def release(play: Play, step: Step) -> None:
    """A second person approves, and the mail goes out."""
    with play.desk.database.open_session(writes=True) as session:
        answer = _answer(session, play, step)
        answer_case.release(session, play.desk, answer, version=answer.version, by=play.who(step))
    play.send()


def close(play: Play, step: Step) -> None:
    """The case is done."""
    with play.desk.database.write_session() as session:
        lifecycle.move(
            session,
            play.case(session, step),
            lifecycle.CLOSED,
            by=play.who(step),
            now=step.at,
            reason=step.what["text"],
        )


def _answer(session: Session, play: Play, step: Step) -> Answer:
    newest = select(Answer).where(Answer.case_id == play.case_ids[step.story]).order_by(Answer.id.desc())
    return session.scalars(newest.limit(1)).one()


DESK_STEPS = {
    "assign": assign,
    "memo": memo,
    "topic": topic,
    "work": work,
    "link": link,
    "recompute": recompute,
    "draft": draft,
    "submit": submit,
    "return": give_back,
    "release": release,
    "close": close,
}
