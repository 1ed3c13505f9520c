"""One notice for an event and a day; nothing lost, nothing twice."""

from datetime import date

from tests.alerts.following import Watch, judged
from tests.alerts.published import determination


def test_all_slots_and_areas_of_an_event_and_day_are_one_notice() -> None:
    margins = {(slot, area): 700 for slot in range(31, 41) for area in ("九州", "東京")}
    (judgement,) = judged([determination("2026-07-22 08:59", margins)])
    (notice,) = judgement.notices
    assert notice.areas == ["東京", "九州"]
    assert len(notice.slots()) == 20


def test_two_days_of_one_publication_are_two_notices() -> None:
    today = determination("2026-07-22 17:35", {(40, "東京"): 700})
    tomorrow = determination("2026-07-22 17:35", {(40, "東京"): 700}, day=date(2026, 7, 23))
    both = determination(
        "2026-07-22 17:35", readings=today.readings + tomorrow.readings, days=(*today.days, *tomorrow.days)
    )
    notices = Watch().judge(both).notices
    assert [(each.day, each.decision) for each in notices] == [
        (date(2026, 7, 22), "send"),
        (date(2026, 7, 23), "send"),
    ]


def test_what_is_over_and_what_is_not_are_two_notices() -> None:
    (judgement,) = judged([determination("2026-07-22 17:00", {(34, "東京"): 700, (35, "東京"): 700})])
    decided = [
        (each.decision, [candidate.key[1] for candidate in each.candidates]) for each in judgement.notices
    ]
    assert decided == [("drop", [34]), ("send", [35])]
