"""What a view asks of the current request: the instance, one database session, the person acting."""

from typing import cast

from flask import current_app, g, request
from flask_login import current_user
from sqlalchemy.orm import Session

from helpdesk.desk import Desk
from helpdesk.users.permissions import Person


def desk() -> Desk:
    """The instance this request works on."""
    return current_app.extensions["desk"]


def session() -> Session:
    """The request's one session: a POST writes, anything else only looks."""
    if "session" not in g:
        g.session = desk().database.open_session(writes=request.method == "POST")
    return g.session


def person() -> Person:
    """Who is signed in. Only for views behind the sign-in, which are all but a few."""
    return cast(Person, current_user)
