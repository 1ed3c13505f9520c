"""Which parameter set counts, and how it is taken apart."""

from helpdesk.register.models import ParameterSet
from helpdesk.register.parameter_sets import InForce, parameters_in_force

CONTENT = """
["penalty/market_offer"]
tight_hours = {2026 = "30", source = "試行"}
["penalty/caps"]
monthly_ratio = {2026 = 0.18}

[[multiplier_conditions]]
label = "前日17時まで"
submitted_days_before = 1
submitted_until = "17:00"
multiplier = 1

[[multiplier_conditions]]
label = "その他"
multiplier = 5
"""


def test_without_a_set_in_force_nothing_is_configured(database) -> None:
    with database.read_session() as session:
        assert parameters_in_force(session) == InForce({}, [], None)


def test_the_highest_version_in_force_counts_with_its_numbers_as_they_are_written(database, now) -> None:
    told = {"reason": "試行", "proposed_at": now, "proposed_by_name": "佐藤 美咲"}
    rows = [
        ParameterSet(version=1, content='["penalty/caps"]', state="in_force", **told),
        ParameterSet(version=2, content=CONTENT, state="in_force", **told),
        ParameterSet(version=3, content="a = 1", state="proposed", **told),
        ParameterSet(version=4, content="a = 2", state="rejected", **told),
    ]
    with database.write_session() as session:
        session.add_all(rows)
    with database.read_session() as session:
        found = parameters_in_force(session)
    assert found.parameter_set_id == rows[1].id
    assert found.configuration == {
        "penalty/market_offer": {"tight_hours": {"2026": "30", "source": "試行"}},
        "penalty/caps": {"monthly_ratio": {"2026": "0.18"}},
    }
    assert [each["multiplier"] for each in found.multiplier_conditions] == [1, 5]
