"""一括算定の表: runs over the fleet, the results of months with their life, and the numbers they were computed with.

A result's figures are never changed: a correction, and a recomputation that gives something else, is a new version.
"""

from datetime import datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.models import AppendOnlyId, Business
from helpdesk.database import Base
from helpdesk.register.models.contracting import Resource
from helpdesk.register.models.permanent import one_of, permanent

PARAMETER_SET_STATES = {"proposed": "承認待ち", "in_force": "適用", "rejected": "却下"}
RESULT_STATES = {"computed": "算定", "corrected": "修正", "fixed": "確定", "notified": "通知"}
FOLLOWING = {"slots": "コマ別データ", "results": "算定結果"}  # what follows from inputs
MARKS = {"changed": "入力の変更", "followed": "反映"}


@permanent("設定値", except_for=("state", "decided_at", "decided_by_id", "decided_by_name", "decision"))
class ParameterSet(Base):
    """設定値: the parameters file of this desk (公表されていない値と方針), proposed by one person, put in force by another.

    `content` is TOML as `calc_core.configuration` takes it. The highest version in force counts.
    """

    __tablename__ = "helpdesk_parameter_set"
    __table_args__ = (CheckConstraint(one_of("state", PARAMETER_SET_STATES), name="state"),)

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    version: Mapped[int] = mapped_column(Integer, unique=True)
    content: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="proposed")
    proposed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    proposed_by_id: Mapped[int | None] = mapped_column(Integer)
    proposed_by_name: Mapped[str] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by_id: Mapped[int | None] = mapped_column(Integer)
    decided_by_name: Mapped[str] = mapped_column(String(200), default="")
    decision: Mapped[str] = mapped_column(Text, default="")


