"""容量拠出金の入力の照会: auction results, H3 demand and the retailers' peaks as they are in force, as the rules take them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.models import Business
from helpdesk.register.models import AreaDemand, AuctionResult, RetailerShare

_KW = ("peak_kw_summer", "peak_kw_winter", "contract_kw_at_peak", "contract_kw")


@dataclass(frozen=True, slots=True)
class Retailer:
    """小売電気事業者 in an area and month: whom it is, and its kW as exact text."""

    business_id: int
    code: str
    kw: Mapping[str, str]


def area_inputs(session: Session, fiscal_year: int) -> dict[str, list[dict[str, Any]]]:
    """What `settlement/contribution_area` takes: the last version of each auction row and of each area's demand."""
    auction, demand = {}, {}
    for row in session.scalars(
        select(AuctionResult).where(AuctionResult.fiscal_year == fiscal_year).order_by(AuctionResult.version)
    ):
        auction[row.auction, row.area] = {
            "auction": row.auction,
            "area": row.area,
            "quantity_kw": row.quantity_kw,
            "price_yen_per_kw": row.price_yen_per_kw,
        }
    for row in session.scalars(
        select(AreaDemand).where(AreaDemand.fiscal_year == fiscal_year).order_by(AreaDemand.version)
    ):
        demand[row.area] = {
            "area": row.area,
            "h3_demand_kw": row.h3_demand_kw,
            "transitional_deduction_yen": row.transitional_deduction_yen,
        }
    return {
        "auction": [auction[key] for key in sorted(auction)],
        "areas": [demand[key] for key in sorted(demand)],
    }


def retailers_by_area(session: Session, fiscal_year: int, delivery_month: int) -> dict[str, list[Retailer]]:
    """The retailers of each area in a month, by their codes; an empty kW is 0, a substitute that is not there is absent."""
    columns = (RetailerShare.area, RetailerShare.business_id, Business.code)
    rows = session.execute(
        select(*columns, *(getattr(RetailerShare, name) for name in (*_KW, "substitute_kw")))
        .join(Business, Business.id == RetailerShare.business_id)
        .where(RetailerShare.fiscal_year == fiscal_year, RetailerShare.delivery_month == delivery_month)
        .order_by(RetailerShare.version)
    )
    found: dict[str, dict[str, Retailer]] = {}
    for area, business_id, code, *kw, substitute_kw in rows:
        of_area = {name: text or "0" for name, text in zip(_KW, kw, strict=True)}
        if substitute_kw:
            of_area["substitute_kw"] = substitute_kw
        found.setdefault(area, {})[code] = Retailer(business_id, code, of_area)
    return {area: [of_area[code] for code in sorted(of_area)] for area, of_area in found.items()}
