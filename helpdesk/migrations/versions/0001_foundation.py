"""Foundation: cases, their history, knowledge, users, the register, mail and long work.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

FULL_TEXT = {
    "sqlite": (
        "CREATE VIRTUAL TABLE cases_message_gram USING fts5"
        "(grams, content='', detail='none', columnsize=0, tokenize='ascii')",
    ),
    "postgresql": (
        "CREATE TABLE cases_message_gram (message_id integer PRIMARY KEY"
        " REFERENCES cases_message (id) ON DELETE CASCADE, grams text[] NOT NULL)",
        "CREATE INDEX ix_cases_message_gram_grams ON cases_message_gram USING gin (grams)",
    ),
}

TABLES_CHILDREN_FIRST = (
    "helpdesk_task",
    "helpdesk_lease",
    "helpdesk_job_run",
    "helpdesk_job_heartbeat",
    "helpdesk_received_mail",
    "helpdesk_outbox_mail",
    "helpdesk_slot_day",
    "helpdesk_contract",
    "helpdesk_case_run",
    "helpdesk_case_result",
    "helpdesk_slot_file",
    "helpdesk_resource",
    "helpdesk_notified_result",
    "helpdesk_calculation_run",
    "helpdesk_user_role",
    "helpdesk_sign_in",
    "helpdesk_user",
    "helpdesk_sign_in_failure",
    "helpdesk_form_token",
    "kb_revision",
    "kb_index_change",
    "kb_index_state",
    "kb_article",
    "cases_event",
    "cases_seal",
    "cases_event_stream",
    "cases_attachment",
    "cases_answer",
    "cases_message",
    "cases_case",
    "cases_contact",
    "cases_holiday",
    "cases_counter",
    "cases_business",
)


def upgrade() -> None:
    _create_cases()
    _create_history()
    _create_knowledge()
    _create_users()
    _create_register()
    _create_mail()
    _create_tasks()


def downgrade() -> None:
    op.execute("DROP TABLE cases_message_gram")
    for table in TABLES_CHILDREN_FIRST:
        op.drop_table(table)


def _create_cases() -> None:
    op.create_table(
        "cases_business",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_kana", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("mail_domain", sa.String(length=255), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases_business")),
        sa.UniqueConstraint("code", name=op.f("uq_cases_business_code")),
    )
    op.create_index("ix_cases_business_mail_domain", "cases_business", ["mail_domain"])
    op.create_table(
        "cases_counter",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_cases_counter")),
    )
    op.create_table(
        "cases_holiday",
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("date", name=op.f("pk_cases_holiday")),
    )
    op.create_table(
        "cases_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_kana", sa.String(length=100), nullable=False),
        sa.Column("department", sa.String(length=100), nullable=False),
        sa.Column("mail_address", sa.String(length=320), nullable=True),
        sa.Column("telephone", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["cases_business.id"], name=op.f("fk_cases_contact_business_id_cases_business")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases_contact")),
        sa.UniqueConstraint("mail_address", name=op.f("uq_cases_contact_mail_address")),
    )
    op.create_index("ix_cases_contact_business_id", "cases_contact", ["business_id"])
    op.create_table(
        "cases_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("topic_reasons", sa.JSON(), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("business_reason", sa.String(length=200), nullable=False),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("assignee_name", sa.String(length=100), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_reason", sa.JSON(), nullable=False),
        sa.Column("first_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["cases_business.id"], name=op.f("fk_cases_case_business_id_cases_business")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["cases_contact.id"], name=op.f("fk_cases_case_contact_id_cases_contact")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases_case")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_case_number")),
    )
    op.create_index("ix_cases_case_list", "cases_case", ["status", "updated_at", "id"])
    op.create_index("ix_cases_case_mine", "cases_case", ["assignee_id", "status", "updated_at", "id"])
    op.create_index("ix_cases_case_newest", "cases_case", ["updated_at", "id"])
    op.create_index("ix_cases_case_of_business", "cases_case", ["business_id", "updated_at", "id"])
    op.create_index(
        "ix_cases_case_open_due",
        "cases_case",
        ["due_at", "id"],
        sqlite_where=sa.text("status <> 'closed'"),
        postgresql_where=sa.text("status <> 'closed'"),
    )
    op.create_index(
        "ix_cases_case_open_newest",
        "cases_case",
        ["updated_at", "id"],
        sqlite_where=sa.text("status <> 'closed'"),
        postgresql_where=sa.text("status <> 'closed'"),
    )
    op.create_index("ix_cases_case_topic", "cases_case", ["topic"])
    op.create_table(
        "cases_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.String(length=500), nullable=True),
        sa.Column("in_reply_to", sa.JSON(), nullable=False),
        sa.Column("reference_ids", sa.JSON(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("from_address", sa.String(length=320), nullable=False),
        sa.Column("reply_to", sa.String(length=320), nullable=False),
        sa.Column("to_addresses", sa.JSON(), nullable=False),
        sa.Column("cc_addresses", sa.JSON(), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("has_html", sa.Boolean(), nullable=False),
        sa.Column("raw_sha256", sa.String(length=64), nullable=True),
        sa.Column("content_digest", sa.String(length=64), nullable=True),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases_case.id"], name=op.f("fk_cases_message_case_id_cases_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases_message")),
    )
    op.create_index("ix_cases_message_content_digest", "cases_message", ["content_digest"])
    op.create_index("ix_cases_message_message_id", "cases_message", ["message_id"])
    op.create_index("ix_cases_message_of_case", "cases_message", ["case_id", "id"])
    op.create_table(
        "cases_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("run_reference", sa.Integer(), nullable=True),
        sa.Column("run_digest", sa.String(length=64), nullable=True),
        sa.Column("last_incoming_message_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("author_name", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("reviewer_name", sa.String(length=100), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_note", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status in ('draft','in_review','released','withdrawn')", name=op.f("ck_cases_answer_status")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases_case.id"], name=op.f("fk_cases_answer_case_id_cases_case")
        ),
        sa.ForeignKeyConstraint(
            ["last_incoming_message_id"],
            ["cases_message.id"],
            name=op.f("fk_cases_answer_last_incoming_message_id_cases_message"),
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["cases_message.id"], name=op.f("fk_cases_answer_message_id_cases_message")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases_answer")),
    )
    op.create_index("ix_cases_answer_in_review", "cases_answer", ["status", "submitted_at"])
    op.create_index("ix_cases_answer_of_case", "cases_answer", ["case_id", "id"])
    op.create_table(
        "cases_attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content_type", sa.String(length=200), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["cases_message.id"], name=op.f("fk_cases_attachment_message_id_cases_message")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases_attachment")),
    )
    op.create_index("ix_cases_attachment_message_id", "cases_attachment", ["message_id"])
    for statement in FULL_TEXT[op.get_bind().dialect.name]:
        op.execute(statement)


def _create_history() -> None:
    op.create_table(
        "cases_event_stream",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("last_digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_cases_event_stream")),
    )
    op.create_table(
        "cases_seal",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_count", sa.Integer(), nullable=False),
        sa.Column("merkle_root", sa.String(length=64), nullable=False),
        sa.Column("previous_digest", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_cases_seal")),
    )
    op.create_table(
        "cases_event",
        sa.Column("id", APPEND_ONLY_ID, nullable=False),
        sa.Column("stream", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=True),
        sa.Column("previous_digest", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("seal_number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases_case.id"], name=op.f("fk_cases_event_case_id_cases_case")
        ),
        sa.ForeignKeyConstraint(
            ["seal_number"], ["cases_seal.number"], name=op.f("fk_cases_event_seal_number_cases_seal")
        ),
        sa.ForeignKeyConstraint(
            ["stream"], ["cases_event_stream.name"], name=op.f("fk_cases_event_stream_cases_event_stream")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases_event")),
        sa.UniqueConstraint("stream", "seq", name=op.f("uq_cases_event_stream_seq")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cases_event_kind_at", "cases_event", ["kind", "at"])
    op.create_index("ix_cases_event_of_case", "cases_event", ["case_id", "id"])
    op.create_index(
        "ix_cases_event_unsealed",
        "cases_event",
        ["id"],
        sqlite_where=sa.text("seal_number is null"),
        postgresql_where=sa.text("seal_number is null"),
    )


def _create_knowledge() -> None:
    op.create_table(
        "kb_article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stem", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("published_revision_id", sa.Integer(), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "category in ('penalty','contract_amount','contribution','assessment','outage_plan','effectiveness_test','exit_substitution','reserve_margin','auction','registration','disclosure','system','other')",
            name=op.f("ck_kb_article_category"),
        ),
        sa.CheckConstraint("kind in ('faq','talk_script')", name=op.f("ck_kb_article_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kb_article")),
        sa.UniqueConstraint("stem", name=op.f("uq_kb_article_stem")),
    )
    op.create_index("ix_kb_article_newest", "kb_article", ["updated_at", "id"])
    op.create_index("ix_kb_article_of_kind", "kb_article", ["kind", "updated_at", "id"])
    op.create_index("ix_kb_article_published_revision_id", "kb_article", ["published_revision_id"])
    op.create_table(
        "kb_index_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("directory", sa.String(length=40), nullable=False),
        sa.Column("dictionary_version", sa.String(length=40), nullable=False),
        sa.Column("analyser_version", sa.String(length=40), nullable=False),
        sa.Column("document_count", sa.Integer(), nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_kb_index_state_only_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kb_index_state")),
    )
    op.create_table(
        "kb_index_change",
        sa.Column("id", APPEND_ONLY_ID, nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["kb_article.id"], name=op.f("fk_kb_index_change_article_id_kb_article")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kb_index_change")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_kb_index_change_article_id", "kb_index_change", ["article_id"])
    op.create_table(
        "kb_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("keywords", sa.String(length=500), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("valid_from_fiscal_year", sa.Integer(), nullable=True),
        sa.Column("valid_to_fiscal_year", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("author_name", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("reviewer_name", sa.String(length=100), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status in ('draft','in_review','published','superseded','rejected','withdrawn')",
            name=op.f("ck_kb_revision_status"),
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["kb_article.id"], name=op.f("fk_kb_revision_article_id_kb_article")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kb_revision")),
        sa.UniqueConstraint("article_id", "number", name=op.f("uq_kb_revision_article_id_number")),
    )
    op.create_index("ix_kb_revision_article_id", "kb_revision", ["article_id"])
    op.create_index("ix_kb_revision_in_review", "kb_revision", ["status", "submitted_at", "id"])
    op.create_index(
        "uq_kb_revision_open",
        "kb_revision",
        ["article_id"],
        unique=True,
        sqlite_where=sa.text("status in ('draft','in_review')"),
        postgresql_where=sa.text("status in ('draft','in_review')"),
    )
    op.create_index(
        "uq_kb_revision_published",
        "kb_revision",
        ["article_id"],
        unique=True,
        sqlite_where=sa.text("status = 'published'"),
        postgresql_where=sa.text("status = 'published'"),
    )


def _create_users() -> None:
    op.create_table(
        "helpdesk_form_token",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("location", sa.String(length=500), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_helpdesk_form_token")),
    )
    op.create_table(
        "helpdesk_sign_in_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_sign_in_failure")),
    )
    op.create_index("ix_helpdesk_sign_in_failure_address", "helpdesk_sign_in_failure", ["address", "at"])
    op.create_index("ix_helpdesk_sign_in_failure_login", "helpdesk_sign_in_failure", ["login", "at"])
    op.create_table(
        "helpdesk_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=100), nullable=False),
        sa.Column("display_name", sa.String(length=100), nullable=False),
        sa.Column("mail_address", sa.String(length=320), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["cases_business.id"], name=op.f("fk_helpdesk_user_business_id_cases_business")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_user")),
        sa.UniqueConstraint("login", name=op.f("uq_helpdesk_user_login")),
    )
    op.create_table(
        "helpdesk_sign_in",
        sa.Column("key_digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["helpdesk_user.id"], name=op.f("fk_helpdesk_sign_in_user_id_helpdesk_user")
        ),
        sa.PrimaryKeyConstraint("key_digest", name=op.f("pk_helpdesk_sign_in")),
    )
    op.create_index("ix_helpdesk_sign_in_user_id", "helpdesk_sign_in", ["user_id"])
    op.create_table(
        "helpdesk_user_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["helpdesk_user.id"], name=op.f("fk_helpdesk_user_role_user_id_helpdesk_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_user_role")),
        sa.UniqueConstraint("user_id", "role", name=op.f("uq_helpdesk_user_role_user_id_role")),
    )


def _create_register() -> None:
    op.create_table(
        "helpdesk_calculation_run",
        sa.Column("id", APPEND_ONLY_ID, nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=True),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("delivery_month", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("inputs_digest", sa.String(length=64), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("code_version", sa.String(length=80), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("based_on_run_id", APPEND_ONLY_ID, nullable=True),
        sa.CheckConstraint(
            "kind in ('recompute', 'what_if', 'rule')", name=op.f("ck_helpdesk_calculation_run_kind")
        ),
        sa.ForeignKeyConstraint(
            ["based_on_run_id"],
            ["helpdesk_calculation_run.id"],
            name=op.f("fk_helpdesk_calculation_run_based_on_run_id_helpdesk_calculation_run"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["cases_business.id"],
            name=op.f("fk_helpdesk_calculation_run_business_id_cases_business"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_calculation_run")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_helpdesk_calculation_run_inputs_digest", "helpdesk_calculation_run", ["inputs_digest"]
    )
    op.create_index(
        "ix_helpdesk_calculation_run_of_month",
        "helpdesk_calculation_run",
        ["business_id", "fiscal_year", "delivery_month", "id"],
    )
    op.create_table(
        "helpdesk_notified_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("delivery_month", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("notified_on", sa.Date(), nullable=False),
        sa.Column("document_number", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "delivery_month between 1 and 12", name=op.f("ck_helpdesk_notified_result_delivery_month")
        ),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["cases_business.id"],
            name=op.f("fk_helpdesk_notified_result_business_id_cases_business"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_notified_result")),
        sa.UniqueConstraint(
            "business_id",
            "fiscal_year",
            "delivery_month",
            "version",
            name=op.f("uq_helpdesk_notified_result_business_id_fiscal_year_delivery_month_version"),
        ),
        sa.UniqueConstraint("document_number", name=op.f("uq_helpdesk_notified_result_document_number")),
    )
    op.create_table(
        "helpdesk_resource",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("plant", sa.String(length=200), nullable=False),
        sa.Column("installed_kw", sa.Integer(), nullable=False),
        sa.Column("inefficient_coal", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["cases_business.id"],
            name=op.f("fk_helpdesk_resource_business_id_cases_business"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_resource")),
        sa.UniqueConstraint("code", name=op.f("uq_helpdesk_resource_code")),
    )
    op.create_index("ix_helpdesk_resource_business_id", "helpdesk_resource", ["business_id"])
    op.create_table(
        "helpdesk_slot_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("resource_ids", sa.JSON(), nullable=False),
        sa.Column("order_digest", sa.String(length=64), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('offered_kw', 'multiplier')", name=op.f("ck_helpdesk_slot_file_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_slot_file")),
        sa.UniqueConstraint(
            "fiscal_year",
            "month",
            "kind",
            "version",
            name=op.f("uq_helpdesk_slot_file_fiscal_year_month_kind_version"),
        ),
    )
    op.create_index("ix_helpdesk_slot_file_digest", "helpdesk_slot_file", ["sha256"])
    op.create_table(
        "helpdesk_case_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("notified_result_id", sa.Integer(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("linked_by_id", sa.Integer(), nullable=True),
        sa.Column("linked_by_name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases_case.id"], name=op.f("fk_helpdesk_case_result_case_id_cases_case")
        ),
        sa.ForeignKeyConstraint(
            ["notified_result_id"],
            ["helpdesk_notified_result.id"],
            name=op.f("fk_helpdesk_case_result_notified_result_id_helpdesk_notified_result"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_case_result")),
        sa.UniqueConstraint(
            "case_id", "notified_result_id", name=op.f("uq_helpdesk_case_result_case_id_notified_result_id")
        ),
    )
    op.create_index(
        "ix_helpdesk_case_result_notified_result_id", "helpdesk_case_result", ["notified_result_id"]
    )
    op.create_table(
        "helpdesk_case_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("run_id", APPEND_ONLY_ID, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attached_by_id", sa.Integer(), nullable=True),
        sa.Column("attached_by_name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases_case.id"], name=op.f("fk_helpdesk_case_run_case_id_cases_case")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["helpdesk_calculation_run.id"],
            name=op.f("fk_helpdesk_case_run_run_id_helpdesk_calculation_run"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_case_run")),
        sa.UniqueConstraint("case_id", "run_id", name=op.f("uq_helpdesk_case_run_case_id_run_id")),
        sa.UniqueConstraint("case_id", "sequence", name=op.f("uq_helpdesk_case_run_case_id_sequence")),
    )
    op.create_index("ix_helpdesk_case_run_run_id", "helpdesk_case_run", ["run_id"])
    op.create_table(
        "helpdesk_contract",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("contract_kw", sa.Integer(), nullable=False),
        sa.Column("assessed_kw", sa.Integer(), nullable=False),
        sa.Column("price_yen_per_kw", sa.Integer(), nullable=False),
        sa.Column("transitional_deduction_yen", sa.BigInteger(), nullable=False),
        sa.Column("inefficient_coal", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "contract_kw > 0 and assessed_kw > 0", name=op.f("ck_helpdesk_contract_kw_positive")
        ),
        sa.CheckConstraint(
            "price_yen_per_kw >= 0 and transitional_deduction_yen >= 0",
            name=op.f("ck_helpdesk_contract_yen_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["helpdesk_resource.id"],
            name=op.f("fk_helpdesk_contract_resource_id_helpdesk_resource"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_contract")),
        sa.UniqueConstraint(
            "resource_id", "fiscal_year", name=op.f("uq_helpdesk_contract_resource_id_fiscal_year")
        ),
    )
    op.create_index("ix_helpdesk_contract_of_year", "helpdesk_contract", ["fiscal_year", "resource_id"])
    op.create_table(
        "helpdesk_slot_day",
        sa.Column("id", APPEND_ONLY_ID, nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("slot_values", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.CheckConstraint("kind in ('offered_kw', 'multiplier')", name=op.f("ck_helpdesk_slot_day_kind")),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["helpdesk_resource.id"],
            name=op.f("fk_helpdesk_slot_day_resource_id_helpdesk_resource"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_slot_day")),
        sa.UniqueConstraint(
            "resource_id",
            "kind",
            "date",
            "version",
            name=op.f("uq_helpdesk_slot_day_resource_id_kind_date_version"),
        ),
        sqlite_autoincrement=True,
    )


def _create_mail() -> None:
    op.create_table(
        "helpdesk_outbox_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("case_message_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.String(length=500), nullable=False),
        sa.Column("envelope_from", sa.String(length=320), nullable=False),
        sa.Column("to_address", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("raw_sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("on_uncertain", sa.String(length=10), nullable=False),
        sa.Column("possible_duplicate", sa.Boolean(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(length=100), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_reply", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "on_uncertain in ('resend', 'ask')", name=op.f("ck_helpdesk_outbox_mail_on_uncertain")
        ),
        sa.CheckConstraint(
            "state in ('queued', 'sending', 'sent', 'failed', 'uncertain', 'cancelled')",
            name=op.f("ck_helpdesk_outbox_mail_state"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases_case.id"], name=op.f("fk_helpdesk_outbox_mail_case_id_cases_case")
        ),
        sa.ForeignKeyConstraint(
            ["case_message_id"],
            ["cases_message.id"],
            name=op.f("fk_helpdesk_outbox_mail_case_message_id_cases_message"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_outbox_mail")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_helpdesk_outbox_mail_idempotency_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_helpdesk_outbox_mail_message_id")),
    )
    op.create_index("ix_helpdesk_outbox_mail_case_id", "helpdesk_outbox_mail", ["case_id"])
    op.create_index("ix_helpdesk_outbox_mail_case_message_id", "helpdesk_outbox_mail", ["case_message_id"])
    op.create_index("ix_helpdesk_outbox_mail_due", "helpdesk_outbox_mail", ["state", "not_before", "id"])
    op.create_table(
        "helpdesk_received_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("raw_sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("source_key", sa.String(length=500), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("message_id_header", sa.String(length=500), nullable=False),
        sa.Column("content_digest", sa.String(length=64)),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("from_address", sa.String(length=320), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("case_message_id", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome in ('pending', 'new_case', 'follow_up', 'automatic_reply', 'bounce', 'duplicate', 'quarantined')",
            name=op.f("ck_helpdesk_received_mail_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases_case.id"], name=op.f("fk_helpdesk_received_mail_case_id_cases_case")
        ),
        sa.ForeignKeyConstraint(
            ["case_message_id"],
            ["cases_message.id"],
            name=op.f("fk_helpdesk_received_mail_case_message_id_cases_message"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_received_mail")),
        sa.UniqueConstraint("source_key", name=op.f("uq_helpdesk_received_mail_source_key")),
    )
    op.create_index("ix_helpdesk_received_mail_case_id", "helpdesk_received_mail", ["case_id"])
    op.create_index(
        "ix_helpdesk_received_mail_case_message_id", "helpdesk_received_mail", ["case_message_id"]
    )
    op.create_index("ix_helpdesk_received_mail_outcome", "helpdesk_received_mail", ["outcome", "id"])
    op.create_index("ix_helpdesk_received_mail_raw", "helpdesk_received_mail", ["raw_sha256"])
    op.create_index("ix_helpdesk_received_mail_content", "helpdesk_received_mail", ["content_digest"])


def _create_tasks() -> None:
    op.create_table(
        "helpdesk_job_heartbeat",
        sa.Column("job", sa.String(length=60), nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures_in_a_row", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_helpdesk_job_heartbeat")),
    )
    op.create_table(
        "helpdesk_job_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=60), nullable=False),
        sa.Column("scheduled_for", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(length=100), nullable=False),
        sa.Column("fencing", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_job_run")),
        sa.UniqueConstraint("job", "scheduled_for", name=op.f("uq_helpdesk_job_run_job_scheduled_for")),
    )
    op.create_table(
        "helpdesk_lease",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("fencing", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_helpdesk_lease")),
    )
    op.create_table(
        "helpdesk_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("idempotency_key", sa.String(length=130), nullable=False),
        sa.Column("input", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("progress_done", sa.Integer(), nullable=False),
        sa.Column("progress_total", sa.Integer(), nullable=True),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("lease_owner", sa.String(length=100), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fencing", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state in ('queued', 'running', 'done', 'failed', 'cancelled')",
            name=op.f("ck_helpdesk_task_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_task")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_helpdesk_task_idempotency_key")),
    )
    op.create_index("ix_helpdesk_task_due", "helpdesk_task", ["state", "not_before", "id"])
