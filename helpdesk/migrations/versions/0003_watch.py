"""The watch: publications of the reserve margin, states of slots, transitions, incidents, notices.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPEND_ONLY_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TABLES_CHILDREN_FIRST = (
    "alerts_notice",
    "alerts_transition",
    "alerts_incident",
    "alerts_area_day",
    "alerts_publication",
    "alerts_feed",
    "alerts_area_state",
)


def upgrade() -> None:
    op.create_table(
        "alerts_area_state",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("area", sa.String(length=10), nullable=False),
        sa.Column("margins", sa.LargeBinary(), nullable=False),
        sa.Column("valued_at", sa.LargeBinary(), nullable=False),
        sa.Column("lows", sa.LargeBinary(), nullable=False),
        sa.Column("told_levels", sa.LargeBinary(), nullable=False),
        sa.Column("told_missing", sa.LargeBinary(), nullable=False),
        sa.Column("told_wrong", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("day", "area", name=op.f("pk_alerts_area_state")),
    )
    op.create_table(
        "alerts_feed",
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("newest_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_readable_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unreadable_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_alerts_feed")),
    )
    op.create_table(
        "alerts_publication",
        sa.Column("id", APPEND_ONLY_ID, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("raw_sha256", sa.String(length=64), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetch_count", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("problem_count", sa.Integer(), nullable=False),
        sa.Column("day_from", sa.Date(), nullable=True),
        sa.Column("day_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state in ('judged','out_of_order','unreadable')", name=op.f("ck_alerts_publication_state")
        ),
        sa.ForeignKeyConstraint(
            ["source"], ["alerts_feed.source"], name=op.f("fk_alerts_publication_source_alerts_feed")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts_publication")),
        sa.UniqueConstraint(
            "source", "content_digest", name=op.f("uq_alerts_publication_source_content_digest")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alerts_publication_fetched", "alerts_publication", ["source", "fetched_at", "id"])
    op.create_index("ix_alerts_publication_newest", "alerts_publication", ["source", "published_at", "id"])
    op.create_table(
        "alerts_area_day",
        sa.Column("publication_id", APPEND_ONLY_ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("area", sa.String(length=10), nullable=False),
        sa.Column("margins", sa.LargeBinary(), nullable=False),
        sa.Column("usages", sa.LargeBinary(), nullable=False),
        sa.Column("area_demands_kw", sa.LargeBinary(), nullable=False),
        sa.Column("area_supplies_kw", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["alerts_publication.id"],
            name=op.f("fk_alerts_area_day_publication_id_alerts_publication"),
        ),
        sa.PrimaryKeyConstraint("publication_id", "day", "area", name=op.f("pk_alerts_area_day")),
    )
    op.create_index("ix_alerts_area_day_versions", "alerts_area_day", ["day", "area", "publication_id"])
    op.create_table(
        "alerts_incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number_of_day", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("worst_margin_hundredths", sa.Integer(), nullable=True),
        sa.Column("worst_area", sa.String(length=10), nullable=False),
        sa.Column("worst_slot", sa.Integer(), nullable=True),
        sa.Column("first_publication_id", APPEND_ONLY_ID, nullable=False),
        sa.Column("last_publication_id", APPEND_ONLY_ID, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by_id", sa.Integer(), nullable=True),
        sa.Column("acknowledged_by_name", sa.String(length=100), nullable=False),
        sa.Column("acknowledged_comment", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_name", sa.String(length=100), nullable=False),
        sa.Column("closed_comment", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('open','acknowledged','closed')", name=op.f("ck_alerts_incident_state")
        ),
        sa.ForeignKeyConstraint(
            ["first_publication_id"],
            ["alerts_publication.id"],
            name=op.f("fk_alerts_incident_first_publication_id_alerts_publication"),
        ),
        sa.ForeignKeyConstraint(
            ["last_publication_id"],
            ["alerts_publication.id"],
            name=op.f("fk_alerts_incident_last_publication_id_alerts_publication"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts_incident")),
        sa.UniqueConstraint("day", "number_of_day", name=op.f("uq_alerts_incident_day_number_of_day")),
        sa.UniqueConstraint("key", name=op.f("uq_alerts_incident_key")),
    )
    op.create_index("ix_alerts_incident_list", "alerts_incident", ["state", "day", "id"])
    op.create_table(
        "alerts_transition",
        sa.Column("id", APPEND_ONLY_ID, nullable=False),
        sa.Column("publication_id", APPEND_ONLY_ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(length=10), nullable=False),
        sa.Column("from_state", sa.String(length=10), nullable=False),
        sa.Column("to_state", sa.String(length=10), nullable=False),
        sa.Column("margin_hundredths", sa.Integer(), nullable=False),
        sa.CheckConstraint("from_state in ('normal','low')", name=op.f("ck_alerts_transition_from_state")),
        sa.CheckConstraint("to_state in ('normal','low')", name=op.f("ck_alerts_transition_to_state")),
        sa.CheckConstraint("slot between 1 and 48", name=op.f("ck_alerts_transition_slot")),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["alerts_publication.id"],
            name=op.f("fk_alerts_transition_publication_id_alerts_publication"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts_transition")),
        sa.UniqueConstraint(
            "publication_id",
            "day",
            "slot",
            "area",
            name=op.f("uq_alerts_transition_publication_id_day_slot_area"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alerts_transition_day", "alerts_transition", ["day", "area", "slot", "id"])
    op.create_table(
        "alerts_notice",
        sa.Column("id", APPEND_ONLY_ID, nullable=False),
        sa.Column("publication_id", APPEND_ONLY_ID, nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("idempotency_key", sa.String(length=150), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("receivers", sa.JSON(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("decision in ('send','hold','drop')", name=op.f("ck_alerts_notice_decision")),
        sa.CheckConstraint(
            "event in ('first_low','worsened','recovered','wrong_figure','missing')",
            name=op.f("ck_alerts_notice_event"),
        ),
        sa.CheckConstraint(
            "stage in ('rule','inhibition','silence','repetition','grouping','routing')",
            name=op.f("ck_alerts_notice_stage"),
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["alerts_incident.id"], name=op.f("fk_alerts_notice_incident_id_alerts_incident")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["alerts_publication.id"],
            name=op.f("fk_alerts_notice_publication_id_alerts_publication"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts_notice")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_alerts_notice_idempotency_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alerts_notice_of_incident", "alerts_notice", ["incident_id", "id"])
    op.create_index("ix_alerts_notice_of_publication", "alerts_notice", ["publication_id", "id"])
    op.create_index(
        "ix_alerts_notice_to_hand",
        "alerts_notice",
        ["id"],
        sqlite_where=sa.text("decision = 'send' and handed_at is null"),
        postgresql_where=sa.text("decision = 'send' and handed_at is null"),
    )


def downgrade() -> None:
    for table in TABLES_CHILDREN_FIRST:
        op.drop_table(table)
