"""役割 (requirement B6.1): the roles and what each may do, as one table."""

from typing import Final

ROLES: Final[dict[str, str]] = {
    "manager": "全体管理者",
    "operation_leader": "オペレーションリーダー",
    "operator": "オペレーター",
    "reserve_margin_leader": "広域予備率リーダー",
    "reserve_margin_operator": "広域予備率オペレーター",
    "market_staff": "広域機関職員",
    "payment_staff": "部門担当者",
    "payment_head": "部門責任者",
    "accounting_staff": "部門経理担当者",
    "accounting_head": "部門経理責任者",
    "business_user": "事業者",
}

ABILITIES: Final[dict[str, frozenset[str]]] = {
    "see_all_cases": frozenset({"manager", "operation_leader", "operator", "market_staff"}),
    "work_on_cases": frozenset({"manager", "operation_leader", "operator"}),
    "finish_calls_of_others": frozenset({"manager", "operation_leader"}),
    "see_results": frozenset(
        {
            "manager",
            "operation_leader",
            "operator",
            "market_staff",
            "payment_staff",
            "payment_head",
            "accounting_staff",
            "accounting_head",
        }
    ),
    "recompute": frozenset({"manager", "operation_leader", "operator", "market_staff"}),
    "release_answers": frozenset({"manager", "operation_leader", "market_staff"}),
    "read_knowledge": frozenset(ROLES) - {"business_user"},
    "write_knowledge": frozenset({"manager", "operation_leader", "operator", "reserve_margin_leader"}),
    "publish_knowledge": frozenset({"manager", "operation_leader", "market_staff"}),
    "export_reports": frozenset({"manager", "operation_leader", "market_staff"}),
    "handle_quarantine": frozenset({"manager", "operation_leader"}),
    "administer_users": frozenset({"manager"}),
    "decide_objections": frozenset({"manager", "operation_leader", "market_staff"}),
    "see_ledger": frozenset(
        {
            "manager",
            "operation_leader",
            "operator",
            "market_staff",
            "payment_staff",
            "payment_head",
            "accounting_staff",
            "accounting_head",
        }
    ),
    "record_receipts": frozenset({"manager", "accounting_staff", "accounting_head"}),
    "see_watch": frozenset(
        {
            "manager",
            "operation_leader",
            "operator",
            "reserve_margin_leader",
            "reserve_margin_operator",
            "market_staff",
        }
    ),
    "work_on_watch": frozenset(
        {"manager", "operation_leader", "reserve_margin_leader", "reserve_margin_operator"}
    ),
    "invite_businesses": frozenset({"manager", "operation_leader"}),
    "edit_checklists": frozenset({"manager", "operation_leader", "reserve_margin_leader"}),
    "import_inputs": frozenset({"manager", "operation_leader", "market_staff", "payment_staff"}),
    "run_assessment": frozenset({"manager", "operation_leader", "market_staff", "payment_staff"}),
    "correct_results": frozenset({"manager", "operation_leader", "market_staff", "payment_staff"}),
    "fix_results": frozenset({"manager", "market_staff", "payment_head"}),
    "propose_parameters": frozenset({"manager", "market_staff", "payment_staff"}),
    "approve_parameters": frozenset({"manager", "market_staff", "payment_head"}),
    "run_settlement": frozenset({"manager", "market_staff", "payment_staff"}),
    "approve_as_staff": frozenset({"payment_staff"}),  # the chain: four steps, four people
    "approve_as_head": frozenset({"payment_head"}),
    "approve_as_accounting_staff": frozenset({"accounting_staff"}),
    "approve_as_accounting_head": frozenset({"accounting_head"}),
    "appoint_deputies": frozenset({"manager", "payment_head", "accounting_head"}),
    "issue_statements": frozenset({"market_staff", "payment_staff", "accounting_staff"}),
    "bill_statements": frozenset({"accounting_staff", "accounting_head"}),
    "keep_addressees": frozenset({"manager", "market_staff", "payment_staff", "accounting_staff"}),
    "order_transfers": frozenset({"accounting_staff", "accounting_head"}),
    "read_bank_files": frozenset({"payment_staff", "accounting_staff", "accounting_head"}),
    "see_books": frozenset(
        {"manager", "market_staff", "payment_staff", "payment_head", "accounting_staff", "accounting_head"}
    ),
    "keep_books": frozenset({"accounting_staff", "accounting_head"}),
    "close_periods": frozenset({"accounting_head"}),
    "send_dunning": frozenset({"manager", "operation_leader", "accounting_staff", "accounting_head"}),
    "use_portal": frozenset({"business_user"}),
}


def abilities_of(roles: frozenset[str]) -> frozenset[str]:
    """What a holder of these roles may do."""
    return frozenset(ability for ability, holders in ABILITIES.items() if roles & holders)


def holders_of(ability: str) -> list[str]:
    """Who to ask: the names of the roles that carry an ability, in their order."""
    return [name for role, name in ROLES.items() if role in ABILITIES[ability]]
