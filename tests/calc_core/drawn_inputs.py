"""Inputs and settings of every rule, drawn: ordinary ones, bounds, and those whose exact result is a whole yen."""

from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

Drawn = tuple[dict[str, Any], dict[str, Any]]  # inputs, settings of the year

amounts = st.integers(min_value=1, max_value=10**12)
kilowatts = st.integers(min_value=0, max_value=2**31 - 1)
capacities = st.integers(min_value=1, max_value=2**31 - 1)
energy = st.fractions(min_value=0, max_value=10**9, max_denominator=10**6)
ratios = st.fractions(min_value=0, max_value=2, max_denominator=10**4)
before = st.integers(min_value=0, max_value=10**12)


@st.composite
def market_offer(draw: st.DrawFn) -> Drawn:
    kw = st.one_of(kilowatts, st.integers(0, 20))
    inputs = {name: draw(kw) for name in ("limit_kw", "planned_kw", "offered_kw")}
    return inputs | {"assessed_kw": draw(st.one_of(capacities, st.integers(1, 20)))}, {}


@st.composite
def supply_instruction(draw: st.DrawFn) -> Drawn:
    assessed, instructed = draw(capacities), draw(st.one_of(kilowatts, energy))
    owed = Fraction(min(assessed, instructed)) / 2
    delivered = draw(st.one_of(energy, st.just(owed), st.builds(lambda part: owed * part, ratios)))
    return {"assessed_kw": assessed, "instructed_kw": instructed, "delivered_kwh": delivered}, {}


@st.composite
def dispatch_order(draw: st.DrawFn) -> Drawn:
    assessed, baseline = draw(capacities), draw(energy)
    moved = draw(ratios) * assessed / 2
    metered = draw(st.one_of(energy, st.just(baseline + moved), st.just(abs(baseline - moved))))
    kind = draw(st.sampled_from(["demand_response", "generation"]))
    inputs = {"assessed_kw": assessed, "baseline_kwh": baseline, "metered_kwh": metered, "kind": kind}
    return inputs, {}


@st.composite
def tight_hours_penalty(draw: st.DrawFn) -> Drawn:
    amount, kw = draw(amounts), draw(capacities)
    hours = draw(st.fractions(min_value="0.1", max_value=100, max_denominator=100))
    whole = st.builds(lambda yen: Fraction(yen * kw) * hours / amount, before)
    inputs = {
        "contract_amount_yen": amount,
        "contract_kw": kw,
        "shortfall_kwh": draw(st.one_of(energy, whole)),
    }
    return inputs | {"charged_before_yen": draw(before)}, {"tight_hours": hours}


@st.composite
def dispatch_penalty(draw: st.DrawFn) -> Drawn:
    amount, kw = draw(amounts), draw(capacities)
    whole = st.builds(lambda yen: Fraction(yen * kw * 360, amount * 11), before)
    inputs = {
        "contract_amount_yen": amount,
        "assessed_kw": kw,
        "shortfall_kwh": draw(st.one_of(energy, whole)),
    }
    return inputs | {"charged_before_yen": draw(before)}, {}


@st.composite
def caps(draw: st.DrawFn) -> Drawn:
    amount = draw(amounts)
    settings = {name: draw(ratios) for name in ("monthly_ratio", "annual_ratio") if draw(st.booleans())}
    bounds = [int(amount * ratio) + step for ratio in settings.values() for step in (-1, 0, 1)]
    near = st.sampled_from(bounds or [0])
    month_yen = draw(st.one_of(st.integers(-(10**12), 2 * 10**12), near))
    year_before_yen = draw(st.one_of(st.integers(0, 2 * 10**12), near.map(abs)))
    return {
        "contract_amount_yen": amount,
        "month_yen": month_yen,
        "year_before_yen": year_before_yen,
    }, settings


