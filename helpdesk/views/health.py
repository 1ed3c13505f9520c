"""/health: whether this instance works, for the supervisor and for monitoring from outside. No sign-in, no secrets."""

from flask import Blueprint, Response, jsonify

from helpdesk.health import look
from helpdesk.views.request import desk

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def show() -> tuple[Response, int]:
    """200 when every check passes, 503 otherwise, with each check by name."""
    checks = look(desk())
    healthy = all(check.is_fine for check in checks)
    body = {
        "status": "ok" if healthy else "failing",
        "checks": {check.name: {"ok": check.is_fine, "detail": check.detail} for check in checks},
    }
    return jsonify(body), 200 if healthy else 503
