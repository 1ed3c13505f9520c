"""Issued statements for the tests of their notices, computed by the real rules, as rows that no database holds."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from calc_core import catalogue
from cases.models import Business
from helpdesk.documents.document import Derivation
from helpdesk.documents.figures import joined_block, result_block
from helpdesk.documents.statement_blocks import SetOffTold, StatementTold
from helpdesk.register.notices import NETTING, netted_figures, netting_inputs, resource_figures
from helpdesk.settlement.models import BusinessStatement, SettlementItem

ISSUED = datetime(2026, 8, 20, 1, tzinfo=UTC)
NAMES = ("北浜エナジー株式会社", "P001")
LONG_NAME = "一般社団法人とても長い名前の次世代エネルギー地域循環推進協議会連合会西日本支部"
YEAR, MONTH = 2026, 5
_MONTHS_PAID = 2


def of_month(payment_yen: int = 48_600_000, penalty_yen: int = 0, contract_yen: int = 583_200_000) -> Any:
    """A fixed result of one resource: anything with figures and inputs."""
    figures = {
        "shortfall_slots": "7440" if penalty_yen else "0",
        "cumulative_slots": "10080" if penalty_yen else "0",
        "contract_amount_yen": str(contract_yen),
        "payment_yen": str(payment_yen),
        "penalty_outage_yen": str(penalty_yen),
        "penalty_total_yen": str(penalty_yen),
        "coal_penalty_yen": "0",
    }
    events = ("market_offer", "supply_instruction", "dispatch_order")
    figures |= {f"{event}_shortfall_kwh": "0" for event in events}
    figures |= {f"penalty_{event}_yen": "0" for event in events}
    return SimpleNamespace(figures=figures, inputs={})


def plants(count: int, *, long: bool = False, penalty_yen: int = 0) -> list[tuple[Any, Any]]:
    """So many resources, code and name, each with its result; the second bears the penalty."""
    place = f"{LONG_NAME} 第二火力" if long else "北浜"
    return [
        (
            SimpleNamespace(code=f"R-{number}", name=f"{place}発電所 {number}号機"),
            of_month(penalty_yen=penalty_yen if number == 2 or count == 1 else 0),
        )
        for number in range(1, count + 1)
    ]


def capacity_statement(
    resources: list[tuple[Any, Any]],
    *,
    adjustments: tuple[tuple[str, int], ...] = (),
    carried_debt_yen: int = 0,
    name: str = NAMES[0],
    **changed: Any,
) -> BusinessStatement:
    """A statement as it is recorded, with all figures that the run gives it."""
    inputs = netting_inputs(
        MONTH,
        [(named.code, result.figures) for named, result in resources],
        adjustments=[{"reason": reason, "yen": yen} for reason, yen in adjustments],
        carried_debt_yen=carried_debt_yen,
    )
    figures = [figure for named, result in resources for figure in resource_figures(named, result)]
    netted = netted_figures(YEAR, inputs, None)
    yen = {key: int(text) for key, _, _, text in netted}
    month_yen = sum(int(result.figures["payment_yen"]) for _, result in resources)
    contract_yen = sum(int(result.figures["contract_amount_yen"]) for _, result in resources)
    figures += netted
    figures += [
        ["month_payment_yen", "容量確保契約金額（今月分）", "yen", str(month_yen)],
        ["cumulative_payment_yen", "容量確保契約金額（4月からの累計）", "yen", str(_MONTHS_PAID * month_yen)],
        ["contract_amount_yen", "容量確保契約金額（年間の合計）", "yen", str(contract_yen)],
        [
            "remaining_payment_yen",
            "容量確保契約金額（残額）",
            "yen",
            str(contract_yen - _MONTHS_PAID * month_yen),
        ],
    ]
    total = yen["total_yen"]
    values: dict[str, Any] = {
        "family": "capacity",
        "fiscal_year": YEAR,
        "delivery_month": MONTH,
        "version": 1,
        "rule": NETTING,
        "inputs": inputs,
        "figures": figures,
        "net_yen": yen["net_yen"],
        "tax_yen": yen["tax_yen"],
        "offset_yen": yen["offset_yen"],
        "total_yen": total,
        "carried_debt_yen": carried_debt_yen,
        "direction": "pay" if total > 0 else "invoice" if total < 0 else "none",
        "number": "支払通知書 第2026-05-0001号",
        "issued_at": ISSUED,
        "business": Business(name=name, code=NAMES[1]),
    }
    return BusinessStatement(**(values | changed))


def told_of(statement: BusinessStatement, **changed: Any) -> StatementTold:
    """What a notice is made from, with the statement's own derivation."""
    values: dict[str, Any] = {
        "statement": statement,
        "number": statement.number,
        "issued_at": statement.issued_at,
        "addressee": [f"{statement.business.name}　御中"],
        "sender": ["容量市場 問合せ窓口", "desk@helpdesk.example"],
        "pay_on": date(2026, 10, 30),
    }
    if "areas" not in statement.inputs:
        result = catalogue.evaluate(statement.rule, statement.fiscal_year, statement.inputs)
        values["derivation"] = [result_block("事業者ごとの月次の交付・請求", result.to_json())]
    return StatementTold(**(values | changed))


def derived_resources(resources: list[tuple[Any, Any]]) -> list[Derivation]:
    """The steps of each resource: its amount, what it is charged, its payment."""
    asked = [
        (
            "settlement/contract_amount",
            {"price_yen_per_kw": 5_832, "contract_kw": 100_000, "transitional_deduction_yen": 0},
        ),
        (
            "penalty/outage_plan",
            {"contract_amount_yen": 583_200_000, "shortfall_slots": 10_080, "charged_before_yen": 5},
        ),
        (
            "settlement/monthly_payment",
            {"contract_amount_yen": 583_200_000, "delivery_month": MONTH, "paid_before_yen": 48_600_000},
        ),
    ]
    results = [catalogue.evaluate(rule, YEAR, inputs).to_json() for rule, inputs in asked]
    return [joined_block(f"{named.name}（{named.code}）", results) for named, _ in resources]


def an_item(month: int, yen: int, reason: str) -> SettlementItem:
    """A difference of an earlier month."""
    return SettlementItem(
        family="capacity", fiscal_year=YEAR, delivery_month=month, for_year=YEAR, for_month=MONTH, yen=yen,
        reason=reason,
    )  # fmt: skip


def rich_statement() -> StatementTold:
    """Two plants, a penalty, a difference of an earlier month, a debt partly set off, a version that it replaces."""
    reason = "2026年度4月分の再計算による差額（支払通知書 第2026-04-0001号）"
    debt, due = 200_000_000, date(2026, 7, 31)
    resources = plants(2, penalty_yen=12_345_678)
    statement = capacity_statement(
        resources, adjustments=((reason, -1_234_567),), carried_debt_yen=debt, version=2
    )
    first = capacity_statement(plants(2), issued_at=datetime(2026, 8, 1, tzinfo=UTC))
    return told_of(
        statement,
        number="支払通知書 第2026-05-0009号",
        items=[an_item(4, -1_234_567, reason)],
        set_off=[SetOffTold("請求書 第2026-07-0003号", due, statement.offset_yen)],
        replaced=first,
    )
