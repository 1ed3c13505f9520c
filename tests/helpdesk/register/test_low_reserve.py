"""When a slot counts as low: the window of publications that decide, the first of them, and files above the feed."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from alerts.feeds.files import read_file
from calc_core.slots import JAPAN, slot_start
from helpdesk.database import Database
from helpdesk.register.low_reserve import (
    decisions_of_day,
    derive_from_feed,
    low_reserve_mask,
    low_reserve_slots,
    rows_in_force,
)
from helpdesk.register.models import LowReserveSlot
from tests.alerts.published import DAY, determination
from tests.alerts.recorded_days import TWO_DAYS
from tests.alerts.recording_of import record_all

SLOT = 34  # 16:30 to 17:00
TOKYO = "東京"


def derive(database: Database, now: datetime, day: date = DAY) -> list[LowReserveSlot]:
    with database.write_session() as session:
        return derive_from_feed(session, day, now=now)


def low_slots(database: Database) -> list[int]:
    with database.read_session() as session:
        found = low_reserve_slots(session, first=DAY, last=DAY)
    return sorted(found.get(TOKYO, {}).get(DAY, ()))


@pytest.mark.parametrize(
    ("stamp", "margin", "is_low"),
    [
        ("2026-07-21 17:29", 700, False),  # before the day-ahead publication
        ("2026-07-21 17:30", 700, True),
        ("2026-07-22 16:29", 700, True),
        ("2026-07-22 16:30", 700, False),  # the slot has begun
        ("2026-07-22 08:59", 800, False),  # 8 % is not below 8 %
        ("2026-07-22 08:59", 799, True),
        ("2026-07-22 08:59", None, False),
    ],
)
def test_only_what_is_published_between_the_evening_before_and_the_slot_decides(
    database, now, stamp, margin, is_low
) -> None:
    record_all(database, [determination(stamp, {(SLOT, TOKYO): margin})])
    assert [row.slot for row in derive(database, now)] == ([SLOT] if is_low else [])
    assert low_slots(database) == ([SLOT] if is_low else [])


def test_once_low_a_slot_stays_low_and_every_value_is_shown_with_the_one_that_decided(database, now) -> None:
    stamps = {
        "2026-07-21 12:00": 600,
        "2026-07-21 17:40": 900,
        "2026-07-22 08:59": 740,
        "2026-07-22 09:29": 710,
        "2026-07-22 10:29": 1200,
        "2026-07-22 16:59": 500,
    }
    record_all(database, [determination(stamp, {(SLOT, TOKYO): margin}) for stamp, margin in stamps.items()])
    [row] = derive(database, now)
    assert (row.area, row.slot, row.margin_hundredths, row.origin) == (TOKYO, SLOT, 740, "feed")
    assert row.decided_at == datetime(2026, 7, 22, 8, 59, tzinfo=JAPAN)
    assert derive(database, now) == []
    with database.read_session() as session:
        decided = next(each for each in decisions_of_day(session, DAY, [TOKYO]) if each.slot == SLOT)
    assert [(each.margin_hundredths, each.counts) for each in decided.values] == [
        (600, False),
        (900, True),
        (740, True),
        (710, True),
        (1200, True),
        (500, False),
    ]
    assert decided.decided_by is not None
    assert decided.decided_by.publication_id == row.publication_id


def test_what_a_file_says_stands_above_the_feed_also_where_it_takes_a_slot_away(database, now) -> None:
    record_all(database, [determination("2026-07-22 08:59", {(SLOT, TOKYO): 700, (35, TOKYO): 700})])
    told = {"area": TOKYO, "date": DAY, "origin": "file", "recorded_at": now}
    with database.write_session() as session:
        session.add(LowReserveSlot(slot=SLOT, version=1, withdrawn=True, **told))
        session.add(LowReserveSlot(slot=36, version=1, **told))
    assert [row.slot for row in derive(database, now)] == [35]
    assert low_slots(database) == [35, 36]
    with database.write_session() as session:
        session.add(LowReserveSlot(slot=35, version=2, withdrawn=True, **told))
    assert derive(database, now) == []
    assert low_slots(database) == [36]


def test_a_drill_that_is_played_again_decides_nothing(database, now) -> None:
    drill = replace(determination("2026-07-22 08:59", {(SLOT, TOKYO): 700}), source="replay-1")
    record_all(database, [drill])
    assert derive(database, now) == []


@pytest.mark.any_database
def test_the_tight_day_as_it_was_published(database, now) -> None:
    """By the day's last state 65 slots are below 8 % (worked example P5); by the rule 108 are.

    Three of the 65 fell below only in the publication of 18:29, when they had begun; 46 others were below in an
    earlier one that came in time, and rose again.
    """
    published = [each for each in read_file(TWO_DAYS.read_bytes(), "") if DAY in each.days]
    record_all(database, published)
    with database.read_session() as session:
        decisions = {(each.area, each.slot): each for each in decisions_of_day(session, DAY)}
    at_last = {key for key, each in decisions.items() if each.values[-1].is_low}
    by_rule = {(row.area, row.slot) for row in derive(database, now)}
    late = at_last - by_rule
    assert (len(at_last), len(by_rule), len(late), len(by_rule - at_last)) == (65, 108, 3, 46)
    last = published[-1].published_at
    assert all(slot_start(DAY, slot) <= last for _, slot in late)
    assert not any(value.counts and value.is_low for key in late for value in decisions[key].values)


def test_the_slots_of_an_area_as_a_table_of_days(database, now) -> None:
    told = {"area": TOKYO, "version": 1, "origin": "file", "recorded_at": now}
    with database.write_session() as session:
        session.add(LowReserveSlot(date=DAY, slot=1, **told))
        session.add(LowReserveSlot(date=DAY + timedelta(days=1), slot=48, **told))
    days = [DAY, DAY + timedelta(days=1)]
    with database.read_session() as session:
        found = low_reserve_slots(session, first=days[0], last=days[1], areas=[TOKYO])
        assert rows_in_force(session, first=DAY, last=DAY)[TOKYO][DAY][1].origin == "file"
        assert low_reserve_slots(session, first=DAY, last=DAY, areas=["関西"]) == {}
    mask = low_reserve_mask(found[TOKYO], days)
    assert np.argwhere(mask).tolist() == [[0, 0], [1, 47]]
