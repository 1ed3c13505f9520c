"""Low-reserve slots on a page: in which spans, decided by what, and what came too late to count."""

import pytest
from sqlalchemy import select

from helpdesk.register.low_reserve import derive_from_feed
from helpdesk.register.models import LowReserveSlot
from tests.alerts.published import DAY, determination
from tests.alerts.recording_of import record_all
from tests.helpdesk.browser import said
from tests.helpdesk.test_views import statements
from tests.world import World

PATH = "/assessment/low-reserve"
ONE_DAY = f"{PATH}?from={DAY}&to={DAY}"
TOKYO = "東京"


@pytest.fixture
def low(world: World, now) -> None:
    """Slots 34 and 35 of a day are low by the feed, slot 12 only after it had begun, slot 40 by a row of a file."""
    database = world.desk.database
    published = {
        "2026-07-22 08:59": {(34, TOKYO): 740, (35, TOKYO): 612, (12, TOKYO): 700},
        "2026-07-22 10:29": {(34, TOKYO): 1_234},
    }
    record_all(database, [determination(stamp, values) for stamp, values in published.items()])
    with database.write_session() as session:
        derive_from_feed(session, DAY, now=now)
        session.add(LowReserveSlot(area="関西", date=DAY, slot=40, version=1, origin="file", recorded_at=now))


@pytest.mark.any_database
def test_a_span_lists_days_and_a_day_says_what_decided_each_slot(world: World, enter, low) -> None:
    operator = enter("operator")
    assert "東京 2 16:30–17:30" in said(operator.get(PATH)), "without a span the last days that there are"
    listed = said(operator.get(f"{PATH}?from=2026-07-01&to=2026-07-31"))
    assert "東京 2 16:30–17:30 6.12 % 広域予備率の公表" in listed
    assert "関西 1 19:30–20:00 ― ファイル" in listed
    assert "関西 1" not in said(operator.get(f"{PATH}?from=2026-07-01&to=2026-07-31&area={TOKYO}"))
    day = said(operator.get(ONE_DAY))
    assert "08:59 の公表 7.40 %" in day
    assert "12.34 %" in day, "what was published later is shown"
    assert "前日17:30より前か、コマの開始後の公表です" in day
    with world.desk.database.read_session() as session:
        assert len(session.scalars(select(LowReserveSlot)).all()) == 3


@pytest.mark.any_database
def test_a_wrong_span_is_refused_beside_the_field_and_a_business_sees_nothing(world: World, enter) -> None:
    operator = enter("operator")
    for query in ("from=2026-07-02&to=2026-07-01", "from=2026-01-01&to=2026-07-01", "from=x", "area=火星"):
        assert operator.get(f"{PATH}?{query}").status_code == 422
    assert "この期間の対象コマはありません" in said(operator.get(PATH))
    assert enter("business_user").get(PATH).status_code in (403, 404)


def test_a_page_sends_as_many_statements_for_two_days_as_for_one(world: World, enter, low, now) -> None:
    manager, counts = enter("manager"), []
    for area in ("九州", "四国"):
        manager.get(ONE_DAY)
        counts.append([])
        for path in (ONE_DAY, f"{PATH}?from=2026-07-01&to=2026-07-31"):
            with statements(world.desk) as seen:
                assert manager.get(path).status_code == 200
            counts[-1].append(len(seen))
        with world.desk.database.write_session() as session:
            session.add_all(
                LowReserveSlot(
                    area=area,
                    date=DAY.replace(day=day),
                    slot=slot,
                    version=1,
                    origin="file",
                    recorded_at=now,
                )
                for day in (22, 23)
                for slot in (1, 2)
            )
    assert counts[0] == counts[1]
