"""サインイン: checking a login, opening and ending sessions, slowing down guessing.

The cookie holds a random key; the table holds its digest. Ending a session here ends it everywhere.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from helpdesk.errors import HelpdeskError
from helpdesk.users.models import SignIn, SignInFailure, User
from helpdesk.users.passwords import hash_of_nobody, password_matches

FAILURES_ALLOWED = 8
FAILURE_WINDOW = timedelta(minutes=15)


class SignInRefused(HelpdeskError):
    """The login failed; the message does not say which half was wrong."""

    status = 401


def authenticate(session: Session, *, login: str, password: str, address: str, now: datetime) -> User:
    """The user who signs in. Raises `SignInRefused` after recording the failure (the caller commits it)."""
    login = login.strip().lower()[:100]
    recent = select(func.count()).select_from(SignInFailure).where(SignInFailure.at > now - FAILURE_WINDOW)
    limits = ((SignInFailure.login == login, FAILURES_ALLOWED), (SignInFailure.address == address, 80))
    if any(session.scalar(recent.where(condition)) >= limit for condition, limit in limits):
        raise SignInRefused("失敗が続いたため、しばらく受け付けません。15 分後にもう一度お試しください")
    user = session.scalar(select(User).where(User.login == login))
    matches = password_matches(user.password_hash if user else hash_of_nobody(), password)
    if user is None or not matches or not user.is_active:
        session.add(SignInFailure(login=login, address=address, at=now))
        raise SignInRefused("ログイン ID かパスワードが違います")
    return user


def open_sign_in(session: Session, user: User, *, address: str, now: datetime, hours: int) -> str:
    """Start a session; the key for the cookie."""
    key = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            key_digest=_digest(key),
            user_id=user.id,
            signed_in_at=now,
            expires_at=now + timedelta(hours=hours),
            address=address,
        )
    )
    return key


def user_of_key(session: Session, key: str, *, now: datetime) -> User | None:
    """The active user behind a cookie's key, while the session lasts."""
    return session.scalar(
        select(User)
        .join(SignIn, SignIn.user_id == User.id)
        .where(
            SignIn.key_digest == _digest(key),
            SignIn.ended_at.is_(None),
            SignIn.expires_at > now,
            User.is_active.is_(True),
        )
    )


def end_sign_in(session: Session, key: str, *, now: datetime) -> None:
    """Sign out."""
    session.execute(update(SignIn).where(SignIn.key_digest == _digest(key)).values(ended_at=now))


def end_all_sign_ins(session: Session, user_id: int, *, now: datetime) -> None:
    """Sign a user out everywhere: after a password change or when made inactive."""
    session.execute(
        update(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None)).values(ended_at=now)
    )


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
