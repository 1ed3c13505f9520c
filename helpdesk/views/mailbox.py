"""デモ用メールボックス: a new user plays the business: writes in, reads what the desk sends. Demonstration only."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.errors import NotFound, Refused
from helpdesk.forms.mailbox import read_letter
from helpdesk.queries.mailbox import letters, senders
from helpdesk.views.request import desk, session
from helpdesk.workflows.play_business import write_to_desk

blueprint = Blueprint("mailbox", __name__, url_prefix="/mailbox")


@blueprint.before_request
def _only_in_a_demonstration() -> None:
    if not desk().settings.demo:
        raise NotFound("デモ用メールボックスは、デモ環境だけにあります")


@blueprint.get("/")
def index() -> str:
    """The mails that the desk has sent to one business's person, or to all."""
    address = request.args.get("address", "")
    people = senders(session())
    found = letters(desk(), address)
    return render_template("mailbox/index.html", people=people, address=address, letters=found[:100])


@blueprint.get("/write")
def write() -> str:
    """An empty letter, or a reply to one."""
    values = {"sender": request.args.get("address", ""), "subject": "", "body": "", "reply_to": ""}
    reply_to = request.args.get("reply", "")
    if reply_to:
        letter = _letter(reply_to)
        values |= {
            "sender": letter.mail.to[0] if letter.mail.to else "",
            "subject": f"Re: {letter.mail.subject}",
            "reply_to": reply_to,
            "body": "\n\n" + "\n".join(f"> {line}" for line in letter.mail.text.splitlines()),
        }
    return _page(values, [])


@blueprint.post("/write")
def send() -> str | Response | tuple[str, int]:
    """Send the letter to the desk through real SMTP."""
    try:
        letter = read_letter(request.form, request.files, {address for address, _ in senders(session())})
        answered = _letter(letter.reply_to).mail if letter.reply_to else None
        by_name = dict(senders(session()))[letter.sender]
        session().commit()  # nothing is sent while a transaction is open
        write_to_desk(desk(), letter, answered, by_name=by_name)
    except Refused as refused:
        session().rollback()
        return _page(request.form, refused.problems), refused.status
    flash("窓口に送りました。数秒で案件になり、受付のメールが届きます", "success")
    return redirect(url_for("mailbox.index", address=letter.sender))


def _letter(name: str):
    for letter in letters(desk(), ""):
        if letter.name == name:
            return letter
    raise NotFound("そのメールはありません")


def _page(values, problems: list) -> str:
    return render_template(
        "mailbox/write.html",
        values=values,
        problems=problems,
        people=senders(session()),
        desk_address=desk().settings.desk_address,
    )
