"""招待: the desk invites people of businesses to the portal; who has the link chooses a password and is in."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from helpdesk.errors import Refused
from helpdesk.forms.invitations import read_invitation, read_password
from helpdesk.queries.cases import business_choices
from helpdesk.queries.invitations import invitations
from helpdesk.users.invitations import WHERE_TO_CONFIRM, InvitationUnusable
from helpdesk.users.permissions import require
from helpdesk.users.sign_in import end_sign_in, open_sign_in
from helpdesk.views.request import desk, person, session
from helpdesk.views.signed_in import signed_in
from helpdesk.workflows import invite_business

blueprint = Blueprint("invitations", __name__)


@blueprint.get("/admin/invitations")
def index() -> str:
    """Everybody who was invited, and the form for the next."""
    require(person(), "invite_businesses", "事業者を招待する")
    return _list_page({}, [])


@blueprint.post("/admin/invitations")
def invite() -> Response | tuple[str, int]:
    """Invite somebody by mail."""
    require(person(), "invite_businesses", "事業者を招待する")
    try:
        form = read_invitation(request.form)
        invitation = invite_business.invite(
            session(),
            desk(),
            business_id=form.business_id,
            display_name=form.display_name,
            mail_address=form.mail_address,
            confirmed=form.confirmed,
            by=person(),
        )
    except Refused as refused:
        session().rollback()
        return _list_page(request.form, refused.problems), refused.status
    flash(f"{invitation.display_name} さんに招待のメールを送ります（{invitation.mail_address}）", "success")
    return redirect(url_for("invitations.index"))


@blueprint.post("/admin/invitations/<int:invitation_id>/<any(resend, withdraw):action>")
def change(invitation_id: int, action: str) -> Response:
    """Send a new link, or take the invitation back."""
    if action == "resend":
        invitation = invite_business.send_again(session(), desk(), invitation_id, by=person())
        flash(
            f"{invitation.display_name} さんに新しいリンクを送ります。前のリンクは使えなくなりました",
            "success",
        )
    else:
        invitation = invite_business.withdraw(session(), desk(), invitation_id, by=person())
        flash(f"{invitation.display_name} さんへの招待を取り消しました。リンクは使えません", "success")
    return redirect(url_for("invitations.index"))


@blueprint.get("/invitation/<token>")
def show(token: str) -> str | tuple[str, int]:
    """The page behind the link: choose a password."""
    try:
        invited = invite_business.look_at(desk(), token, address=request.remote_addr or "")
    except InvitationUnusable as unusable:
        return _unusable(unusable)
    return render_template("invitations/accept.html", token=token, invited=invited, problems=[])


@blueprint.post("/invitation/<token>")
def accept(token: str) -> Response | tuple[str, int]:
    """Make the account and go in."""
    address, now = request.remote_addr or "", desk().clock()
    try:
        password = read_password(request.form)
        user = invite_business.accept(session(), desk(), token, password, address=address)
    except InvitationUnusable as unusable:
        return _unusable(unusable)
    except Refused as refused:
        session().rollback()
        invited = invite_business.look_at(desk(), token, address=address)
        page = render_template(
            "invitations/accept.html", token=token, invited=invited, problems=refused.problems
        )
        return page, refused.status
    if current_user.is_authenticated:  # whoever was signed in at this browser is not any more
        end_sign_in(session(), current_user.get_id() or "", now=now)
    key = open_sign_in(session(), user, address=address, now=now, hours=desk().settings.session_hours)
    session().commit()
    login_user(signed_in(user, key))
    flash("アカウントができました。次からはログイン ID とパスワードでサインインしてください", "success")
    return redirect(url_for("home.show"))


def _unusable(unusable: InvitationUnusable) -> tuple[str, int]:
    page = render_template(
        "invitations/unusable.html", reason=str(unusable), address=desk().settings.desk_address
    )
    return page, unusable.status


def _list_page(values: Any, problems: list) -> str:
    return render_template(
        "invitations/index.html",
        rows=invitations(session(), desk().clock()),
        values=values,
        problems=problems,
        must_confirm=any(problem.where == WHERE_TO_CONFIRM for problem in problems)
        or values.get("confirmed") == "1",
        businesses=business_choices(session()),
    )
