"""The rules once more, slowly and plainly with fractions, from the table of rules alone: what the package must equal.

Nothing of the package is used here, neither its rules nor its rounding nor its parameters.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

Answer = dict[str, Any]


def whole_part(number: Fraction) -> int:
    """The greatest whole number not above a fraction, by long division of its absolute value."""
    quotient, rest = divmod(abs(number.numerator), number.denominator)
    if number >= 0:
        return quotient
    return -quotient if rest == 0 else -quotient - 1


def _market_offer(assessed_kw, limit_kw, planned_kw, offered_kw, surplus_kw=None) -> Answer:
    owed = assessed_kw if assessed_kw < limit_kw else limit_kw
    missing = Fraction(owed) - planned_kw - offered_kw
    return {"shortfall_kwh": missing / 2 if missing > 0 else Fraction(0)}


def _supply_instruction(assessed_kw, instructed_kw, delivered_kwh) -> Answer:
    owed = instructed_kw if instructed_kw < assessed_kw else assessed_kw
    missing = Fraction(owed) / 2 - delivered_kwh
    return {"shortfall_kwh": missing if missing > 0 else Fraction(0)}


def _dispatch_order(assessed_kw, baseline_kwh, metered_kwh, kind) -> Answer:
    moved = Fraction(baseline_kwh) - metered_kwh
    delivered = {"demand_response": moved, "generation": -moved}[kind]
    owed = Fraction(assessed_kw, 2)
    missing = owed - delivered
    if missing < 0:
        missing = Fraction(0)
    return {"shortfall_kwh": owed if missing > owed else missing}


def _by_tight_hours(
    contract_amount_yen, shortfall_kwh, contract_kw, charged_before_yen=0, *, tight_hours
) -> Answer:
    exact = Fraction(contract_amount_yen) * shortfall_kwh / contract_kw / tight_hours
    return {"penalty_yen": whole_part(exact) - charged_before_yen}


def _dispatch_penalty(contract_amount_yen, shortfall_kwh, assessed_kw, charged_before_yen=0) -> Answer:
    exact = Fraction(contract_amount_yen) * 11 * shortfall_kwh / (10 * 36 * assessed_kw)
    return {"penalty_yen": whole_part(exact) - charged_before_yen}


def _caps(
    contract_amount_yen, month_yen, year_before_yen, *, monthly_ratio=None, annual_ratio=None
) -> Answer:
    charged = month_yen
    if month_yen <= 0:
        return {"penalty_yen": charged}
    if monthly_ratio is not None:
        cap = whole_part(contract_amount_yen * Fraction(monthly_ratio))
        charged = cap if charged > cap else charged
    if annual_ratio is not None:
        left = whole_part(contract_amount_yen * Fraction(annual_ratio)) - year_before_yen
        left = 0 if left < 0 else left
        charged = left if charged > left else charged
    return {"penalty_yen": charged}


def _market_exit(
    contract_amount_yen, exited_kw, contract_kw, after_cut_off, *, rate_before=None, rate_after=None
) -> Answer:
    rate = rate_after if after_cut_off else rate_before
    return {"penalty_yen": whole_part(Fraction(contract_amount_yen * exited_kw, contract_kw) * rate)}


def _by_state(contract_amount_yen, state, on, reason, *, rate=None) -> Answer:
    owed = 0 if state == "met" else whole_part(Fraction(contract_amount_yen) * rate)
    return {"penalty_yen": owed, "state": state, "on": on, "reason": reason}


def _coal_apportioning(units, metered_kwh, contract_kw, installed_kw) -> Answer:
    coal = [unit for unit in units if unit["coal"]]
    energy = Fraction(sum(unit["gross_kwh"] for unit in coal)) / sum(unit["gross_kwh"] for unit in units)
    power = Fraction(sum(unit["installed_kw"] for unit in coal)) / sum(unit["installed_kw"] for unit in units)
    scale = Fraction(contract_kw) / installed_kw
    return {
        "coal_kwh": metered_kwh * energy * scale,
        "coal_contract_kw": contract_kw * power * scale,
    }


def _late_interest(amount_yen, due_on, paid_on, *, annual_rate) -> Answer:
    late_days, day = 0, due_on
    while day < paid_on:
        late_days, day = late_days + 1, day + timedelta(days=1)
    return {"interest_yen": whole_part(Fraction(amount_yen) * annual_rate * late_days / 365)}


AREA_CODES = ["北海道", "東北", "東京", "中部", "北陸", "関西", "中国", "四国", "九州"]


def _by_remainder(amount: int, weights: Mapping[str, Fraction], order: list[str]) -> dict[str, int]:
    """One yen after another to whoever is furthest below its exact share, the first of the order among equals."""
    whole = sum((Fraction(weight) for weight in weights.values()), Fraction(0))
    shares = {name: whole_part(amount * Fraction(weights[name]) / whole) for name in order}
    open_to = list(order)
    while sum(shares.values()) < amount:
        furthest = open_to[0]
        for name in open_to[1:]:
            missing = amount * Fraction(weights[name]) / whole - shares[name]
            if missing > amount * Fraction(weights[furthest]) / whole - shares[furthest]:
                furthest = name
        shares[furthest] += 1
        open_to.remove(furthest)
    return shares


def _contribution_area(auction, areas) -> Answer:
    order = [area for area in AREA_CODES if any(row["area"] == area for row in areas)]
    of = {row["area"]: row for row in areas}
    price = {row["area"]: row["price_yen_per_kw"] for row in auction if row["auction"] == "main"}
    national = 0
    for row in auction:
        national += row["quantity_kw"] * row["price_yen_per_kw"]
    totals = _by_remainder(national, {area: of[area]["h3_demand_kw"] for area in order}, order)
    shares = {
        area: whole_part(Fraction(6, 100) * price[area] * Fraction(of[area]["h3_demand_kw"]))
        for area in order
    }
    rest = {area: totals[area] - shares[area] - of[area]["transitional_deduction_yen"] for area in order}
    return {"area_total_yen": totals, "utility_share_yen": shares, "retailers_total_yen": rest}


def _utility_share_month(utility_share_yen, delivery_month, billed_before_yen) -> Answer:
    of_month = utility_share_yen - billed_before_yen if delivery_month == 3 else utility_share_yen // 12
    return {"month_yen": of_month}


def _contribution_share(retailers_total_yen, delivery_month, retailers) -> Answer:
    season = "peak_kw_summer" if delivery_month in (4, 5, 6, 7, 8, 9) else "peak_kw_winter"
    kw = {}
    for row in retailers:
        if row[season] == 0:
            kw[row["business"]] = row["substitute_kw"]
        else:
            kw[row["business"]] = Fraction(row[season]) / row["contract_kw_at_peak"] * row["contract_kw"]
    whole = sum(kw.values())
    month = {name: whole_part(Fraction(retailers_total_yen) * kw[name] / whole / 12) for name in kw}
    of_month = retailers_total_yen // 12
    if delivery_month == 3:
        of_month = retailers_total_yen - of_month * 11
    return {"kw_after_change": kw, "month_yen": month, "remainder_yen": of_month - sum(month.values())}


def _contribution_provisional(retailers_total_yen, retailers) -> Answer:
    kw = {
        row["business"]: row["substitute_kw"] if row["peak_kw_summer"] == 0 else row["peak_kw_summer"]
        for row in retailers
    }
    year = {
        name: whole_part(Fraction(retailers_total_yen) * kw[name] / sum(kw.values(), Fraction(0)))
        for name in kw
    }
    return {"year_yen": year, "remainder_yen": retailers_total_yen - sum(year.values())}


def _uncollected_surcharge(amount_yen, shares) -> Answer:
    ratios = {row["business"]: row["ratio"] for row in shares}
    return {"surcharge_yen": _by_remainder(amount_yen, ratios, sorted(ratios))}


def _refund(amount_yen, shares) -> Answer:
    ratios = {row["business"]: row["ratio"] for row in shares}
    return {"refund_yen": _by_remainder(amount_yen, ratios, sorted(ratios))}


def _refund_pool(penalty_receipts_yen, repayments_yen) -> Answer:
    return {"pool_yen": penalty_receipts_yen - repayments_yen}


def _transitional_deduction(price_yen_per_kw, contract_kw, coefficients) -> Answer:
    kept = Fraction(price_yen_per_kw * contract_kw)
    for coefficient in coefficients:
        kept *= coefficient
    return {"deduction_yen": whole_part(price_yen_per_kw * contract_kw - kept)}


def _coordination_reduction(gross_yen, months, *, rate_additional_capacity=0, rate_reliability=0) -> Answer:
    reduction = Fraction(0)
    for kind, rate in (("additional_capacity", rate_additional_capacity), ("reliability", rate_reliability)):
        for _ in range(months.get(kind, 0)):
            reduction += gross_yen * Fraction(rate)
    return {"reduction_yen": whole_part(reduction)}


SLOW: Mapping[str, Callable[..., Answer]] = {
    "assessment/market_offer": _market_offer,
    "assessment/supply_instruction": _supply_instruction,
    "assessment/dispatch_order": _dispatch_order,
    "assessment/coal_apportioning": _coal_apportioning,
    "penalty/market_offer": _by_tight_hours,
    "penalty/supply_instruction": _by_tight_hours,
    "penalty/dispatch_order": _dispatch_penalty,
    "penalty/caps": _caps,
    "penalty/market_exit": _market_exit,
    "penalty/residual_capacity_contract": _by_state,
    "penalty/effectiveness_test": _by_state,
    "settlement/late_interest": _late_interest,
    "settlement/transitional_deduction": _transitional_deduction,
    "settlement/coordination_reduction": _coordination_reduction,
    "settlement/contribution_area": _contribution_area,
    "settlement/utility_share_month": _utility_share_month,
    "settlement/contribution_share": _contribution_share,
    "settlement/contribution_provisional": _contribution_provisional,
    "settlement/uncollected_surcharge": _uncollected_surcharge,
    "settlement/refund": _refund,
    "settlement/refund_pool": _refund_pool,
}
