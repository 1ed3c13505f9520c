"""The web application: one opened instance, its pages, and what every request goes through.

Order of a request: find the user, load, check permission, act, commit (in the workflow), then answer.
"""

import hashlib
import secrets
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter

from helpdesk import presentation
from helpdesk.clock import Clock, system_clock
from helpdesk.desk import Desk, open_desk
from helpdesk.settings import Settings
from helpdesk.views import failures, navigation, once, signed_in
from helpdesk.views.blueprints import BLUEPRINTS
from helpdesk.views.request import desk as desk_of_request

_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_MEGABYTE = 1024 * 1024


class _RowNumber(IntegerConverter):
    """A row's number in an address; what no integer column can hold is no address of ours."""

    regex = "[0-9]{1,10}"

    def __init__(self, map: Any) -> None:
        super().__init__(map, max=2**31 - 1)


def create_app(settings: Settings, *, clock: Clock = system_clock) -> Flask:
    """The application of one instance. The schema must be current (`helpdesk db upgrade`)."""
    return create_app_for(open_desk(settings, clock=clock))


def create_app_for(desk: Desk) -> Flask:
    """The application of an instance that is already open."""
    app = Flask("helpdesk")
    https = desk.settings.base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=desk.settings.secret_key,
        SESSION_COOKIE_NAME="helpdesk",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=(desk.settings.max_mail_megabytes + 2) * _MEGABYTE,
        MAX_FORM_MEMORY_SIZE=4 * _MEGABYTE,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,  # the address carries the files' version
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the session: a form may stay open over lunch
    )
    app.extensions["desk"] = desk
    app.url_map.converters["int"] = _RowNumber
    app.jinja_options = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.filters.update(presentation.FILTERS)
    app.jinja_env.globals["asset_version"] = _asset_version(app)
    app.before_request(_name_request)  # first: whatever refuses the request, the page names it
    app.before_request(_refuse_nul)
    CSRFProtect(app)
    signed_in.prepare(app)
    failures.prepare(app)
    once.prepare(app)
    navigation.prepare(app)
    app.after_request(_protect)
    app.teardown_appcontext(_close_session)
    app.context_processor(_page_values)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def _asset_version(app: Flask) -> str:
    """A digest over the static files: a new version is fetched at once, an old one never again."""
    digest = hashlib.sha256()
    for path in sorted(Path(app.static_folder or "").rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def _name_request() -> None:
    g.request_id = secrets.token_hex(4)


def _refuse_nul() -> None:
    """No text of a reader holds a NUL, and not every database takes one: it is refused before anything is asked."""
    texts = [request.path, *(text for _, values in request.values.lists() for text in values)]
    texts += [sent.filename or "" for _, files in request.files.lists() for sent in files]
    if any("\0" in text for text in texts):
        raise BadRequest


def _page_values() -> dict[str, Any]:
    desk: Desk = desk_of_request()
    return {
        "desk_name": desk.settings.desk_name,
        "demo": desk.settings.demo,
        "now": desk.clock(),
        "request_id": g.get("request_id", ""),
    }


def _protect(response: Response) -> Response:
    """Headers of every answer; a view may set its own stricter policy (shown mail does)."""
    response.headers.setdefault("Content-Security-Policy", _CONTENT_SECURITY_POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if desk_of_request().settings.base_url.startswith("https://"):
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return response


def _close_session(_: BaseException | None) -> None:
    session = g.pop("session", None)
    if session is not None:
        session.close()
