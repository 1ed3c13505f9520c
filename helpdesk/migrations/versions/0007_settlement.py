"""Settlement: statements with approvals, items, payments, bank files, the books, reminders, addressees and accounts.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BEFORE = ("contribution", "penalty", "statement")
_SINCE = (*_BEFORE, "utility_share", "surcharge", "late_interest")
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "helpdesk_bank_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("value_on", sa.Date(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("amount_yen", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by_name", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "kind in ('transfer_request', 'transfer_result', 'account_statement', 'deposit_notice')",
            name=op.f("ck_helpdesk_bank_file_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_bank_file")),
        sa.UniqueConstraint("kind", "sha256", name=op.f("uq_helpdesk_bank_file_kind_sha256")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "helpdesk_journal_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("description", sa.String(length=300), nullable=False),
        sa.Column("source_key", sa.String(length=100), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by_name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["cases_business.id"],
            name=op.f("fk_helpdesk_journal_entry_business_id_cases_business"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_journal_entry")),
        sa.UniqueConstraint("number", name=op.f("uq_helpdesk_journal_entry_number")),
        sa.UniqueConstraint("source_key", name=op.f("uq_helpdesk_journal_entry_source_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_helpdesk_journal_entry_business_id"), "helpdesk_journal_entry", ["business_id"], unique=False
    )
    op.create_index(
        "ix_helpdesk_journal_entry_period", "helpdesk_journal_entry", ["period", "id"], unique=False
    )
    op.create_table(
        "helpdesk_period_closing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("debit_yen", sa.BigInteger(), nullable=False),
        sa.Column("credit_yen", sa.BigInteger(), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_period_closing")),
        sa.UniqueConstraint("period", name=op.f("uq_helpdesk_period_closing_period")),
    )
    op.create_table(
        "helpdesk_approval_deputy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("appointed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("appointed_by_id", sa.Integer(), nullable=True),
        sa.Column("appointed_by_name", sa.String(length=200), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_by_name", sa.String(length=200), nullable=False),
        sa.CheckConstraint("step between 1 and 4", name=op.f("ck_helpdesk_approval_deputy_step")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_helpdesk_approval_deputy_valid")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["helpdesk_user.id"], name=op.f("fk_helpdesk_approval_deputy_user_id_helpdesk_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_approval_deputy")),
    )
    op.create_index(
        op.f("ix_helpdesk_approval_deputy_user_id"), "helpdesk_approval_deputy", ["user_id"], unique=False
    )
    op.create_table(
        "helpdesk_area_utility",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("area", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["cases_business.id"],
            name=op.f("fk_helpdesk_area_utility_business_id_cases_business"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["helpdesk_imported_file.id"],
            name=op.f("fk_helpdesk_area_utility_file_id_helpdesk_imported_file"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_area_utility")),
        sa.UniqueConstraint("area", "valid_from", "version", name="uq_helpdesk_area_utility_version"),
    )
    op.create_index(
        op.f("ix_helpdesk_area_utility_business_id"), "helpdesk_area_utility", ["business_id"], unique=False
    )
    op.create_index(
        op.f("ix_helpdesk_area_utility_file_id"), "helpdesk_area_utility", ["file_id"], unique=False
    )
    op.create_table(
        "helpdesk_bank_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("bank_code", sa.String(length=4), nullable=False),
        sa.Column("bank_name_kana", sa.String(length=15), nullable=False),
        sa.Column("branch_code", sa.String(length=3), nullable=False),
        sa.Column("branch_name_kana", sa.String(length=15), nullable=False),
        sa.Column("account_kind", sa.String(length=1), nullable=False),
        sa.Column("account_number", sa.String(length=7), nullable=False),
        sa.Column("holder_kana", sa.String(length=30), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "account_kind in ('1', '2', '4', '9')", name=op.f("ck_helpdesk_bank_account_account_kind")
        ),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["cases_business.id"],
            name=op.f("fk_helpdesk_bank_account_business_id_cases_business"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["helpdesk_imported_file.id"],
            name=op.f("fk_helpdesk_bank_account_file_id_helpdesk_imported_file"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_bank_account")),
        sa.UniqueConstraint("business_id", "valid_from", "version", name="uq_helpdesk_bank_account_version"),
    )
    op.create_index(
        op.f("ix_helpdesk_bank_account_file_id"), "helpdesk_bank_account", ["file_id"], unique=False
    )
    op.create_table(
        "helpdesk_billing_addressee",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("postal_code", sa.String(length=8), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("mail_address", sa.String(length=320), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["cases_business.id"],
            name=op.f("fk_helpdesk_billing_addressee_business_id_cases_business"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["helpdesk_imported_file.id"],
            name=op.f("fk_helpdesk_billing_addressee_file_id_helpdesk_imported_file"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_billing_addressee")),
        sa.UniqueConstraint(
            "business_id", "valid_from", "version", name="uq_helpdesk_billing_addressee_version"
        ),
    )
    op.create_index(
        op.f("ix_helpdesk_billing_addressee_file_id"), "helpdesk_billing_addressee", ["file_id"], unique=False
    )
    op.create_table(
        "helpdesk_journal_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=10), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=True),
        sa.Column("debit_yen", sa.BigInteger(), nullable=False),
        sa.Column("credit_yen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(debit_yen = 0) <> (credit_yen = 0)", name=op.f("ck_helpdesk_journal_line_one_side")
        ),
        sa.CheckConstraint(
            "debit_yen >= 0 and credit_yen >= 0", name=op.f("ck_helpdesk_journal_line_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["cases_business.id"],
            name=op.f("fk_helpdesk_journal_line_business_id_cases_business"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["helpdesk_journal_entry.id"],
            name=op.f("fk_helpdesk_journal_line_entry_id_helpdesk_journal_entry"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_journal_line")),
        sa.UniqueConstraint("entry_id", "line", name=op.f("uq_helpdesk_journal_line_entry_id_line")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_helpdesk_journal_line_account",
        "helpdesk_journal_line",
        ["account", "business_id", "entry_id"],
        unique=False,
    )
    op.create_table(
        "helpdesk_settlement_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("family", sa.String(length=20), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("delivery_month", sa.Integer(), nullable=False),
        sa.Column("parameter_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("code_version", sa.String(length=80), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("totals", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("businesses", sa.Integer(), nullable=False),
        sa.Column("new_versions", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "family in ('capacity', 'contribution', 'utility_share', 'provisional', 'surcharge', 'refund')",
            name=op.f("ck_helpdesk_settlement_run_family"),
        ),
        sa.CheckConstraint(
            "delivery_month between 0 and 12", name=op.f("ck_helpdesk_settlement_run_delivery_month")
        ),
        sa.ForeignKeyConstraint(
            ["parameter_set_id"],
            ["helpdesk_parameter_set.id"],
            name=op.f("fk_helpdesk_settlement_run_parameter_set_id_helpdesk_parameter_set"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_settlement_run")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_helpdesk_settlement_run_of_month",
        "helpdesk_settlement_run",
        ["family", "fiscal_year", "delivery_month", "id"],
        unique=False,
    )
    op.create_table(
        "helpdesk_business_statement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("family", sa.String(length=20), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("delivery_month", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("newest", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("settlement_run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("net_yen", sa.BigInteger(), nullable=False),
        sa.Column("tax_yen", sa.BigInteger(), nullable=False),
        sa.Column("offset_yen", sa.BigInteger(), nullable=False),
        sa.Column("total_yen", sa.BigInteger(), nullable=False),
        sa.Column("carried_debt_yen", sa.BigInteger(), nullable=False),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("inputs_digest", sa.String(length=64), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("notified_result_id", sa.Integer(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("issued_by_name", sa.String(length=200), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_by_name", sa.String(length=200), nullable=False),
        sa.Column("billed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("billed_by_id", sa.Integer(), nullable=True),
        sa.Column("billed_by_name", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "answer is null or answer in ('confirmed', 'silent', 'objected')",
            name=op.f("ck_helpdesk_business_statement_answer"),
        ),
        sa.CheckConstraint(
            "direction in ('pay', 'invoice', 'none')", name=op.f("ck_helpdesk_business_statement_direction")
        ),
        sa.CheckConstraint(
            "family in ('capacity', 'contribution', 'utility_share', 'provisional', 'surcharge', 'refund')",
            name=op.f("ck_helpdesk_business_statement_family"),
        ),
        sa.CheckConstraint(
            "state in ('provisional', 'checked', 'approved', 'accounted', 'fixed', 'issued', 'billed')",
            name=op.f("ck_helpdesk_business_statement_state"),
        ),
        sa.CheckConstraint(
            "delivery_month between 0 and 12", name=op.f("ck_helpdesk_business_statement_delivery_month")
        ),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["cases_business.id"],
            name=op.f("fk_helpdesk_business_statement_business_id_cases_business"),
        ),
        sa.ForeignKeyConstraint(
            ["notified_result_id"],
            ["helpdesk_notified_result.id"],
            name=op.f("fk_helpdesk_business_statement_notified_result_id_helpdesk_notified_result"),
        ),
        sa.ForeignKeyConstraint(
            ["settlement_run_id"],
            ["helpdesk_settlement_run.id"],
            name=op.f("fk_helpdesk_business_statement_settlement_run_id_helpdesk_settlement_run"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_business_statement")),
        sa.UniqueConstraint(
            "family",
            "business_id",
            "fiscal_year",
            "delivery_month",
            "version",
            name="uq_helpdesk_business_statement_version",
        ),
        sa.UniqueConstraint("number", name=op.f("uq_helpdesk_business_statement_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_helpdesk_business_statement_business_id"),
        "helpdesk_business_statement",
        ["business_id"],
        unique=False,
    )
    op.create_index(
        "ix_helpdesk_business_statement_listed",
        "helpdesk_business_statement",
        [
            "fiscal_year",
            "delivery_month",
            "family",
            "newest",
            "state",
            "direction",
            "total_yen",
            "business_id",
        ],
        unique=False,
    )
    op.create_index(
        op.f("ix_helpdesk_business_statement_notified_result_id"),
        "helpdesk_business_statement",
        ["notified_result_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_helpdesk_business_statement_settlement_run_id"),
        "helpdesk_business_statement",
        ["settlement_run_id"],
        unique=False,
    )
    op.create_index(
        "uq_helpdesk_business_statement_newest",
        "helpdesk_business_statement",
        ["fiscal_year", "delivery_month", "family", "business_id"],
        unique=True,
        sqlite_where=sa.text("newest"),
        postgresql_where=sa.text("newest"),
    )
    op.create_table(
        "helpdesk_settlement_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("family", sa.String(length=20), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("delivery_month", sa.Integer(), nullable=False),
        sa.Column("for_year", sa.Integer(), nullable=False),
        sa.Column("for_month", sa.Integer(), nullable=False),
        sa.Column("yen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source_key", sa.String(length=120), nullable=False),
        sa.Column("statement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by_name", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "family in ('capacity', 'contribution', 'utility_share', 'provisional', 'surcharge', 'refund')",
            name=op.f("ck_helpdesk_settlement_item_family"),
        ),
        sa.CheckConstraint(
            "delivery_month between 0 and 12 and for_month between 0 and 12",
            name=op.f("ck_helpdesk_settlement_item_months"),
        ),
        sa.CheckConstraint("yen <> 0", name=op.f("ck_helpdesk_settlement_item_yen_not_zero")),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["cases_business.id"],
            name=op.f("fk_helpdesk_settlement_item_business_id_cases_business"),
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["helpdesk_business_statement.id"],
            name=op.f("fk_helpdesk_settlement_item_statement_id_helpdesk_business_statement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_settlement_item")),
        sa.UniqueConstraint("source_key", name=op.f("uq_helpdesk_settlement_item_source_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_helpdesk_settlement_item_business_id"),
        "helpdesk_settlement_item",
        ["business_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_helpdesk_settlement_item_statement_id"),
        "helpdesk_settlement_item",
        ["statement_id"],
        unique=False,
    )
    op.create_index(
        "ix_helpdesk_settlement_item_target",
        "helpdesk_settlement_item",
        ["family", "for_year", "for_month", "business_id"],
        unique=False,
    )
    op.create_table(
        "helpdesk_statement_approval",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("statement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("as_deputy", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_by_name", sa.String(length=200), nullable=False),
        sa.CheckConstraint("step between 0 and 4", name=op.f("ck_helpdesk_statement_approval_step")),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["helpdesk_business_statement.id"],
            name=op.f("fk_helpdesk_statement_approval_statement_id_helpdesk_business_statement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_statement_approval")),
        sa.UniqueConstraint(
            "statement_id",
            "round",
            "step",
            name=op.f("uq_helpdesk_statement_approval_statement_id_round_step"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "helpdesk_dunning_notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("open_yen", sa.BigInteger(), nullable=False),
        sa.Column("interest_yen", sa.BigInteger(), nullable=True),
        sa.Column("dunned_on", sa.Date(), nullable=False),
        sa.Column("pay_by", sa.Date(), nullable=False),
        sa.Column("addressee", sa.String(length=320), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by_name", sa.String(length=200), nullable=False),
        sa.CheckConstraint("open_yen > 0", name=op.f("ck_helpdesk_dunning_notice_open_positive")),
        sa.CheckConstraint("step >= 1", name=op.f("ck_helpdesk_dunning_notice_step_positive")),
        sa.ForeignKeyConstraint(
            ["invoice_id"],
            ["helpdesk_invoice.id"],
            name=op.f("fk_helpdesk_dunning_notice_invoice_id_helpdesk_invoice"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_dunning_notice")),
        sa.UniqueConstraint("invoice_id", "step", name=op.f("uq_helpdesk_dunning_notice_invoice_id_step")),
        sa.UniqueConstraint("number", name=op.f("uq_helpdesk_dunning_notice_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "helpdesk_payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("receipt_id", sa.Integer(), nullable=True),
        sa.Column("amount_yen", sa.BigInteger(), nullable=False),
        sa.Column("pay_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by_name", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(statement_id is null) <> (receipt_id is null)", name=op.f("ck_helpdesk_payment_one_cause")
        ),
        sa.CheckConstraint("amount_yen > 0", name=op.f("ck_helpdesk_payment_amount_positive")),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["cases_business.id"],
            name=op.f("fk_helpdesk_payment_business_id_cases_business"),
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"],
            ["helpdesk_receipt.id"],
            name=op.f("fk_helpdesk_payment_receipt_id_helpdesk_receipt"),
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["helpdesk_business_statement.id"],
            name=op.f("fk_helpdesk_payment_statement_id_helpdesk_business_statement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_payment")),
        sa.UniqueConstraint("number", name=op.f("uq_helpdesk_payment_number")),
        sa.UniqueConstraint("statement_id", name=op.f("uq_helpdesk_payment_statement_id")),
    )
    op.create_index(
        op.f("ix_helpdesk_payment_business_id"), "helpdesk_payment", ["business_id"], unique=False
    )
    op.create_index("ix_helpdesk_payment_pay_on", "helpdesk_payment", ["pay_on", "id"], unique=False)
    op.create_index(
        "ix_helpdesk_payment_receipt",
        "helpdesk_payment",
        ["receipt_id"],
        unique=False,
        sqlite_where=sa.text("receipt_id is not null"),
        postgresql_where=sa.text("receipt_id is not null"),
    )
    op.create_table(
        "helpdesk_receipt_reversal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("receipt_id", sa.Integer(), nullable=False),
        sa.Column("bank_file_id", _ID, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("reversed_on", sa.Date(), nullable=False),
        sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reversed_by_id", sa.Integer(), nullable=True),
        sa.Column("reversed_by_name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_file_id"],
            ["helpdesk_bank_file.id"],
            name=op.f("fk_helpdesk_receipt_reversal_bank_file_id_helpdesk_bank_file"),
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"],
            ["helpdesk_receipt.id"],
            name=op.f("fk_helpdesk_receipt_reversal_receipt_id_helpdesk_receipt"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_receipt_reversal")),
        sa.UniqueConstraint("receipt_id", name=op.f("uq_helpdesk_receipt_reversal_receipt_id")),
    )
    op.create_index(
        op.f("ix_helpdesk_receipt_reversal_bank_file_id"), "helpdesk_receipt_reversal", ["bank_file_id"]
    )
    op.create_table(
        "helpdesk_transfer_row",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bank_file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("bank_code", sa.String(length=4), nullable=False),
        sa.Column("branch_code", sa.String(length=3), nullable=False),
        sa.Column("account_kind", sa.String(length=1), nullable=False),
        sa.Column("account_number", sa.String(length=7), nullable=False),
        sa.Column("holder_kana", sa.String(length=30), nullable=False),
        sa.Column("amount_yen", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("outcome_on", sa.Date(), nullable=True),
        sa.Column("outcome_reason", sa.String(length=200), nullable=False),
        sa.Column("result_file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "outcome in ('ordered', 'paid', 'failed', 'returned')",
            name=op.f("ck_helpdesk_transfer_row_outcome"),
        ),
        sa.CheckConstraint("amount_yen > 0", name=op.f("ck_helpdesk_transfer_row_amount_positive")),
        sa.ForeignKeyConstraint(
            ["bank_file_id"],
            ["helpdesk_bank_file.id"],
            name=op.f("fk_helpdesk_transfer_row_bank_file_id_helpdesk_bank_file"),
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["helpdesk_payment.id"],
            name=op.f("fk_helpdesk_transfer_row_payment_id_helpdesk_payment"),
        ),
        sa.ForeignKeyConstraint(
            ["result_file_id"], ["helpdesk_bank_file.id"], name="fk_helpdesk_transfer_row_result_file_id"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_transfer_row")),
        sa.UniqueConstraint(
            "bank_file_id", "sequence", name=op.f("uq_helpdesk_transfer_row_bank_file_id_sequence")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_helpdesk_transfer_row_payment_id"), "helpdesk_transfer_row", ["payment_id"], unique=False
    )
    op.create_index(
        "uq_helpdesk_transfer_row_in_force",
        "helpdesk_transfer_row",
        ["payment_id"],
        unique=True,
        sqlite_where=sa.text("outcome in ('ordered', 'paid')"),
        postgresql_where=sa.text("outcome in ('ordered', 'paid')"),
    )

    with op.batch_alter_table("helpdesk_invoice") as batch:
        batch.drop_constraint(op.f("ck_helpdesk_invoice_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_helpdesk_invoice_kind"), _one_of("kind", _SINCE))
        batch.add_column(sa.Column("statement_id", _ID, nullable=True))
        batch.create_foreign_key(
            "fk_helpdesk_invoice_statement_id", "helpdesk_business_statement", ["statement_id"], ["id"]
        )
        batch.create_index(op.f("ix_helpdesk_invoice_statement_id"), ["statement_id"])
    with op.batch_alter_table("helpdesk_receipt") as batch:
        batch.add_column(sa.Column("origin", sa.String(length=10), nullable=False, server_default="bank"))
        batch.add_column(sa.Column("bank_file_id", _ID, nullable=True))
        batch.add_column(sa.Column("statement_id", _ID, nullable=True))
        batch.create_check_constraint(
            op.f("ck_helpdesk_receipt_origin"), _one_of("origin", ("bank", "setoff"))
        )
        batch.create_foreign_key(
            "fk_helpdesk_receipt_statement_id", "helpdesk_business_statement", ["statement_id"], ["id"]
        )
        batch.create_foreign_key(
            "fk_helpdesk_receipt_bank_file_id", "helpdesk_bank_file", ["bank_file_id"], ["id"]
        )
        batch.create_index(op.f("ix_helpdesk_receipt_statement_id"), ["statement_id"])
        batch.create_index(op.f("ix_helpdesk_receipt_bank_file_id"), ["bank_file_id"])
    with op.batch_alter_table("helpdesk_receipt") as batch:
        batch.alter_column("origin", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("helpdesk_receipt") as batch:
        batch.drop_index(op.f("ix_helpdesk_receipt_bank_file_id"))
        batch.drop_index(op.f("ix_helpdesk_receipt_statement_id"))
        batch.drop_constraint("fk_helpdesk_receipt_bank_file_id", type_="foreignkey")
        batch.drop_constraint("fk_helpdesk_receipt_statement_id", type_="foreignkey")
        batch.drop_constraint(op.f("ck_helpdesk_receipt_origin"), type_="check")
        batch.drop_column("statement_id")
        batch.drop_column("bank_file_id")
        batch.drop_column("origin")
    with op.batch_alter_table("helpdesk_invoice") as batch:
        batch.drop_index(op.f("ix_helpdesk_invoice_statement_id"))
        batch.drop_constraint("fk_helpdesk_invoice_statement_id", type_="foreignkey")
        batch.drop_column("statement_id")
        batch.drop_constraint(op.f("ck_helpdesk_invoice_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_helpdesk_invoice_kind"), _one_of("kind", _BEFORE))
    op.drop_table("helpdesk_receipt_reversal")
    op.drop_index(
        "uq_helpdesk_transfer_row_in_force",
        table_name="helpdesk_transfer_row",
        sqlite_where=sa.text("outcome in ('ordered', 'paid')"),
        postgresql_where=sa.text("outcome in ('ordered', 'paid')"),
    )
    op.drop_index(op.f("ix_helpdesk_transfer_row_payment_id"), table_name="helpdesk_transfer_row")
    op.drop_table("helpdesk_transfer_row")
    op.drop_index("ix_helpdesk_payment_receipt", table_name="helpdesk_payment")
    op.drop_index("ix_helpdesk_payment_pay_on", table_name="helpdesk_payment")
    op.drop_index(op.f("ix_helpdesk_payment_business_id"), table_name="helpdesk_payment")
    op.drop_table("helpdesk_payment")
    op.drop_table("helpdesk_dunning_notice")
    op.drop_table("helpdesk_statement_approval")
    op.drop_index("ix_helpdesk_settlement_item_target", table_name="helpdesk_settlement_item")
    op.drop_index(op.f("ix_helpdesk_settlement_item_statement_id"), table_name="helpdesk_settlement_item")
    op.drop_index(op.f("ix_helpdesk_settlement_item_business_id"), table_name="helpdesk_settlement_item")
    op.drop_table("helpdesk_settlement_item")
    op.drop_index(
        "uq_helpdesk_business_statement_newest",
        table_name="helpdesk_business_statement",
        sqlite_where=sa.text("newest"),
        postgresql_where=sa.text("newest"),
    )
    op.drop_index(
        op.f("ix_helpdesk_business_statement_settlement_run_id"), table_name="helpdesk_business_statement"
    )
    op.drop_index(
        op.f("ix_helpdesk_business_statement_notified_result_id"), table_name="helpdesk_business_statement"
    )
    op.drop_index("ix_helpdesk_business_statement_listed", table_name="helpdesk_business_statement")
    op.drop_index(
        op.f("ix_helpdesk_business_statement_business_id"), table_name="helpdesk_business_statement"
    )
    op.drop_table("helpdesk_business_statement")
    op.drop_index("ix_helpdesk_settlement_run_of_month", table_name="helpdesk_settlement_run")
    op.drop_table("helpdesk_settlement_run")
    op.drop_index("ix_helpdesk_journal_line_account", table_name="helpdesk_journal_line")
    op.drop_table("helpdesk_journal_line")
    op.drop_index(op.f("ix_helpdesk_billing_addressee_file_id"), table_name="helpdesk_billing_addressee")
    op.drop_table("helpdesk_billing_addressee")
    op.drop_index(op.f("ix_helpdesk_bank_account_file_id"), table_name="helpdesk_bank_account")
    op.drop_table("helpdesk_bank_account")
    op.drop_index(op.f("ix_helpdesk_area_utility_file_id"), table_name="helpdesk_area_utility")
    op.drop_index(op.f("ix_helpdesk_area_utility_business_id"), table_name="helpdesk_area_utility")
    op.drop_table("helpdesk_area_utility")
    op.drop_index(op.f("ix_helpdesk_approval_deputy_user_id"), table_name="helpdesk_approval_deputy")
    op.drop_table("helpdesk_approval_deputy")
    op.drop_table("helpdesk_period_closing")
    op.drop_index("ix_helpdesk_journal_entry_period", table_name="helpdesk_journal_entry")
    op.drop_index(op.f("ix_helpdesk_journal_entry_business_id"), table_name="helpdesk_journal_entry")
    op.drop_table("helpdesk_journal_entry")
    op.drop_table("helpdesk_bank_file")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(value) for value in values)})"
