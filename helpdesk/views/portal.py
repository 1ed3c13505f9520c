"""事業者ポータル: the door of the businesses: its gate, its first page, the person's own account.

Staff have no entry here and businesses none anywhere else (`helpdesk.views.signed_in`); what belongs to another
business is not found.
"""

from flask import Blueprint, render_template

from cases.models import Business
from helpdesk.errors import NotFound
from helpdesk.queries.portal import home as home_of
from helpdesk.users.accounts import user_by_id
from helpdesk.users.permissions import can
from helpdesk.views.request import desk, person, session

blueprint = Blueprint("portal", __name__, url_prefix="/portal")


@blueprint.before_request
def _only_businesses() -> None:
    if not can(person(), "use_portal") or person().business_id is None:
        raise NotFound("事業者ポータルは、事業者の利用者だけのものです")


def own_business_id() -> int:
    """The business that the person belongs to."""
    business_id = person().business_id
    assert business_id is not None, "the gate lets nobody else in"
    return business_id


@blueprint.get("/")
def home() -> str:
    """What is new, what goes on, and the ways to ask."""
    shown = home_of(session(), person(), own_business_id(), desk().clock())
    business = session().get_one(Business, own_business_id())
    return render_template("portal/home.html", home=shown, business=business)


@blueprint.get("/account")
def account() -> str:
    """Who is signed in, and the way to another password."""
    user = user_by_id(session(), person().id)
    business = session().get_one(Business, own_business_id())
    return render_template(
        "portal/account.html", user=user, business=business, desk_address=desk().settings.desk_address
    )
