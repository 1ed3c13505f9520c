"""Base files, corrections over them, and what is said when something is missing or damaged."""

from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from cases.history import Actor
from helpdesk.errors import Refused
from helpdesk.register import slot_files, slot_store
from helpdesk.register.errors import ResultPermanent, SlotFileUnusable, SlotsMissing
from helpdesk.register.models import SlotDay, SlotFile

OPERATOR = Actor(None, "佐藤 美咲")


def read(world, session, month=5, resource=1, kind="offered_kw"):
    return slot_store.read_month(session, world.slots, world.resource_ids[resource], 2026, month, kind)


def correct(world, session, now, values, on=date(2026, 5, 3), reason="停止計画の差替"):
    return slot_store.correct_day(
        session,
        resource_id=world.resource_ids[1],
        kind="offered_kw",
        on=on,
        values=values,
        reason=reason,
        by=OPERATOR,
        now=now,
    )


def test_a_month_reads_back_as_it_was_written(world) -> None:
    with world.database.read_session() as session:
        values = read(world, session)
        assert (values.shape, values.dtype) == ((31, 48), np.int32)
        assert values[0].tolist() == [405] * 24 + [1_000] * 24
        assert read(world, session, kind="multiplier")[:2, 0].tolist() == [5, 1]


def test_the_files_are_plain_npy_int32_of_resources_by_days_by_slots(world) -> None:
    with world.database.read_session() as session:
        row = session.scalars(select(SlotFile).where(SlotFile.month == "2026-04")).first()
        values = np.load(world.slots / row.sha256[:2] / row.sha256[2:4] / row.sha256)
    assert (values.shape, values.dtype.str) == ((2, 30, 48), "<i4")


def test_a_correction_lies_over_the_base_and_a_later_one_over_it(world, now: datetime) -> None:
    with world.database.write_session() as session:
        correct(world, session, now, [100] * 48)
        correct(world, session, now, [200] * 48)
    with world.database.read_session() as session:
        values = read(world, session)
        assert values[2].tolist() == [200] * 48
        assert values[3].tolist() == [405] * 24 + [1_000] * 24
        assert read(world, session, resource=0)[2].tolist() == [1_000] * 48
        assert [day.version for day in session.scalars(select(SlotDay).order_by(SlotDay.version))] == [1, 2]


def test_a_withdrawn_correction_lets_the_base_count_again(world, now: datetime) -> None:
    with world.database.write_session() as session:
        correct(world, session, now, [100] * 48)
        correct(world, session, now, None, reason="取消")
    with world.database.read_session() as session:
        assert read(world, session)[2].tolist() == [405] * 24 + [1_000] * 24


def test_chosen_sources_keep_meaning_what_they_meant_after_corrections(world, now: datetime) -> None:
    asked = {"resource_ids": world.resource_ids, "fiscal_year": 2026, "delivery_months": [5]}
    with world.database.write_session() as session:
        correct(world, session, now, [100] * 48)
        kept = [source.to_json() for source in slot_store.choose_sources(session, **asked)]
        correct(world, session, now, [200] * 48)
        shape = (2, 31, 48)
        slot_store.write_month(
            session,
            world.slots,
            fiscal_year=2026,
            delivery_month=5,
            kind="offered_kw",
            resource_ids=list(reversed(world.resource_ids)),
            values=np.full(shape, 7, dtype=np.int64),
            now=now,
        )
    with world.database.read_session() as session:
        sources = [slot_store.SlotSource.from_json(each) for each in kept]
        found = slot_store.read_sources(session, world.slots, sources, world.resource_ids)
        second = world.resource_ids[1]
        assert found[second, 5, "offered_kw"][2].tolist() == [100] * 48
        assert found[second, 5, "offered_kw"][0, 0] == 405
        assert read(world, session)[0, 0] == 7
        assert read(world, session)[2, 0] == 200


