"""Replaying what was recorded: every change that a plain scan of the rows finds, and no other."""

import csv
import gzip
import random
from collections import Counter
from pathlib import Path

import pytest

from alerts.feeds.files import read_file
from alerts.replay import replay
from tests.alerts.published import determination, official, official_rows
from tests.alerts.recorded_days import OFFICIAL_DAY, TWO_DAYS, published

Change = tuple[str, str, str, str, str, str]


def plain_scan(path: Path) -> Counter[Change]:
    """Changes of a recorded file, by an obvious loop over its rows that shares nothing with the engine."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    state: dict[tuple[str, str, str], str] = {}
    changes: Counter[Change] = Counter()
    for row in sorted(rows, key=lambda row: row["published_at"]):
        key = (row["area"], row["date"], row["slot_end"])
        before = state.get(key, "normal")
        after = "low" if round(float(row["wide_reserve_pct"]) * 100) < 800 else "normal"
        if after != before:
            changes[row["published_at"], *key, before, after] += 1
        state[key] = after
    return changes


def replayed(path: Path) -> Counter[Change]:
    names = ("published_at", "area", "date", "slot_end", "from", "to")
    lines = replay(read_file(path.read_bytes(), path.name))
    return Counter(tuple(line[name] for name in names) for line in lines if line["kind"] == "transition")


def test_two_recorded_days_change_as_a_plain_scan_says() -> None:
    assert replayed(TWO_DAYS) == plain_scan(TWO_DAYS)
    assert replayed(TWO_DAYS).total() == 456


def test_all_102_publications_of_july_2026_change_as_a_plain_scan_says() -> None:
    path = published("determinations_2026-07.csv.gz")
    assert len(read_file(path.read_bytes(), path.name)) == 102
    assert replayed(path) == plain_scan(path)
    assert replayed(path).total() == 1664


def test_the_order_of_files_does_not_matter_and_the_same_publication_twice_is_one() -> None:
    found = [*read_file(TWO_DAYS.read_bytes(), "a"), *read_file(OFFICIAL_DAY.read_bytes(), "b")]
    expected = list(replay(found))
    shuffled = found * 2
    random.Random(3).shuffle(shuffled)
    assert list(replay(shuffled)) == expected


def test_lines_stand_in_the_order_of_publication_with_transitions_before_notices() -> None:
    lines = list(replay(read_file(TWO_DAYS.read_bytes(), "a")))
    stamps = [line["published_at"] for line in lines]
    assert stamps == sorted(stamps)
    of_first = [line["kind"] for line in lines if line["published_at"] == stamps[0]]
    assert of_first == sorted(of_first, reverse=True)


def test_the_recorded_slot_of_the_tightest_day_is_told_low_then_worse_and_nothing_when_it_is_over() -> None:
    """P4 with the publications as they were."""
    slot = {"date": "2026-07-21", "slot_end": "17:00", "area": "東京"}
    told = [
        (line["published_at"], line["event"])
        for line in replay(read_file(TWO_DAYS.read_bytes(), "a"))
        if line["kind"] == "notice" and line["decision"] == "send"
        if any(slot.items() <= each.items() for each in line["slots"])
    ]
    assert told == [("2026-07-21 00:29", "first_low"), ("2026-07-21 05:29", "worsened")]


def test_a_line_is_what_the_command_promises() -> None:
    transition, notice = replay([determination("2026-07-22 08:59", {(34, "東京"): 794})])
    assert transition == {
        "kind": "transition",
        "published_at": "2026-07-22 08:59",
        "area": "東京",
        "date": "2026-07-22",
        "slot_end": "17:00",
        "from": "normal",
        "to": "low",
        "margin_percent": "7.94",
    }
    reason = notice.pop("reason")
    assert "当番席" in reason
    slots = [{"date": "2026-07-22", "slot_end": "17:00", "area": "東京", "from": "normal", "to": "low"}]
    assert notice == {
        "kind": "notice",
        "published_at": "2026-07-22 08:59",
        "event": "first_low",
        "areas": ["東京"],
        "slots": slots,
        "decision": "send",
        "stage": "routing",
    }


@pytest.mark.parametrize("text", ["7.99", "7.995"])
def test_a_margin_is_printed_as_it_was_read(text: str) -> None:
    rows = official_rows()
    rows[-1][7] = text
    lines = list(replay(read_file(official("2026-07-22 08:59", rows), "a")))
    assert [line["margin_percent"] for line in lines if line["kind"] == "transition"] == [text]


def test_of_a_publication_in_both_layouts_the_fuller_one_is_judged() -> None:
    rows = official_rows()
    rows[-1][4] = "1001"
    (full,) = read_file(official("2026-07-22 08:59", rows), "a")
    bare = [
        each._replace(block=None, block_demand_kw=None, block_supply_kw=None, block_reserve_kw=None)
        for each in full.readings
    ]
    tidy = determination("2026-07-22 08:59", readings=tuple(bare))
    for order in ([full, tidy], [tidy, full]):
        assert [line["event"] for line in replay(order)] == ["wrong_figure"]
