"""異議申立て: what a business claims against a notice, and what was decided. Columns only."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, DateTime, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.models.base import Base
from cases.models.case import Case


class Objection(Base):
    """異議申立て of one case against one version of a notice.

    `notice_reference` names the notified result (opaque here), `claims` are the inputs as the business says they
    should be, `claimed_figures` amounts that it claims, as [key, label, unit, exact text]. `recomputed_run_reference`
    is the run on registered inputs, `claimed_run_reference` the one on claimed inputs.
    """

    __tablename__ = "cases_objection"
    __table_args__ = (
        Index("ix_cases_objection_of_notice", "notice_reference", "status"),
        Index("ix_cases_objection_open", "status", "received_at"),
        CheckConstraint("status in ('received','in_review','decided','withdrawn')", name="status"),
        CheckConstraint(
            "decision is null or decision in ('accepted','partly_accepted','rejected')", name="decision"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases_case.id"), unique=True)
    notice_reference: Mapped[int] = mapped_column(Integer)
    notice_number: Mapped[str] = mapped_column(String(60))
    grounds: Mapped[str] = mapped_column(Text)  # 申立ての理由
    claims: Mapped[list] = mapped_column(JSON, default=list)
    claimed_figures: Mapped[list] = mapped_column(JSON, default=list)
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status: Mapped[str] = mapped_column(String(20))
    recomputed_run_reference: Mapped[int | None] = mapped_column(Integer)
    claimed_run_reference: Mapped[int | None] = mapped_column(Integer)
    decision: Mapped[str | None] = mapped_column(String(20))
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by_id: Mapped[int | None] = mapped_column(Integer)
    decided_by_name: Mapped[str] = mapped_column(String(100), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)

    case: Mapped[Case] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
