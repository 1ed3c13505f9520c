"""業務の記録: checklists and the time that people work. Columns only."""

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.models.base import Base


class ChecklistTemplate(Base):
    """チェックリストのひな型: the steps of a duty or of a kind of case; `items` are texts in their order."""

    __tablename__ = "cases_checklist_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    duty: Mapped[str] = mapped_column(String(20), default="")  # daily list of a desk: operations | reserve
    case_kinds: Mapped[list] = mapped_column(JSON, default=list)  # started with every new case of these kinds
    items: Mapped[list] = mapped_column(JSON)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Checklist(Base):
    """チェックリスト: one started list, of a case or of a desk's day; its items are those of that moment."""

    __tablename__ = "cases_checklist"
    __table_args__ = (
        UniqueConstraint("template_id", "case_id"),
        UniqueConstraint("template_id", "day"),
        Index("ix_cases_checklist_of_day", "day", "id"),
        CheckConstraint("case_id is not null or day is not null", name="case_or_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("cases_checklist_template.id"))
    title: Mapped[str] = mapped_column(String(200))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases_case.id"), index=True)
    day: Mapped[date | None] = mapped_column(Date)
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    items: Mapped[list["ChecklistItem"]] = relationship(order_by="ChecklistItem.position")


class ChecklistItem(Base):
    """チェック項目: one step, ticked by whom and when."""

    __tablename__ = "cases_checklist_item"
    __table_args__ = (UniqueConstraint("checklist_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey("cases_checklist.id"))
    position: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(String(500))
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    done_by_id: Mapped[int | None] = mapped_column(Integer)
    done_by_name: Mapped[str] = mapped_column(String(100), default="")
    note: Mapped[str] = mapped_column(String(500), default="")


class WorkInterval(Base):
    """対応時間: a stretch in which one person worked on one case (none: on the desk's own work).

    `source`: page (the case was open and in use), call (a telephone call), entered (typed by the person).
    """

    __tablename__ = "cases_work_interval"
    __table_args__ = (
        Index("ix_cases_work_interval_of_case", "case_id", "id"),
        Index("ix_cases_work_interval_of_user", "user_id", "ended_at"),
        Index("ix_cases_work_interval_at", "started_at"),
        CheckConstraint("source in ('page','call','entered')", name="source"),
        CheckConstraint("ended_at >= started_at", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases_case.id"))
    user_id: Mapped[int] = mapped_column(Integer)
    user_name: Mapped[str] = mapped_column(String(100))
    source: Mapped[str] = mapped_column(String(10))
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("cases_phone_call.id"), unique=True)
    note: Mapped[str] = mapped_column(String(200), default="")
