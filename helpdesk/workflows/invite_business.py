"""A person of a business is invited: the invitation and its mail in one transaction, then the account in another."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from cases.models import Business
from helpdesk.desk import Desk
from helpdesk.errors import Problem, Refused
from helpdesk.mail import outbox
from helpdesk.mail.compose import compose, new_message_id
from helpdesk.presentation import japanese_moment
from helpdesk.users import invitations
from helpdesk.users.invitations import InvitationUnusable
from helpdesk.users.models import Invitation, User
from helpdesk.users.permissions import Person, require
from mail_templates.rendering import render


def invite(
    session: Session,
    desk: Desk,
    *,
    business_id: int | None,
    display_name: str,
    mail_address: str,
    confirmed: bool,
    by: Person,
) -> Invitation:
    """Invite a person by mail. Raises `Refused` with every problem."""
    require(by, "invite_businesses", "事業者を招待する")
    business = session.get(Business, business_id) if business_id else None
    if business is None:
        raise Refused([Problem("事業者", "一覧から選んでください")])
    invitation, token = invitations.invite(
        session,
        business,
        display_name=display_name,
        mail_address=mail_address,
        confirmed=confirmed,
        by=by,
        now=desk.clock(),
    )
    _send(session, desk, invitation, token, by=by)
    session.commit()
    return invitation


def send_again(session: Session, desk: Desk, invitation_id: int, *, by: Person) -> Invitation:
    """Send a new link to somebody who is invited already; the old one no longer works."""
    require(by, "invite_businesses", "招待を再送する")
    invitation = invitations.invitation_by_id(session, invitation_id)
    token = invitations.renew(session, invitation, by=by, now=desk.clock())
    _send(session, desk, invitation, token, by=by)
    session.commit()
    return invitation


def withdraw(session: Session, desk: Desk, invitation_id: int, *, by: Person) -> Invitation:
    """Take an invitation back."""
    require(by, "invite_businesses", "招待を取り消す")
    invitation = invitations.invitation_by_id(session, invitation_id)
    invitations.withdraw(session, invitation, by=by, now=desk.clock())
    session.commit()
    return invitation


@dataclass(frozen=True, slots=True)
class Invited:
    """招待された人: whose account the link makes."""

    display_name: str
    business_name: str
    login: str


def look_at(desk: Desk, token: str, *, address: str) -> Invited:
    """Whose invitation a link is. Raises `InvitationUnusable`; the try is recorded then."""
    with desk.database.open_session(writes=True) as session:
        found = _found(session, desk, token, address=address)
        return Invited(found.display_name, found.business.name, found.mail_address)


def accept(session: Session, desk: Desk, token: str, password: str, *, address: str) -> User:
    """The invited person's account. Raises `InvitationUnusable`, or `Refused` for a password that is too weak."""
    invitation = _found(session, desk, token, address=address)
    user = invitations.accept(session, invitation, password, now=desk.clock())
    session.commit()
    return user


def _found(session: Session, desk: Desk, token: str, *, address: str) -> Invitation:
    try:
        return invitations.find(session, token, address=address, now=desk.clock())
    except InvitationUnusable:
        session.commit()  # the try counts
        raise


def _send(session: Session, desk: Desk, invitation: Invitation, token: str, *, by: Person) -> None:
    settings, now = desk.settings, desk.clock()
    rendered = render(
        "portal_invitation",
        {
            "business_name": invitation.business.name,
            "contact_name": invitation.display_name,
            "link": f"{settings.base_url.rstrip('/')}/invitation/{token}",
            "login": invitation.mail_address,
            "expires_at": japanese_moment(invitation.expires_at),
            "desk_name": settings.desk_name,
            "desk_address": settings.desk_address,
        },
    )
    key = invitation.token_digest[:40]
    message_id = new_message_id("invitation", key, settings.secret_key, settings.desk_address.split("@")[1])
    raw = compose(
        message_id=message_id,
        from_address=settings.desk_address,
        from_name=settings.desk_name,
        to=invitation.mail_address,
        subject=rendered.subject,
        body_text=rendered.body,
        date=now,
    )
    outbox.queue(
        session,
        desk.blobs,
        key=f"invitation:{key}",
        kind="invitation",
        envelope_from=settings.desk_address,
        to=invitation.mail_address,
        subject=rendered.subject,
        raw=raw,
        message_id=message_id,
        by=by,
        now=now,
    )
