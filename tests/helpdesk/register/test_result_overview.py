from cases.history import Actor
from helpdesk.register.month_results import newest
from helpdesk.register.result_corrections import correct
from helpdesk.register.result_fixing import fix
from helpdesk.register.result_overview import outliers, overview
from tests.helpdesk.assessed import YEAR, month, record

ONE, OTHER = Actor(11, "佐藤 美咲"), Actor(12, "山本 大輔")


def test_a_year_is_counted_by_month_and_state_with_exact_sums(world, now) -> None:
    first, second = world.resource_ids
    with world.database.write_session() as session:
        record(
            session,
            [
                month(first, world.business_id, 4, penalty_total_yen="9007199254740993"),
                month(second, world.business_id, 4, penalty_total_yen="-2"),
                month(first, world.business_id, 5, coal_penalty_yen="7"),
            ],
            now=now,
        )
        april = newest(session, YEAR, delivery_month=4)
        made = correct(session, april[0], {"payment_yen": "1"}, reason="合意", by=ONE, now=now)
        fix(session, [made], by=OTHER, now=now)
        shown = overview(session, YEAR)
        assert [row.delivery_month for row in shown] == [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3]
        assert shown[0].by_state == {"computed": 1, "corrected": 0, "fixed": 1, "notified": 0}
        assert (shown[0].penalty_yen, shown[0].payment_yen) == (9007199254740991, 486001)
        assert (shown[1].results, shown[1].coal_penalty_yen, shown[2].results) == (1, 7, 0)
        assert shown[0].differs_from_fixed == 0
        record(session, [month(first, world.business_id, payment_yen="2")], now=now)
        april = overview(session, YEAR)[0]
    assert (april.differs_from_fixed, april.by_state["computed"]) == (1, 2)


def test_outliers_are_the_largest_exactly_and_never_nothing(world, now) -> None:
    first, second = world.resource_ids
    with world.database.write_session() as session:
        record(
            session,
            [
                month(first, world.business_id, 4, penalty_total_yen="5", shortfall_slots="10/3"),
                month(second, world.business_id, 4, penalty_total_yen="12", shortfall_slots="10/4"),
                month(second, world.business_id, 5, penalty_total_yen="90"),
            ],
            now=now,
        )
        record(
            session,
            [month(first, world.business_id, 4, penalty_total_yen="8")],
            now=now,
            scope={"resource": first},
        )
        found = outliers(session, YEAR, delivery_month=4)
        assert [(each.result.resource.code, each.value) for each in found.penalties] == [
            ("R-2", "12"),
            ("R-1", "8"),
        ]
        assert [(each.result.resource.code, each.value) for each in found.shortfalls] == [("R-2", "2.5")]
        assert [(each.result.version, each.before.version, each.value) for each in found.changes] == [
            (2, 1, "-3")
        ]
        assert [each.value for each in outliers(session, YEAR, limit=1).penalties] == ["90"]
        nothing = outliers(session, YEAR, delivery_month=6)
    assert (nothing.penalties, nothing.changes, nothing.shortfalls) == ([], [], [])
