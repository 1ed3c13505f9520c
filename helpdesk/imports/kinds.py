"""取り込みの種類: which kinds of files can be imported, with their columns, and who may."""

from typing import Final

from helpdesk.errors import Problem, Refused
from helpdesk.imports import invoices, receipts
from helpdesk.imports.area_demand import AREA_DEMAND
from helpdesk.imports.area_utilities import AREA_UTILITIES
from helpdesk.imports.auction_results import AUCTION_RESULTS
from helpdesk.imports.bank_accounts import BANK_ACCOUNTS
from helpdesk.imports.baselines import BASELINES
from helpdesk.imports.billing_addressees import BILLING_ADDRESSEES
from helpdesk.imports.coal_metering import COAL_METERING
from helpdesk.imports.contracts import CONTRACTS
from helpdesk.imports.dispatch_orders import DISPATCH_ORDERS
from helpdesk.imports.generation_limits import GENERATION_LIMITS
from helpdesk.imports.import_kind import ImportKind as ImportKind
from helpdesk.imports.low_reserve_slots import LOW_RESERVE_SLOTS
from helpdesk.imports.market_offers import MARKET_OFFERS
from helpdesk.imports.metered import METERED
from helpdesk.imports.outage_plans import OUTAGE_PLANS
from helpdesk.imports.requirement_states import REQUIREMENT_STATES_KIND
from helpdesk.imports.retailer_shares import RETAILER_SHARES
from helpdesk.imports.substitutions import SUBSTITUTIONS
from helpdesk.imports.supply_instructions import SUPPLY_INSTRUCTIONS
from helpdesk.imports.unit_output import UNIT_OUTPUT

KINDS: Final[dict[str, ImportKind]] = {
    kind.key: kind
    for kind in (
        ImportKind(
            "invoices",
            "請求書",
            invoices.COLUMNS,
            invoices.read_invoices,
            invoices.keep_invoices,
            "record_receipts",
            "事業者あての請求書です。入金と自動で消し込みます。",
        ),
        ImportKind(
            "receipts",
            "入金",
            receipts.COLUMNS,
            receipts.read_receipts,
            receipts.keep_receipts,
            "record_receipts",
            "銀行の入金明細です。請求書に自動で消し込みます。",
        ),
        CONTRACTS,
        OUTAGE_PLANS,
        SUBSTITUTIONS,
        SUPPLY_INSTRUCTIONS,
        DISPATCH_ORDERS,
        LOW_RESERVE_SLOTS,
        REQUIREMENT_STATES_KIND,
        GENERATION_LIMITS,
        MARKET_OFFERS,
        UNIT_OUTPUT,
        METERED,
        BASELINES,
        COAL_METERING,
        AUCTION_RESULTS,
        AREA_DEMAND,
        RETAILER_SHARES,
        AREA_UTILITIES,
        BANK_ACCOUNTS,
        BILLING_ADDRESSEES,
    )
}
LEDGER_KINDS: Final = {key: kind for key, kind in KINDS.items() if kind.ability == "record_receipts"}


def kind_of(key: str) -> ImportKind:
    """The kind of a key. Raises `Refused` naming those there are."""
    if key not in KINDS:
        choices = "・".join(f"{kind.key}（{kind.label}）" for kind in KINDS.values())
        raise Refused([Problem("種類", f"「{key[:40]}」はありません。{choices} から選んでください")])
    return KINDS[key]