def test_writing_the_same_month_again_adds_no_version(world, now: datetime) -> None:
    with world.database.write_session() as session:
        before = session.scalars(select(SlotFile).where(SlotFile.month == "2026-06")).all()
        values = np.ones((2, 30, 48), dtype=np.int32)
        values[1, 0] = 5
        again = slot_store.write_month(
            session,
            world.slots,
            fiscal_year=2026,
            delivery_month=6,
            kind="multiplier",
            resource_ids=world.resource_ids,
            values=values,
            now=now,
        )
        assert again in before


def test_missing_months_are_all_named(world) -> None:
    with world.database.read_session() as session, pytest.raises(SlotsMissing) as refused:
        slot_store.choose_sources(
            session, resource_ids=[*world.resource_ids, 999], fiscal_year=2026, delivery_months=[6, 7]
        )
    assert "2026-06 の提供できる供給力の最大値（電源等 1 件）" in str(refused.value)
    assert "2026-07 の倍率（電源等 3 件）" in str(refused.value)


def test_a_damaged_file_is_refused_by_name(world) -> None:
    with world.database.read_session() as session:
        row = session.scalars(
            select(SlotFile).where(SlotFile.month == "2026-05", SlotFile.kind == "offered_kw")
        ).one()
        path = world.slots / row.sha256[:2] / row.sha256[2:4] / row.sha256
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
        with pytest.raises(SlotFileUnusable, match=r"内容が壊れています。バックアップから"):
            read(world, session)
        path.unlink()
        with pytest.raises(SlotFileUnusable, match=f"{row.sha256} がありません"):
            read(world, session)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.ones((2, 30, 48), dtype=np.int32), r"\(2, 31, 48\) にしてください"),
        (np.full((2, 31, 48), 0.5), "整数でない"),
        (np.full((2, 31, 48), -1), "範囲にない"),
        (np.full((2, 31, 48), 2**31), "範囲にない"),
    ],
)
def test_values_that_cannot_be_slots_are_refused(world, now: datetime, values, message: str) -> None:
    with world.database.write_session() as session, pytest.raises(Refused, match=message):
        slot_store.write_month(
            session,
            world.slots,
            fiscal_year=2026,
            delivery_month=5,
            kind="offered_kw",
            resource_ids=world.resource_ids,
            values=values,
            now=now,
        )


def test_a_correction_without_reason_for_an_unknown_resource_names_both_problems(
    world, now: datetime
) -> None:
    with world.database.write_session() as session, pytest.raises(Refused) as refused:
        slot_store.correct_day(
            session,
            resource_id=999,
            kind="multiplier",
            on=date(2026, 5, 3),
            values=[128] * 48,
            reason=" ",
            by=OPERATOR,
            now=now,
        )
    assert len(refused.value.problems) == 3


def test_corrections_and_files_can_be_neither_changed_nor_deleted(world, now: datetime) -> None:
    with world.database.write_session() as session:
        correct(world, session, now, [1] * 48)
    with pytest.raises(ResultPermanent), world.database.write_session() as session:
        session.scalars(select(SlotDay)).one().reason = "別の理由"
    with pytest.raises(ResultPermanent), world.database.write_session() as session:
        session.delete(session.scalars(select(SlotFile)).first())


@given(st.integers(0, 127), st.integers(1, 4))
def test_what_the_checks_accept_survives_the_file(tmp_path_factory, value: int, rows: int) -> None:
    folder = tmp_path_factory.mktemp("slots")
    values = np.full((rows, 2, 48), value, dtype=np.uint8)
    assert slot_files.check_values("月", "multiplier", values, values.shape) == []
    assert np.array_equal(slot_files.open_mapped(folder, slot_files.store(folder, values)), values)


def test_the_last_quarter_of_a_fiscal_year_lies_in_the_next_calendar_year() -> None:
    assert slot_store.first_day(2026, 3) == date(2027, 3, 1)
    assert slot_store.first_day(2026, 4) == date(2026, 4, 1)
