"""利用者: users, their roles, sign-ins and failed attempts. A user is never deleted, only made inactive."""

from datetime import datetime

from sqlalchemy import Boolean, DateTime, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.models import Business
from helpdesk.database import Base


class User(Base):
    """利用者: an operator, a member of the market operator's staff, or a person of a business."""

    __tablename__ = "helpdesk_user"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(100), unique=True)
    display_name: Mapped[str] = mapped_column(String(100))
    mail_address: Mapped[str] = mapped_column(String(320), default="")
    password_hash: Mapped[str] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    must_change_password: Mapped[bool] = mapped_column(Boolean, default=False)
    business_id: Mapped[int | None] = mapped_column(ForeignKey(Business.__table__.c.id))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(Integer, default=1)

    roles: Mapped[list["UserRole"]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def role_names(self) -> frozenset[str]:
        """The roles held, by code (see `helpdesk.users.roles`)."""
        return frozenset(role.role for role in self.roles)


class UserRole(Base):
    """役割: one role of one user."""

    __tablename__ = "helpdesk_user_role"
    __table_args__ = (UniqueConstraint("user_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_user.id"))
    role: Mapped[str] = mapped_column(String(40))


class SignIn(Base):
    """サインイン: one session of a user; ending it makes the browser's cookie worthless."""

    __tablename__ = "helpdesk_sign_in"

    key_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_user.id"), index=True)
    signed_in_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    address: Mapped[str] = mapped_column(String(60), default="")


class SignInFailure(Base):
    """サインイン失敗: counted per login and per address to slow down guessing."""

    __tablename__ = "helpdesk_sign_in_failure"
    __table_args__ = (
        Index("ix_helpdesk_sign_in_failure_login", "login", "at"),
        Index("ix_helpdesk_sign_in_failure_address", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class FormToken(Base):
    """二重送信防止: a POST form's token, kept with where its first sending led."""

    __tablename__ = "helpdesk_form_token"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(Integer)
    location: Mapped[str] = mapped_column(String(500))
    used_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Invitation(Base):
    """招待: lets one person of a business make an account; the link's token is kept only as a digest."""

    __tablename__ = "helpdesk_invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    business_id: Mapped[int] = mapped_column(ForeignKey(Business.__table__.c.id), index=True)
    mail_address: Mapped[str] = mapped_column(String(320))
    display_name: Mapped[str] = mapped_column(String(100))
    invited_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    invited_by_id: Mapped[int | None] = mapped_column(Integer)
    invited_by_name: Mapped[str] = mapped_column(String(100))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("helpdesk_user.id"))

    business: Mapped[Business] = relationship()
