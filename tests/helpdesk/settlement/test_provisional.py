"""The provisional year: by summer peaks, explained area by area, never invoiced and never settled later."""

import pytest

from helpdesk.errors import Refused
from helpdesk.settlement.derivation import explain
from helpdesk.settlement.provisional import compute_provisional
from tests.helpdesk.contributing import AREAS, YEAR, everywhere, figure

SHARES = everywhere(
    {
        "R1": {"peak_kw_summer": "1/3", "contract_kw": "1"},
        "R2": {"peak_kw_summer": "100.5"},
        "R3": {"peak_kw_summer": "", "substitute_kw": "20"},
    }
)


def test_years_and_remainder_come_to_the_retailers_totals(retail, session) -> None:
    retail.share(session, [4], SHARES)
    computed = compute_provisional(session, YEAR)
    billed = -sum(each.net_yen for each in computed.statements)
    assert billed == int(computed.totals["year_yen"])
    assert billed + int(computed.totals["remainder_yen"]) == int(computed.totals["retailers_total_yen"])
    retail.settle(session, "provisional")
    for code in ("R1", "R2", "R3"):
        statement = retail.newest(session, "provisional", 0, code)
        explained = explain(session, statement)
        assert explained.is_reproduced
        assert [part.area for part in explained.parts] == list(AREAS)
        assert int(figure(statement, "provisional_yen")) == -statement.total_yen
        assert "仮算定" in explained.parts[0].result.warnings[0]
    assert figure(retail.newest(session, "provisional", 0, "R3"), "area.東京.share_kw") == "20"
    assert retail.settle(session, "provisional").unchanged == 3


def test_one_retailer_is_computed_as_among_all(retail, session) -> None:
    retail.share(session, [4], SHARES)
    wanted = retail.businesses["R2"]
    [alone] = compute_provisional(session, YEAR, business_id=wanted).statements
    assert alone in compute_provisional(session, YEAR).statements


def test_missing_shares_and_peaks_are_named_at_once(retail, session) -> None:
    shares = {key: kw for key, kw in SHARES.items() if key[0] != "九州"}
    retail.share(session, [4], shares | {("東京", "R2"): {"peak_kw_summer": "0"}})
    with pytest.raises(Refused) as refused:
        compute_provisional(session, YEAR)
    places = [each.where for each in refused.value.problems]
    assert places == ["2026年度4月分 負担割合 東京", "2026年度4月分 負担割合 九州"]