@st.composite
def market_exit(draw: st.DrawFn) -> Drawn:
    contract = draw(capacities)
    inputs = {
        "contract_amount_yen": draw(st.one_of(amounts, st.builds(lambda yen: yen * contract, before))),
        "contract_kw": contract,
        "exited_kw": draw(st.integers(min_value=0, max_value=contract)),
        "after_cut_off": draw(st.booleans()),
    }
    return inputs, {"rate_after" if inputs["after_cut_off"] else "rate_before": draw(ratios)}


@st.composite
def state_penalty(draw: st.DrawFn) -> Drawn:
    state = draw(st.sampled_from(["met", "not_met"]))
    on = draw(st.dates(date(2022, 4, 1), date(2030, 3, 31)))
    inputs = {"contract_amount_yen": draw(amounts), "state": state, "on": on, "reason": "確認の結果"}
    return inputs, {"rate": draw(ratios)} if state == "not_met" or draw(st.booleans()) else {}


@st.composite
def coal_apportioning(draw: st.DrawFn) -> Drawn:
    unit = st.fixed_dictionaries(
        {"coal": st.booleans(), "gross_kwh": energy, "installed_kw": st.one_of(kilowatts, energy)}
    )
    units = draw(st.lists(unit, max_size=5))
    units.append(
        {"coal": draw(st.booleans()), "gross_kwh": draw(energy) + 1, "installed_kw": draw(capacities)}
    )
    contract = draw(capacities)
    installed = draw(st.one_of(st.just(contract), st.builds(lambda more: contract + more, energy)))
    inputs = {"units": units, "metered_kwh": draw(energy), "contract_kw": contract, "installed_kw": installed}
    return inputs, {}


@st.composite
def late_interest(draw: st.DrawFn) -> Drawn:
    due_on = draw(st.dates(date(2024, 4, 1), date(2030, 3, 31)))
    paid_on = draw(st.dates(date(2024, 4, 1), date(2032, 3, 31)))
    rate = draw(st.one_of(ratios, st.sampled_from([Fraction(73, 500), Fraction(365, 10_000)])))
    inputs = {"amount_yen": draw(st.one_of(amounts, st.just(0))), "due_on": due_on, "paid_on": paid_on}
    return inputs, {"annual_rate": rate}


areas = st.sampled_from(["北海道", "東北", "東京", "中部", "北陸", "関西", "中国", "四国", "九州"])
businesses = st.text("ABR019", min_size=1, max_size=3)
parts = st.one_of(st.integers(0, 3).map(Fraction), ratios, st.builds(Fraction, kilowatts))
totals = st.one_of(before, st.integers(0, 30), st.builds(lambda yen: yen * 12, before))


@st.composite
def contribution_area(draw: st.DrawFn) -> Drawn:
    named = draw(st.lists(areas, min_size=1, unique=True))
    demand = {area: draw(st.one_of(parts, st.just(Fraction(1)))) for area in named}
    demand[named[0]] += 1
    row = {"quantity_kw": st.integers(0, 10**8), "price_yen_per_kw": st.integers(0, 15_000)}
    further = st.fixed_dictionaries({"auction": st.just("additional"), "area": st.sampled_from(named), **row})
    auction = [{"auction": "main", "area": area, **draw(st.fixed_dictionaries(row))} for area in named]
    inputs = {
        "auction": draw(st.permutations(auction + draw(st.lists(further, max_size=3)))),
        "areas": [
            {"area": area, "h3_demand_kw": demand[area], "transitional_deduction_yen": draw(before)}
            for area in named
        ],
    }
    return inputs, {}


@st.composite
def utility_share_month(draw: st.DrawFn) -> Drawn:
    inputs = {
        "utility_share_yen": draw(totals),
        "delivery_month": draw(st.sampled_from([4, 5, 9, 12, 1, 3])),
        "billed_before_yen": draw(totals),
    }
    return inputs, {}


