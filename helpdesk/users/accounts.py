"""利用者管理: adding, changing and deactivating users; each change is an event of the user's stream."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from cases import history
from cases.models import Business
from helpdesk.errors import Conflict, NotFound, Problem, Refused
from helpdesk.users.models import User, UserRole
from helpdesk.users.passwords import check_new_password, hash_password
from helpdesk.users.roles import ROLES
from helpdesk.users.sign_in import end_all_sign_ins


def add_user(
    session: Session,
    *,
    login: str,
    display_name: str,
    password: str,
    roles: frozenset[str],
    by: Any,
    now: datetime,
    mail_address: str = "",
    business_id: int | None = None,
    must_change_password: bool = True,
) -> User:
    """Add a user. Raises `Refused` with every problem."""
    login = login.strip().lower()
    problems = _problems(session, display_name=display_name, roles=roles, business_id=business_id)
    if not login or len(login) > 100 or not login.isascii() or any(letter.isspace() for letter in login):
        problems.append(Problem("ログイン ID", "空白のない半角英数記号 1〜100 文字で入力してください"))
    elif session.scalar(select(User.id).where(User.login == login)):
        problems.append(Problem("ログイン ID", f"「{login}」は使われています。別の ID にしてください"))
    try:
        check_new_password(password, login=login)
    except Refused as refused:
        problems.extend(refused.problems)
    if problems:
        raise Refused(problems)
    user = User(
        login=login,
        display_name=display_name.strip(),
        mail_address=mail_address.strip(),
        password_hash=hash_password(password),
        must_change_password=must_change_password,
        business_id=business_id,
        created_at=now,
        roles=[UserRole(role=role) for role in sorted(roles)],
    )
    session.add(user)
    session.flush()
    _record(session, user, "user_added", {"login": login, "roles": sorted(roles)}, by=by, now=now)
    return user


def change_user(
    session: Session,
    user: User,
    *,
    display_name: str,
    roles: frozenset[str],
    is_active: bool,
    expected_version: int,
    by: Any,
    now: datetime,
    mail_address: str = "",
    business_id: int | None = None,
) -> None:
    """Change a user. The last active manager keeps the role; an inactive user is signed out everywhere."""
    if user.version != expected_version:
        raise Conflict("別の人がこの利用者を変更しました。画面を読み直してからやり直してください")
    problems = _problems(session, display_name=display_name, roles=roles, business_id=business_id)
    is_manager = user.is_active and "manager" in user.role_names
    if is_manager and not (is_active and "manager" in roles) and _active_managers(session) == 1:
        problems.append(Problem("役割", "最後の全体管理者です。先に別の人を全体管理者にしてください"))
    if problems:
        raise Refused(problems)
    before = {"roles": sorted(user.role_names), "active": user.is_active, "name": user.display_name}
    user.display_name = display_name.strip()
    user.mail_address = mail_address.strip()
    user.business_id = business_id
    user.is_active = is_active
    kept = [each for each in user.roles if each.role in roles]
    user.roles = kept + [UserRole(role=role) for role in sorted(roles - user.role_names)]
    flag_modified(user, "display_name")  # roles stand in rows of their own: they too are a new version
    if not is_active:
        end_all_sign_ins(session, user.id, now=now)
    after = {"roles": sorted(roles), "active": is_active, "name": user.display_name}
    _record(session, user, "user_changed", {"before": before, "after": after}, by=by, now=now)


def set_password(session: Session, user: User, password: str, *, by: Any, now: datetime) -> None:
    """Set a new password and end all sessions. Who sets another's password makes a temporary one."""
    check_new_password(password, login=user.login)
    user.password_hash = hash_password(password)
    user.must_change_password = by.id != user.id
    end_all_sign_ins(session, user.id, now=now)
    _record(session, user, "password_changed", {"temporary": user.must_change_password}, by=by, now=now)


def user_by_id(session: Session, user_id: int) -> User:
    """The user, or `NotFound`."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("その利用者は登録されていません")
    return user


def all_users(session: Session) -> list[User]:
    """Everybody, active people first, for the administration page."""
    return list(session.scalars(select(User).order_by(User.is_active.desc(), User.login)))


def _problems(
    session: Session, *, display_name: str, roles: frozenset[str], business_id: int | None
) -> list[Problem]:
    problems = []
    if not display_name.strip() or len(display_name) > 100:
        problems.append(Problem("氏名", "1〜100 文字で入力してください"))
    if not roles:
        problems.append(Problem("役割", "一つ以上選んでください"))
    problems.extend(Problem("役割", f"役割「{role}」はありません") for role in sorted(roles - ROLES.keys()))
    if "business_user" in roles:
        if len(roles) > 1:
            problems.append(Problem("役割", "事業者の利用者に窓口の役割は付けられません"))
        if business_id is None:
            problems.append(Problem("事業者", "事業者の利用者には所属する事業者を選んでください"))
    elif business_id is not None:
        problems.append(Problem("事業者", "事業者は「事業者」の役割の人だけに設定できます"))
    if business_id is not None and session.get(Business, business_id) is None:
        problems.append(Problem("事業者", "その事業者は登録されていません"))
    return problems


def _active_managers(session: Session) -> int:
    return session.scalar(
        select(func.count())
        .select_from(User)
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.is_active.is_(True), UserRole.role == "manager")
    )


def _record(session: Session, user: User, kind: str, content: dict, *, by: Any, now: datetime) -> None:
    history.record(session, f"user:{user.id}", kind, content, by=by, now=now)
