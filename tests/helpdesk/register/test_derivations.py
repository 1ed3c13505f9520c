"""The results of a stored statement, one after the other, and the warnings that none of them tells."""

from typing import Any

from calc_core import catalogue
from helpdesk.register.derivations import derivations, remarks


def statement(**changed: Any) -> dict[str, Any]:
    line = {"resource": "R-1", "payment_yen": 1, "penalty_yen": 0}
    business = catalogue.evaluate(
        "settlement/business_statement", 2026, {"delivery_month": 5, "lines": [line]}
    )
    order = {"assessed_kw": 1, "baseline_kwh": 0, "metered_kwh": 0, "kind": "generation"}
    result = catalogue.evaluate("assessment/dispatch_order", 2026, order).to_json()
    told = result | {"warnings": ["発動指令が年13回あります"]}
    return {
        "resources": [{"resource": "R-1", "name": "北浜発電所1号機", "results": [told]}],
        "business": business.to_json(),
    } | changed


def test_the_total_of_the_business_comes_first_and_each_result_is_headed_by_its_resource() -> None:
    total, order = derivations(statement())
    assert (total.resource, order.resource) == (None, "R-1")
    assert order.heading == "北浜発電所1号機：発動指令への対応のアセスメント（1コマの未達成量）"
    assert order.lines()[0] == f"◆ {order.heading}"
    assert order.lines()[-1].endswith("注意: 発動指令が年13回あります")


def test_only_warnings_that_no_result_tells_are_remarks() -> None:
    kept = [
        "R-1 北浜発電所1号機: 発動指令が年13回あります",
        "R-1 北浜発電所1号機: 稼働抑制の計量値がないため、稼働抑制のペナルティなしで計算しました",
    ]
    assert remarks(statement(warnings=kept)) == kept[1:]
    assert remarks(statement()) == []
