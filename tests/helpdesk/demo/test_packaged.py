"""The packaged demonstration is whole: 40 businesses, 120 resources, 40 written inquiries, all addresses reserved for examples."""

import numpy as np

from calc_core.slots import days_of_month
from helpdesk.demo import packaged

AUCTION_2026 = {"北海道": 8749, "東北": 5833, "東京": 5834, "九州": 8748}  # yen/kW; elsewhere 5,832


def test_there_are_forty_businesses_of_three_kinds_with_people() -> None:
    businesses = packaged.read_toml("businesses.toml")["businesses"]
    kinds = [each["kind"] for each in businesses]
    assert (kinds.count("capacity_provider"), kinds.count("retailer"), kinds.count("utility")) == (30, 9, 1)
    for business in businesses:
        assert business["mail_domain"].endswith(".example")
        assert all(
            each["mail_address"].endswith(f"@{business['mail_domain']}") for each in business["contacts"]
        )


def test_resources_have_contracts_below_their_output_at_auction_prices() -> None:
    contracted = packaged.read_toml("resources.toml")["resources"]
    assert len(contracted) == len({each["code"] for each in contracted}) == 120
    for each in contracted:
        assert 0 < each["assessed_kw"] <= each["contract_kw"] < each["installed_kw"], each["code"]
        assert each["price_yen_per_kw"] == AUCTION_2026.get(each["area"], 5832)
        assert 0 <= each["transitional_deduction_yen"] < each["price_yen_per_kw"] * each["contract_kw"] // 5


def test_slots_cover_every_day_of_three_months() -> None:
    for month in packaged.DELIVERY_MONTHS:
        offered = packaged.offered_kw(month)
        assert offered.shape == (120, len(days_of_month(packaged.FISCAL_YEAR, month)), 48)
        assert offered.dtype == np.int32


def test_inquiries_are_forty_with_known_steps_in_order() -> None:
    inquiries = packaged.read_toml("inquiries.toml")["inquiries"]
    assert len(inquiries) == 40
    for inquiry in inquiries:
        assert inquiry["sender"].endswith(".example")
        moments = [(-each["ago"], each["at"]) for each in (inquiry, *inquiry.get("steps", ()))]
        assert moments == sorted(moments), inquiry["subject"]
