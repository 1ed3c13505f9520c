"""Accepted claims in the register: the same effect as the what-if that was decided on, each day once."""

from datetime import date, datetime

import numpy as np
import pytest
from sqlalchemy import select

from cases.history import SYSTEM
from helpdesk.errors import Refused
from helpdesk.register.claims import apply_claims
from helpdesk.register.corrections import correct_register, issue_next_version
from helpdesk.register.models import Contract, NotifiedResult, SlotDay
from helpdesk.register.runs import gather_for

CLAIMS = (
    {
        "kind": "offered_kw",
        "resource": "R-2",
        "value": "900",
        "first_date": "2026-04-30",
        "last_date": "2026-05-02",
    },
    {"kind": "offered_kw", "resource": "R-2", "value": "700", "first_date": "2026-05-02", "last_slot": "3"},
    {"kind": "price_yen_per_kw", "resource": "R-1", "value": "6000"},
)


@pytest.fixture
def notice(world) -> NotifiedResult:
    with world.database.write_session() as session:
        made = NotifiedResult(
            business_id=world.business_id,
            fiscal_year=2026,
            delivery_month=5,
            version=1,
            figures=[["total_yen", "合計", "yen", "1"]],
            notified_on=date(2026, 6, 15),
            document_number="交付額通知書 第2026-05-0001号",
        )
        session.add(made)
    return made


def correct(world, notice, claims, now: datetime, reason: str = "異議申立ての決定"):
    with world.database.write_session() as session:
        return correct_register(session, world.slots, notice, claims, reason=reason, by=SYSTEM, now=now)


def test_overlapping_claims_are_written_as_they_were_computed(world, notice, now: datetime) -> None:
    with world.database.read_session() as session:
        foreseen = gather_for(session, world.slots, notice)
        apply_claims(foreseen, CLAIMS)
    done = correct(world, notice, CLAIMS, now)
    assert done.days == [["R-2", "offered_kw", day, 1] for day in ("2026-04-30", "2026-05-01", "2026-05-02")]
    assert done.contract_values == [
        {"resource": "R-1", "kind": "price_yen_per_kw", "before": 5_832, "after": 6_000}
    ]
    with world.database.read_session() as session:
        registered = gather_for(session, world.slots, notice)
        assert {each.reason for each in session.scalars(select(SlotDay))} == {"異議申立ての決定"}
        assert session.scalar(select(Contract.price_yen_per_kw).order_by(Contract.id).limit(1)) == 6_000
    for before, after in zip(foreseen.resources, registered.resources, strict=True):
        assert before.contract == after.contract
        for key, values in before.slots.items():
            assert np.array_equal(values, after.slots[key])


def test_claims_that_do_not_fit_change_nothing(world, notice, now: datetime) -> None:
    with pytest.raises(Refused):
        correct(world, notice, [*CLAIMS, {**CLAIMS[0], "value": "1001"}], now)
    with world.database.read_session() as session:
        assert session.scalars(select(SlotDay)).all() == []


def test_versions_are_counted_on_and_named_after_the_first(world, notice) -> None:
    with world.database.write_session() as session:
        second = issue_next_version(session, notice, notice.figures, reason="訂正", on=date(2026, 7, 7))
        third = issue_next_version(session, second, second.figures, reason="訂正", on=date(2026, 7, 8))
    assert [each.document_number for each in (second, third)] == [
        "交付額通知書 第2026-05-0001号（第2版）",
        "交付額通知書 第2026-05-0001号（第3版）",
    ]
    assert (second.version, third.version, third.notified_on) == (2, 3, date(2026, 7, 8))
