"""The map says what was published: never rounded up, gaps as gaps, low slots joined, the present apart from the past."""

from datetime import date

import pytest

from alerts.readings import RESERVE_MARGIN_BLOCK
from helpdesk.database import Database
from helpdesk.presentation import percent
from helpdesk.queries.alerts import day_maps
from helpdesk.queries.margin_map import level_of, short_figure
from tests.alerts.published import DAY, determination, japan
from tests.alerts.recording_of import record

TOKYO = [(slot, "東京") for slot in range(34, 40)]


def map_of(database: Database, at: str, day: date = DAY):
    with database.read_session() as session:
        return day_maps(session, RESERVE_MARGIN_BLOCK, (day,), now=japan(at))[0]


def row_of(database: Database, area: str, at: str):
    return next(row for row in map_of(database, at).rows if row.area == area)


@pytest.mark.parametrize(
    ("hundredths", "level", "figure", "words"),
    [
        (10000, "ample", "100", "100.00 %"),
        (1000, "ample", "10", "10.00 %"),
        (999, "near", "9.9", "9.99 %"),
        (800, "near", "8.0", "8.00 %"),
        (799, "low", "7.9", "7.99 %"),
        (500, "low", "5.0", "5.00 %"),
        (499, "tight", "4.9", "4.99 %"),
        (299, "severe", "2.9", "2.99 %"),
        (99, "critical", "0.9", "0.99 %"),
        (0, "critical", "0.0", "0.00 %"),
        (-31, "critical", "−0.4", "−0.31 %"),
    ],
)
def test_a_margin_is_never_shown_better_than_it_is(
    hundredths: int, level: str, figure: str, words: str
) -> None:
    assert (level_of(hundredths), short_figure(hundredths), percent(hundredths)) == (level, figure, words)


def test_what_is_unknown_is_a_dash() -> None:
    assert percent(None) == "―"


def test_a_day_without_publication_has_no_rows(database: Database) -> None:
    assert map_of(database, "2026-07-22 12:00").rows == ()


def test_a_cell_says_area_slot_and_value_in_words(database: Database) -> None:
    record(database, determination("2026-07-22 12:00", {(34, "東京"): 254}))
    cell = row_of(database, "東京", "2026-07-22 12:05").cells[33]
    assert (cell.level, cell.figure, cell.title) == ("severe", "2.5", "東京 16:30–17:00 2.54 %")


def test_low_slots_that_follow_one_another_are_one_stretch_with_its_lowest_value(database: Database) -> None:
    margins = dict(zip(TOKYO, (790, 700, 254, 600, 799, 810), strict=True)) | {(45, "東京"): 500}
    record(database, determination("2026-07-22 12:00", margins))
    lows = row_of(database, "東京", "2026-07-22 12:05").lows
    assert [(low.span, low.least, low.least_span) for low in lows] == [
        ("16:30–19:00", 254, "17:30–18:00"),
        ("22:00–22:30", 500, "22:00–22:30"),
    ]


def test_what_is_over_stands_apart_from_what_is_still_to_come(database: Database) -> None:
    margins = dict(zip(TOKYO, (254, 300, 700, 710, 720, 730), strict=True))
    record(database, determination("2026-07-22 12:00", margins))
    past, ahead = row_of(database, "東京", "2026-07-22 17:40").lows
    assert (past.span, past.least, past.is_over, past.is_running) == ("16:30–17:30", 254, True, False)
    assert (ahead.span, ahead.least, ahead.is_over, ahead.is_running) == ("17:30–19:30", 700, False, True)


def test_a_slot_is_over_at_its_end_and_not_before(database: Database) -> None:
    record(database, determination("2026-07-22 12:00", {(34, "東京"): 254}))
    assert row_of(database, "東京", "2026-07-22 16:59").lows[0].is_running
    assert row_of(database, "東京", "2026-07-22 17:00").lows[0].is_over


def test_areas_with_the_same_low_slots_are_named_together(database: Database) -> None:
    margins = {(34, area): 700 for area in ("東京", "中部", "北陸")} | {(34, "九州"): 600}
    record(database, determination("2026-07-22 12:00", margins))
    groups = map_of(database, "2026-07-22 12:05").low_groups
    assert [[row.area for row in rows] for rows, _ in groups] == [["東京", "中部", "北陸"], ["九州"]]


def test_a_value_that_can_no_longer_be_read_is_shown_as_such_and_stays_low(database: Database) -> None:
    record(database, determination("2026-07-22 12:00", {(34, "東京"): 700}))
    record(database, determination("2026-07-22 12:29", {(34, "東京"): None}))
    row = row_of(database, "東京", "2026-07-22 12:35")
    cell = row.cells[33]
    assert (cell.level, cell.figure) == ("unreadable", "?")
    assert cell.title == "東京 16:30–17:00 読み取れません（直前の値 7.00 %）"
    assert row.lows[0].unreadable
    assert "読み取れないコマが 1 あります" in row.told


def test_a_value_that_was_never_there_is_no_zero(database: Database) -> None:
    record(database, determination("2026-07-22 12:00", {(34, "東京"): None}))
    cell = row_of(database, "東京", "2026-07-22 12:05").cells[33]
    assert (cell.level, cell.figure, cell.title) == ("unreadable", "?", "東京 16:30–17:00 読み取れません")


def test_the_current_slot_and_those_before_are_marked(database: Database) -> None:
    record(database, determination("2026-07-22 12:00"))
    marks = [cell.marks for cell in row_of(database, "東京", "2026-07-22 16:59").cells]
    assert marks == ["is-past"] * 33 + ["is-now"] + [""] * 14
    assert map_of(database, "2026-07-22 16:59").now_slot == 34
    assert map_of(database, "2026-07-23 00:00").now_slot is None


def test_a_publication_out_of_order_does_not_stand_for_the_newest(database: Database) -> None:
    record(database, determination("2026-07-22 12:29", {(34, "東京"): 700}))
    record(database, determination("2026-07-22 11:59", {(34, "東京"): None}))
    assert row_of(database, "東京", "2026-07-22 12:35").cells[33].level == "low"
