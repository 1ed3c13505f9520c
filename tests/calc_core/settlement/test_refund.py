"""The refund: the pool, whole; see also `test_proportional_sharing`."""

from calc_core.catalogue import evaluate


def test_the_pool_is_given_back_to_the_last_yen() -> None:
    shares = [{"business": f"R{number}", "ratio": f"{number}/7"} for number in range(1, 8)]
    result = evaluate("settlement/refund", 2026, {"amount_yen": 100, "shares": shares})
    assert result.value == 100
    assert (result.unit, result.to_json()["value"]) == ("yen", "100")
