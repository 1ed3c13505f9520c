"""パスワード: hashing (argon2) and what a new one must be."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from helpdesk.errors import Problem, Refused

_hasher = PasswordHasher()
MINIMUM_LENGTH = 12


def hash_password(password: str) -> str:
    """The argon2 hash to store."""
    return _hasher.hash(password)


def password_matches(password_hash: str, password: str) -> bool:
    """Whether this is the password."""
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def check_new_password(password: str, *, login: str) -> None:
    """Raise `Refused` when the password is too weak to accept."""
    problems = []
    if len(password) < MINIMUM_LENGTH:
        problems.append(Problem("パスワード", f"{MINIMUM_LENGTH} 文字以上にしてください"))
    if len(password) > 200:
        problems.append(Problem("パスワード", "200 文字以内にしてください"))
    if login and login.lower() in password.lower():
        problems.append(Problem("パスワード", "ログイン ID を含めないでください"))
    if len(set(password)) < 5:
        problems.append(Problem("パスワード", "同じ文字の繰り返しを避けてください"))
    if problems:
        raise Refused(problems)


@cache
def hash_of_nobody() -> str:
    """A hash to check against when the login is unknown, so that the refusal takes as long."""
    return hash_password("the password of nobody")
