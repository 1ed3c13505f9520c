"""招待: how a person of a business gets an account: a link that works once, for seven days, and can be withdrawn.

The token stands in the mail alone; the table keeps its digest. A link that does not work says nothing about why:
expired, used, withdrawn and guessed look the same from outside.
"""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases import directory, history
from cases.history import Actor, Person
from cases.models import Business, Contact
from helpdesk.errors import Conflict, HelpdeskError, NotFound, Problem, Refused
from helpdesk.users.accounts import add_user
from helpdesk.users.models import Invitation, SignInFailure, User
from helpdesk.users.sign_in import FAILURE_WINDOW

VALID_FOR = timedelta(days=7)
GUESSES_ALLOWED = 20  # of one address within the window of sign-in failures
WHERE_TO_CONFIRM = "所属の確認"
_GUESS = "（招待リンク）"  # stands where a failed sign-in has its login; no login has such letters
_ADDRESS = re.compile(r"[^\s@\x00-\x1f\x7f<>()\[\]:;,\\\"]+@[^\s@\x00-\x1f\x7f<>()\[\]:;,\\\"]+\.[a-z0-9-]+")
_LONGEST_LOGIN = 100  # the address becomes the login


class InvitationUnusable(HelpdeskError):
    """使えない招待: expired, used, withdrawn or never made; or too many have been tried from one address."""

    status = 404


def invite(
    session: Session,
    business: Business,
    *,
    display_name: str,
    mail_address: str,
    confirmed: bool,
    by: Person,
    now: datetime,
) -> tuple[Invitation, str]:
    """Invite a person (招待); the invitation and the token for the mail. Raises `Refused` with every problem.

    An address that is neither a contact's nor of the business's domain needs `confirmed`.
    """
    name, address = " ".join(display_name.split()), mail_address.strip().lower()
    problems = []
    if not name or len(name) > 100:
        problems.append(Problem("氏名", "1〜100 文字で入力してください"))
    problems += _address_problems(session, business, address, confirmed=confirmed, now=now)
    if problems:
        raise Refused(problems)
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        token_digest=_digest(token),
        business=business,
        mail_address=address,
        display_name=name,
        invited_at=now,
        invited_by_id=by.id,
        invited_by_name=by.display_name,
        expires_at=now + VALID_FOR,
    )
    session.add(invitation)
    session.flush()
    content = {"business": business.id, "name": name, "address": address, "confirmed": confirmed}
    _record(session, invitation, "invited", content, by=by, now=now)
    return invitation, token


def renew(session: Session, invitation: Invitation, *, by: Person, now: datetime) -> str:
    """A new link for the same person (再送); the old one is dead. The new token. Raises `Conflict`."""
    _still_open(invitation)
    token = secrets.token_urlsafe(32)
    invitation.token_digest, invitation.expires_at = _digest(token), now + VALID_FOR
    _record(session, invitation, "invitation_renewed", {"expires_at": invitation.expires_at}, by=by, now=now)
    return token


def withdraw(session: Session, invitation: Invitation, *, by: Person, now: datetime) -> None:
    """Take an invitation back (取消). Raises `Conflict` when it was used or withdrawn already."""
    _still_open(invitation)
    invitation.withdrawn_at = now
    _record(session, invitation, "invitation_withdrawn", {}, by=by, now=now)


def find(session: Session, token: str, *, address: str, now: datetime) -> Invitation:
    """The invitation of a link that works. Raises `InvitationUnusable` after recording the try (the caller commits).

    `address` is the browser's: whoever tries many links from one place has to wait, with a right one too.
    """
    tried = select(func.count()).select_from(SignInFailure)
    tried = tried.where(
        SignInFailure.login == _GUESS,
        SignInFailure.address == address,
        SignInFailure.at > now - FAILURE_WINDOW,
    )
    if session.scalar(tried) >= GUESSES_ALLOWED:
        raise InvitationUnusable("使えないリンクが続けて開かれたため、しばらく受け付けません")
    invitation = session.scalar(
        select(Invitation).where(Invitation.token_digest == _digest(token)).with_for_update()
    )
    if invitation is None or state_of(invitation, now) != "open":
        session.add(SignInFailure(login=_GUESS, address=address, at=now))
        raise InvitationUnusable("この招待リンクは使えません")
    return invitation


