"""二重送信防止: a form that was sent twice acts once.

A form carries a random `once` token. The token is written in the same transaction as what the form does, so it
counts only if that was committed; a second sending is led back to where it came from.
"""

import secrets
from urllib.parse import urlsplit

from flask import Flask, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from helpdesk.insert_once import insert_once
from helpdesk.users.models import FormToken
from helpdesk.views.request import desk, session


def prepare(app: Flask) -> None:
    """Install the check, and `once_token()` for forms."""
    app.before_request(_check)
    app.jinja_env.globals["once_token"] = lambda: secrets.token_urlsafe(18)


def _check() -> Response | None:
    token = request.form.get("once", "") if request.method == "POST" else ""
    if not token:
        return None
    token = token[:64]
    user_id = current_user.id if current_user.is_authenticated else None
    first = insert_once(
        session(), FormToken, token=token, user_id=user_id, location=_back(), used_at=desk().clock()
    )
    if not first:  # whoever sends at the same moment waits here until the other has committed
        flash("この操作はすでに受け付けています。二重には実行していません", "info")
        return redirect(session().get_one(FormToken, token).location)
    return None


def _back() -> str:
    """The page the form stood on, as a path of ours."""
    try:
        referrer = urlsplit(request.referrer or "")
    except ValueError:
        return url_for("home.show")
    local = referrer.path.startswith("/") and not referrer.path.startswith("//")
    if referrer.netloc != request.host or not local:
        return url_for("home.show")
    return (referrer.path + (f"?{referrer.query}" if referrer.query else ""))[:500]
