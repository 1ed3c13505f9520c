"""What the months of a year came to so far: the newest statement, or what was found after its invoice."""

from helpdesk.settlement.billed_parts import last_figures, months_not_billed, of_areas
from tests.helpdesk.contributing import YEAR, bill_months, everywhere


def test_an_item_says_what_a_billed_month_comes_to_now(retail, session) -> None:
    retail.share(session, [4], everywhere({"R1": {}, "R2": {}}))
    retail.settle(session, "contribution", 4)
    bill_months(session, "contribution", [4])
    key = retail.businesses["R1"], 4
    before = last_figures(session, "contribution", YEAR)[key]
    retail.share(session, [4], everywhere({"R2": {"contract_kw": "0"}}), version=2)
    retail.settle(session, "contribution", 4)
    after = last_figures(session, "contribution", YEAR)[key]
    assert int(after["contribution_yen"]) > int(before["contribution_yen"])
    assert sum(yen for _, yen in of_areas(after, "month_yen")) == int(after["contribution_yen"])


def test_months_that_keep_a_year_open_are_named(retail, session) -> None:
    retail.share(session, [4, 5], everywhere({"R1": {}}))
    for month in (4, 5):
        retail.settle(session, "contribution", month)
    bill_months(session, "contribution", [4])
    missing, waiting = months_not_billed(session, "contribution", "容量拠出金", YEAR)
    assert missing.where == "2026年度 容量拠出金 " + "・".join(
        f"{month}月分" for month in (6, 7, 8, 9, 10, 11, 12, 1, 2, 3)
    )
    assert waiting.where == "2026年度 容量拠出金 5月分"
