"""A statement is computed, kept with everything it came from, and computes again to the same figures."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from cases.history import Actor, read_stream
from helpdesk.errors import NotFound, Refused
from helpdesk.register import runs, slot_store
from helpdesk.register.errors import ResultPermanent, SlotsMissing
from helpdesk.register.models import CalculationRun, Contract

OPERATOR = Actor(7, "佐藤 美咲")


def run(world, session, now, month=5, **more):
    return runs.run_statement(
        session,
        business_id=more.pop("business_id", world.business_id),
        fiscal_year=more.pop("fiscal_year", 2026),
        delivery_month=month,
        slots_folder=world.slots,
        by=OPERATOR,
        now=now,
        **more,
    )


def figure(computed: CalculationRun, key: str) -> str:
    return {each[0]: each[3] for each in computed.figures}[key]


def correct_may(world, session, now) -> None:
    slot_store.correct_day(
        session,
        resource_id=world.resource_ids[1],
        kind="offered_kw",
        on=date(2026, 5, 2),
        values=[1_000] * 48,
        reason="停止計画の差替",
        by=OPERATOR,
        now=now,
    )


def test_shortfall_slots_are_those_of_the_slots_registered(world, now: datetime) -> None:
    with world.database.write_session() as session:
        computed = run(world, session, now)
        # 24 slots a day lack 1,000 − 405 kW; the first day of the month counts five times
        assert figure(computed, "resource.R-2.shortfall_slots") == "499.8"
        assert figure(computed, "resource.R-1.shortfall_slots") == "0"
        # April: 24 slots a day lack 596 kW, 30 days of which one counts five times
        assert figure(computed, "resource.R-2.cumulative_slots") == "986.136"
        assert figure(computed, "resource.R-1.payment_yen") == "486000"


def test_the_same_inputs_give_the_same_figures_and_digests(world, now: datetime) -> None:
    with world.database.write_session() as session:
        first, second = run(world, session, now), run(world, session, now)
        assert first.id != second.id
        assert (first.figures, first.digest) == (second.figures, second.digest)
        assert first.inputs_digest == second.inputs_digest


def test_a_run_is_kept_whole_and_intact(world, now: datetime) -> None:
    with world.database.write_session() as session:
        run_id = run(world, session, now).id
    with world.database.read_session() as session:
        kept = session.get_one(CalculationRun, run_id)
        assert runs.is_intact(kept)
        assert kept.result["figures"] == kept.figures
        assert (kept.created_by_name, kept.created_at) == ("佐藤 美咲", now)
        assert [source["delivery_month"] for source in kept.inputs["slot_sources"]] == [4, 4, 5, 5]
        [event] = read_stream(session, f"run:{run_id}")
        assert (event.kind, kept.digest in event.content) == ("run_recorded", True)


def test_a_run_repeats_as_it_was_although_slots_and_contract_have_changed_since(world, now: datetime) -> None:
    with world.database.write_session() as session:
        before = run(world, session, now)
        correct_may(world, session, now)
        contract = session.scalars(
            select(Contract).where(Contract.resource_id == world.resource_ids[0])
        ).one()
        contract.price_yen_per_kw = 6_000
        session.flush()
        after = run(world, session, now)
        assert figure(after, "resource.R-2.shortfall_slots") == "485.52"
        assert figure(after, "resource.R-1.payment_yen") == "500000"
        for each in (before, after):
            repeated = runs.repeat(session, each, slots_folder=world.slots)
            assert (repeated.equal, repeated.differences) == (True, [])
            assert repeated.code_version == each.code_version


def test_a_repetition_that_differs_says_in_what(world, now: datetime) -> None:
    with world.database.write_session() as session:
        kept = run(world, session, now)
        told = CalculationRun(
            inputs=kept.inputs,
            parameters={},
            changes=[],
            result=kept.result,
            figures=[[*each[:3], "1"] if each[0] == "total_yen" else each for each in kept.figures],
        )
        repeated = runs.repeat(session, told, slots_folder=world.slots)
        assert not repeated.equal
        assert [difference[1:] for difference in repeated.differences] == [("1", "1069200")]


def test_a_what_if_changes_one_computation_and_nothing_registered(world, now: datetime) -> None:
    change = {"kind": "offered_kw", "resource": "R-2", "first_date": "2026-05-02", "value": "1,000"}
    with world.database.write_session() as session:
        plain = run(world, session, now)
        tried = run(world, session, now, kind="what_if", overrides=[change], based_on=plain)
        assert figure(tried, "resource.R-2.shortfall_slots") == "485.52"
        assert tried.based_on_run_id == plain.id
        assert [each["text"] for each in tried.changes] == [
            "北浜発電所2号機: 2026-05-02 コマ 1〜48の提供できる供給力の最大値を 405 kW〜1,000 kW から 1,000 kW に"
        ]
        assert runs.repeat(session, tried, slots_folder=world.slots).equal
        assert run(world, session, now).figures == plain.figures


def test_changes_need_a_what_if_run(world, now: datetime) -> None:
    change = {"kind": "contract_kw", "resource": "R-2", "value": 900}
    with world.database.write_session() as session:
        with pytest.raises(Refused, match="what_if"):
            run(world, session, now, overrides=[change])
        with pytest.raises(Refused, match="計算できません"):
            run(world, session, now, kind="rule")


def test_what_cannot_be_computed_is_refused_in_words_and_leaves_nothing(world, now: datetime) -> None:
    with world.database.write_session() as session:
        with pytest.raises(NotFound, match="事業者 999"):
            run(world, session, now, business_id=999)
        with pytest.raises(Refused, match="2030 年度の契約が登録されていません"):
            run(world, session, now, fiscal_year=2030)
        with pytest.raises(Refused, match="「13」は月ではありません"):
            run(world, session, now, month=13)
        with pytest.raises(SlotsMissing, match="2026-07"):
            run(world, session, now, month=7)
        assert session.scalars(select(CalculationRun)).all() == []


def test_a_kept_run_can_be_neither_changed_nor_deleted(world, now: datetime) -> None:
    with world.database.write_session() as session:
        run_id = run(world, session, now).id
    with pytest.raises(ResultPermanent, match="変更できません"), world.database.write_session() as session:
        session.get_one(CalculationRun, run_id).digest = "0" * 64
    with pytest.raises(ResultPermanent, match="削除できません"), world.database.write_session() as session:
        session.delete(session.get_one(CalculationRun, run_id))