@permanent("一括算定")
class FleetRun(Base):
    """一括算定: one finished computation of resources and months, with what it was computed from.

    `scope`: {} is all; {"business": id} or {"resource": id} one. `inputs` names slot files, corrections and the
    digests of everything else; `totals` are figures over all its rows in exact text.
    """

    __tablename__ = "helpdesk_fleet_run"
    __table_args__ = (
        Index("ix_helpdesk_fleet_run_of_year", "fiscal_year", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    fiscal_year: Mapped[int] = mapped_column(Integer)
    last_month: Mapped[int] = mapped_column(Integer)  # delivery months from April to this one
    scope: Mapped[dict] = mapped_column(JSON)
    inputs: Mapped[dict] = mapped_column(JSON)
    inputs_digest: Mapped[str] = mapped_column(String(64))
    parameter_set_id: Mapped[int | None] = mapped_column(ForeignKey("helpdesk_parameter_set.id"))
    code_version: Mapped[str] = mapped_column(String(80))
    resources: Mapped[int] = mapped_column(Integer)
    new_versions: Mapped[int] = mapped_column(Integer)
    unchanged: Mapped[int] = mapped_column(Integer)
    totals: Mapped[dict] = mapped_column(JSON)
    warnings: Mapped[list] = mapped_column(JSON)
    task_id: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by_id: Mapped[int | None] = mapped_column(Integer)
    created_by_name: Mapped[str] = mapped_column(String(200))


@permanent(
    "月次の算定結果",
    except_for=(
        "state",
        "newest",
        "fixed_at",
        "fixed_by_id",
        "fixed_by_name",
        "notified_result_id",
    ),
)
class MonthResult(Base):
    """月次の算定結果: what one resource came to in one month, version by version; the newest is the one to act on.

    `figures` maps names to exact text (see `register.month_results.FIGURES`). `inputs` says from what: digests of
    slots, contract and events of the month, so that two versions can tell what changed. What lists count, add up and
    sort by stands in columns of its own, filled by `register.month_results.listed`.
    """

    __tablename__ = "helpdesk_month_result"
    __table_args__ = (
        UniqueConstraint(
            "resource_id", "fiscal_year", "delivery_month", "version", name="uq_helpdesk_month_result_version"
        ),
        CheckConstraint("delivery_month between 1 and 12", name="delivery_month"),
        CheckConstraint(one_of("state", RESULT_STATES), name="state"),
        Index(
            "uq_helpdesk_month_result_newest",
            "fiscal_year",
            "delivery_month",
            "resource_id",
            unique=True,
            sqlite_where=text("newest"),
            postgresql_where=text("newest"),
        ),
        Index("ix_helpdesk_month_result_of_run", "fleet_run_id"),
        Index(
            "ix_helpdesk_month_result_listed",
            "fiscal_year",
            "newest",  # a column: SQLite does not know `newest = 1` for the condition of a partial index
            "delivery_month",
            "state",
            "penalty_total_yen",
            "coal_penalty_yen",
            "payment_yen",
            "changed_yen",
            "shortfall_millionths",
            "version",
            "resource_id",
            "id",
        ),
        Index(
            "ix_helpdesk_month_result_fixed",
            "fiscal_year",
            "delivery_month",
            "resource_id",
            "version",
            sqlite_where=text("fixed_at is not null"),
            postgresql_where=text("fixed_at is not null"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_resource.id"))
    business_id: Mapped[int] = mapped_column(ForeignKey(Business.__table__.c.id), index=True)
    fiscal_year: Mapped[int] = mapped_column(Integer)
    delivery_month: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    newest: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[str] = mapped_column(String(10))
    penalty_total_yen: Mapped[int] = mapped_column(BigInteger)
    coal_penalty_yen: Mapped[int] = mapped_column(BigInteger)
    payment_yen: Mapped[int] = mapped_column(BigInteger)
    changed_yen: Mapped[int] = mapped_column(BigInteger)  # payment less penalty, against the version before
    shortfall_millionths: Mapped[int] = mapped_column(
        BigInteger
    )  # of a slot, rounded up: 0 only where none is short
    figures: Mapped[dict] = mapped_column(JSON)
    inputs: Mapped[dict] = mapped_column(JSON)
    fleet_run_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_fleet_run.id"))
    reason: Mapped[str] = mapped_column(Text, default="")  # why a person corrected it
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by_id: Mapped[int | None] = mapped_column(Integer)
    created_by_name: Mapped[str] = mapped_column(String(200))
    fixed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    fixed_by_id: Mapped[int | None] = mapped_column(Integer)
    fixed_by_name: Mapped[str] = mapped_column(String(200), default="")
    notified_result_id: Mapped[int | None] = mapped_column(
        ForeignKey("helpdesk_notified_result.id", name="fk_helpdesk_month_result_notified_result")
    )

    resource: Mapped[Resource] = relationship()
    fleet_run: Mapped[FleetRun] = relationship()


@permanent("入力の変更と反映")
class InputMark(Base):
    """入力の変更と反映: a month's inputs changed, or its slots or results were made from them as they then were.

    `seen_id` of what followed is the newest mark that had been made when the inputs were read: whatever has a higher
    id is not in it. Without resource and business it is about all of them.
    """

    __tablename__ = "helpdesk_input_mark"
    __table_args__ = (
        CheckConstraint("delivery_month between 1 and 12", name="delivery_month"),
        CheckConstraint(one_of("following", FOLLOWING), name="following"),
        CheckConstraint(one_of("mark", MARKS), name="mark"),
        Index("ix_helpdesk_input_mark_of_year", "fiscal_year", "following", "delivery_month"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    fiscal_year: Mapped[int] = mapped_column(Integer)
    delivery_month: Mapped[int] = mapped_column(Integer)
    following: Mapped[str] = mapped_column(String(10))
    mark: Mapped[str] = mapped_column(String(10))
    cause: Mapped[str] = mapped_column(
        String(40), default=""
    )  # of a change: a kind of import, or what else it was
    seen_id: Mapped[int] = mapped_column(BigInteger, default=0)
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("helpdesk_resource.id"))
    business_id: Mapped[int | None] = mapped_column(ForeignKey(Business.__table__.c.id))
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
