"""Phone calls, objections, late payment, checklists, working time; invoices, invitations, issued documents.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES_CHILDREN_FIRST = (
    "helpdesk_allocation",
    "helpdesk_invoice",
    "helpdesk_invitation",
    "helpdesk_receipt",
    "helpdesk_issued_document",
    "cases_work_interval",
    "cases_phone_call",
    "cases_checklist_item",
    "cases_objection",
    "cases_late_payment",
    "cases_checklist",
    "cases_checklist_template",
)


def upgrade() -> None:
    op.create_table(
        "cases_checklist_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("duty", sa.String(length=20), nullable=False),
        sa.Column("case_kinds", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases_checklist_template")),
        sa.UniqueConstraint("key", name=op.f("uq_cases_checklist_template_key")),
    )
    op.create_table(
        "cases_checklist",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "case_id is not null or day is not null", name=op.f("ck_cases_checklist_case_or_day")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases_case.id"], name=op.f("fk_cases_checklist_case_id_cases_case")
        ),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["cases_checklist_template.id"],
            name=op.f("fk_cases_checklist_template_id_cases_checklist_template"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases_checklist")),
        sa.UniqueConstraint("template_id", "case_id", name=op.f("uq_cases_checklist_template_id_case_id")),
        sa.UniqueConstraint("template_id", "day", name=op.f("uq_cases_checklist_template_id_day")),
    )
    op.create_index(op.f("ix_cases_checklist_case_id"), "cases_checklist", ["case_id"], unique=False)
    op.create_index("ix_cases_checklist_of_day", "cases_checklist", ["day", "id"], unique=False)
    op.create_table(
        "cases_late_payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("invoice_reference", sa.Integer(), nullable=False),
        sa.Column("invoice_number", sa.String(length=60), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases_case.id"], name=op.f("fk_cases_late_payment_case_id_cases_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases_late_payment")),
        sa.UniqueConstraint("case_id", name=op.f("uq_cases_late_payment_case_id")),
        sa.UniqueConstraint("invoice_reference", name=op.f("uq_cases_late_payment_invoice_reference")),
    )
    op.create_index("ix_cases_late_payment_open", "cases_late_payment", ["settled_at", "id"], unique=False)
    op.create_table(
        "cases_objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("notice_reference", sa.Integer(), nullable=False),
        sa.Column("notice_number", sa.String(length=60), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("claims", sa.JSON(), nullable=False),
        sa.Column("claimed_figures", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("recomputed_run_reference", sa.Integer(), nullable=True),
        sa.Column("claimed_run_reference", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "decision is null or decision in ('accepted','partly_accepted','rejected')",
            name=op.f("ck_cases_objection_decision"),
        ),
        sa.CheckConstraint(
            "status in ('received','in_review','decided','withdrawn')", name=op.f("ck_cases_objection_status")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases_case.id"], name=op.f("fk_cases_objection_case_id_cases_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases_objection")),
        sa.UniqueConstraint("case_id", name=op.f("uq_cases_objection_case_id")),
    )
    op.create_index(
        "ix_cases_objection_of_notice", "cases_objection", ["notice_reference", "status"], unique=False
    )
    op.create_index("ix_cases_objection_open", "cases_objection", ["status", "received_at"], unique=False)
    op.create_table(
        "cases_checklist_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checklist_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("done_by_name", sa.String(length=100), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["checklist_id"],
            ["cases_checklist.id"],
            name=op.f("fk_cases_checklist_item_checklist_id_cases_checklist"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases_checklist_item")),
        sa.UniqueConstraint(
            "checklist_id", "position", name=op.f("uq_cases_checklist_item_checklist_id_position")
        ),
    )
    op.create_table(
        "cases_phone_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=False),
        sa.Column("operator_name", sa.String(length=100), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("person_name", sa.String(length=100), nullable=False),
        sa.Column("telephone", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("next_call_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_call_note", sa.String(length=500), nullable=False),
        sa.Column("next_call_done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("promised_yen", sa.BigInteger(), nullable=True),
        sa.Column("talk_script", sa.String(length=100), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("direction in ('in','out')", name=op.f("ck_cases_phone_call_direction")),
        sa.CheckConstraint(
            "ended_at is null or ended_at >= started_at", name=op.f("ck_cases_phone_call_ends_after_start")
        ),
        sa.CheckConstraint(
            "promised_yen is null or promised_yen > 0", name=op.f("ck_cases_phone_call_promise_positive")
        ),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["cases_business.id"],
            name=op.f("fk_cases_phone_call_business_id_cases_business"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases_case.id"], name=op.f("fk_cases_phone_call_case_id_cases_case")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["cases_contact.id"], name=op.f("fk_cases_phone_call_contact_id_cases_contact")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["cases_message.id"], name=op.f("fk_cases_phone_call_message_id_cases_message")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases_phone_call")),
    )
    op.create_index(
        op.f("ix_cases_phone_call_business_id"), "cases_phone_call", ["business_id"], unique=False
    )
    op.create_index("ix_cases_phone_call_newest", "cases_phone_call", ["started_at", "id"], unique=False)
    op.create_index(
        "ix_cases_phone_call_next",
        "cases_phone_call",
        ["next_call_at"],
        unique=False,
        sqlite_where=sa.text("next_call_done_at is null and next_call_at is not null"),
        postgresql_where=sa.text("next_call_done_at is null and next_call_at is not null"),
    )
    op.create_index("ix_cases_phone_call_of_case", "cases_phone_call", ["case_id", "id"], unique=False)
    op.create_index(
        "ix_cases_phone_call_running",
        "cases_phone_call",
        ["operator_id"],
        unique=False,
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "cases_work_interval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", sa.String(length=100), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("source in ('page','call','entered')", name=op.f("ck_cases_work_interval_source")),
        sa.CheckConstraint("ended_at >= started_at", name=op.f("ck_cases_work_interval_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["call_id"], ["cases_phone_call.id"], name=op.f("fk_cases_work_interval_call_id_cases_phone_call")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases_case.id"], name=op.f("fk_cases_work_interval_case_id_cases_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases_work_interval")),
        sa.UniqueConstraint("call_id", name=op.f("uq_cases_work_interval_call_id")),
    )
    op.create_index("ix_cases_work_interval_at", "cases_work_interval", ["started_at"], unique=False)
    op.create_index("ix_cases_work_interval_of_case", "cases_work_interval", ["case_id", "id"], unique=False)
    op.create_index(
        "ix_cases_work_interval_of_user", "cases_work_interval", ["user_id", "ended_at"], unique=False
    )
    op.create_table(
        "helpdesk_issued_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("file_format", sa.String(length=10), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("issued_by_name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_issued_document")),
        sa.UniqueConstraint(
            "kind",
            "reference",
            "content_digest",
            "file_format",
            name=op.f("uq_helpdesk_issued_document_kind_reference_content_digest_file_format"),
        ),
    )
    op.create_table(
        "helpdesk_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=True),
        sa.Column("payer_name_kana", sa.String(length=200), nullable=False),
        sa.Column("amount_yen", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint("amount_yen > 0", name=op.f("ck_helpdesk_receipt_amount_positive")),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["cases_business.id"],
            name=op.f("fk_helpdesk_receipt_business_id_cases_business"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_receipt")),
        sa.UniqueConstraint("reference", name=op.f("uq_helpdesk_receipt_reference")),
    )
    op.create_index(
        op.f("ix_helpdesk_receipt_business_id"), "helpdesk_receipt", ["business_id"], unique=False
    )
    op.create_table(
        "helpdesk_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=False),
        sa.Column("mail_address", sa.String(length=320), nullable=False),
        sa.Column("display_name", sa.String(length=100), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("invited_by_name", sa.String(length=100), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["cases_business.id"],
            name=op.f("fk_helpdesk_invitation_business_id_cases_business"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["helpdesk_user.id"], name=op.f("fk_helpdesk_invitation_user_id_helpdesk_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_invitation")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_helpdesk_invitation_token_digest")),
    )
    op.create_index(
        op.f("ix_helpdesk_invitation_business_id"), "helpdesk_invitation", ["business_id"], unique=False
    )
    op.create_table(
        "helpdesk_invoice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("delivery_month", sa.Integer(), nullable=True),
        sa.Column("notified_result_id", sa.Integer(), nullable=True),
        sa.Column("amount_yen", sa.BigInteger(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('contribution','penalty','statement')", name=op.f("ck_helpdesk_invoice_kind")
        ),
        sa.CheckConstraint("amount_yen > 0", name=op.f("ck_helpdesk_invoice_amount_positive")),
        sa.CheckConstraint("due_on >= issued_on", name=op.f("ck_helpdesk_invoice_due_after_issue")),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["cases_business.id"],
            name=op.f("fk_helpdesk_invoice_business_id_cases_business"),
        ),
        sa.ForeignKeyConstraint(
            ["notified_result_id"],
            ["helpdesk_notified_result.id"],
            name=op.f("fk_helpdesk_invoice_notified_result_id_helpdesk_notified_result"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_invoice")),
        sa.UniqueConstraint("number", name=op.f("uq_helpdesk_invoice_number")),
    )
    op.create_index(
        op.f("ix_helpdesk_invoice_business_id"), "helpdesk_invoice", ["business_id"], unique=False
    )
    op.create_index("ix_helpdesk_invoice_due", "helpdesk_invoice", ["due_on", "id"], unique=False)
    op.create_index(
        op.f("ix_helpdesk_invoice_notified_result_id"),
        "helpdesk_invoice",
        ["notified_result_id"],
        unique=False,
    )
    op.create_table(
        "helpdesk_allocation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("receipt_id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("amount_yen", sa.BigInteger(), nullable=False),
        sa.Column("allocated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("allocated_by_id", sa.Integer(), nullable=True),
        sa.Column("allocated_by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint("amount_yen > 0", name=op.f("ck_helpdesk_allocation_amount_positive")),
        sa.ForeignKeyConstraint(
            ["invoice_id"],
            ["helpdesk_invoice.id"],
            name=op.f("fk_helpdesk_allocation_invoice_id_helpdesk_invoice"),
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"],
            ["helpdesk_receipt.id"],
            name=op.f("fk_helpdesk_allocation_receipt_id_helpdesk_receipt"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_allocation")),
    )
    op.create_index(
        op.f("ix_helpdesk_allocation_invoice_id"), "helpdesk_allocation", ["invoice_id"], unique=False
    )
    op.create_index(
        op.f("ix_helpdesk_allocation_receipt_id"), "helpdesk_allocation", ["receipt_id"], unique=False
    )


def downgrade() -> None:
    for table in TABLES_CHILDREN_FIRST:
        op.drop_table(table)
