"""Inputs of contributions as the rules take them: last versions, kW that are not there, substitutes."""

from datetime import datetime

from helpdesk.database import Database
from helpdesk.register.contribution_inputs import area_inputs, retailers_by_area
from helpdesk.register.models import AreaDemand
from tests.helpdesk.contributing import AREAS, YEAR, build_retail


def test_the_last_version_counts_and_an_empty_substitute_is_absent(database: Database, now: datetime) -> None:
    with database.write_session() as session:
        retail = build_retail(session, now=now)
        new = {"peak_kw_summer": "", "contract_kw_at_peak": "", "contract_kw": "", "substitute_kw": "1/3"}
        retail.share(session, [4], {("東京", "R2"): {}, ("東京", "R1"): new, ("九州", "R3"): {}})
        retail.share(session, [4], {("九州", "R3"): {"contract_kw": "1"}}, version=2)
        of = {"fiscal_year": YEAR, "area": "九州", "recorded_at": now, "version": 2}
        session.add(AreaDemand(h3_demand_kw=1, transitional_deduction_yen=2, **of))
        session.flush()
        found = retailers_by_area(session, YEAR, 4)
        assert [each.code for each in found["東京"]] == ["R1", "R2"]
        assert found["東京"][0].kw == {
            "peak_kw_summer": "0",
            "peak_kw_winter": "90",
            "contract_kw_at_peak": "0",
            "contract_kw": "0",
            "substitute_kw": "1/3",
        }
        assert "substitute_kw" not in found["東京"][1].kw
        assert found["九州"][0].kw["contract_kw"] == "1"
        assert retailers_by_area(session, YEAR, 5) == {}
        inputs = area_inputs(session, YEAR)
        assert {row["area"] for row in inputs["auction"]} == set(AREAS)
        [kyushu] = [row for row in inputs["areas"] if row["area"] == "九州"]
        assert (kyushu["h3_demand_kw"], kyushu["transitional_deduction_yen"]) == (1, 2)