def accept(session: Session, invitation: Invitation, password: str, *, now: datetime) -> User:
    """Make the account of an invited person (招待の承諾); the address is the login. Raises `Refused`.

    The person is known in the directory from then on: what he writes by mail is recognised.
    """
    by = Actor(None, invitation.display_name)
    user = add_user(
        session,
        login=invitation.mail_address,
        display_name=invitation.display_name,
        mail_address=invitation.mail_address,
        password=password,
        roles=frozenset({"business_user"}),
        business_id=invitation.business_id,
        by=by,
        now=now,
        must_change_password=False,
    )
    invitation.accepted_at, invitation.user_id = now, user.id
    if directory.find_contact(session, invitation.mail_address) is None:
        contact = Contact(
            business_id=invitation.business_id,
            name=invitation.display_name,
            mail_address=invitation.mail_address,
        )
        session.add(contact)
    _record(session, invitation, "invitation_accepted", {"user": user.id}, by=by, now=now)
    return user


def state_of(invitation: Invitation, now: datetime) -> str:
    """accepted, withdrawn, expired or open."""
    if invitation.accepted_at is not None:
        return "accepted"
    if invitation.withdrawn_at is not None:
        return "withdrawn"
    return "expired" if invitation.expires_at <= now else "open"


def invitation_by_id(session: Session, invitation_id: int) -> Invitation:
    """The invitation, or `NotFound`."""
    found = session.get(Invitation, invitation_id, with_for_update=True)
    if found is None:
        raise NotFound("その招待はありません")
    return found


def _address_problems(
    session: Session, business: Business, address: str, *, confirmed: bool, now: datetime
) -> list[Problem]:
    where = "メールアドレス"
    if not _ADDRESS.fullmatch(address) or not address.isascii() or len(address) > _LONGEST_LOGIN:
        return [Problem(where, f"半角 {_LONGEST_LOGIN} 文字以内の 名前@ドメイン の形で入力してください")]
    if session.scalar(select(User.id).where(User.login == address)):
        return [Problem(where, f"「{address}」の利用者はすでにいます。招待は要りません")]
    earlier = session.scalars(select(Invitation).where(Invitation.mail_address == address))
    if any(state_of(each, now) == "open" for each in earlier):
        return [Problem(where, f"「{address}」は招待中です。一覧から再送してください")]
    contact = directory.find_contact(session, address)
    domain = address.rpartition("@")[2]
    owners = set(session.scalars(select(Business.id).where(func.lower(Business.mail_domain) == domain)))
    others = owners - {business.id} if domain not in directory.FREE_MAIL_DOMAINS else set()
    if contact is not None and contact.business_id != business.id:
        return [Problem(where, f"「{address}」は別の事業者の担当者です。事業者かアドレスを確かめてください")]
    if contact is not None or (business.id in owners and not others) or confirmed:
        return []
    whose = "別の事業者のもの" if others else "この事業者の登録にないもの"
    return [
        Problem(
            WHERE_TO_CONFIRM,
            f"「{domain}」は{whose}です。電話などで本人の所属を確かめ、確かめた印を付けてください",
        )
    ]


def _still_open(invitation: Invitation) -> None:
    if invitation.accepted_at is not None or invitation.withdrawn_at is not None:
        raise Conflict("この招待は、すでに使われたか取り消されています。画面を読み直してください")


def _record(
    session: Session, invitation: Invitation, kind: str, content: dict, *, by: Person, now: datetime
) -> None:
    history.record(session, f"invitation:{invitation.id}", kind, content, by=by, now=now)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
