"""The surcharge of the others: the unpaid amount, whole; see also `test_proportional_sharing`."""

from calc_core.catalogue import evaluate


def test_the_others_bear_the_whole_unpaid_amount() -> None:
    shares = [{"business": f"R{number:04}", "ratio": number % 7 + 1} for number in range(1_000)]
    result = evaluate("settlement/uncollected_surcharge", 2026, {"amount_yen": 123_456_789, "shares": shares})
    assert result.value == 123_456_789
    assert max(result.values["surcharge_yen"].values()) <= 7 * 123_456_789 // 3_990 + 1


def test_nothing_unpaid_is_nothing_to_bear() -> None:
    inputs = {"amount_yen": 0, "shares": [{"business": "A", "ratio": 1}]}
    assert evaluate("settlement/uncollected_surcharge", 2026, inputs).values == {"surcharge_yen": {"A": 0}}
