"""An amount of a year by what each bore of the contribution: whole, explained beside the others, private."""

from helpdesk.settlement.yearly_shares import Burden, burdens, shared_out
from tests.helpdesk.contributing import YEAR, everywhere, figure

RULE, RESULT = "settlement/refund", ("refund_yen", "還元額")


def test_parts_come_to_the_amount_and_each_explains_itself_within_a_yen() -> None:
    of = [Burden(number, f"R{number:02}", 1_000 + 37 * number) for number in range(1, 30)]
    for amount in (0, 1, 14, 10_007, 123_456_789):
        parts = shared_out(RULE, RESULT, YEAR, amount, of, None, without={3})
        assert sum(part.yen for part in parts.values()) == amount
        assert 3 not in parts
        assert {part.rounding_yen for part in parts.values()} <= {-1, 0, 1}
        assert all(len(part.inputs["shares"]) == 2 for part in parts.values())
        assert parts[1].inputs["shares"][1]["business"] == "他の小売電気事業者（27者の合計）"


def test_a_burden_is_the_sum_of_the_months_of_a_year(retail, session) -> None:
    retail.share(session, [4, 5], everywhere({"R1": {}, "R2": {"contract_kw": "3"}}))
    assert burdens(session, YEAR) == []
    for month in (4, 5):
        retail.settle(session, "contribution", month)
    found = {each.code: each.yen for each in burdens(session, YEAR)}
    for code in ("R1", "R2"):
        months = [retail.newest(session, "contribution", month, code) for month in (4, 5)]
        assert found[code] == sum(int(figure(each, "contribution_yen")) for each in months)
