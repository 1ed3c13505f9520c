from datetime import date, timedelta

import numpy as np
import pytest

from cases.history import Actor
from helpdesk.register.month_results import versions
from helpdesk.register.slot_changes import slot_changes
from helpdesk.register.slot_store import choose_sources, correct_day, write_month
from tests.helpdesk.assessed import YEAR, month, record

pytestmark = pytest.mark.any_database

ONE = Actor(11, "佐藤 美咲")


class Computing:
    """Runs over two resources of which the second one's April is looked at; each is a day after the one before."""

    def __init__(self, session, world, now) -> None:
        self.session, self.world, self.now, self.number = session, world, now, 0

    def run(self) -> None:
        """Compute from what is registered now; the figures are others each time."""
        self.number += 1
        self.now += timedelta(days=1)
        found = choose_sources(
            self.session, resource_ids=self.world.resource_ids, fiscal_year=YEAR, delivery_months=[4]
        )
        computed = month(
            self.world.resource_ids[1],
            self.world.business_id,
            inputs={"digests": {"slots": [str(self.number)]}},
            shortfall_slots=str(self.number),
        )
        kept = {"slot_sources": [source.to_json() for source in found]}
        record(self.session, [computed], now=self.now, inputs=kept)

    def correct(self, values: list[int] | None, reason: str, *, at: int = 1, day: int = 2) -> None:
        correct_day(
            self.session,
            resource_id=self.world.resource_ids[at],
            kind="offered_kw",
            on=date(2026, 4, day),
            values=values,
            reason=reason,
            by=ONE,
            now=self.now,
        )

    def told(self) -> list[str]:
        """What changed between the last two."""
        new, old, *_ = versions(self.session, self.world.resource_ids[1], YEAR, 4)
        return slot_changes(self.session, old, new)


def test_a_correction_its_change_and_its_withdrawal_are_told_in_turn(world, now) -> None:
    with world.database.write_session() as session:
        computing = Computing(session, world, now)
        computing.run()
        computing.correct([900] * 48, "計量の誤り", at=0)
        computing.correct([800] * 48, "計量の誤り")
        computing.run()
        assert computing.told() == ["2026-04-02 の提供できる供給力の最大値: 訂正（計量の誤り、佐藤 美咲）"]
        computing.correct([700] * 48, "再計量")
        computing.run()
        assert computing.told() == ["2026-04-02 の提供できる供給力の最大値: 訂正（再計量、佐藤 美咲）"]
        computing.correct(None, "計量は正しい")
        computing.run()
        assert computing.told() == [
            "2026-04-02 の提供できる供給力の最大値: 訂正の取消（計量は正しい、佐藤 美咲）"
        ]


def test_the_same_correction_of_successive_days_is_told_once(world, now) -> None:
    with world.database.write_session() as session:
        computing = Computing(session, world, now)
        computing.run()
        for day, reason in ((2, "差替"), (3, "差替"), (4, "計量の誤り"), (5, "差替"), (6, "差替")):
            computing.correct([800] * 48, reason, day=day)
        computing.run()
        assert computing.told() == [
            "2026-04-02〜2026-04-03 の提供できる供給力の最大値: 訂正（差替、佐藤 美咲）",
            "2026-04-04 の提供できる供給力の最大値: 訂正（計量の誤り、佐藤 美咲）",
            "2026-04-05〜2026-04-06 の提供できる供給力の最大値: 訂正（差替、佐藤 美咲）",
        ]


def test_a_new_base_file_is_told_by_its_version(world, now) -> None:
    with world.database.write_session() as session:
        computing = Computing(session, world, now)
        computing.run()
        write_month(
            session,
            world.slots,
            fiscal_year=YEAR,
            delivery_month=4,
            kind="multiplier",
            resource_ids=world.resource_ids,
            values=np.ones((2, 30, 48), dtype=np.int32),
            now=now,
        )
        computing.run()
        assert computing.told() == ["4月分の倍率: 登録されたデータが 第1版 → 第2版"]
        new, *_ = versions(session, world.resource_ids[1], YEAR, 4)
        assert slot_changes(session, new, new) == []
