"""A whole parameters file is checked before it counts: also what no single calculation would look at."""

import pytest

from calc_core.configuration_check import check_configuration
from calc_core.configuration_file import parse_configuration


def places(text: str) -> list[str]:
    return [problem.where for problem in check_configuration(parse_configuration(text, "file"))]


def test_a_file_that_every_rule_can_use_has_no_problem() -> None:
    text = """
        multiplier_conditions = [{label = "その他", multiplier = 5}]
        ["penalty/market_offer"]
        tight_hours = {2025 = "30", 2026 = 22.5, source = "試行"}
        ["assessment/market_offer"]
        required_offer = {2026 = "whole_surplus"}
    """
    assert places(text) == []
    assert places("") == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('["penalty/market_ofer"]\ntight_hours = {2025 = "30"}', "penalty/market_ofer"),
        ('["penalty/market_offer"]\nhours = {2025 = "30"}', "penalty/market_offer.hours"),
        ('["penalty/outage_plan"]\nallowed_outage_slots = {2025 = "1"}', "penalty/outage_plan.allowed_outage_slots"),
        ('["assessment/market_offer"]\nrequired_offer = "all"', "assessment/market_offer.required_offer"),
        ('["assessment/market_offer"]\nrequired_offer = {25 = "whole_surplus"}', "assessment/market_offer.required_offer.25"),
        ('["penalty/market_offer"]\ntight_hours = {"令和7" = "30"}', "penalty/market_offer.tight_hours.令和7"),
        ('["penalty/market_offer"]\ntight_hours = {2025 = "-1"}', "penalty/market_offer.tight_hours.2025"),
        ('["penalty/market_offer"]\ntight_hours = {2025 = "0"}', "penalty/market_offer.tight_hours.2025"),
        ('["penalty/market_offer"]\ntight_hours = {2025 = 2025-04-01}', "penalty/market_offer.tight_hours.2025"),
        ('["penalty/market_offer"]\ntight_hours = "30"', "penalty/market_offer.tight_hours"),
        ('["penalty/market_offer"]\ntight_hours = {source = 5}', "penalty/market_offer.tight_hours.source"),
        ('"penalty/market_offer" = 3', "penalty/market_offer"),
        ('multiplier_conditions = [{label = "", multiplier = 5}]', "multiplier_conditions[0].label"),
        ("multiplier_conditions = 5", "multiplier_conditions"),
    ],
)  # fmt: skip
def test_what_no_rule_can_use_is_told_with_its_place(text: str, where: str) -> None:
    assert places(text) == [where]


def test_all_problems_of_all_sections_are_told_at_once() -> None:
    text = (
        '["a"]\nx = 1\n["penalty/caps"]\nmonthly_ratio = {2025 = "-1", 26 = "1"}\n[[multiplier_conditions]]\n'
    )
    assert places(text) == [
        "a",
        "penalty/caps.monthly_ratio.2025",
        "penalty/caps.monthly_ratio.26",
        "multiplier_conditions[0].label",
        "multiplier_conditions[0].multiplier",
    ]
