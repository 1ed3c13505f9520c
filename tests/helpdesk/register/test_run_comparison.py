from datetime import timedelta

import pytest

from cases.history import Actor
from helpdesk.errors import Refused
from helpdesk.register.month_results import newest
from helpdesk.register.result_corrections import correct
from helpdesk.register.run_comparison import compare_runs
from tests.helpdesk.assessed import YEAR, month, record

pytestmark = pytest.mark.any_database

ONE = Actor(11, "佐藤 美咲")


def inputs(slots: str = "a", contract: str = "b") -> dict:
    return {"digests": {"slots": [slots], "contract": [contract], "events": ["c"]}}


def test_two_runs_differ_in_the_months_between_them_grouped_by_cause(world, now) -> None:
    first, second = world.resource_ids
    business = world.business_id
    with world.database.write_session() as session:
        one = record(
            session, [month(each, business, inputs=inputs()) for each in (first, second)], now=now
        ).run
        correct(session, newest(session, YEAR)[0], {"payment_yen": "1"}, reason="合意", by=ONE, now=now)
        record(
            session,
            [
                month(first, business, inputs=inputs("x"), penalty_total_yen="10"),
                month(second, business, inputs=inputs()),
            ],
            now=now,
        )
        last = record(
            session,
            [
                month(first, business, inputs=inputs("y"), penalty_total_yen="30"),
                month(second, business, inputs=inputs(contract="z"), payment_yen="486005"),
                month(second, business, 5, inputs=inputs()),
            ],
            now=now + timedelta(days=1),
            last_month=5,
            inputs={"configuration": {"penalty/caps": {"monthly_ratio": {"2026": "0.1"}}}},
        ).run
        found = compare_runs(session, last, one)
        assert [
            (each.after.resource_id, each.after.delivery_month, each.causes) for each in found.changed
        ] == [
            (first, 4, ("slots", "parameters")),
            (second, 4, ("contract", "parameters")),
            (second, 5, ()),
        ]
        assert found.changed[0].before.version == 1
        assert [line.difference for line in found.changed[0].differing] == ["30"]
        assert {line.key: line.difference for line in found.sums if line.differs} == {
            "penalty_total_yen": "30",
            "payment_yen": "486005",
            "contract_amount_yen": "5832000",
        }
        assert [
            (group.label, group.months, group.penalty_yen, group.payment_yen) for group in found.groups
        ] == [
            ("コマ別データ・設定値", 1, 30, 0),
            ("契約・設定値", 1, 0, 5),
            ("初めての算定", 1, 0, 486000),
        ]
        assert [cause.kind for cause in found.of_runs] == ["parameters"]
        same = compare_runs(session, last, last)
        assert (same.changed, same.groups, {line.differs for line in same.sums}) == ([], [], {False})
        other = record(session, [month(first, business)], now=now, fiscal_year=YEAR + 1).run
        with pytest.raises(Refused, match="年度の異なる"):
            compare_runs(session, one, other)
