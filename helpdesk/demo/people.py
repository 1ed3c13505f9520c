"""デモの利用者: who can sign in to a demonstration, one for every role that the first screens need."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.history import SYSTEM
from cases.models import Business
from helpdesk.users.accounts import add_user
from helpdesk.users.models import User

DEMO_PASSWORD = "demo-helpdesk-2026"  # noqa: S105  (shown on the sign-in page of a demonstration, nowhere else)


@dataclass(frozen=True, slots=True)
class DemoUser:
    """デモの利用者: sign-in name, shown name, roles; the business of a business user by its code."""

    login: str
    display_name: str
    roles: frozenset[str]
    explanation: str
    business: str | None = None
    mail_address: str = ""  # none given: one at the desk


DEMO_USERS: tuple[DemoUser, ...] = (
    DemoUser("manager", "石川 真理子", frozenset({"manager"}), "すべての操作と利用者の管理"),
    DemoUser("leader", "山本 大輔", frozenset({"operation_leader"}), "回答の承認と送信、割当、週次報告"),
    DemoUser("sato", "佐藤 美咲", frozenset({"operator"}), "問合せへの対応と回答の作成"),
    DemoUser("suzuki", "鈴木 拓海", frozenset({"operator"}), "問合せへの対応と回答の作成"),
    DemoUser("kobayashi", "小林 葵", frozenset({"operator"}), "問合せへの対応と回答の作成"),
    DemoUser("reserve", "加藤 翼", frozenset({"reserve_margin_leader"}), "広域予備率の監視"),
    DemoUser("market", "西村 玲子", frozenset({"market_staff"}), "広域機関職員としての確認と承認"),
    DemoUser("payment", "森 健太", frozenset({"payment_staff"}), "交付額の確認"),
    DemoUser("payment-head", "松本 和也", frozenset({"payment_head"}), "交付額の承認"),
    DemoUser("accounting", "井上 直美", frozenset({"accounting_staff"}), "支払の確認"),
    DemoUser("accounting-head", "清水 隆一", frozenset({"accounting_head"}), "支払の承認"),
    DemoUser(
        "tanaka",
        "田中 由紀",
        frozenset({"business_user"}),
        "事業者（北浜エナジー）として通知と案件を見る、問い合わせる",
        "P001",
        "tanaka@kitahama-energy.example",
    ),
)


def load_people(session: Session, *, now: datetime) -> dict[str, User]:
    """Add the users of the demonstration; by sign-in name. The businesses must be there already."""
    codes = {user.business for user in DEMO_USERS if user.business}
    found = session.execute(select(Business.code, Business.id).where(Business.code.in_(codes)))
    businesses = {row.code: row.id for row in found}
    return {
        user.login: add_user(
            session,
            login=user.login,
            display_name=user.display_name,
            password=DEMO_PASSWORD,
            roles=user.roles,
            by=SYSTEM,
            now=now,
            mail_address=user.mail_address or f"{user.login}@helpdesk.example",
            business_id=businesses[user.business] if user.business else None,
            must_change_password=False,
        )
        for user in DEMO_USERS
    }
