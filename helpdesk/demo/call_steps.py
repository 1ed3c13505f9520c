"""デモの電話: calls that come in and calls that the desk makes, each from its beginning to its end."""

from sqlalchemy.orm import Session

from cases.models import PhoneCall
from helpdesk.demo.stage import Play, Step, contact_of
from helpdesk.ledger.invoices import invoice_by_number
from helpdesk.users.models import User
from helpdesk.workflows import call_late_payer, log_call


def ring(play: Play, step: Step) -> None:
    """Somebody calls with something new."""
    by = play.who(step)
    with play.desk.database.open_session(writes=True) as session:
        contact = contact_of(session, step.what["sender"])
        new = log_call.NewCall("in", telephone=contact.telephone, contact_id=contact.id)
        call = log_call.begin(session, play.desk, new, case=None, by=by)
        _finish(session, play, call, step, by=by, subject=step.what["subject"])
        play.case_ids[step.story] = call.case_id


def call_out(play: Play, step: Step) -> None:
    """The desk calls back about the case."""
    by = play.who(step)
    with play.desk.database.open_session(writes=True) as session:
        case = play.case(session, step)
        contact_id = case.contact_id or 0
        new = log_call.NewCall("out", contact_id=contact_id, business_id=case.business_id or 0)
        call = log_call.begin(session, play.desk, new, case=case, by=by)
        _finish(session, play, call, step, by=by)


def chase(play: Play, step: Step) -> None:
    """A late payer is called about an invoice."""
    by = play.who(step)
    with play.desk.database.open_session(writes=True) as session:
        invoice = invoice_by_number(session, step.what["invoice"])
        call = call_late_payer.call(session, play.desk, invoice.id, by=by)
        play.case_ids[step.story] = call.case_id
        _finish(session, play, call, step, by=by)


def _finish(
    session: Session, play: Play, call: PhoneCall, step: Step, *, by: User, subject: str = ""
) -> None:
    what, desk = step.what, play.later(step.what["minutes"])
    planned, promised = what.get("next"), what.get("promised")
    typed = {"content": what.get("text", ""), "next_call_note": what.get("note", "")}
    if subject:
        typed["subject"] = subject
    form = log_call.Finishing(
        typed=typed,
        outcome=what["outcome"],
        next_call_at=play.moment(planned["ago"], planned["at"]) if planned else None,
        promised_on=play.moment(promised["ago"], "09:00").date() if promised else None,
        promised_yen=promised["yen"] if promised else None,
        close=what.get("close", False),
    )
    log_call.finish(session, desk, call, form, [], version=call.version, by=by)


CALL_STEPS = {"ring": ring, "call_out": call_out, "chase": chase}
