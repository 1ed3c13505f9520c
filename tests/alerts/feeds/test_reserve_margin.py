"""The official download: its own rows as they are, and every way in which a download can be none."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.errors import FeedUnreadable
from alerts.feeds.reserve_margin import COLUMNS, read
from alerts.rules.thresholds import is_low
from alerts.rules.wrong_figure import block_contradictions, contradictions
from tests.alerts.published import DAY, HEALTHY, japan, official, official_rows
from tests.alerts.recorded_days import OFFICIAL_DAY, published

STAMP = "2026-07-22 08:59"
HTML = b'\xef\xbb\xbf\r\n<!DOCTYPE html><html lang="ja"><title>503</title></html>'


def refusal(raw: bytes) -> str:
    with pytest.raises(FeedUnreadable) as refused:
        read(raw, "今朝.csv")
    return str(refused.value)


def test_a_published_day_is_read_whole_and_agrees_with_itself() -> None:
    day = read(OFFICIAL_DAY.read_bytes())
    assert day.published_at == japan("2026-07-22 23:58")
    assert day.days == (DAY,)
    assert len(day.readings) == 480
    assert (day.problems, day.missing()) == ((), [])
    assert [contradictions(each) for each in day.readings if contradictions(each)] == []
    assert block_contradictions(day.readings) == {}


def test_a_tight_day_has_the_low_slots_that_were_published() -> None:
    """P5: 東京 18, 19, 31–40; 中部・北陸・関西 31–40; 中国・九州 33–40; 四国 34–40: 65."""
    readings = read(OFFICIAL_DAY.read_bytes()).readings
    low: dict[str, list[int]] = {}
    for each in readings:
        if is_low(each.margin):
            low.setdefault(each.area, []).append(each.slot)
    west = list(range(33, 41))
    middle = list(range(31, 41))
    assert low == {
        "東京": [18, 19, *middle],
        "中部": middle,
        "北陸": middle,
        "関西": middle,
        "中国": west,
        "四国": west[1:],
        "九州": west,
    }
    tokyo = {each.slot: each.margin for each in readings if each.area == "東京"}
    assert [tokyo[slot] for slot in range(31, 39)] == [777, 585, 432, 254, 494, 475, 510, 483]


@pytest.mark.parametrize("name", ["block_20260409.csv", "block_20260521.csv", "block_20260601.csv"])
def test_the_other_published_days_agree_with_themselves_too(name: str) -> None:
    day = read(published(name).read_bytes())
    assert (day.problems, day.missing()) == ((), [])
    assert not any(contradictions(each) for each in day.readings)
    assert block_contradictions(day.readings) == {}


def test_the_row_of_the_public_example_is_read_exactly() -> None:
    """P1."""
    fields = [
        "2022/08/02",
        "00:30",
        "2",
        "東京",
        "50433.828",
        "58811.602",
        "8377.774",
        "16.61",
        "85.75",
        "34906",
        "40360",
        "5454",
    ]
    (row,) = read(official("2022-08-02 00:29", [fields])).readings
    assert (row.day, row.slot, row.area, row.block) == (date(2022, 8, 2), 1, "東京", "2")
    assert (row.margin, row.usage) == (1661, 8575)
    assert (row.block_demand_kw, row.block_supply_kw, row.block_reserve_kw) == (50433828, 58811602, 8377774)
    assert (row.area_demand_kw, row.area_supply_kw, row.area_reserve_kw) == (34906000, 40360000, 5454000)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp932"])
def test_every_encoding_in_which_it_is_handed_on_is_read(encoding: str) -> None:
    day = read(official(STAMP, official_rows(), encoding=encoding))
    assert (len(day.readings), day.problems) == (480, ())


def test_line_ends_and_quotes_may_be_of_either_kind() -> None:
    raw = official(STAMP, official_rows()).replace(b"\r\n", b"\n").replace(b'"', b"")
    assert len(read(raw).readings) == 480


def test_stars_are_no_value_and_never_zero() -> None:
    day = read(official(STAMP, official_rows({(34, "東京"): None})))
    assert day.missing() == [(DAY, 34, "東京")]
    (row,) = [each for each in day.readings if each.key == (DAY, 34, "東京")]
    assert (row.margin, row.usage, row.block_supply_kw) == (None, None, None)
    assert day.problems == ()


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "空のファイルです"),
        (b" \r\n", "空のファイルです"),
        (HTML, "Web ページ（エラー画面など）です"),
        (b"\xff\xfe" + "対象年月日".encode("utf-16-le") * 40, "見出し"),
        (official(STAMP, []), "読める行が1行もありません"),
        (official("2026-13-40 08:59", official_rows()), "今朝.csv 1行目: 更新日時の行"),
        (official(STAMP, official_rows()).replace(b" UPDATE", b""), "今朝.csv 1行目: 更新日時の行"),
        (official(STAMP, official_rows()).split(b"\r\n", 1)[1], "見出しではありません"),
        (b'"2026/07/22 08:59 UPDATE"', "見出しの行がありません"),
    ],
    ids=["empty", "blank", "html", "utf-16", "no rows", "no date", "no stamp", "no first line", "cut off"],
)
def test_what_is_no_publication_is_refused_and_says_what_it_is(raw: bytes, told: str) -> None:
    assert told in refusal(raw)


def test_missing_and_unknown_columns_are_all_named() -> None:
    raw = official(STAMP, official_rows()).decode("utf-8-sig")
    raw = raw.replace('"広域予備率(%)"', '"予備率"').replace(',"エリア需要(MW)"', "")
    told = refusal(raw.encode())
    assert "今朝.csv 2行目" in told
    assert "足りない列: 広域予備率(%)、エリア需要(MW)" in told
    assert "知らない列: 予備率" in told


def test_columns_in_another_order_are_refused() -> None:
    rows = official(STAMP, official_rows()).decode("utf-8-sig")
    swapped = rows.replace(f'"{COLUMNS[7]}","{COLUMNS[8]}"', f'"{COLUMNS[8]}","{COLUMNS[7]}"')
    assert "列の並びが違います" in refusal(swapped.encode())


def test_half_a_day_is_read_and_the_other_half_is_missing() -> None:
    day = read(official(STAMP, official_rows()[:240]))
    assert len(day.readings) == 240
    assert len(day.missing()) == 240


def test_rows_that_cannot_be_placed_are_named_with_line_and_column_and_stop_no_other() -> None:
    rows = official_rows({(34, "東京"): 254})
    rows[0][0], rows[1][1], rows[2][3] = "2026/02/30", "00:45", "東京都"
    rows[3].append("余分")
    day = read(official(STAMP, rows), "今朝.csv")
    assert [each.where for each in day.problems] == [
        "今朝.csv 3行目 対象年月日",
        "今朝.csv 4行目 時刻",
        "今朝.csv 5行目 エリア名",
        "今朝.csv 6行目",
    ]
    assert "「東京都」はエリア名" in day.problems[2].message
    assert day.unplaced_rows == 4
    assert len(day.missing()) == 4
    assert [each.margin for each in day.readings if each.key == (DAY, 34, "東京")] == [254]


def test_a_value_that_is_no_number_is_no_value_and_is_named() -> None:
    rows = official_rows()
    rows[0][7] = "7.9x"
    day = read(official(STAMP, rows), "今朝.csv")
    assert day.missing() == [(DAY, 1, "北海道")]
    assert [each.where for each in day.problems] == ["今朝.csv 3行目 広域予備率(%)"]


def test_more_decimals_than_are_published_are_compared_as_read_with_a_warning() -> None:
    """C9: 7.995 is low."""
    rows = official_rows()
    rows[0][7] = "7.995"
    day = read(official(STAMP, rows))
    assert is_low(day.readings[0].margin)
    assert "小数2桁を超えています" in day.problems[0].message


def test_a_row_that_comes_twice_counts_once() -> None:
    rows = official_rows({(1, "北海道"): 700})
    day = read(official(STAMP, [*rows, rows[0]]))
    assert len(day.readings) == 480
    assert day.readings[0].margin == 700
    assert "3行目と同じ行です" in day.problems[0].message


def test_two_rows_that_contradict_each_other_leave_no_value() -> None:
    rows, others = official_rows(), official_rows({(1, "北海道"): 700})
    day = read(official(STAMP, [*rows, others[0]]))
    assert day.missing() == [(DAY, 1, "北海道")]
    assert "値が違います" in day.problems[0].message


def test_days_that_were_not_asked_for_or_did_not_come_are_said() -> None:
    tomorrow = date(2026, 7, 23)
    day = read(official(STAMP, official_rows()), expected_days=[tomorrow])
    assert day.days == (DAY, tomorrow)
    assert len(day.missing()) == 480
    assert [each.message[:10] for each in day.problems] == ["2026/07/23", "求めていない日（20"]


def mutated(raw: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    """Bytes of it replaced, taken out or put in."""
    for place, length, put in changes:
        at = place % len(raw)
        raw = raw[:at] + put + raw[at + length :]
    return raw


LOWS = {(18, "東京"): 799, (34, "東京"): 254, (34, "四国"): 26, (48, "沖縄"): -110}
MUTATION = st.tuples(st.integers(0, 10**6), st.integers(0, 40), st.binary(max_size=6))


@settings(max_examples=150, deadline=None)
@given(st.lists(MUTATION, min_size=1, max_size=6))
def test_damaged_bytes_never_crash_never_make_a_low_of_nothing_and_never_hide_one_in_silence(
    changes: list,
) -> None:
    raw = mutated(official(STAMP, official_rows(LOWS)), changes)
    try:
        day = read(raw)
    except FeedUnreadable:
        return
    found = {each.key: each for each in day.readings}
    missing = set(day.missing())
    for (slot, area), margin in LOWS.items():
        reading = found.get((DAY, slot, area))
        seen = reading is not None and reading.margin == margin
        doubted = reading is not None and reading.margin is not None and bool(contradictions(reading))
        assert seen or (DAY, slot, area) in missing or doubted or DAY not in day.days
    for key, reading in found.items():
        if reading.margin is not None and is_low(reading.margin) and (key[1], key[2]) not in LOWS:
            misplaced = len(missing) or contradictions(reading)
            assert misplaced, "a healthy slot became low and nothing shows it"


def test_a_healthy_day_is_healthy() -> None:
    assert {each.margin for each in read(official(STAMP, official_rows())).readings} == {HEALTHY}
