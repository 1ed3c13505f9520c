"""Rows beside what is recorded: new, known or the next version; the highest version is what they are compared with."""

from datetime import UTC, date, datetime

from sqlalchemy import event, select

from helpdesk.register.models import LowReserveSlot
from helpdesk.register.versions import Recorded, record_versions

NOW = datetime(2026, 6, 30, 1, 0, tzinfo=UTC)
KEY = ("area", "date", "slot")


def row(slot: int, *, area: str = "関西", on: date = date(2026, 5, 1), margin: int | None = 750) -> dict:
    return {
        "area": area,
        "date": on,
        "slot": slot,
        "origin": "file",
        "margin_hundredths": margin,
        "decided_at": datetime(2026, 4, 30, 8, 30, tzinfo=UTC),
        "withdrawn": False,
    }


def keep(desk, *rows: dict) -> Recorded:
    with desk.database.write_session() as session:
        return record_versions(session, LowReserveSlot, rows, key=KEY, file_id=None, now=NOW)


def test_the_same_values_are_known_and_others_become_the_next_version(desk) -> None:
    assert keep(desk, row(30), row(31)).states == ["new", "new"]
    again = keep(desk, row(30), row(31, margin=700), row(31, area="九州"))
    assert again.states == ["known", "corrected", "new"]
    assert (again.new, again.corrected, again.known) == (1, 1, 1)
    assert again.before[1]["margin_hundredths"] == 750
    back = keep(desk, row(31))
    assert back.states == ["corrected"]
    with desk.database.read_session() as session:
        found = session.scalars(
            select(LowReserveSlot)
            .where(LowReserveSlot.slot == 31, LowReserveSlot.area == "関西")
            .order_by(LowReserveSlot.version)
        ).all()
        assert [(each.version, each.margin_hundredths) for each in found] == [(1, 750), (2, 700), (3, 750)]
        assert found[0].recorded_at == NOW


def test_a_row_that_comes_twice_at_once_is_compared_with_the_first(desk) -> None:
    assert keep(desk, row(30), row(30), row(30, margin=None)).states == ["new", "known", "corrected"]


def test_one_query_and_one_write_whatever_the_number_of_rows(desk) -> None:
    statements: list[str] = []
    event.listen(desk.database.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    keep(desk, *(row(slot, on=date(2026, 5, day)) for day in range(1, 8) for slot in range(1, 49)))
    assert len([each for each in statements if "helpdesk_low_reserve_slot" in each]) == 2
    assert keep(desk).states == []
