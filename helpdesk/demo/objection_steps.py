"""デモの異議申立て: received, reviewed, decided, and the letter about it."""

from sqlalchemy.orm import Session

from cases.models import Business, Objection
from cases.objections import Decision, objection_of
from helpdesk.demo.stage import Play, Step, contact_of
from helpdesk.workflows import answer_case
from helpdesk.workflows.decide_objection import decide_objection, review_objection
from helpdesk.workflows.objection_letter import draft_decision
from helpdesk.workflows.receive_objection import receive_objection, withdraw_objection


def object_to(play: Play, step: Step) -> None:
    """The story's mail is taken as an objection; without one the business files it in its own page."""
    story, by = play.stories[step.story], play.who(step)
    with play.desk.database.open_session(writes=True) as session:
        case = play.case(session, step) if step.story in play.case_ids else None
        code = session.get_one(Business, case.business_id).code if case else story["business"]
        objection = receive_objection(
            session,
            play.desk,
            notice_id=play.market.notices[code, story["month"]].id,
            grounds=step.what["grounds"].strip(),
            claims=step.what.get("claims", ()),
            claimed_figures=step.what.get("figures", {}),
            case=case,
            contact=None if case else contact_of(session, by.mail_address),
            from_address="" if case else by.mail_address,
            by=by,
        )
        play.case_ids[step.story] = objection.case_id
    play.send()


def review(play: Play, step: Step) -> None:
    """Notified, recomputed and claimed are put side by side."""
    with play.desk.database.open_session(writes=True) as session:
        review_objection(session, play.desk, _objection(session, play, step), by=play.who(step))


def decide(play: Play, step: Step) -> None:
    """Somebody with the right decides."""
    decided = Decision(step.what["decision"], step.what["text"], frozenset(step.what.get("accepted", ())))
    with play.desk.database.open_session(writes=True) as session:
        objection = _objection(session, play, step)
        decide_objection(session, play.desk, objection, decided, version=objection.version, by=play.who(step))


def write_letter(play: Play, step: Step) -> None:
    """The letter about the decision is drafted and the release asked for."""
    with play.desk.database.open_session(writes=True) as session:
        answer = draft_decision(session, play.desk, _objection(session, play, step), by=play.who(step))
        answer_case.submit(session, play.desk, answer, by=play.who(step))


def withdraw(play: Play, step: Step) -> None:
    """The business gives it up."""
    with play.desk.database.open_session(writes=True) as session:
        objection = _objection(session, play, step)
        withdraw_objection(session, play.desk, objection, step.what["text"], by=play.who(step))


def _objection(session: Session, play: Play, step: Step) -> Objection:
    objection = objection_of(session, play.case_ids[step.story])
    assert objection is not None
    return objection


OBJECTION_STEPS = {
    "object": object_to,
    "review": review,
    "decide": decide,
    "letter": write_letter,
    "withdraw": withdraw,
}
