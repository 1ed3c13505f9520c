"""管理: users and roles, quarantined mail, mail that did not leave."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from cases import history
from helpdesk.errors import NotFound, Refused
from helpdesk.forms.admin import read_user
from helpdesk.mail import outbox
from helpdesk.mail.models import OutboxMail, ReceivedMail
from helpdesk.queries import admin as queries
from helpdesk.queries.cases import business_choices
from helpdesk.users import accounts
from helpdesk.users.permissions import can, require
from helpdesk.users.roles import ROLES
from helpdesk.views.request import desk, person, session
from helpdesk.workflows.receive_mail import try_again

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
_OUTCOMES = {
    "new_case": "新しい案件になりました",
    "follow_up": "案件に加えました",
    "automatic_reply": "自動メールとして記録しました",
    "bounce": "不達通知として記録しました",
    "duplicate": "受信済みのメールと同じでした",
    "quarantined": "まだ処理できません",
}


@blueprint.before_request
def _only_leaders() -> None:
    require(person(), "handle_quarantine", "管理画面を見る")


@blueprint.get("/")
def index() -> str:
    """What waits for a person, and the ways to the rest."""
    return render_template(
        "admin/index.html",
        quarantined=queries.quarantined(session()),
        troubled=queries.troubled_outbox(session()),
        may_administer=can(person(), "administer_users"),
    )


@blueprint.get("/quarantine/<int:mail_id>/raw")
def raw(mail_id: int) -> Response:
    """The bytes of a quarantined mail, as a file, never shown."""
    row = _received(mail_id)
    content = desk().blobs.get(row.raw_sha256)
    headers = {"Content-Disposition": f'attachment; filename="received-{row.id}.eml"'}
    return Response(content, mimetype="application/octet-stream", headers=headers)


@blueprint.post("/quarantine/<int:mail_id>/retry")
def retry(mail_id: int) -> AnyResponse:
    """Try a quarantined mail again."""
    _received(mail_id)
    session().rollback()
    reception = try_again(desk(), mail_id)
    words = _OUTCOMES[reception.outcome]
    fine = reception.outcome != "quarantined"
    flash(f"{words}（{reception.case_number or reception.note}）", "success" if fine else "warning")
    return redirect(url_for("admin.index"))


@blueprint.post("/outbox/<int:mail_id>/<any(resend, sent, retry):decision>")
def resolve(mail_id: int, decision: str) -> AnyResponse:
    """Decide about a mail that may not have arrived, or send a failed one again."""
    row = session().get(OutboxMail, mail_id)
    if row is None:
        raise NotFound("その送信メールはありません")
    now = desk().clock()
    if decision == "retry":
        outbox.retry_failed(session(), row, by=person(), now=now)
    else:
        outbox.resolve_uncertain(session(), row, decision, by=person(), now=now)
    stream = f"case:{row.case_id}" if row.case_id else "settings"
    content = {"outbox": row.id, "decision": decision}
    history.record(session(), stream, "mail_resolved", content, by=person(), now=now, case_id=row.case_id)
    session().commit()
    flash("記録しました" if decision == "sent" else "もう一度送ります", "success")
    return redirect(url_for("admin.index"))


@blueprint.get("/users")
def users() -> str:
    """Everybody who may sign in."""
    require(person(), "administer_users", "利用者を管理する")
    businesses = dict(business_choices(session()))
    return render_template(
        "admin/users.html", users=accounts.all_users(session()), roles=ROLES, businesses=businesses
    )


@blueprint.get("/users/new")
def new_user() -> str:
    """An empty form."""
    require(person(), "administer_users", "利用者を管理する")
    return _user_page(None, {"is_active": True, "roles": []}, [])


@blueprint.post("/users/new")
def add_user() -> str | AnyResponse | tuple[str, int]:
    """Add a user with a temporary password."""
    require(person(), "administer_users", "利用者を管理する")
    try:
        form = read_user(request.form)
        user = accounts.add_user(
            session(),
            login=form.login,
            display_name=form.display_name,
            mail_address=form.mail_address,
            password=form.password,
            roles=form.roles,
            business_id=form.business_id,
            by=person(),
            now=desk().clock(),
        )
    except Refused as refused:
        session().rollback()
        return _user_page(None, _typed(), refused.problems), refused.status
    session().commit()
    flash(f"{user.display_name} さんを追加しました。初回のサインインでパスワードを変更します", "success")
    return redirect(url_for("admin.users"))


@blueprint.get("/users/<int:user_id>")
def show_user(user_id: int) -> str:
    """One user's form."""
    require(person(), "administer_users", "利用者を管理する")
    user = accounts.user_by_id(session(), user_id)
    names = ("login", "display_name", "mail_address", "business_id", "is_active", "version")
    values = {name: getattr(user, name) for name in names} | {"roles": sorted(user.role_names)}
    return _user_page(user_id, values, [])


@blueprint.post("/users/<int:user_id>")
def change_user(user_id: int) -> str | AnyResponse | tuple[str, int]:
    """Change a user; a password only where one was typed."""
    require(person(), "administer_users", "利用者を管理する")
    user = accounts.user_by_id(session(), user_id)
    now = desk().clock()
    try:
        form = read_user(request.form)
        accounts.change_user(
            session(),
            user,
            display_name=form.display_name,
            mail_address=form.mail_address,
            roles=form.roles,
            business_id=form.business_id,
            is_active=form.is_active,
            expected_version=form.version,
            by=person(),
            now=now,
        )
        if form.password:
            accounts.set_password(session(), user, form.password, by=person(), now=now)
    except Refused as refused:
        session().rollback()
        return _user_page(user_id, _typed(), refused.problems), refused.status
    session().commit()
    flash(f"{form.display_name} さんを変更しました", "success")
    return redirect(url_for("admin.users"))


def _received(mail_id: int) -> ReceivedMail:
    row = session().get(ReceivedMail, mail_id)
    if row is None or row.outcome != "quarantined":
        raise NotFound("隔離されたメールではありません。すでに処理されています")
    return row


def _typed() -> dict[str, Any]:
    form = request.form
    return {**form.to_dict(), "roles": form.getlist("roles"), "is_active": form.get("is_active") == "1"}


def _user_page(user_id: int | None, values: dict[str, Any], problems: list) -> str:
    return render_template(
        "admin/user.html",
        user_id=user_id,
        values=values,
        problems=problems,
        roles=ROLES,
        businesses=business_choices(session()),
    )
