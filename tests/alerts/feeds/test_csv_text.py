"""One damaged byte damages one row, not the publication."""

from alerts.feeds.reserve_margin import read
from tests.alerts.published import DAY, official, official_rows


def test_a_damaged_byte_hides_its_own_row_only() -> None:
    rows = official_rows({(34, "東京"): 254})
    raw = official("2026-07-22 08:59", rows)
    at = raw.index("北海道".encode())
    day = read(raw[:at] + b"\xff" + raw[at + 1 :])
    assert day.missing() == [(DAY, 1, "北海道")]
    assert "3行目 エリア名" in day.problems[0].where
    assert [each.margin for each in day.readings if each.key == (DAY, 34, "東京")] == [254]


def test_a_quote_that_is_not_closed_hides_its_own_row_only() -> None:
    raw = official("2026-07-22 08:59", official_rows()).replace(b'"00:30","1"', b'"00:30,"1"', 1)
    day = read(raw)
    assert day.missing() == [(DAY, 1, "北海道")]
    assert "引用符" in day.problems[0].message
