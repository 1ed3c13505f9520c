"""Which layout a file has is seen from the file, packed or not."""

import gzip

import pytest

from alerts.errors import FeedUnreadable
from alerts.feeds import files
from tests.alerts.published import official, official_rows, tidy, tidy_row

ROWS = [tidy_row("2026-07-22 08:59", "17:00", "東京", "2.54")]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gz"])
@pytest.mark.parametrize(
    ("raw", "rows"),
    [(tidy(ROWS), 1), (official("2026-07-22 08:59", official_rows()), 480)],
    ids=["tidy", "official"],
)
def test_both_layouts_are_known_by_what_is_in_them(raw: bytes, rows: int, pack: type[bytes]) -> None:
    (found,) = files.read_file(pack(raw), "名前は何でもよい")
    assert len(found.readings) == rows


def test_a_packed_file_that_is_cut_off_or_damaged_is_refused() -> None:
    packed = gzip.compress(tidy(ROWS))
    for broken in (packed[:-20], packed[:12], packed[:20] + b"\0\0\0\0\0" + packed[25:]):
        with pytest.raises(FeedUnreadable, match="gzip を展開できません"):
            files.read_file(broken, "記録.csv.gz")


def test_a_packed_file_that_is_too_large_unpacked_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_BYTES", 100)
    with pytest.raises(FeedUnreadable, match="大きすぎます"):
        files.read_file(gzip.compress(tidy(ROWS * 9)), "記録.csv.gz")
