"""Cells laid over the base of a month, what is read back, and what a killed process leaves."""

import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import numpy as np
import pytest
from sqlalchemy import func, select

from cases.history import Actor
from helpdesk.errors import Refused
from helpdesk.fail_points import EXIT_STATUS
from helpdesk.register import slot_entries, slot_store
from helpdesk.register.models import NO_VALUE, SlotFile

MAY_3, MAY_4 = date(2026, 5, 3), date(2026, 5, 4)


@pytest.fixture
def lay(world, now: datetime):
    """Lay cells over, in a transaction of their own; resources by their place in the world."""

    def lay(values, kind="metered_wh", fiscal_year=2026):
        by_id = {world.resource_ids[at]: days for at, days in values.items()}
        with world.database.write_session() as session:
            return slot_entries.lay_over(
                session, world.slots, fiscal_year=fiscal_year, kind=kind, values=by_id, now=now
            )

    return lay


def read(world, kind="metered_wh", month=5, ids=None) -> np.ndarray:
    with world.database.read_session() as session:
        return slot_entries.read_submitted(
            session,
            world.slots,
            fiscal_year=2026,
            delivery_month=month,
            kind=kind,
            resource_ids=ids or world.resource_ids,
        )


def versions(world, kind="metered_wh") -> int:
    with world.database.read_session() as session:
        return session.scalar(select(func.count()).select_from(SlotFile).where(SlotFile.kind == kind))


def correct(world, now: datetime, values, kind="metered_wh", on=MAY_3) -> None:
    with world.database.write_session() as session:
        slot_store.correct_day(
            session,
            resource_id=world.resource_ids[1],
            kind=kind,
            on=on,
            values=values,
            reason="計量器の確認",
            by=Actor(None, "佐藤 美咲"),
            now=now,
        )


def test_what_was_submitted_is_there_and_everything_else_has_no_value(world, lay) -> None:
    laid = lay({1: {MAY_3: {1: 0, 48: 2**31 - 1}, MAY_4: [7] * 48}})
    assert (laid.new, laid.corrected, laid.known, list(laid.states.values())) == (50, 0, 0, ["new", "new"])
    values = read(world)
    assert (values.shape, values.dtype) == ((2, 31, 48), np.int32)
    assert values[1, 2, [0, 1, 47]].tolist() == [0, NO_VALUE, 2**31 - 1]
    assert values[1, 3].tolist() == [7] * 48
    assert (values != NO_VALUE).sum() == 50
    assert (read(world, month=6) == NO_VALUE).all()


def test_later_cells_change_only_what_they_say_and_append_resources(world, lay) -> None:
    lay({1: {MAY_3: [5] * 48}})
    laid = lay({1: {MAY_3: {1: 5, 2: 6}}, 0: {MAY_4: {10: 1}}})
    assert (laid.new, laid.corrected, laid.known) == (1, 1, 1)
    second, first = world.resource_ids[1], world.resource_ids[0]
    assert laid.states == {(second, MAY_3): "corrected", (first, MAY_4): "new"}
    [change] = laid.changes
    assert (change.resource_id, change.on, change.slot) == (world.resource_ids[1], MAY_3, 2)
    assert (change.before, change.after) == (5, 6)
    values = read(world)
    assert values[1, 2].tolist() == [5, 6, *[5] * 46]
    assert values[0, 3, 9] == 1
    backwards = read(world, ids=[world.resource_ids[1], 999, world.resource_ids[0]])
    assert np.array_equal(backwards[[0, 2]], values[[1, 0]])
    assert (backwards[1] == NO_VALUE).all()


def test_cells_that_are_known_make_no_further_version(world, lay) -> None:
    lay({1: {MAY_3: [5] * 48}})
    assert list(lay({1: {MAY_3: [5] * 48}}).states.values()) == ["known"]
    assert lay({0: {MAY_3: [NO_VALUE] * 48}}).known == 0
    assert versions(world) == 1
    taken_back = lay({1: {MAY_3: [5] * 47 + [NO_VALUE]}})
    assert (taken_back.corrected, taken_back.changes[0].after) == (1, NO_VALUE)
    assert versions(world) == 2


def test_cells_of_several_months_make_a_base_for_each(world, lay) -> None:
    lay({0: {date(2026, 12, 31): [1] * 48, date(2027, 1, 1): [2] * 48}})
    assert read(world, month=12)[0, 30, 0] == 1
    assert read(world, month=1)[0, 0, 0] == 2


def test_a_correction_by_a_person_stands_above_what_comes_in_later_and_is_told(world, lay, now) -> None:
    correct(world, now, [9] * 47 + [NO_VALUE])
    assert read(world)[1, 2].tolist() == [9] * 47 + [NO_VALUE]
    laid = lay({1: {MAY_3: [5] * 48, MAY_4: [5] * 48}})
    assert laid.hidden == ((world.resource_ids[1], MAY_3),)
    assert read(world)[1, 2].tolist() == [9] * 47 + [NO_VALUE]
    correct(world, now, None)
    assert read(world)[1, 2].tolist() == [5] * 48


