"""電話: one call, logged while it lasts. Columns only."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.models.base import Base
from cases.models.case import Case
from cases.models.directory import Business, Contact


class PhoneCall(Base):
    """電話: who called whom, when, what was said, what came of it, when to call next.

    A call without `ended_at` is going on. It belongs to a case at the latest when it ends; `message_id` is then
    what stands of it in the case's conversation. `promised_…` are what a late payer promised.
    """

    __tablename__ = "cases_phone_call"
    __table_args__ = (
        Index("ix_cases_phone_call_of_case", "case_id", "id"),
        Index("ix_cases_phone_call_newest", "started_at", "id"),
        Index(
            "ix_cases_phone_call_running",
            "operator_id",
            sqlite_where=text("ended_at is null"),
            postgresql_where=text("ended_at is null"),
        ),
        Index(
            "ix_cases_phone_call_next",
            "next_call_at",
            sqlite_where=text("next_call_done_at is null and next_call_at is not null"),
            postgresql_where=text("next_call_done_at is null and next_call_at is not null"),
        ),
        CheckConstraint("direction in ('in','out')", name="direction"),
        CheckConstraint("ended_at is null or ended_at >= started_at", name="ends_after_start"),
        CheckConstraint("promised_yen is null or promised_yen > 0", name="promise_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases_case.id"))
    direction: Mapped[str] = mapped_column(String(3))  # in 着信 | out 発信
    operator_id: Mapped[int] = mapped_column(Integer)
    operator_name: Mapped[str] = mapped_column(String(100))
    business_id: Mapped[int | None] = mapped_column(ForeignKey("cases_business.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("cases_contact.id"))
    person_name: Mapped[str] = mapped_column(String(100), default="")  # at the other end
    telephone: Mapped[str] = mapped_column(String(40), default="")
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    subject: Mapped[str] = mapped_column(String(500), default="")
    content: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(String(20), default="")  # see cases.phone_calls.OUTCOMES
    next_call_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    next_call_note: Mapped[str] = mapped_column(String(500), default="")
    next_call_done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    promised_on: Mapped[date | None] = mapped_column(Date)
    promised_yen: Mapped[int | None] = mapped_column(BigInteger)
    talk_script: Mapped[str] = mapped_column(String(100), default="")  # slug and revision it was led by
    message_id: Mapped[int | None] = mapped_column(ForeignKey("cases_message.id"))
    version: Mapped[int] = mapped_column(Integer, default=1)

    case: Mapped[Case | None] = relationship()
    business: Mapped[Business | None] = relationship()
    contact: Mapped[Contact | None] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