@st.composite
def contribution_share(draw: st.DrawFn) -> Drawn:
    peak = st.one_of(st.just(Fraction(0)), parts)
    retailers = [
        {
            "business": business,
            "peak_kw_summer": draw(peak),
            "peak_kw_winter": draw(peak),
            "contract_kw_at_peak": draw(st.one_of(st.just(Fraction(3)), parts.map(lambda kw: kw + 1))),
            "contract_kw": draw(parts),
            "substitute_kw": draw(parts),
        }
        for business in draw(st.lists(businesses, max_size=6, unique=True))
    ]
    sure = {name: Fraction(1) for name in ("contract_kw_at_peak", "contract_kw", "substitute_kw")}
    retailers.append({"business": "ZZ", **sure, "peak_kw_summer": draw(peak), "peak_kw_winter": draw(peak)})
    month = draw(st.sampled_from([4, 9, 10, 12, 1, 3]))
    return {"retailers_total_yen": draw(totals), "delivery_month": month, "retailers": retailers}, {}


@st.composite
def contribution_provisional(draw: st.DrawFn) -> Drawn:
    peak = st.one_of(st.just(Fraction(0)), parts)
    retailers = [
        {"business": business, "peak_kw_summer": draw(peak), "substitute_kw": draw(parts)}
        for business in draw(st.lists(businesses, max_size=6, unique=True))
    ]
    retailers.append({"business": "ZZ", "peak_kw_summer": draw(peak), "substitute_kw": Fraction(1, 3)})
    return {"retailers_total_yen": draw(totals), "retailers": retailers}, {}


@st.composite
def shared_amount(draw: st.DrawFn) -> Drawn:
    named = draw(st.lists(businesses, max_size=6, unique=True))
    shares = [{"business": business, "ratio": draw(parts)} for business in named]
    shares.insert(0, {"business": "ZZ", "ratio": draw(parts) + 1})
    return {"amount_yen": draw(totals), "shares": shares}, {}


@st.composite
def refund_pool(draw: st.DrawFn) -> Drawn:
    return {"penalty_receipts_yen": draw(totals), "repayments_yen": draw(totals)}, {}


@st.composite
def transitional_deduction(draw: st.DrawFn) -> Drawn:
    part = st.fractions(min_value=0, max_value=1, max_denominator=1_000)
    coefficients = draw(st.lists(st.one_of(part, st.sampled_from([0, 1])), max_size=4))
    price = draw(st.integers(0, 100_000))
    return {"price_yen_per_kw": price, "contract_kw": draw(capacities), "coefficients": coefficients}, {}


@st.composite
def coordination_reduction(draw: st.DrawFn) -> Drawn:
    months = draw(
        st.fixed_dictionaries(
            {}, optional={"additional_capacity": st.integers(0, 12), "reliability": st.integers(0, 12)}
        )
    )
    rates = {f"rate_{kind}": draw(ratios) for kind, number in months.items() if number}
    return {"gross_yen": draw(st.one_of(amounts, st.just(0))), "months": months}, rates


DRAWN: dict[str, st.SearchStrategy[Drawn]] = {
    "assessment/market_offer": market_offer(),
    "assessment/supply_instruction": supply_instruction(),
    "assessment/dispatch_order": dispatch_order(),
    "assessment/coal_apportioning": coal_apportioning(),
    "penalty/market_offer": tight_hours_penalty(),
    "penalty/supply_instruction": tight_hours_penalty(),
    "penalty/dispatch_order": dispatch_penalty(),
    "penalty/caps": caps(),
    "penalty/market_exit": market_exit(),
    "penalty/residual_capacity_contract": state_penalty(),
    "penalty/effectiveness_test": state_penalty(),
    "settlement/late_interest": late_interest(),
    "settlement/transitional_deduction": transitional_deduction(),
    "settlement/coordination_reduction": coordination_reduction(),
    "settlement/contribution_area": contribution_area(),
    "settlement/utility_share_month": utility_share_month(),
    "settlement/contribution_share": contribution_share(),
    "settlement/contribution_provisional": contribution_provisional(),
    "settlement/uncollected_surcharge": shared_amount(),
    "settlement/refund": shared_amount(),
    "settlement/refund_pool": refund_pool(),
}
