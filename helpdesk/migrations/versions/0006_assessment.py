"""Submitted inputs with the files they came from, fleet runs, results of months with their life, parameter sets.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BEFORE = ("offered_kw", "multiplier")
_SINCE = (*_BEFORE, "limit_kw", "planned_kw", "market_offer_kw", "metered_wh", "baseline_wh")


def upgrade() -> None:
    op.create_table(
        "helpdesk_imported_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("encoding", sa.String(length=40), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("corrected", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by_id", sa.Integer(), nullable=True),
        sa.Column("imported_by_name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_imported_file")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_helpdesk_imported_file_newest", "helpdesk_imported_file", ["kind", "id"], unique=False
    )
    op.create_index(
        op.f("ix_helpdesk_imported_file_sha256"), "helpdesk_imported_file", ["sha256"], unique=False
    )
    op.create_table(
        "helpdesk_parameter_set",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_by_name", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=200), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state in ('proposed', 'in_force', 'rejected')", name=op.f("ck_helpdesk_parameter_set_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_parameter_set")),
        sa.UniqueConstraint("version", name=op.f("uq_helpdesk_parameter_set_version")),
    )
    op.create_table(
        "helpdesk_area_demand",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("h3_demand_kw", sa.BigInteger(), nullable=False),
        sa.Column("transitional_deduction_yen", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["helpdesk_imported_file.id"],
            name=op.f("fk_helpdesk_area_demand_file_id_helpdesk_imported_file"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_area_demand")),
        sa.UniqueConstraint(
            "fiscal_year", "area", "version", name=op.f("uq_helpdesk_area_demand_fiscal_year_area_version")
        ),
    )
    op.create_index(
        op.f("ix_helpdesk_area_demand_file_id"),
        "helpdesk_area_demand",
        ["file_id"],
        unique=False,
    )
    op.create_table(
        "helpdesk_auction_result",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("auction", sa.String(length=20), nullable=False),
        sa.Column("area", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("quantity_kw", sa.BigInteger(), nullable=False),
        sa.Column("price_yen_per_kw", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "auction in ('main', 'additional')", name=op.f("ck_helpdesk_auction_result_auction")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["helpdesk_imported_file.id"],
            name=op.f("fk_helpdesk_auction_result_file_id_helpdesk_imported_file"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_auction_result")),
        sa.UniqueConstraint(
            "fiscal_year",
            "auction",
            "area",
            "version",
            name=op.f("uq_helpdesk_auction_result_fiscal_year_auction_area_version"),
        ),
    )
    op.create_index(
        op.f("ix_helpdesk_auction_result_file_id"),
        "helpdesk_auction_result",
        ["file_id"],
        unique=False,
    )
    op.create_table(
        "helpdesk_coal_metering",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("delivery_month", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("metered_wh", sa.BigInteger(), nullable=False),
        sa.Column("low_reserve_wh", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "delivery_month between 1 and 12", name=op.f("ck_helpdesk_coal_metering_delivery_month")
        ),
        sa.CheckConstraint(
            "metered_wh >= 0 and low_reserve_wh >= 0", name=op.f("ck_helpdesk_coal_metering_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["helpdesk_imported_file.id"],
            name=op.f("fk_helpdesk_coal_metering_file_id_helpdesk_imported_file"),
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["helpdesk_resource.id"],
            name=op.f("fk_helpdesk_coal_metering_resource_id_helpdesk_resource"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_coal_metering")),
        sa.UniqueConstraint(
            "resource_id",
            "fiscal_year",
            "delivery_month",
            "version",
            name="uq_helpdesk_coal_metering_version",
        ),
    )
    op.create_index(
        op.f("ix_helpdesk_coal_metering_file_id"),
        "helpdesk_coal_metering",
        ["file_id"],
        unique=False,
    )
    op.create_table(
        "helpdesk_dispatch_order",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("first_slot", sa.Integer(), nullable=False),
        sa.Column("last_slot", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('demand_response', 'generation')", name=op.f("ck_helpdesk_dispatch_order_kind")
        ),
        sa.CheckConstraint(
            "first_slot between 1 and 48 and last_slot between first_slot and 48",
            name=op.f("ck_helpdesk_dispatch_order_slots"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["helpdesk_imported_file.id"],
            name=op.f("fk_helpdesk_dispatch_order_file_id_helpdesk_imported_file"),
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["helpdesk_resource.id"],
            name=op.f("fk_helpdesk_dispatch_order_resource_id_helpdesk_resource"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_dispatch_order")),
        sa.UniqueConstraint(
            "resource_id",
            "number",
            "version",
            name=op.f("uq_helpdesk_dispatch_order_resource_id_number_version"),
        ),
    )
    op.create_index(
        op.f("ix_helpdesk_dispatch_order_file_id"),
        "helpdesk_dispatch_order",
        ["file_id"],
        unique=False,
    )
    op.create_table(
        "helpdesk_fleet_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("last_month", sa.Integer(), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("inputs_digest", sa.String(length=64), nullable=False),
        sa.Column("parameter_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("code_version", sa.String(length=80), nullable=False),
        sa.Column("resources", sa.Integer(), nullable=False),
        sa.Column("new_versions", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("totals", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["parameter_set_id"],
            ["helpdesk_parameter_set.id"],
            name=op.f("fk_helpdesk_fleet_run_parameter_set_id_helpdesk_parameter_set"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_fleet_run")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_helpdesk_fleet_run_of_year", "helpdesk_fleet_run", ["fiscal_year", "id"], unique=False
    )
    op.create_table(
        "helpdesk_low_reserve_slot",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("area", sa.String(length=20), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("margin_hundredths", sa.Integer(), nullable=True),
        sa.Column("publication_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("origin in ('file', 'feed')", name=op.f("ck_helpdesk_low_reserve_slot_origin")),
        sa.CheckConstraint("slot between 1 and 48", name=op.f("ck_helpdesk_low_reserve_slot_slot")),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["helpdesk_imported_file.id"],
            name=op.f("fk_helpdesk_low_reserve_slot_file_id_helpdesk_imported_file"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_low_reserve_slot")),
        sa.UniqueConstraint(
            "area",
            "date",
            "slot",
            "version",
            name=op.f("uq_helpdesk_low_reserve_slot_area_date_slot_version"),
        ),
    )
    op.create_index(
        op.f("ix_helpdesk_low_reserve_slot_file_id"),
        "helpdesk_low_reserve_slot",
        ["file_id"],
        unique=False,
    )
    op.create_index(
        "ix_helpdesk_low_reserve_slot_of_day", "helpdesk_low_reserve_slot", ["date", "area"], unique=False
    )
    op.create_table(
        "helpdesk_outage_plan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_date", sa.Date(), nullable=False),
        sa.Column("first_slot", sa.Integer(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=True),
        sa.Column("last_slot", sa.Integer(), nullable=True),
        sa.Column("available_kw", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("available_kw >= 0", name=op.f("ck_helpdesk_outage_plan_available_not_negative")),
        sa.CheckConstraint("first_slot between 1 and 48", name=op.f("ck_helpdesk_outage_plan_first_slot")),
        sa.CheckConstraint(
            "last_slot is null or last_slot between 1 and 48", name=op.f("ck_helpdesk_outage_plan_last_slot")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["helpdesk_imported_file.id"],
            name=op.f("fk_helpdesk_outage_plan_file_id_helpdesk_imported_file"),
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["helpdesk_resource.id"],
            name=op.f("fk_helpdesk_outage_plan_resource_id_helpdesk_resource"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_outage_plan")),
        sa.UniqueConstraint(
            "resource_id",
            "number",
            "version",
            name=op.f("uq_helpdesk_outage_plan_resource_id_number_version"),
        ),
    )
    op.create_index("ix_helpdesk_outage_plan_from", "helpdesk_outage_plan", ["first_date"], unique=False)
    op.create_index(
        op.f("ix_helpdesk_outage_plan_file_id"),
        "helpdesk_outage_plan",
        ["file_id"],
        unique=False,
    )
    op.create_table(
        "helpdesk_requirement_state",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("requirement", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "requirement in ('residual_capacity_contract', 'effectiveness_test')",
            name=op.f("ck_helpdesk_requirement_state_requirement"),
        ),
        sa.CheckConstraint("state in ('met', 'not_met')", name=op.f("ck_helpdesk_requirement_state_state")),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["helpdesk_imported_file.id"],
            name=op.f("fk_helpdesk_requirement_state_file_id_helpdesk_imported_file"),
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["helpdesk_resource.id"],
            name=op.f("fk_helpdesk_requirement_state_resource_id_helpdesk_resource"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_requirement_state")),
        sa.UniqueConstraint(
            "resource_id",
            "fiscal_year",
            "requirement",
            "version",
            name="uq_helpdesk_requirement_state_version",
        ),
    )
    op.create_index(
        op.f("ix_helpdesk_requirement_state_file_id"),
        "helpdesk_requirement_state",
        ["file_id"],
        unique=False,
    )
    op.create_table(
        "helpdesk_retailer_share",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("delivery_month", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(length=20), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("peak_kw_summer", sa.String(length=40), nullable=False),
        sa.Column("peak_kw_winter", sa.String(length=40), nullable=False),
        sa.Column("contract_kw_at_peak", sa.String(length=40), nullable=False),
        sa.Column("contract_kw", sa.String(length=40), nullable=False),
        sa.Column("substitute_kw", sa.String(length=40), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "delivery_month between 1 and 12", name=op.f("ck_helpdesk_retailer_share_delivery_month")
        ),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["cases_business.id"],
            name=op.f("fk_helpdesk_retailer_share_business_id_cases_business"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["helpdesk_imported_file.id"],
            name=op.f("fk_helpdesk_retailer_share_file_id_helpdesk_imported_file"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_retailer_share")),
        sa.UniqueConstraint(
            "fiscal_year",
            "delivery_month",
            "area",
            "business_id",
            "version",
            name="uq_helpdesk_retailer_share_version",
        ),
    )
    op.create_index(
        op.f("ix_helpdesk_retailer_share_business_id"),
        "helpdesk_retailer_share",
        ["business_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_helpdesk_retailer_share_file_id"),
        "helpdesk_retailer_share",
        ["file_id"],
        unique=False,
    )
    op.create_table(
        "helpdesk_substitution",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("from_resource_id", sa.Integer(), nullable=False),
        sa.Column("to_resource_id", sa.Integer(), nullable=False),
        sa.Column("kw", sa.Integer(), nullable=True),
        sa.Column("first_date", sa.Date(), nullable=False),
        sa.Column("first_slot", sa.Integer(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=True),
        sa.Column("last_slot", sa.Integer(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_slot between 1 and 48", name=op.f("ck_helpdesk_substitution_first_slot")),
        sa.CheckConstraint("kw is null or kw > 0", name=op.f("ck_helpdesk_substitution_kw_positive")),
        sa.CheckConstraint(
            "last_slot is null or last_slot between 1 and 48", name=op.f("ck_helpdesk_substitution_last_slot")
        ),
        sa.ForeignKeyConstraint(
            ["from_resource_id"],
            ["helpdesk_resource.id"],
            name=op.f("fk_helpdesk_substitution_from_resource_id_helpdesk_resource"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["helpdesk_imported_file.id"],
            name=op.f("fk_helpdesk_substitution_file_id_helpdesk_imported_file"),
        ),
        sa.ForeignKeyConstraint(
            ["to_resource_id"],
            ["helpdesk_resource.id"],
            name=op.f("fk_helpdesk_substitution_to_resource_id_helpdesk_resource"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_substitution")),
        sa.UniqueConstraint("number", "version", name=op.f("uq_helpdesk_substitution_number_version")),
    )
    op.create_index(
        op.f("ix_helpdesk_substitution_from_resource_id"),
        "helpdesk_substitution",
        ["from_resource_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_helpdesk_substitution_file_id"),
        "helpdesk_substitution",
        ["file_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_helpdesk_substitution_to_resource_id"),
        "helpdesk_substitution",
        ["to_resource_id"],
        unique=False,
    )
    op.create_table(
        "helpdesk_supply_instruction",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("first_slot", sa.Integer(), nullable=False),
        sa.Column("last_slot", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("instructed_kw", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "first_slot between 1 and 48 and last_slot between first_slot and 48",
            name=op.f("ck_helpdesk_supply_instruction_slots"),
        ),
        sa.CheckConstraint(
            "instructed_kw >= 0", name=op.f("ck_helpdesk_supply_instruction_instructed_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["helpdesk_imported_file.id"],
            name=op.f("fk_helpdesk_supply_instruction_file_id_helpdesk_imported_file"),
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["helpdesk_resource.id"],
            name=op.f("fk_helpdesk_supply_instruction_resource_id_helpdesk_resource"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_supply_instruction")),
        sa.UniqueConstraint(
            "resource_id",
            "date",
            "first_slot",
            "version",
            name=op.f("uq_helpdesk_supply_instruction_version"),
        ),
    )
    op.create_index(
        op.f("ix_helpdesk_supply_instruction_file_id"),
        "helpdesk_supply_instruction",
        ["file_id"],
        unique=False,
    )
    op.create_table(
        "helpdesk_month_result",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("delivery_month", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("newest", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("penalty_total_yen", sa.BigInteger(), nullable=False),
        sa.Column("coal_penalty_yen", sa.BigInteger(), nullable=False),
        sa.Column("payment_yen", sa.BigInteger(), nullable=False),
        sa.Column("changed_yen", sa.BigInteger(), nullable=False),
        sa.Column("shortfall_millionths", sa.BigInteger(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("fleet_run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fixed_by_id", sa.Integer(), nullable=True),
        sa.Column("fixed_by_name", sa.String(length=200), nullable=False),
        sa.Column("notified_result_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state in ('computed', 'corrected', 'fixed', 'notified')",
            name=op.f("ck_helpdesk_month_result_state"),
        ),
        sa.CheckConstraint(
            "delivery_month between 1 and 12", name=op.f("ck_helpdesk_month_result_delivery_month")
        ),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["cases_business.id"],
            name=op.f("fk_helpdesk_month_result_business_id_cases_business"),
        ),
        sa.ForeignKeyConstraint(
            ["fleet_run_id"],
            ["helpdesk_fleet_run.id"],
            name=op.f("fk_helpdesk_month_result_fleet_run_id_helpdesk_fleet_run"),
        ),
        sa.ForeignKeyConstraint(
            ["notified_result_id"],
            ["helpdesk_notified_result.id"],
            name=op.f("fk_helpdesk_month_result_notified_result"),
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["helpdesk_resource.id"],
            name=op.f("fk_helpdesk_month_result_resource_id_helpdesk_resource"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_month_result")),
        sa.UniqueConstraint(
            "resource_id", "fiscal_year", "delivery_month", "version", name="uq_helpdesk_month_result_version"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_helpdesk_month_result_business_id"), "helpdesk_month_result", ["business_id"], unique=False
    )
    op.create_index(
        "ix_helpdesk_month_result_of_run", "helpdesk_month_result", ["fleet_run_id"], unique=False
    )
    op.create_index(
        "uq_helpdesk_month_result_newest",
        "helpdesk_month_result",
        ["fiscal_year", "delivery_month", "resource_id"],
        unique=True,
        sqlite_where=sa.text("newest"),
        postgresql_where=sa.text("newest"),
    )
    op.create_index(
        "ix_helpdesk_month_result_listed",
        "helpdesk_month_result",
        [
            "fiscal_year",
            "newest",
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
        ],
        unique=False,
    )
    op.create_index(
        "ix_helpdesk_month_result_fixed",
        "helpdesk_month_result",
        ["fiscal_year", "delivery_month", "resource_id", "version"],
        unique=False,
        sqlite_where=sa.text("fixed_at is not null"),
        postgresql_where=sa.text("fixed_at is not null"),
    )
    op.create_table(
        "helpdesk_input_mark",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("delivery_month", sa.Integer(), nullable=False),
        sa.Column("following", sa.String(length=10), nullable=False),
        sa.Column("mark", sa.String(length=10), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("seen_id", sa.BigInteger(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=True),
        sa.Column("business_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "delivery_month between 1 and 12", name=op.f("ck_helpdesk_input_mark_delivery_month")
        ),
        sa.CheckConstraint(
            "following in ('slots', 'results')", name=op.f("ck_helpdesk_input_mark_following")
        ),
        sa.CheckConstraint("mark in ('changed', 'followed')", name=op.f("ck_helpdesk_input_mark_mark")),
        sa.ForeignKeyConstraint(
            ["business_id"],
            ["cases_business.id"],
            name=op.f("fk_helpdesk_input_mark_business_id_cases_business"),
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["helpdesk_resource.id"],
            name=op.f("fk_helpdesk_input_mark_resource_id_helpdesk_resource"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpdesk_input_mark")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_helpdesk_input_mark_of_year",
        "helpdesk_input_mark",
        ["fiscal_year", "following", "delivery_month"],
        unique=False,
    )
    op.add_column("helpdesk_contract", sa.Column("coal_kw", sa.Integer(), nullable=True))
    op.add_column("helpdesk_contract", sa.Column("total_kw", sa.Integer(), nullable=True))
    op.add_column(
        "helpdesk_resource", sa.Column("unit", sa.String(length=200), nullable=False, server_default="")
    )
    with op.batch_alter_table("helpdesk_resource") as batch:
        batch.alter_column("unit", server_default=None)
    _allow_slot_kinds(_SINCE)


def downgrade() -> None:
    _allow_slot_kinds(_BEFORE)
    op.drop_column("helpdesk_resource", "unit")
    op.drop_column("helpdesk_contract", "total_kw")
    op.drop_column("helpdesk_contract", "coal_kw")
    for table in (
        "helpdesk_input_mark",
        "helpdesk_month_result",
        "helpdesk_supply_instruction",
        "helpdesk_substitution",
        "helpdesk_retailer_share",
        "helpdesk_requirement_state",
        "helpdesk_outage_plan",
        "helpdesk_low_reserve_slot",
        "helpdesk_fleet_run",
        "helpdesk_dispatch_order",
        "helpdesk_coal_metering",
        "helpdesk_auction_result",
        "helpdesk_area_demand",
        "helpdesk_parameter_set",
        "helpdesk_imported_file",
    ):
        op.drop_table(table)


def _allow_slot_kinds(kinds: tuple[str, ...]) -> None:
    condition = f"kind in ({', '.join(map(repr, kinds))})"
    for table in ("helpdesk_slot_file", "helpdesk_slot_day"):
        name = op.f(f"ck_{table}_kind")
        kwargs = {"sqlite_autoincrement": True} if table == "helpdesk_slot_day" else {}  # reflection loses it
        with op.batch_alter_table(table, table_kwargs=kwargs) as batch:
            batch.drop_constraint(name, type_="check")
            batch.create_check_constraint(name, condition)
