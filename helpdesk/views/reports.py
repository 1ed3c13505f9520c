"""報告."""

from flask import Blueprint

blueprint = Blueprint("reports", __name__, url_prefix="/reports")


@blueprint.get("/")
def index() -> str:
    return "準備中"
