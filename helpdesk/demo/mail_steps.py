"""デモのメール: what businesses write, and what they write back."""

from sqlalchemy import select

from cases.models import Case, Contact, Message
from helpdesk.demo.letters import letter
from helpdesk.demo.stage import Play, Step, contact_of
from helpdesk.workflows.receive_mail import receive_raw


def receive(play: Play, step: Step) -> None:
    """A mail that opens a case."""
    inquiry = step.what
    with play.desk.database.read_session() as session:
        contact = contact_of(session, inquiry["sender"])
        raw = letter(
            message_id=f"{step.at:%Y%m%d%H%M}.{step.story + 1:02d}@{inquiry['sender'].partition('@')[2]}",
            from_address=inquiry["sender"],
            from_name=contact.name if contact else inquiry["name"],
            to=play.desk.settings.desk_address,
            subject=inquiry["subject"],
            body_text=dressed(inquiry["body"], contact),
            date=step.at,
            charset=inquiry.get("charset", "utf-8"),
            attachments=((inquiry["attachment"], inquiry["attachment_text"]),)
            if "attachment" in inquiry
            else (),
        )
    reception = receive_raw(play.desk, raw, source="demo", source_key=f"demo:{step.story + 1}")
    with play.desk.database.read_session() as session:
        number = Case.number == reception.case_number
        play.case_ids[step.story] = session.scalars(select(Case.id).where(number)).one()
    play.send()


def reply(play: Play, step: Step) -> None:
    """A mail that answers the newest one of ours."""
    sender = play.stories[step.story]["sender"]
    with play.desk.database.read_session() as session:
        case_id = play.case_ids[step.story]
        thread = session.scalars(
            select(Message)
            .where(Message.case_id == case_id, Message.message_id.is_not(None))
            .order_by(Message.id)
        ).all()
        answered = [message for message in thread if message.direction == "out"][-1]
        contact = contact_of(session, sender)
        raw = letter(
            message_id=f"{step.at:%Y%m%d%H%M}.{step.story + 1:02d}.re@{sender.partition('@')[2]}",
            from_address=sender,
            from_name=contact.name if contact else play.stories[step.story]["name"],
            to=play.desk.settings.desk_address,
            subject=f"Re: {answered.subject.removeprefix('Re: ')}",
            body_text=dressed(step.what["text"], contact),
            date=step.at,
            answered=(
                *(message.message_id for message in thread if message is not answered),
                answered.message_id,
            ),
        )
    receive_raw(play.desk, raw, source="demo", source_key=f"demo:{step.story + 1}:{step.at:%Y%m%d%H%M}")


def dressed(text: str, contact: Contact | None) -> str:
    """A business letter: greeting and signature around what it is about."""
    if contact is None:
        return f"ご担当者様\n\n{text.strip()}\n"
    name = contact.business.name
    greeting = f"容量市場 問合せ窓口 御中\n\nいつもお世話になっております。\n{name}の{contact.name}です。"
    signature = (
        f"--\n{name}\n{contact.department}　{contact.name}\n電話 {contact.telephone}\n{contact.mail_address}"
    )
    return f"{greeting}\n\n{text.strip()}\n\nどうぞよろしくお願いいたします。\n\n{signature}\n"


MAIL_STEPS = {"receive": receive, "reply": reply}
