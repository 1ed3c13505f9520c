"""Fetched publications, troubles of a feed, the cases of an incident.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "helpdesk_fetched_publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("raw_sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("day_from", sa.Date(), nullable=False),
        sa.Column("day_to", sa.Date(), nullable=False),
        sa.Column("required_days", sa.String(length=40), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state in ('pending', 'judged', 'given_up')", name=op.f("ck_helpdesk_fetched_publication_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_fetched_publication")),
        sa.UniqueConstraint(
            "source", "raw_sha256", name=op.f("uq_helpdesk_fetched_publication_source_raw_sha256")
        ),
    )
    op.create_index(
        "ix_helpdesk_fetched_publication_pending", "helpdesk_fetched_publication", ["source", "state", "id"]
    )
    op.create_table(
        "helpdesk_feed_trouble",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind in ('fetch_failed', 'unreadable', 'stale')", name=op.f("ck_helpdesk_feed_trouble_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_feed_trouble")),
    )
    op.create_index("ix_helpdesk_feed_trouble_newest", "helpdesk_feed_trouble", ["source", "id"])
    op.create_index(
        "uq_helpdesk_feed_trouble_open",
        "helpdesk_feed_trouble",
        ["source", "kind"],
        unique=True,
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "helpdesk_incident_case",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(length=10), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("linked_by_id", sa.Integer(), nullable=True),
        sa.Column("linked_by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "relation in ('own', 'following')", name=op.f("ck_helpdesk_incident_case_relation")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases_case.id"], name=op.f("fk_helpdesk_incident_case_case_id_cases_case")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["alerts_incident.id"],
            name=op.f("fk_helpdesk_incident_case_incident_id_alerts_incident"),
        ),
        sa.PrimaryKeyConstraint("incident_id", "case_id", name=op.f("pk_helpdesk_incident_case")),
    )
    op.create_index(op.f("ix_helpdesk_incident_case_case_id"), "helpdesk_incident_case", ["case_id"])
    op.create_index(
        "uq_helpdesk_incident_case_own",
        "helpdesk_incident_case",
        ["incident_id"],
        unique=True,
        sqlite_where=sa.text("relation = 'own'"),
        postgresql_where=sa.text("relation = 'own'"),
    )


def downgrade() -> None:
    for table in ("helpdesk_incident_case", "helpdesk_feed_trouble", "helpdesk_fetched_publication"):
        op.drop_table(table)
