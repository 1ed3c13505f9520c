"""A statement of areas: invoiced positive, signed as everywhere, with its items; the explanation gives its figures."""

from types import SimpleNamespace

import pytest

from helpdesk.settlement.area_statements import Part, area_statement, codes
from helpdesk.settlement.derivation import explain
from helpdesk.settlement.models import SettlementItem

TOTAL = ("contribution_yen", "容量拠出金（当月分）")


def part(area: str, yen: int) -> Part:
    figures = [["month_yen", "当月分の請求額", "yen", str(yen)]]
    return Part(area, {"a": "1"}, "month_yen", yen, "R1", figures=figures)


def item(number: int, yen: int) -> SettlementItem:
    return SettlementItem(id=number, yen=yen, reason=f"差額{number}")


def test_what_is_invoiced_is_positive_in_the_figures_and_negative_in_the_statement() -> None:
    made = area_statement(
        1, "settlement/contribution_share", [part("北海道", 5), part("九州", 7)], (), total=TOTAL
    )
    assert (made.net_yen, made.tax_yen, made.offset_yen, made.total_yen, made.direction) == (
        -12,
        0,
        0,
        -12,
        "invoice",
    )
    assert made.figures == [
        ["area.北海道.month_yen", "北海道 当月分の請求額", "yen", "5"],
        ["area.九州.month_yen", "九州 当月分の請求額", "yen", "7"],
        ["contribution_yen", "容量拠出金（当月分）", "yen", "12"],
    ]
    assert made.inputs["areas"][1] == {
        "area": "九州",
        "inputs": {"a": "1"},
        "name": "month_yen",
        "of": "R1",
        "yen": "7",
    }


def test_items_stand_on_a_line_of_their_own() -> None:
    made = area_statement(1, "rule", [part("九州", 7)], [item(3, 10), item(4, -1)], total=TOTAL)
    assert (made.net_yen, made.direction, made.sources) == (2, "pay", {"items": [3, 4]})
    assert made.inputs["adjustments"] == [{"reason": "差額3", "yen": 10}, {"reason": "差額4", "yen": -1}]
    assert [each[0] for each in made.figures[-3:]] == ["contribution_yen", "adjustments_yen", "claim_yen"]
    assert [each[3] for each in made.figures[-2:]] == ["9", "-2"]


@pytest.mark.parametrize("given", [True, False])
def test_a_yen_of_the_largest_remainder_is_told_and_reproduced(given: bool) -> None:
    inputs = {"amount_yen": 100, "shares": [{"business": "A", "ratio": 1}, {"business": "他", "ratio": 2}]}
    family = "refund" if given else "surcharge"
    rule, name = (
        ("settlement/refund", "refund_yen")
        if given
        else ("settlement/uncollected_surcharge", "surcharge_yen")
    )
    own = Part("全エリア", inputs, name, 34, "A", rounding_yen=1)
    made = area_statement(1, rule, [own], (), total=TOTAL, given=given)
    assert made.net_yen == (34 if given else -34)
    kept = SimpleNamespace(
        family=family,
        fiscal_year=2026,
        rule=rule,
        inputs=made.inputs,
        net_yen=made.net_yen,
        settlement_run=SimpleNamespace(parameter_set_id=None),
    )
    explained = explain(None, kept)
    assert explained.is_reproduced
    assert explained.parts[0].own_yen == 33


def test_a_business_is_found_by_its_code(retail, session) -> None:
    assert codes(session)[retail.businesses["R1"]] == "R1"
