"""Which inputs have come, by resource and day, corrections included."""

from datetime import date, datetime

from cases.history import Actor
from helpdesk.register.models import NO_VALUE
from helpdesk.register.slot_coverage import coverage
from helpdesk.register.slot_entries import lay_over
from helpdesk.register.slot_store import correct_day


def test_a_month_tells_what_is_complete_partly_there_or_missing(world, now: datetime) -> None:
    first, second = world.resource_ids
    june = [date(2026, 6, day) for day in range(1, 31)]
    with world.database.write_session() as session:
        values = {first: {day: [1] * 48 for day in june}, second: {june[0]: [1] * 48, june[1]: {5: 0}}}
        lay_over(session, world.slots, fiscal_year=2026, kind="metered_wh", values=values, now=now)
    with world.database.read_session() as session:
        months = coverage(session, world.slots, fiscal_year=2026, kind="metered_wh")
    assert [month.delivery_month for month in months] == [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3]
    found = months[2]
    assert found.complete(world.resource_ids) == [first]
    assert found.partial(world.resource_ids) == [second]
    assert found.missing([first, second, 999]) == [999]
    assert found.missing_days(second) == june[1:]
    assert found.slots_of_day[second][:3].tolist() == [48, 1, 0]
    assert months[1].missing(world.resource_ids) == world.resource_ids
    assert len(months[1].missing_days(first)) == 31


def test_a_correction_fills_or_empties_a_day(world, now: datetime) -> None:
    first, second = world.resource_ids
    with world.database.write_session() as session:
        values = {first: {date(2026, 5, 1): [1] * 48}}
        lay_over(session, world.slots, fiscal_year=2026, kind="limit_kw", values=values, now=now)
        for resource_id, cells in ((first, [NO_VALUE] * 48), (second, [1] * 48)):
            correct_day(
                session,
                resource_id=resource_id,
                kind="limit_kw",
                on=date(2026, 5, 1),
                values=cells,
                reason="確認",
                by=Actor(None, "佐藤 美咲"),
                now=now,
            )
    with world.database.read_session() as session:
        may = coverage(session, world.slots, fiscal_year=2026, kind="limit_kw")[1]
    assert may.missing([first, second]) == [first]
    assert may.slots_of_day[second][0] == 48
