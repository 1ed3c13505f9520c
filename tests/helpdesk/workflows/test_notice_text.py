"""What a notice says: times as ranges, areas that share them together, figures as they were published."""

from datetime import UTC, date, datetime

import pytest

from alerts.models import Incident, Notice, Publication
from helpdesk.workflows.notice_text import areas_in_short, template_of, values_of
from mail_templates.rendering import render

STAMP = datetime(2026, 7, 21, 15, 28, tzinfo=UTC)


def slot(end: str, area: str, margin: str | None, detail: str = "") -> dict:
    named = {"date": "2026-07-22", "slot_end": end, "area": area, "from": "normal", "to": "low"}
    return {**named, "margin_percent": margin, "detail": detail}


def notice(event: str, slots: list[dict], source: str = "reserve_margin_block") -> tuple[Notice, Incident]:
    publication = Publication(source=source, published_at=STAMP)
    areas = list(dict.fromkeys(each["area"] for each in slots))
    made = Notice(
        event=event, areas=areas, slots=slots, reason="理由", day=date(2026, 7, 22), publication=publication
    )
    incident = Incident(id=7, key="RM-20260722-1", day=date(2026, 7, 22), first_publication=publication)
    return made, incident


def test_neighbouring_slots_are_one_range_and_the_last_one_ends_at_midnight(desk) -> None:
    slots = [slot(end, "東京", "7.99") for end in ("00:30", "01:00", "16:30", "23:30", "24:00")]
    [group] = values_of(desk, *notice("first_low", slots))["groups"]
    assert (group["ranges"], group["slots"]) == ("00:00〜01:00、16:00〜16:30、23:00〜24:00", 5)


def test_areas_with_the_same_slots_and_the_same_lowest_margin_stand_together(desk) -> None:
    slots = [
        slot("17:00", "東京", "2.54"),
        *(slot("17:00", area, "7.9") for area in ("関西", "中部")),
        slot("17:00", "九州", "7.91"),
    ]
    values = values_of(desk, *notice("first_low", slots))
    assert [(group["areas"], group["lowest_percent"]) for group in values["groups"]] == [
        ("東京", "2.54"),
        ("中部・関西", "7.9"),
        ("九州", "7.91"),
    ]
    assert (values["lowest_area"], values["lowest_percent"]) == ("東京", "2.54")


def test_a_margin_is_written_as_published_and_compared_exactly(desk) -> None:
    slots = [slot("17:00", "東京", "7.9999"), slot("17:30", "東京", "-0.59"), slot("18:00", "東京", "10.00")]
    values = values_of(desk, *notice("worsened", slots))
    assert values["lowest_percent"] == "-0.59"
    assert values["threshold"] == 1


@pytest.mark.parametrize(
    ("margin", "threshold"), [("4.99", 5), ("3.00", 5), ("2.99", 3), ("1", 3), ("0.99", 1)]
)
def test_the_threshold_that_was_passed_is_the_lowest_one_above_the_margin(
    desk, margin: str, threshold: int
) -> None:
    assert values_of(desk, *notice("worsened", [slot("17:00", "東京", margin)]))["threshold"] == threshold


def test_a_subject_with_one_range_says_that_there_are_more(desk) -> None:
    ended = [slot("20:30", "東京", "12"), slot("20:30", "関西", "12")]
    assert values_of(desk, *notice("recovered", ended))["first_range"] == "20:00〜20:30"
    for more in (slot("22:00", "東京", "12"), slot("21:00", "関西", "12")):
        assert values_of(desk, *notice("recovered", [*ended, more]))["first_range"] == "20:00〜20:30ほか"


def test_many_areas_are_counted(desk) -> None:
    assert areas_in_short(["東京"]) == "東京"
    assert areas_in_short(["東京", "中部"]) == "東京・中部"
    assert areas_in_short(["東京", "中部", "北陸", "関西"]) == "東京・中部ほか2エリア"


def test_what_is_wrong_is_said_slot_by_slot_but_not_without_end(desk) -> None:
    slots = [
        slot("17:00", "東京", "16.61", "予備力が合わない"),
        slot("17:30", "東京", "16.61", "予備力が合わない"),
    ]
    values = values_of(desk, *notice("wrong_figure", slots))
    assert values["facts"] == ["東京 16:30〜17:30 予備力が合わない"]
    many = [slot(f"{hour:02d}:00", "東京", None, f"矛盾{hour}") for hour in range(1, 24)]
    facts = values_of(desk, *notice("wrong_figure", many))["facts"]
    assert len(facts) == 9
    assert facts[-1].startswith("ほか 15 件")


@pytest.mark.parametrize("event", ["first_low", "worsened", "recovered", "wrong_figure", "missing"])
def test_every_event_has_a_mail_and_a_replayed_one_is_marked(desk, event: str) -> None:
    margin = None if event == "missing" else "2.54"
    for source, marked in (("reserve_margin_block", False), ("reserve_margin_block/replay-2", True)):
        made, incident = notice(event, [slot("17:00", "東京", margin)], source)
        mail = render(template_of(made), values_of(desk, made, incident))
        assert mail.subject.startswith("（再生）") is marked
        assert "RM-20260722-1" in mail.subject
        assert "http://localhost/alerts/incidents/7" in mail.body
