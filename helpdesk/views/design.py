"""見本帳: every component of the design system on one page, for administrators."""

from flask import Blueprint, render_template

from helpdesk.users.permissions import require
from helpdesk.views.request import person

blueprint = Blueprint("design", __name__, url_prefix="/admin/design")


@blueprint.get("/")
def show() -> str:
    """The gallery."""
    require(person(), "administer_users", "見本帳を見る")
    return render_template("design/gallery.html")
