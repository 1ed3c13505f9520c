"""サインイン: coming in, going out, changing the password."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from helpdesk.demo.people import DEMO_PASSWORD, DEMO_USERS
from helpdesk.errors import Problem, Refused
from helpdesk.users.accounts import set_password, user_by_id
from helpdesk.users.passwords import password_matches
from helpdesk.users.sign_in import SignInRefused, authenticate, end_sign_in, open_sign_in
from helpdesk.views.request import desk, person, session
from helpdesk.views.signed_in import signed_in

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
def show() -> str | Response:
    """The form; somebody already signed in goes on."""
    if current_user.is_authenticated:
        return redirect(_wanted())
    return _page("", request.args.get("next", ""), "")


@blueprint.post("/sign-in")
def enter() -> str | Response | tuple[str, int]:
    """Check the login and open a session."""
    now, address = desk().clock(), request.remote_addr or ""
    login = request.form.get("login", "")
    try:
        user = authenticate(
            session(), login=login, password=request.form.get("password", ""), address=address, now=now
        )
    except SignInRefused as refused:
        session().commit()  # the failure counts
        return _page(login, request.form.get("next", ""), str(refused)), refused.status
    key = open_sign_in(session(), user, address=address, now=now, hours=desk().settings.session_hours)
    session().commit()
    login_user(signed_in(user, key))
    return redirect(_wanted())


@blueprint.post("/sign-out")
def leave() -> Response:
    """End the session here and in the table."""
    end_sign_in(session(), current_user.get_id() or "", now=desk().clock())
    session().commit()
    logout_user()
    return redirect(url_for("sign_in.show"))


@blueprint.get("/password")
def show_password() -> str:
    """The form for a new password."""
    return render_template("sign_in/password.html", problems=[])


@blueprint.post("/password")
def change_password() -> str | Response | tuple[str, int]:
    """Set a new password; every other session of the user ends."""
    user = user_by_id(session(), person().id)
    try:
        _check_password_form(user.password_hash)
        set_password(session(), user, request.form["password"], by=person(), now=desk().clock())
    except Refused as refused:
        session().rollback()
        return render_template("sign_in/password.html", problems=refused.problems), refused.status
    session().commit()
    logout_user()
    flash("パスワードを変更しました。新しいパスワードでサインインしてください", "success")
    return redirect(url_for("sign_in.show"))


def _page(login: str, wanted: str, refusal: str) -> str:
    demo = desk().settings.demo
    return render_template(
        "sign_in/show.html",
        login=login,
        wanted=wanted,
        refusal=refusal,
        demo_accounts=DEMO_USERS if demo else (),
        demo_password=DEMO_PASSWORD if demo else "",
    )


def _check_password_form(password_hash: str) -> None:
    problems = []
    if not password_matches(password_hash, request.form.get("current", "")):
        problems.append(Problem("現在のパスワード", "違います"))
    if request.form.get("password", "") != request.form.get("again", ""):
        problems.append(Problem("新しいパスワード（確認）", "二つの入力が一致しません"))
    if problems:
        raise Refused(problems)


def _wanted() -> str:
    """Where the person wanted to go: a path of ours, never another site."""
    wanted = request.values.get("next", "")
    local = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if local else url_for("home.show")