def test_a_calculation_keeps_what_it_read_of_a_submitted_kind(world, lay, now) -> None:
    asked = {"resource_ids": world.resource_ids, "fiscal_year": 2026, "delivery_months": [5]}
    kept = []
    for value in (3, 4):
        with world.database.read_session() as session:
            kept.append(
                [each.to_json() for each in slot_store.choose_sources(session, kinds=["limit_kw"], **asked)]
            )
        lay({1: {MAY_3: [value] * 48}}, "limit_kw")
    with world.database.read_session() as session:
        nothing, first = (
            slot_store.read_sources(
                session,
                world.slots,
                [slot_store.SlotSource.from_json(each) for each in some],
                world.resource_ids,
            )
            for some in kept
        )
    second = world.resource_ids[1], 5, "limit_kw"
    assert (nothing[second] == NO_VALUE).all()
    assert nothing[second].shape == (31, 48)
    assert first[second][2].tolist() == [3] * 48
    assert (first[world.resource_ids[0], 5, "limit_kw"] == NO_VALUE).all()


def test_a_kind_that_every_slot_has_is_changed_but_never_left_with_gaps(world, lay, now) -> None:
    assert lay({1: {MAY_3: {1: 77}}}, "offered_kw").corrected == 1
    assert read(world, "offered_kw")[1, 2, :2].tolist() == [77, 405]
    with pytest.raises(Refused, match=r"2026-07 .*値のないコマがあります"):
        lay({1: {date(2026, 7, 1): [5] * 48}}, "offered_kw")
    with pytest.raises(Refused, match="範囲にない"):
        lay({1: {MAY_3: {1: NO_VALUE}}}, "offered_kw")
    with pytest.raises(Refused, match="範囲にない"):
        correct(world, now, [NO_VALUE] * 48, "offered_kw")


def test_everything_wrong_is_named_at_once_and_nothing_is_kept(world, lay, now) -> None:
    with world.database.write_session() as session, pytest.raises(Refused) as refused:
        slot_entries.lay_over(
            session,
            world.slots,
            fiscal_year=2026,
            kind="metered_wh",
            values={
                world.resource_ids[0]: {
                    date(2026, 3, 31): [1] * 48,
                    MAY_3: {0: 1},
                    MAY_4: [1] * 47,
                    date(2026, 5, 5): {1: 2**31, 2: -2},
                    date(2026, 5, 6): [0.5] * 48,
                    date(2026, 5, 7): {1: 1.0},
                },
                999: {MAY_3: {1: 1}},
            },
            now=now,
        )
    messages = [problem.message for problem in refused.value.problems]
    assert messages == [
        "コマは 1〜48 です",
        "48 コマではなく 47 コマあります",
        "整数でない値があります。整数で登録してください",
        "整数でない値があります。整数で登録してください",
        "0〜2,147,483,647 の範囲にない値があります",
        "電源等 999 は登録されていません",
        "2026年度の日ではありません",
    ]
    assert versions(world) == 0
    with pytest.raises(Refused, match="種類「wind」はありません"):
        lay({0: {MAY_3: [1] * 48}}, "wind")


def test_any_order_of_cells_reads_back_like_a_plain_table_of_them(world, lay) -> None:
    chance = random.Random(4)
    expected = np.full((2, 31, 48), NO_VALUE, dtype=np.int32)
    for _ in range(25):
        values: dict[int, dict] = {}
        for _ in range(chance.randint(1, 6)):
            at, day = chance.randrange(2), chance.randrange(31)
            cells = {slot: chance.randint(NO_VALUE, 3) for slot in chance.sample(range(1, 49), 20)}
            if chance.random() < 0.3:
                cells = [chance.randint(NO_VALUE, 3)] * 48
            values.setdefault(at, {})[date(2026, 5, day + 1)] = cells
        stood = expected.copy()
        for at, days in values.items():
            for on, cells in days.items():
                named = cells if isinstance(cells, dict) else dict(enumerate(cells, 1))
                for slot, value in named.items():
                    expected[at, on.day - 1, slot - 1] = value
        laid = lay(values)
        changed = stood != expected
        assert laid.new == (changed & (stood == NO_VALUE)).sum()
        assert laid.corrected == (changed & (stood != NO_VALUE)).sum()
        assert np.array_equal(read(world), expected)


def test_files_that_come_in_at_the_same_time_lose_no_cell(world, lay) -> None:
    days = [date(2026, 5, day) for day in range(1, 9)]
    with ThreadPoolExecutor(4) as four:
        list(four.map(lambda on: lay({on.day % 2: {on: [on.day] * 48}}), days))
    values = read(world)
    assert [int(values[on.day % 2, on.day - 1].sum()) for on in days] == [on.day * 48 for on in days]
    assert versions(world) == len(days)


_KILLED = """
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from helpdesk.database import Database, make_engine
from helpdesk.register.slot_entries import lay_over
url, slots, resource = sys.argv[1:]
with Database(make_engine(url)).write_session() as session:
    values = {int(resource): {date(2026, 5, 3): [5] * 48}}
    lay_over(session, Path(slots), fiscal_year=2026, kind="metered_wh", values=values, now=datetime.now(UTC))
"""


def test_killed_between_file_and_row_leaves_a_file_nobody_names_and_the_next_try_uses_it(world, lay) -> None:
    url = world.database.engine.url.render_as_string(hide_password=False)
    arguments = [sys.executable, "-c", _KILLED, url, str(world.slots), str(world.resource_ids[1])]
    environ = {**os.environ, "HELPDESK_FAIL_POINT": "slot_entries.file_kept"}
    before = set(world.slots.rglob("?" * 64))
    assert subprocess.run(arguments, env=environ, check=False).returncode == EXIT_STATUS
    [orphan] = set(world.slots.rglob("?" * 64)) - before
    assert versions(world) == 0
    assert (read(world) == NO_VALUE).all()
    assert lay({1: {MAY_3: [5] * 48}}).new == 48
    assert set(world.slots.rglob("?" * 64)) - before == {orphan}
    assert read(world)[1, 2].tolist() == [5] * 48
