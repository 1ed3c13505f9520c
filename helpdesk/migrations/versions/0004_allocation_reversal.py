"""消込の取消 as rows of their own.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "helpdesk_allocation_reversal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("allocation_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reversed_by_id", sa.Integer(), nullable=True),
        sa.Column("reversed_by_name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["allocation_id"],
            ["helpdesk_allocation.id"],
            name=op.f("fk_helpdesk_allocation_reversal_allocation_id_helpdesk_allocation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_allocation_reversal")),
        sa.UniqueConstraint("allocation_id", name=op.f("uq_helpdesk_allocation_reversal_allocation_id")),
    )


def downgrade() -> None:
    op.drop_table("helpdesk_allocation_reversal")
