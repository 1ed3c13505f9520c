"""Who is signed in: Flask-Login on top of our own session table, and the gate before every page."""

from dataclasses import dataclass

from flask import Flask, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from helpdesk.errors import NotFound
from helpdesk.users.models import User
from helpdesk.users.permissions import can
from helpdesk.users.sign_in import user_of_key
from helpdesk.views.request import desk, session

OPEN_ENDPOINTS = {
    "static",
    "sign_in.show",
    "sign_in.enter",
    "health.show",
    "invitations.show",
    "invitations.accept",
}
_OF_BUSINESSES = (
    "portal",
    "sign_in",
    "manual",
)  # the blueprints that a person of a business may enter; there are no others


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """The person of a request: values, not the database row; `key` is the cookie's session key."""

    id: int
    display_name: str
    login: str
    role_names: frozenset[str]
    business_id: int | None
    must_change_password: bool
    key: str

    def get_id(self) -> str:
        """What the cookie holds: a key that the table can end, never the user's number."""
        return self.key

    def can(self, ability: str) -> bool:
        """For templates: whether to show what needs this ability."""
        return can(self, ability)


def signed_in(user: User, key: str) -> SignedIn:
    """The value of a user with an open session."""
    return SignedIn(
        id=user.id,
        display_name=user.display_name,
        login=user.login,
        role_names=user.role_names,
        business_id=user.business_id,
        must_change_password=user.must_change_password,
        key=key,
    )


def prepare(app: Flask) -> None:
    """Install the sign-in on the application."""
    manager = LoginManager(app)
    manager.session_protection = None  # the key is random and can be ended; proxies change addresses

    @manager.user_loader
    def load(key: str) -> SignedIn | None:
        user = user_of_key(session(), key, now=desk().clock())
        return signed_in(user, key) if user else None

    @app.before_request
    def require_sign_in() -> Response | None:
        if request.endpoint in OPEN_ENDPOINTS:
            return None
        if not current_user.is_authenticated:
            wanted = request.full_path.rstrip("?") if request.method == "GET" else url_for("home.show")
            return redirect(url_for("sign_in.show", next=wanted))
        if current_user.must_change_password and request.endpoint not in (
            "sign_in.show_password",
            "sign_in.change_password",
            "sign_in.leave",
        ):
            return redirect(url_for("sign_in.show_password"))
        return _only_the_portal() if current_user.can("use_portal") else None


def _only_the_portal() -> Response | None:
    """A person of a business has the portal and nothing else: whatever page is added later is closed to him."""
    if request.endpoint == "home.show":
        return redirect(url_for("portal.home"))
    if isinstance(request.routing_exception, RequestRedirect) and request.path.startswith("/portal/"):
        return None  # only the slash at the end is missing
    if (request.endpoint or "").partition(".")[0] not in _OF_BUSINESSES:
        raise NotFound("このアドレスのページはありません。移動したか、見る権限のないものかもしれません")
    return None
