"""What changed and was not followed: whole months and single resources, covered by what was made from it since."""

from datetime import date

from helpdesk.register.input_marks import (
    RESULTS,
    SLOTS,
    mark_changed,
    mark_followed,
    months_between,
    months_with_slots,
    newest_mark,
    pending,
)
from helpdesk.register.models import Resource

YEAR = 2026


def test_what_is_followed_was_read_before_it_changed_again(world, now) -> None:
    with world.database.write_session() as session:
        assert newest_mark(session) == 0
        mark_changed(session, [(YEAR, 4), (YEAR, 5), (YEAR + 1, 4)], SLOTS, cause="outage_plans", now=now)
        seen = newest_mark(session)
        mark_changed(session, [(YEAR, 5)], SLOTS, cause="substitutions", now=now)
        mark_followed(session, [(YEAR, 4), (YEAR, 5)], SLOTS, seen_id=seen, now=now)
        [left] = pending(session, YEAR)[SLOTS]
        assert (left.delivery_month, left.causes, left.whole) == (5, ("substitutions",), True)
        assert [each.delivery_month for each in pending(session, YEAR + 1)[SLOTS]] == [4]
        mark_followed(session, [], SLOTS, seen_id=newest_mark(session), now=now)
        assert len(pending(session, YEAR)[SLOTS]) == 1


def test_a_resource_is_covered_by_a_run_of_its_own_of_its_business_and_of_all(world, now) -> None:
    first, second = world.resource_ids
    with world.database.write_session() as session:
        business_id = session.get_one(Resource, first).business_id
        for scope in ({"resource": first}, {"business": business_id}, {}):
            mark_changed(session, [(YEAR, 6)], RESULTS, cause="correction", now=now, resource_id=first)
            [left] = pending(session, YEAR)[RESULTS]
            assert (left.causes, left.whole) == (("correction",), False)
            seen = newest_mark(session)
            mark_followed(session, [(YEAR, 6)], RESULTS, seen_id=seen, now=now, scope={"resource": second})
            assert pending(session, YEAR)[RESULTS]
            mark_followed(session, [(YEAR, 6)], RESULTS, seen_id=seen, now=now, scope=scope)
            assert pending(session, YEAR)[RESULTS] == []
        mark_changed(session, [(YEAR, 6)], RESULTS, cause="contracts", now=now)
        seen = newest_mark(session)
        mark_followed(session, [(YEAR, 6)], RESULTS, seen_id=seen, now=now, scope={"resource": first})
        assert [each.whole for each in pending(session, YEAR)[RESULTS]] == [True]


def test_months_run_over_the_end_of_calendar_and_fiscal_years(world) -> None:
    months = months_between(date(2026, 12, 31), date(2027, 4, 1))
    assert months == [(2026, 12), (2026, 1), (2026, 2), (2026, 3), (2027, 4)]
    with world.database.read_session() as session:
        assert months_with_slots(session)[0] == (YEAR, 4)
