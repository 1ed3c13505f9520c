"""The refund pool: receipts less repayments; below nothing it warns."""

import pytest

from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused

RULE = "settlement/refund_pool"


def test_more_repaid_than_received_is_pointed_out() -> None:
    assert "負" in evaluate(RULE, 2026, {"penalty_receipts_yen": 1, "repayments_yen": 3}).warnings[0]
    assert evaluate(RULE, 2026, {"penalty_receipts_yen": 3, "repayments_yen": 3}).warnings == ()


def test_negative_receipts_and_repayments_are_refused() -> None:
    with pytest.raises(InputRefused) as caught:
        evaluate(RULE, 2026, {"penalty_receipts_yen": -1, "repayments_yen": -1})
    assert [problem.where for problem in caught.value.problems] == ["penalty_receipts_yen", "repayments_yen"]
